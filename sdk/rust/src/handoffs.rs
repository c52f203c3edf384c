//! The handoffs of the present conversation.
//!
//! ```no_run
//! # use baton_sdk::{Error, handoffs};
//! # fn f() -> Result<(), Error> {
//! let tried = handoffs::recent(10)?.iter().any(|past| past.target == "billing");
//! # Ok(()) }
//! ```

use crate::backend::{self, Host as _};
pub use crate::bindings::baton::skill::handoffs::Handoff;
use crate::error::Error;

/// At most `limit` of the newest handoffs, oldest first. At most 100.
pub fn recent(limit: u32) -> Result<Vec<Handoff>, Error> {
    backend::with(|host| host.past_handoffs(None, limit))
}

/// At most `limit` handoffs before the one with this id, oldest first.
pub fn before(id: &str, limit: u32) -> Result<Vec<Handoff>, Error> {
    backend::with(|host| host.past_handoffs(Some(id), limit))
}

/// Those whose target has not answered yet.
pub fn active() -> Result<Vec<Handoff>, Error> {
    backend::with(|host| host.active_handoffs())
}
