//! What became of the conditions that a turn looked at, as it is recorded.

use serde::{Deserialize, Serialize};

use crate::id::{AgentName, FunctionName, SkillName};

/// What the conditions of one skill came to in a turn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Weighed {
    /// Which skill.
    pub skill: SkillName,
    /// How long it took for all its conditions; none: it was not asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub microseconds: Option<u64>,
    /// The conditions that said it is not their case.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub passed: Vec<FunctionName>,
    /// All others.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub verdicts: Vec<WeighedVerdict>,
}

/// What one condition came to.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WeighedVerdict {
    /// Which condition.
    pub handoff: FunctionName,
    /// What came of it.
    pub outcome: Came,
    /// To whom it would hand over.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target: Option<AgentName>,
    /// The priority it came to.
    #[serde(default)]
    pub priority: i32,
    /// How sure it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confidence: Option<f64>,
    /// Why it lost, where the outcome does not say it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub why: String,
}

/// What came of a condition.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Came {
    /// It was followed.
    Won,
    /// It wants a handoff, and another came first.
    Outranked,
    /// It wants a handoff, and people have the conversation.
    Held,
    /// It wants a handoff that is not allowed.
    Rejected,
    /// It wants a handoff, and its skill is not admitted.
    Shadowed,
    /// It said something that cannot be followed.
    Invalid,
    /// Its skill failed.
    Faulted,
    /// Not its case.
    Pass,
    /// The caller lacks a scope.
    OutOfScope,
    /// It sees only other agents' conversations.
    NotItsAgent,
    /// Its skill has failed too often.
    Quarantined,
    /// None of its triggers occurs.
    NotTriggered,
}

impl Came {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Won => "won",
            Self::Outranked => "outranked",
            Self::Held => "held",
            Self::Rejected => "rejected",
            Self::Shadowed => "shadowed",
            Self::Invalid => "invalid",
            Self::Faulted => "faulted",
            Self::Pass => "pass",
            Self::OutOfScope => "out of scope",
            Self::NotItsAgent => "not its agent",
            Self::Quarantined => "quarantined",
            Self::NotTriggered => "not triggered",
        }
    }
}
