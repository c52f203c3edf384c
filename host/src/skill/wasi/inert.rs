//! Imports that are there in name only: a call of one traps.

use wasmtime::{
    Engine, bail,
    component::{Component, Linker, ResourceType, types::ComponentItem},
};
use wasmtime_wasi_io::{
    poll::DynPollable,
    streams::{DynInputStream, DynOutputStream, Error},
};

use crate::skill::guest::Guest;

/// Defines every function of WASI's as a trap, but for those interfaces that are
/// `linked` in whichever version of theirs there is.
pub(super) fn link(
    linker: &mut Linker<Guest>,
    engine: &Engine,
    component: &Component,
    linked: impl Fn(&str) -> bool,
) -> wasmtime::Result<()> {
    for (name, import) in component.component_type().imports(engine) {
        let ComponentItem::ComponentInstance(interface) = import.ty else {
            continue;
        };
        if !name.starts_with("wasi:") || linked(name) {
            continue;
        }
        let mut instance = linker.instance(name)?;
        for (item, export) in interface.exports(engine) {
            match export.ty {
                ComponentItem::ComponentFunc(_) => {
                    let called = format!("{name}#{item}");
                    instance.func_new(item, move |_, _, _, _| {
                        bail!("`{called}` is there in name only")
                    })?;
                }
                ComponentItem::Resource(_) => {
                    instance.resource(item, resource(item), |_, _| Ok(()))?;
                }
                _ => {}
            }
        }
    }
    Ok(())
}

/// Interfaces name each other's resources. Those of the interfaces that may be
/// linked are the real ones, or the two would not fit together.
fn resource(name: &str) -> ResourceType {
    match name {
        "pollable" => ResourceType::host::<DynPollable>(),
        "input-stream" => ResourceType::host::<DynInputStream>(),
        "output-stream" => ResourceType::host::<DynOutputStream>(),
        "error" => ResourceType::host::<Error>(),
        _ => ResourceType::host::<()>(),
    }
}
