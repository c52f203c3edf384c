//! What one condition says about one query.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::Reason;
use crate::id::AgentName;

/// Named facts that a skill or an agent found out.
pub type Findings = Map<String, Value>;

/// How sure something is, from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Confidence(f64);

/// A number that is no confidence.
#[derive(Debug, thiserror::Error)]
#[error("{0} is no confidence; it is a number from 0 to 1")]
pub struct NoConfidence(f64);

impl TryFrom<f64> for Confidence {
    type Error = NoConfidence;

    fn try_from(value: f64) -> Result<Self, NoConfidence> {
        Self::new(value).ok_or(NoConfidence(value))
    }
}

impl From<Confidence> for f64 {
    fn from(confidence: Confidence) -> Self {
        confidence.0
    }
}

impl Confidence {
    /// No doubt.
    pub const CERTAIN: Self = Self(1.0);

    /// Takes numbers from 0 to 1, which leaves out NaN.
    pub fn new(value: f64) -> Option<Self> {
        (0.0..=1.0).contains(&value).then_some(Self(value))
    }

    /// The number.
    pub fn value(self) -> f64 {
        self.0
    }
}

impl Eq for Confidence {}

impl PartialOrd for Confidence {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Confidence {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.total_cmp(&other.0)
    }
}

/// A proposal to hand the conversation over.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// To whom.
    pub target: AgentName,
    /// How sure the condition is.
    pub confidence: Confidence,
    /// Why; none: as the condition declares.
    pub reason: Option<Reason>,
    /// What the target is to do.
    pub instructions: String,
    /// What the condition found out.
    pub findings: Findings,
}

/// What one condition says about one query.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Not its case.
    Pass,
    /// Hand over.
    HandOff(Proposal),
    /// It said something that cannot be followed; counts as a pass.
    Invalid(String),
}
