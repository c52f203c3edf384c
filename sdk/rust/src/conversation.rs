//! The conversation of the present turn.

use crate::backend::{self, Host as _};
use crate::bindings::types::{Message, Pair};
use crate::codes::{ErrorCode, Role};
use crate::error::Error;
use crate::json::ToJson;
use serde::de::DeserializeOwned;

/// At most `limit` of the newest messages, oldest first. At most 100.
pub fn recent(limit: u32) -> Result<Vec<Message>, Error> {
    backend::with(|host| host.messages(None, limit))
}

/// At most `limit` messages before the one with this id, oldest first.
pub fn before(id: &str, limit: u32) -> Result<Vec<Message>, Error> {
    backend::with(|host| host.messages(Some(id), limit))
}

/// Metadata that a hook has put into the conversation, by this name.
pub fn metadata<T: DeserializeOwned>(name: &str) -> Result<Option<T>, Error> {
    let Some(json) = backend::with(|host| host.metadata(name))? else {
        return Ok(None);
    };
    serde_json::from_str(&json)
        .map(Some)
        .map_err(|why| Error::new(ErrorCode::Invalid, format!("metadata `{name}`: {why}")))
}

/// Notes metadata of the conversation, kept with the turn. Hooks and tools may,
/// conditions may not.
pub fn set_metadata(name: &str, value: impl ToJson) -> Result<(), Error> {
    backend::with(|host| host.set_metadata(name, &value.to_json()))
}

/// What the operator's directory knows of the user; empty for a stranger.
pub fn profile() -> Result<Vec<Pair>, Error> {
    backend::with(|host| host.profile())
}

impl Message {
    /// Who said it.
    pub fn role(&self) -> Role {
        self.role.as_str().into()
    }
}
