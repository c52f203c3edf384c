//! What a skill may call, one file each.

mod agents;
mod clock;
mod config;
mod conversation;
mod discovery;
mod handoffs;
mod log;
mod random;
mod state;
mod storage;
mod tickets;
pub(super) mod waiting;

use super::{
    bindings::baton::skill::types::{Error, Host as Types},
    convert::line,
    grant::Grant,
    guest::Guest,
};

impl Types for Guest {}

/// An answer that the guest can handle.
fn error(code: &str, message: impl Into<String>) -> Error {
    Error {
        code: code.to_owned(),
        message: line(&message.into()),
        extra: Vec::new(),
    }
}

/// What a guest is told that finishes one thing with the handle of another.
fn wrong_handle(wanted: &str) -> Error {
    error("wrong-handle", format!("this is no handle of {wanted}"))
}

/// What a guest is told that asks for more than it was granted.
fn not_granted(guest: &Guest, grant: Grant) -> Error {
    let skill = &guest.permit.skill;
    error(
        "not-granted",
        match guest.turn {
            Some(_) => format!(
                "`{skill}` has no grant `{grant}`; to give it, add \"{grant}\" to skills.{skill}.grants in baton.toml"
            ),
            None => {
                "capabilities are there in a turn, not while a skill describes itself".to_owned()
            }
        },
    )
}
