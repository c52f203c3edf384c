//! `[retention]`: how long what was said is kept.

use std::num::NonZeroU32;

use serde::Deserialize;

/// `[retention]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RetentionSection {
    /// Days after the last that happened in a conversation; for ever if not
    /// said. Applied by `baton conversation prune`, so that data is only ever
    /// removed by a command that somebody gave.
    days: Option<NonZeroU32>,
}

impl RetentionSection {
    /// How many days.
    pub fn days(&self) -> Option<u32> {
        self.days.map(NonZeroU32::get)
    }
}
