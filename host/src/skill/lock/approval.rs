//! One approval of one grant.

use std::fmt;

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use crate::{contract::Digest, skill::GrantWord};

/// From where a grant comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Origin {
    /// It stands in `baton.toml`, and counts as long as it stands there.
    Config,
    /// `baton skill grant`, and counts until `baton skill revoke`.
    Command,
}

/// That a grant was approved, for what, and by whom.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The component's file.
    pub file: String,
    /// The component's digest.
    pub digest: String,
    /// The version it said it was.
    pub version: String,
    /// Within which bounds the skill wanted it, as JSON; none: it did not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wanted: Option<String>,
    /// From where the grant comes.
    pub origin: Origin,
    /// Who was logged in.
    pub by: String,
    /// When.
    pub at: Timestamp,
}

impl Approval {
    /// Whether it was given for these bytes.
    pub fn is_for(&self, digest: &Digest) -> bool {
        self.digest == digest.to_string()
    }
}

/// Who is logged in, as far as the system says.
pub fn current_user() -> String {
    ["USER", "LOGNAME", "USERNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|name| !name.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Config => "baton.toml",
            Self::Command => "baton skill grant",
        })
    }
}

impl Serialize for GrantWord {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for GrantWord {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let word = String::deserialize(deserializer)?;
        word.parse().map_err(D::Error::custom)
    }
}
