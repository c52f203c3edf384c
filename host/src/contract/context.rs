//! What the target of a handoff receives.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Confidence, Findings, HistoryPolicy, Mode, Reason};
use crate::{
    conversation::HandoffRecord,
    id::{AgentName, ConversationId, HandoffId, TaskId, UserId},
    trust::{Provenance, Trust},
};

/// The shape in which a context is written down.
///
/// Fields come with new versions and never go or change their meaning. One that
/// an older version did not have is read as its default; one of a later version
/// is left out, since a program that reads a context never writes it anew.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ContextVersion(u32);

impl ContextVersion {
    /// What this program writes.
    pub const CURRENT: Self = Self(1);
}

impl Default for ContextVersion {
    /// The first one did not say so.
    fn default() -> Self {
        Self(0)
    }
}

/// The typed payload of a handoff.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct HandoffContext {
    /// In which shape it was written.
    #[serde(default)]
    pub version: ContextVersion,
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
    /// The agents that spoke in the messages that the summary looks back on,
    /// oldest first.
    #[serde(default)]
    pub involved: Vec<AgentName>,
    /// Passed on to the target.
    pub metadata: Findings,
    /// When it was made.
    pub created: Timestamp,
    /// When it is worth nothing any more.
    pub expires: Option<Timestamp>,
    /// The lowest of its sources'.
    pub trust: Trust,
    /// The trust of each value in it.
    #[serde(default, skip_serializing_if = "Provenance::is_empty")]
    pub provenance: Provenance,
}

impl HandoffContext {
    /// The handoffs before this one, each of which takes off some trust.
    pub fn hops(&self) -> usize {
        self.chain.len().saturating_sub(1)
    }

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

#[cfg(test)]
mod tests;
