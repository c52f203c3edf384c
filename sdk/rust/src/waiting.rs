//! Work that goes on while the skill does something else.

use crate::backend::{self, Handle, Host as _};
use crate::bindings::baton::skill::agents::Answer;
use crate::error::Error;
use std::time::Duration;

/// A query under way. Dropping it cancels the query.
#[derive(Debug)]
pub struct Pending(Handle);

impl Pending {
    pub(crate) fn new(handle: Handle) -> Self {
        Self(handle)
    }

    /// Whether `finish` would return at once.
    pub fn ready(&self) -> bool {
        backend::with(|host| host.ready(&self.0))
    }

    /// Returns when the work has ended, in success or failure.
    pub fn wait(&self) {
        backend::with(|host| host.wait(&self.0));
    }

    /// The answer; waits for it if need be.
    pub fn finish(self) -> Result<Answer, Error> {
        backend::with(|host| host.finish_query(self.0))
    }
}

/// Positions of the work that has ended: at least one, or none when `limit` is
/// over first.
pub fn wait_any(pending: &[&Pending], limit: Option<Duration>) -> Vec<usize> {
    let handles: Vec<_> = pending.iter().map(|pending| &pending.0).collect();
    backend::with(|host| host.wait_any(&handles, limit.map(milliseconds)))
        .into_iter()
        .map(|position| position as usize)
        .collect()
}

pub(crate) fn milliseconds(limit: Duration) -> u32 {
    u32::try_from(limit.as_millis()).unwrap_or(u32::MAX)
}
