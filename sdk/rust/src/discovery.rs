//! Agents by what they are good at.
//!
//! ```no_run
//! use baton_sdk::discovery;
//! # fn f() -> Result<(), baton_sdk::Error> {
//! let found = discovery::find_agents("my parcel has not come", 5)?;
//! // Of ten agents found with 0.7, seven are the right ones.
//! let target = found.first().filter(|best| best.score > 0.7);
//! # Ok(()) }
//! ```

use crate::backend::{self, Handle, Host as _};
pub use crate::bindings::baton::skill::discovery::Found;
use crate::error::Error;
use crate::json::Pairs as _;

/// The agents for what somebody wants, best first, `max` of them. Only those are
/// found that the conversation may be handed to; its owner is none of them.
pub fn find_agents(intent: &str, max: u32) -> Result<Vec<Found>, Error> {
    start_find(intent, max)?.finish()
}

/// Begins to look, and leaves the skill free to do something else.
pub fn start_find(intent: &str, max: u32) -> Result<Pending, Error> {
    backend::with(|host| host.start_find(intent, max)).map(Pending)
}

/// A search under way. Dropping it cancels the search.
#[derive(Debug)]
pub struct Pending(Handle);

impl Pending {
    /// Whether `finish` would return at once.
    pub fn ready(&self) -> bool {
        backend::with(|host| host.ready(&self.0))
    }

    /// What was found; waits for it if need be.
    pub fn finish(self) -> Result<Vec<Found>, Error> {
        backend::with(|host| host.finish_find(self.0))
    }
}

impl Found {
    /// Why words had to do although the operator has an encoder, if so.
    pub fn fallback(&self) -> Option<String> {
        self.extra.read("fallback")
    }
}
