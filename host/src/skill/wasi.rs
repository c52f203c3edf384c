//! Clocks and chance for components that import them from WASI, as runtimes of
//! several languages do when they start. They tell what `clock` and `random`
//! tell: the turn's time, which stands still, and its seeded chance. All else of
//! WASI traps.

use wasmtime::{
    StoreContextMut,
    component::{ComponentType, Lift, Linker, Lower},
};

use super::guest::Guest;

#[derive(Clone, Copy, ComponentType, Lift, Lower)]
#[component(record)]
struct Datetime {
    seconds: u64,
    nanoseconds: u32,
}

type Context<'a> = StoreContextMut<'a, Guest>;

/// Whether the functions of this import do something. Interfaces of WASI 0.2
/// are the same in all its versions.
pub(super) fn offers(import: &str) -> bool {
    kind(import).is_some()
}

#[derive(Clone, Copy)]
enum Kind {
    WallClock,
    MonotonicClock,
    Random,
    Insecure,
    InsecureSeed,
}

fn kind(import: &str) -> Option<Kind> {
    let (interface, version) = import.strip_prefix("wasi:")?.split_once('@')?;
    if !version.starts_with("0.2.") {
        return None;
    }
    Some(match interface {
        "clocks/wall-clock" => Kind::WallClock,
        "clocks/monotonic-clock" => Kind::MonotonicClock,
        "random/random" => Kind::Random,
        "random/insecure" => Kind::Insecure,
        "random/insecure-seed" => Kind::InsecureSeed,
        _ => return None,
    })
}

/// Links those of the imports that are offered.
pub(super) fn link(linker: &mut Linker<Guest>, imports: &[String]) -> wasmtime::Result<()> {
    let known = imports.iter().filter_map(|name| Some((name, kind(name)?)));
    for (name, kind) in known {
        let mut instance = linker.instance(name)?;
        match kind {
            Kind::WallClock => {
                instance.func_wrap("now", |mut guest: Context<'_>, (): ()| {
                    guest.data_mut().enter()?;
                    let now = guest.data().time();
                    Ok((Datetime {
                        seconds: u64::try_from(now.as_second()).unwrap_or(0),
                        nanoseconds: u32::try_from(now.subsec_nanosecond()).unwrap_or(0),
                    },))
                })?;
                instance.func_wrap("resolution", |_: Context<'_>, (): ()| {
                    Ok((Datetime {
                        seconds: 0,
                        nanoseconds: 1_000_000,
                    },))
                })?;
            }
            Kind::MonotonicClock => {
                // It stands still like the other: what a skill decides must not
                // hang on how fast the machine is.
                instance.func_wrap("now", |mut guest: Context<'_>, (): ()| {
                    guest.data_mut().enter()?;
                    let now = guest.data().time().as_nanosecond();
                    Ok((u64::try_from(now).unwrap_or(0),))
                })?;
                instance.func_wrap("resolution", |_: Context<'_>, (): ()| Ok((1_000_000_u64,)))?;
            }
            Kind::Random => {
                instance.func_wrap("get-random-bytes", bytes)?;
                instance.func_wrap("get-random-u64", number)?;
            }
            Kind::Insecure => {
                instance.func_wrap("get-insecure-random-bytes", bytes)?;
                instance.func_wrap("get-insecure-random-u64", number)?;
            }
            Kind::InsecureSeed => {
                instance.func_wrap("insecure-seed", |mut guest: Context<'_>, (): ()| {
                    guest.data_mut().enter()?;
                    let guest = guest.data();
                    Ok(((guest.draw_number(), guest.draw_number()),))
                })?;
            }
        }
    }
    Ok(())
}

fn bytes(mut guest: Context<'_>, (length,): (u64,)) -> wasmtime::Result<(Vec<u8>,)> {
    guest.data_mut().enter()?;
    Ok((guest.data().draw_bytes(length),))
}

fn number(mut guest: Context<'_>, (): ()) -> wasmtime::Result<(u64,)> {
    guest.data_mut().enter()?;
    Ok((guest.data().draw_number(),))
}
