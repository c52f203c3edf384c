//! Conversations: their messages, who owns them, and one turn at a time in each.

mod afterwards;
mod approval;
mod call;
mod chance;
mod event;
mod history;
mod message;
mod metadata;
mod payments;
mod query;
mod queue;
mod record;
mod storage;
mod tab;
mod text;
mod thread;
mod ticket;
mod turn;

pub use crate::trust::Trust;
pub use afterwards::{Afterwards, Work};
pub use approval::{Approval, ApprovalDecision};
pub use call::{Execution, ToolCall, execution};
pub use chance::{Chance, Seed};
pub use event::{Event, EventKind, ToolEnd};
pub use history::{History, HistoryError, MessageList};
pub use message::{Message, Speaker};
pub use metadata::{Metadata, Noted};
pub use payments::{PaymentWish, Payments};
pub use query::Query;
pub use queue::{QueueFull, TurnQueue, TurnTicket};
pub use record::HandoffRecord;
pub use storage::{
    PendingWrite, PendingWrites, Storage, StorageError, StorageSize, StorageWrite, StoredValue,
    Swap, Swapped,
};
pub use tab::{Fate, Settled, Tab, TabEntry};
pub use text::{MAX_MESSAGE, TextError, clean};
pub use thread::{Side, Thread};
pub use ticket::{OpenTicket, Ticket, TicketState};
pub use turn::{
    Basis, Colleague, ColleagueAnswer, ColleagueError, Colleagues, Effects, FoundAgent, Profiles,
    Readiness, Records, SavedState, SearchBroken, Turn,
};

use std::sync::Arc;

use crate::id::{AgentName, ConversationId, UserId};

/// A conversation as a turn finds it.
#[derive(Clone, Debug)]
pub struct Conversation {
    /// Identifies it.
    pub id: ConversationId,
    /// Whose conversation it is; none for a visitor.
    pub user: Option<UserId>,
    /// The agent that answers when nothing is handed over.
    pub owner: AgentName,
    /// How many turns there have been.
    pub turns: u64,
    /// What hooks and applications noted.
    pub metadata: Arc<Metadata>,
    /// Tickets of human agents that are not closed.
    pub people: Vec<OpenTicket>,
    /// The messages so far.
    pub history: Arc<dyn History>,
}
