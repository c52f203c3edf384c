//! Requests that wait for a person.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Approval, Query};
use crate::id::{AgentName, ConversationId, MessageId, TicketId, UserId};

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
    /// The human agent whose people work on it; none if a skill opened it.
    #[serde(default)]
    pub agent: Option<AgentName>,
    /// Who had the conversation before that agent, and has it again afterwards.
    #[serde(default)]
    pub returns_to: Option<AgentName>,
    /// The person who works on it.
    #[serde(default)]
    pub claimed_by: Option<String>,
    /// Messages of the user since a person last replied.
    #[serde(default)]
    pub waiting: u32,
    /// What was replied under a key, so that a repeated reply is not said twice.
    #[serde(default)]
    pub replies: BTreeMap<String, MessageId>,
    /// What is to be decided; none: the ticket asks for words, or for work.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub approval: Option<Approval>,
    /// Counts its changes, so that of two people who change it at the same
    /// time one is told.
    #[serde(default)]
    pub version: u64,
}

impl Ticket {
    /// A new one that nobody has yet.
    pub fn new(query: &Query, opened_by: String, reason: String) -> Self {
        Self {
            id: TicketId::generate(),
            conversation: query.conversation.clone(),
            user: query.user.clone(),
            state: TicketState::Open,
            opened_by,
            reason,
            details: BTreeMap::new(),
            created: query.time,
            agent: None,
            returns_to: None,
            claimed_by: None,
            waiting: 0,
            replies: BTreeMap::new(),
            approval: None,
            version: 0,
        }
    }

    /// What the conversation carries of it: people whose approval is asked do
    /// not have the conversation.
    pub fn of_people(&self) -> Option<OpenTicket> {
        let agent = self.agent.clone().filter(|_| self.approval.is_none())?;
        Some(OpenTicket {
            ticket: self.id.clone(),
            agent,
        })
    }

    /// It is done.
    pub fn close(&mut self) {
        self.state = TicketState::Closed;
        self.waiting = 0;
        self.version += 1;
    }

    /// The user has written again. What was closed while the message was on
    /// its way is open again: the user was told of this ticket.
    pub fn append(&mut self) {
        if self.state == TicketState::Closed {
            self.state = TicketState::Open;
            self.claimed_by = None;
        }
        self.waiting = self.waiting.saturating_add(1);
        self.version += 1;
    }
}

/// A conversation's ticket that a human agent's people have not closed. It is
/// kept with the conversation, so that a turn knows of it without a query.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenTicket {
    /// Which ticket.
    pub ticket: TicketId,
    /// The human agent.
    pub agent: AgentName,
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
