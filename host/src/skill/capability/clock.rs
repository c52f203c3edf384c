//! `clock`: what time it is in the turn.

use jiff::Timestamp;

use crate::skill::{bindings::baton::skill::clock::Host, convert::milliseconds, guest::Guest};

impl Host for Guest {
    fn now(&mut self) -> wasmtime::Result<u64> {
        self.enter()?;
        Ok(milliseconds(self.time()))
    }
}

impl Guest {
    /// When the user's message came. A skill describes itself at no time, so that
    /// it says the same whenever it is loaded.
    pub(in crate::skill) fn time(&self) -> Timestamp {
        self.turn
            .as_ref()
            .map_or(Timestamp::UNIX_EPOCH, |turn| turn.query.time)
    }
}
