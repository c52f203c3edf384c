//! Levels of trust.

use std::fmt;

use serde::{Deserialize, Serialize};

/// What each handoff that passes a value on takes off.
const HOP: u8 = 10;

/// What handoffs leave at least. Below this nothing is told apart any more,
/// and only a source that began lower is lower.
const FLOOR: u8 = 30;

/// How far a text may be believed, from 0 (not at all) to 100. It can be
/// lowered and never raised.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Trust(u8);

/// A number that is no level of trust.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no trust; it is from 0 to 100")]
pub struct BadTrust(u8);

impl Trust {
    /// The operator's own words: configuration and commands.
    pub const OPERATOR: Self = Self(100);
    /// What a user writes.
    pub const USER: Self = Self(90);
    /// What a tool, a skill's code or a remote service returned.
    pub const TOOL: Self = Self(80);
    /// What a model wrote.
    pub const MODEL: Self = Self(70);

    /// The number, from 0 to 100.
    pub fn percent(self) -> u8 {
        self.0
    }

    /// After one more handoff passed it on.
    #[must_use]
    pub fn per_hop(self) -> Self {
        self.after(1)
    }

    /// After so many handoffs passed it on.
    #[must_use]
    pub fn after(self, hops: usize) -> Self {
        let lost = u8::try_from(hops).unwrap_or(u8::MAX).saturating_mul(HOP);
        Self(self.0.saturating_sub(lost).max(FLOOR.min(self.0)))
    }

    /// Of what is made from both.
    #[must_use]
    pub fn lowest(self, other: Self) -> Self {
        self.min(other)
    }
}

impl TryFrom<u8> for Trust {
    type Error = BadTrust;

    fn try_from(percent: u8) -> Result<Self, BadTrust> {
        if percent <= Self::OPERATOR.0 {
            Ok(Self(percent))
        } else {
            Err(BadTrust(percent))
        }
    }
}

impl From<Trust> for u8 {
    fn from(trust: Trust) -> Self {
        trust.0
    }
}

impl fmt::Display for Trust {
    /// As people say it: `0.7`, `1.0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (whole, tenths, rest) = (self.0 / 100, self.0 / 10 % 10, self.0 % 10);
        write!(f, "{whole}.{tenths}")?;
        if rest > 0 {
            write!(f, "{rest}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_hop_takes_a_tenth_down_to_three_tenths() {
        let percents: Vec<u8> = (0..6).map(|hops| Trust::MODEL.after(hops).0).collect();
        assert_eq!(percents, [70, 60, 50, 40, 30, 30]);
        assert_eq!(Trust::OPERATOR.per_hop(), Trust::USER);
    }

    #[test]
    fn a_hop_never_raises_what_began_lower_than_the_floor() {
        assert_eq!(Trust(10).after(5), Trust(10));
    }

    #[test]
    fn what_is_made_from_several_sources_takes_the_lowest() {
        assert_eq!(Trust::OPERATOR.lowest(Trust::TOOL), Trust::TOOL);
        assert_eq!(Trust::MODEL.lowest(Trust::USER), Trust::MODEL);
    }

    #[test]
    fn more_than_the_operators_trust_cannot_be_read() {
        assert!(serde_json::from_str::<Trust>("101").is_err());
        assert_eq!(serde_json::from_str::<Trust>("80").unwrap(), Trust::TOOL);
    }

    #[test]
    fn it_is_shown_as_people_say_it() {
        assert_eq!(Trust::OPERATOR.to_string(), "1.0");
        assert_eq!(Trust::MODEL.to_string(), "0.7");
        assert_eq!(Trust(5).to_string(), "0.05");
    }
}
