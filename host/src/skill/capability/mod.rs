//! What a skill may call, one file each.

mod agents;
mod clock;
mod config;
pub(super) mod conversation;
mod discovery;
mod handoffs;
pub(super) mod http;
mod log;
mod payments;
mod random;
mod state;
mod storage;
mod tickets;
pub(super) mod waiting;

use std::fmt;

use super::{
    bindings::baton::skill::types::{Error, Host as Types},
    convert::line,
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

/// What a guest is told that asks for more than it was granted, with the word that
/// grants it.
fn not_granted(guest: &Guest, word: impl fmt::Display) -> Error {
    let (skill, agent) = (&guest.permit.skill, &guest.permit.agent);
    error(
        "not-granted",
        match (&guest.turn, agent) {
            (Some(_), Some(agent)) => format!(
                "`{agent}` has no grant `{word}`; to give it, add it to `grants` in [agents.{agent}]"
            ),
            (Some(_), None) => format!(
                "`{skill}` has no grant `{word}`; to give it, run `baton skill grant {skill} {word}`"
            ),
            (None, _) => {
                "capabilities are there in a turn, not while a skill describes itself".to_owned()
            }
        },
    )
}
