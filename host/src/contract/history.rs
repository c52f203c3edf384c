//! How much of a conversation its target sees.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// How much of a conversation its target sees. Written as `full`, `last:10`,
/// `summary` or `none`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HistoryPolicy {
    /// All of it, so that the customer never explains again.
    #[default]
    Full,
    /// The last so many messages.
    Last(u32),
    /// A summary in the context, and no messages.
    Summary,
    /// Nothing but the task.
    None,
}

/// A word that is no history policy.
#[derive(Debug, thiserror::Error)]
#[error("`{0}` is no history policy; write full, last:N, summary or none")]
pub struct UnknownHistoryPolicy(String);

impl fmt::Display for HistoryPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Full => f.write_str("full"),
            Self::Last(messages) => write!(f, "last:{messages}"),
            Self::Summary => f.write_str("summary"),
            Self::None => f.write_str("none"),
        }
    }
}

impl FromStr for HistoryPolicy {
    type Err = UnknownHistoryPolicy;

    fn from_str(word: &str) -> Result<Self, UnknownHistoryPolicy> {
        let unknown = || UnknownHistoryPolicy(word.chars().take(40).collect());
        match word {
            "full" => Ok(Self::Full),
            "summary" => Ok(Self::Summary),
            "none" => Ok(Self::None),
            _ => {
                let count = word.strip_prefix("last:").ok_or_else(unknown)?;
                count.parse().map(Self::Last).map_err(|_| unknown())
            }
        }
    }
}

impl Serialize for HistoryPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HistoryPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_is_read_back_as_it_was_written() {
        for policy in [
            HistoryPolicy::Full,
            HistoryPolicy::Last(3),
            HistoryPolicy::Summary,
            HistoryPolicy::None,
        ] {
            assert_eq!(policy.to_string().parse::<HistoryPolicy>().unwrap(), policy);
        }
        assert!("last:many".parse::<HistoryPolicy>().is_err());
    }
}
