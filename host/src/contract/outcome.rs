//! How a handoff ended.

use serde::{Deserialize, Serialize};

use super::Findings;
use crate::id::AgentName;

/// Why a target gave no reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[error("{0}")]
pub struct OutcomeError(pub String);

/// The target's result.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Outcome {
    /// Who gave the reply, or failed to.
    pub agent: AgentName,
    /// The reply, or why there is none.
    pub result: Result<String, OutcomeError>,
    /// What the target found out besides.
    pub insights: Findings,
    /// The reply comes from somebody other than the target.
    pub fallback: bool,
    /// How long the target took.
    pub milliseconds: u64,
}
