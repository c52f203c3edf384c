//! A handoff that waits for a person to approve it.

use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{AgentName, FunctionName, HandoffId, Scope, SkillName};

/// What a ticket asks a person to decide, with all that is needed to carry it
/// out in another process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The handoff; its context is kept in the state `waiting`.
    pub handoff: HandoffId,
    /// The turn in which it was wanted.
    pub turn: u64,
    /// To whom it would hand over.
    pub target: AgentName,
    /// When it is too late; none: never.
    pub deadline: Option<Timestamp>,
    /// The skill and condition that want it, whose after-hooks are to run.
    pub chosen_by: Option<(SkillName, FunctionName)>,
    /// Whether the conversation is the target's afterwards.
    pub moves: bool,
    /// How long the target may take, if less than it may anyway.
    pub limit: Option<Duration>,
    /// What the user was authorized for.
    pub scopes: Vec<Scope>,
    /// What was decided; none: nothing yet.
    #[serde(default)]
    pub decision: Option<ApprovalDecision>,
}

/// What became of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "decision", rename_all = "kebab-case")]
pub enum ApprovalDecision {
    /// It is to be made.
    Approved {
        /// The person.
        by: String,
    },
    /// It is not to be made.
    Refused {
        /// The person.
        by: String,
        /// What was said.
        why: String,
    },
    /// Nobody decided in time.
    Expired,
}

impl ApprovalDecision {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Approved { .. } => "approved",
            Self::Refused { .. } => "refused",
            Self::Expired => "expired",
        }
    }
}

impl Approval {
    /// Whether nobody has decided and it is too late to.
    pub fn is_overdue(&self, now: Timestamp) -> bool {
        self.decision.is_none() && self.deadline.is_some_and(|deadline| deadline <= now)
    }
}
