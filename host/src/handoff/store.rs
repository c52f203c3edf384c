//! What must be kept, and when.

use std::sync::Arc;

use async_trait::async_trait;

use crate::{
    contract::{HandoffContext, Outcome},
    conversation::{Conversation, Effects, Event, Message, Records, Ticket},
    id::{AgentName, ConversationId, TicketId},
};

/// Something could not be kept or read.
#[derive(Clone, Debug, thiserror::Error)]
pub enum StoreError {
    /// The store cannot be opened.
    #[error("cannot open the store {place}: {why}")]
    Open {
        /// Where it is.
        place: String,
        /// What went wrong.
        why: String,
    },
    /// It was opened, and does not do as it is told.
    #[error("the store failed to {what}: {why}")]
    Failed {
        /// What it was to do.
        what: &'static str,
        /// What went wrong.
        why: String,
    },
}

/// Before anything else: the user's message.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The conversation as it is; kept anew if this is its first message.
    pub conversation: Conversation,
    /// The message.
    pub message: Arc<Message>,
}

/// Before a target runs: what it was given.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The handoff.
    pub context: Arc<HandoffContext>,
}

/// Before the answer counts as given: everything else.
#[derive(Debug)]
pub struct Conclusion {
    /// The conversation.
    pub conversation: ConversationId,
    /// Which turn of it.
    pub turn: u64,
    /// The answer.
    pub answer: Arc<Message>,
    /// Who has the conversation from now on.
    pub owner: AgentName,
    /// The handoffs of this turn and how each ended.
    pub handoffs: Vec<(Arc<HandoffContext>, Outcome)>,
    /// What the turn leaves behind.
    pub effects: Effects,
}

/// What a person did with a ticket, between turns.
#[derive(Clone, Debug)]
pub struct Tending {
    /// The ticket as it was, but for what has changed; its version too.
    pub ticket: Ticket,
    /// The turn after which it was done.
    pub turn: u64,
    /// Who has the conversation from now on; none: whoever has it.
    pub owner: Option<AgentName>,
    /// What was said.
    pub message: Option<Arc<Message>>,
    /// What happened.
    pub events: Vec<Event>,
}

/// Where conversations are kept. Each of the three writes is one short commit.
#[async_trait]
pub trait Store: Records {
    /// The conversation, if there is one.
    async fn open(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError>;

    /// Keeps a user's message.
    async fn intake(&self, intake: Intake) -> Result<(), StoreError>;

    /// Keeps a handoff that is about to run.
    async fn prepare(&self, prepared: Prepared) -> Result<(), StoreError>;

    /// Keeps what a turn leaves behind.
    async fn conclude(&self, conclusion: Conclusion) -> Result<(), StoreError>;

    /// Keeps what a tool that was called outside a turn leaves behind.
    async fn keep(&self, conversation: &Conversation, effects: Effects) -> Result<(), StoreError>;

    /// What happened in a conversation, oldest first, each with its turn.
    async fn events(&self, id: &ConversationId) -> Result<Vec<(u64, Event)>, StoreError>;

    /// The tickets that are not closed, oldest first.
    async fn tickets(&self) -> Result<Vec<Ticket>, StoreError>;

    /// The ticket, closed or not.
    async fn ticket(&self, id: &TicketId) -> Result<Option<Ticket>, StoreError>;

    /// Keeps what a person did, all of it or nothing; false, and nothing is
    /// kept, if the ticket has changed since it was read.
    async fn tend(&self, tending: Tending) -> Result<bool, StoreError>;
}
