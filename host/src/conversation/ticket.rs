//! Requests that wait for a person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::id::{ConversationId, TicketId, UserId};

/// How far a ticket has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum TicketState {
    /// Nobody has it yet.
    Open,
    /// A person works on it.
    Claimed,
    /// Done.
    Closed,
}

impl TicketState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Claimed => "claimed",
            Self::Closed => "closed",
        }
    }
}

/// A request that waits for a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Ticket {
    /// Identifies it, and short enough to be said on the telephone.
    pub id: TicketId,
    /// The conversation it is about.
    pub conversation: ConversationId,
    /// Whose conversation that is.
    pub user: Option<UserId>,
    /// How far it has come.
    pub state: TicketState,
    /// The skill or agent that opened it.
    pub opened_by: String,
    /// Why a person is needed.
    pub reason: String,
    /// Whatever helps that person.
    pub details: BTreeMap<String, Value>,
    /// When it was opened.
    pub created: Timestamp,
}

impl TicketId {
    /// A new one: eight characters of Crockford's base 32, of which a million
    /// tickets share one with a chance of a third.
    pub fn generate() -> Self {
        let text = ulid::Ulid::generate().to_string();
        // A ULID's first ten characters are its time, the others random.
        Self::from(format!("T-{}", text.get(18..).unwrap_or(&text)))
    }
}
