//! Handoffs as they are kept, for people who look back.

use jiff::Timestamp;

use crate::id::{AgentName, ConversationId, HandoffId};

/// One handoff that was prepared.
#[derive(Clone, Debug, PartialEq)]
pub struct HandoffRecord {
    /// Identifies it.
    pub id: HandoffId,
    /// The conversation that was handed over.
    pub conversation: ConversationId,
    /// Who handed over.
    pub source: AgentName,
    /// To whom.
    pub target: AgentName,
    /// Why, in one of the reason codes.
    pub reason: String,
    /// How sure that was, from 0 to 1.
    pub confidence: f64,
    /// When it was prepared.
    pub created: Timestamp,
    /// Whether the target answered; none: it is under way.
    pub answered: Option<bool>,
}
