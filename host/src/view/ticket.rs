//! What waits for a person.

use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use crate::{
    conversation::{Approval, ApprovalDecision, HistoryError, Message, Ticket},
    handoff::{Answer, Decided, Store, StoreError, Tended},
    id::{AgentName, ConversationId, HandoffId, TicketId, UserId},
};

/// Messages shown: what a person reads before answering, and less than would
/// hide the ticket itself.
const TRANSCRIPT: usize = 100;

/// A ticket for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed<'a> {
    /// Which ticket.
    pub id: &'a TicketId,
    /// `open`, `claimed` or `closed`.
    pub state: &'static str,
    /// The conversation it is about.
    pub conversation: &'a ConversationId,
    /// Whose conversation that is.
    pub user: Option<&'a UserId>,
    /// The skill or agent that opened it.
    pub opened_by: &'a str,
    /// The human agent whose people work on it.
    pub agent: Option<&'a AgentName>,
    /// The person who works on it.
    pub claimed_by: Option<&'a str>,
    /// Messages since a person last replied.
    pub waiting: u32,
    /// Why a person is needed.
    pub reason: &'a str,
    /// Whatever helps that person.
    pub details: &'a BTreeMap<String, Value>,
    /// When it was opened.
    pub created: Timestamp,
    /// What is to be decided; null: the ticket asks for words.
    pub approval: Option<Approved<'a>>,
}

/// What is to be decided, for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Approved<'a> {
    /// Which handoff.
    pub handoff: &'a HandoffId,
    /// To whom.
    pub target: &'a AgentName,
    /// Until when; null: without end.
    pub deadline: Option<Timestamp>,
    /// `approved`, `refused` or `expired`; null: nothing yet.
    pub decision: Option<&'static str>,
}

impl<'a> Approved<'a> {
    /// As it is.
    pub fn new(approval: &'a Approval) -> Self {
        Self {
            handoff: &approval.handoff,
            target: &approval.target,
            deadline: approval.deadline,
            decision: approval.decision.as_ref().map(ApprovalDecision::as_str),
        }
    }
}

impl<'a> Listed<'a> {
    /// As it is.
    pub fn new(ticket: &'a Ticket) -> Self {
        Self {
            id: &ticket.id,
            state: ticket.state.as_str(),
            conversation: &ticket.conversation,
            user: ticket.user.as_ref(),
            opened_by: &ticket.opened_by,
            agent: ticket.agent.as_ref(),
            claimed_by: ticket.claimed_by.as_deref(),
            waiting: ticket.waiting,
            reason: &ticket.reason,
            details: &ticket.details,
            created: ticket.created,
            approval: ticket.approval.as_ref().map(Approved::new),
        }
    }
}

/// A ticket for programs, with the transcript.
#[derive(Serialize)]
pub struct Shown<'a> {
    /// The ticket.
    #[serde(flatten)]
    pub ticket: Listed<'a>,
    /// What was said.
    pub transcript: &'a [Arc<Message>],
}

/// What became of a ticket, for programs.
#[derive(Serialize)]
pub struct Done<'a> {
    /// The ticket as it is now.
    pub ticket: Listed<'a>,
    /// Who has the conversation.
    pub owner: &'a AgentName,
    /// It was done before.
    pub repeated: bool,
    /// What the customer is answered by a decision; null if it was answered
    /// before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub answer: Option<Option<&'a Answer>>,
}

impl<'a> From<&'a Tended> for Done<'a> {
    fn from(tended: &'a Tended) -> Self {
        Self {
            ticket: Listed::new(&tended.ticket),
            owner: &tended.owner,
            repeated: tended.repeated,
            answer: None,
        }
    }
}

impl<'a> From<&'a Decided> for Done<'a> {
    fn from(decided: &'a Decided) -> Self {
        Self {
            answer: Some(decided.answer.as_ref()),
            ..Self::from(&decided.tended)
        }
    }
}

/// What was said in the ticket's conversation, oldest first.
pub async fn transcript(
    store: &dyn Store,
    ticket: &Ticket,
) -> Result<Vec<Arc<Message>>, StoreError> {
    let failed = |why: HistoryError| StoreError::Failed {
        what: "read what was said",
        why: why.to_string(),
    };
    match store.open(&ticket.conversation).await? {
        Some(conversation) => conversation.history.page(None, TRANSCRIPT).map_err(failed),
        None => Ok(Vec::new()),
    }
}
