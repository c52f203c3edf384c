//! What must be kept, and when.

use std::{fmt, sync::Arc};

use async_trait::async_trait;

use super::{Answer, Archive, DeadLetter, Deliveries, HandoffState, Ledger, PostingResult};
use crate::{
    contract::{HandoffContext, Outcome},
    conversation::{Conversation, Effects, Event, Message, Records, Storage, Thread, Ticket},
    id::{AgentName, ConversationId, DeliveryKey, HandoffId, TicketId, UserId},
    payment::Posting,
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
    /// The turn is another's by now.
    #[error(
        "this host was silent for too long in a turn of the conversation {0}, and another has \
         taken it over"
    )]
    TakenOver(ConversationId),
}

/// Before anything else: the user's message.
#[derive(Clone, Debug)]
pub struct Intake {
    /// The conversation as it is; kept anew if this is its first message.
    pub conversation: Conversation,
    /// What was said before, elsewhere; kept only with the first message.
    pub before: Vec<Arc<Message>>,
    /// The message.
    pub message: Arc<Message>,
    /// What its sender calls it.
    pub key: Option<DeliveryKey>,
    /// How many may wait in line for the conversation.
    pub max_waiting: usize,
    /// The dead letter that is tried again.
    pub settles: Option<HandoffId>,
    /// The handoff of an earlier turn that the message is answered by now. The
    /// message is kept already.
    pub resumes: Option<Resumption>,
}

/// A handoff that waited for a person, and is decided.
#[derive(Clone, Debug)]
pub struct Resumption {
    /// Which handoff.
    pub handoff: HandoffId,
    /// The turn in which it was wanted.
    pub turn: u64,
}

/// What becomes of a message that comes in.
#[derive(Debug)]
pub enum Admission {
    /// It is kept, and the conversation's turn is taken for it.
    Begun,
    /// It was kept before, in this turn, which was cut off; the turn is taken
    /// again.
    Resumed {
        /// Which turn.
        turn: u64,
        /// The message as it was kept.
        message: Arc<Message>,
    },
    /// It was answered before.
    Answered(Box<Answer>),
    /// The handoff to resume does not wait any more.
    Settled,
    /// Its key is that of another message.
    OtherText,
    /// The conversation is not what it was when it was opened: open it again.
    Stale,
    /// Another has the turn: ask again later. The place in line is kept.
    Wait,
    /// Too many wait already.
    Full,
}

/// A conversation's turn, or a place in the line for it; given up when dropped.
#[derive(Default)]
pub struct Hold(Option<Box<dyn FnOnce() + Send>>);

impl Hold {
    /// Gives up by calling this.
    pub fn new(release: impl FnOnce() + Send + 'static) -> Self {
        Self(Some(Box::new(release)))
    }

    /// The turn has ended in the store, and with it the hold.
    pub fn end(mut self) {
        self.0 = None;
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(release) = self.0.take() {
            release();
        }
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hold")
    }
}

/// Before a target runs: what it was given.
#[derive(Clone, Debug)]
pub struct Prepared {
    /// The handoff.
    pub context: Arc<HandoffContext>,
    /// Which turn it belongs to.
    pub turn: u64,
    /// [`HandoffState::Accepted`], unless somebody has yet to approve.
    pub state: HandoffState,
    /// What goes back of earlier attempts, and then what is set aside for this
    /// one.
    pub postings: Vec<Posting>,
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
    /// What its client will recognize the conversation by.
    pub thread: Option<Thread>,
    /// The handoffs of this turn and how each ended.
    pub handoffs: Vec<(Arc<HandoffContext>, Outcome)>,
    /// Those whose target has not run: rejected, expired, or waiting for a
    /// person.
    pub not_run: Vec<(Arc<HandoffContext>, HandoffState)>,
    /// The message's key, and what a repeated delivery is to get.
    pub receipt: Option<(DeliveryKey, Box<Answer>)>,
    /// What could not be finished.
    pub dead_letter: Option<Box<DeadLetter>>,
    /// The dead letter that was tried again.
    pub settles: Option<HandoffId>,
    /// The ticket whose decision is carried out by this.
    pub closes: Option<TicketId>,
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

/// Where conversations are kept. Each write of a turn is one short commit: three,
/// and one more for each call of a tool that does something outside.
#[async_trait]
pub trait Store: Records + Storage + Archive + Ledger + Deliveries {
    /// The conversation, if there is one.
    async fn open(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError>;

    /// The conversation that is recognized by this, if there is exactly one.
    async fn recognize(&self, thread: &Thread) -> Result<Option<ConversationId>, StoreError>;

    /// The conversation in which a message of this user came with this key.
    async fn delivered(
        &self,
        user: &UserId,
        key: &DeliveryKey,
    ) -> Result<Option<ConversationId>, StoreError>;

    /// Frees the conversation when dropped, if it is held by then.
    fn hold(&self, id: &ConversationId) -> Hold;

    /// Keeps a user's message and takes its conversation's turn, if that is
    /// free.
    async fn intake(&self, intake: Intake) -> Result<Admission, StoreError>;

    /// Takes a place in the line of the conversation's turns, for what comes
    /// between them: [`Admission::Begun`], `Wait` or `Full`.
    async fn line_up(
        &self,
        id: &ConversationId,
        max_waiting: usize,
    ) -> Result<Admission, StoreError>;

    /// The proof of payment that came with the message of a handoff that waits;
    /// it is there no longer than the handoff waits, for it is worth money.
    async fn proof(&self, handoff: &HandoffId) -> Result<Option<Arc<str>>, StoreError>;

    /// Keeps a handoff that is about to run, and sets its price aside; if that
    /// is refused, the handoff is not kept.
    async fn prepare(&self, prepared: Prepared) -> Result<PostingResult, StoreError>;

    /// Keeps the calls of tools of the turn under way and their results so far,
    /// before the last call does something outside. They come again, as they
    /// have become by then, when the turn ends; if it does not, what is kept says
    /// that their outcome is unknown.
    async fn keep_calls(
        &self,
        conversation: &ConversationId,
        messages: Vec<Arc<Message>>,
    ) -> Result<(), StoreError>;

    /// Keeps what a turn leaves behind, and ends it.
    async fn conclude(&self, conclusion: Conclusion) -> Result<(), StoreError>;

    /// Keeps what a tool that was called outside a turn leaves behind, and gives
    /// up the place in the line.
    async fn keep(&self, conversation: &Conversation, effects: Effects) -> Result<(), StoreError>;

    /// What happened in a conversation, oldest first, each with its turn.
    async fn events(&self, id: &ConversationId) -> Result<Vec<(u64, Event)>, StoreError>;

    /// Handoffs that could not be finished, oldest first.
    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError>;

    /// Drops one; whether there was one of that name.
    async fn drop_dead_letter(&self, id: &HandoffId) -> Result<bool, StoreError>;

    /// The tickets that are not closed, oldest first.
    async fn tickets(&self) -> Result<Vec<Ticket>, StoreError>;

    /// The ticket, closed or not.
    async fn ticket(&self, id: &TicketId) -> Result<Option<Ticket>, StoreError>;

    /// Keeps what a person did, all of it or nothing, and gives up the place in
    /// the line; false, and nothing is kept, if the ticket has changed since it
    /// was read, or the place was lost.
    async fn tend(&self, tending: Tending) -> Result<bool, StoreError>;
}
