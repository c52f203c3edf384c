//! What the target of a handoff receives.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Confidence, Findings, HistoryPolicy, Mode, Reason};
use crate::{
    conversation::{HandoffRecord, Trust},
    id::{AgentName, ConversationId, HandoffId, TaskId, UserId},
};

/// The typed payload of a handoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HandoffContext {
    /// This handoff.
    pub id: HandoffId,
    /// The conversation that is handed over.
    pub conversation: ConversationId,
    /// Stays the same over all handoffs that work on one user message.
    pub task: TaskId,
    /// Whose conversation it is.
    pub user: Option<UserId>,
    /// Who hands over.
    pub source: AgentName,
    /// To whom.
    pub target: AgentName,
    /// Why.
    pub reason: Reason,
    /// How it is handed over.
    #[serde(default)]
    pub mode: Mode,
    /// How much of the conversation the target sees.
    #[serde(default)]
    pub history: HistoryPolicy,
    /// The user's message that set this off.
    pub original_task: std::sync::Arc<str>,
    /// What the conversation was about so far.
    pub summary: String,
    /// What has been done so far.
    pub state: String,
    /// What is known.
    pub facts: Vec<String>,
    /// What was decided.
    pub decisions: Vec<String>,
    /// What conditions, hooks and agents found out.
    pub findings: Findings,
    /// Data that was collected, as it is, for the target to work with.
    #[serde(default)]
    pub data: Findings,
    /// The conversation's metadata when the handoff was made.
    #[serde(default)]
    pub snapshot: Findings,
    /// How sure the decision is.
    pub confidence: Confidence,
    /// What the target is to do.
    pub instructions: String,
    /// The agents that held the task before, oldest first.
    pub chain: Vec<AgentName>,
    /// Passed on to the target.
    pub metadata: Findings,
    /// When it was made.
    pub created: Timestamp,
    /// When it is worth nothing any more.
    pub expires: Option<Timestamp>,
    /// The lowest of its sources'.
    pub trust: Trust,
}

impl HandoffContext {
    /// The handoff as people look back on it.
    pub fn record(&self, answered: Option<bool>) -> HandoffRecord {
        HandoffRecord {
            id: self.id.clone(),
            conversation: self.conversation.clone(),
            source: self.source.clone(),
            target: self.target.clone(),
            reason: self.reason.to_string(),
            confidence: self.confidence.value(),
            created: self.created,
            answered,
        }
    }
}
