//! What an error of the engine means.

use wasmtime::{Trap, WasmBacktrace};

use super::{guest::Guest, limits::Time};
use crate::contract::Fault;

/// The fault behind an error of the engine.
pub(super) fn classify(error: &wasmtime::Error, guest: &mut Guest) -> Fault {
    if let Some(fault) = error.downcast_ref::<Fault>() {
        return fault.clone();
    }
    let cause = error.root_cause().to_string();
    // The engine's type for this is private; its text is all there is.
    if cause.contains("fuel allocated for hostcalls has been exhausted") {
        let limit = guest.permit.limits.data;
        return Fault::TooMuchData {
            to: "to the host at once",
            limit,
        };
    }
    if let Some(refused) = guest.refused_space() {
        return refused;
    }
    match error.downcast_ref::<Trap>() {
        Some(Trap::StackOverflow) => Fault::Stack,
        // Compilers put the part of the stack that lies in memory at its beginning.
        Some(Trap::MemoryOutOfBounds) => Fault::Trap {
            message: format!(
                "{cause}, which endless recursion leads to as well{}",
                place(error)
            ),
        },
        _ => Fault::Trap {
            message: format!("{cause}{}", place(error)),
        },
    }
}

/// A call that was broken off from outside.
pub(super) fn too_slow(time: Time) -> Fault {
    Fault::WallTime { limit: time.wall }
}

/// Whether it is neither of the standard library, nor of a dependency, nor of an
/// SDK: where these stop, somebody has called them.
fn is_the_authors(file: &str) -> bool {
    let others = ["/rustc/", "/cargo/", "/baton/"];
    let linked = others.iter().any(|place| file.starts_with(place));
    !linked && !file.contains("/library/") && !file.contains("sdk/rust/")
}

/// Where in the guest it happened: the innermost frame whose source is known,
/// or else the innermost that has a name.
fn place(error: &wasmtime::Error) -> String {
    let Some(backtrace) = error.downcast_ref::<WasmBacktrace>() else {
        return String::new();
    };
    let source = backtrace
        .frames()
        .iter()
        .flat_map(|frame| frame.symbols())
        .find_map(|symbol| {
            let file = symbol.file().filter(|file| is_the_authors(file))?;
            let file = file.strip_prefix("/skill/").unwrap_or(file);
            let line = symbol
                .line()
                .map(|line| format!(":{line}"))
                .unwrap_or_default();
            Some(format!(
                ", in {} at {file}{line}",
                symbol.name().unwrap_or("a function")
            ))
        });
    let named = || {
        let name = backtrace
            .frames()
            .iter()
            .find_map(|frame| frame.func_name())?;
        Some(format!(", in {name}"))
    };
    source.or_else(named).unwrap_or_default()
}
