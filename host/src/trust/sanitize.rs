//! What becomes of an injection that was found.

use serde::{Deserialize, Serialize};

use super::Kind;

/// What becomes of a handoff whose context holds an injection. To look away
/// is not offered: a scan costs next to nothing, and its findings are the
/// only trace an attack leaves.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sanitize {
    /// The target gets it, and is told.
    #[default]
    Flag,
    /// The sentences that are wrong are taken out.
    Strip,
    /// The handoff is refused.
    Refuse,
}

/// An injection that was found.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Detection {
    /// Where: `instructions`, `facts/0`, `findings/NAME`.
    pub place: String,
    /// What it tries.
    pub kind: Kind,
}

impl std::fmt::Display for Detection {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}
