//! What was kept of conversations, for whoever looks back, and how it is
//! removed.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Desk, StoreError};
use crate::{
    contract::{HandoffContext, Outcome},
    conversation::{Event, EventKind, HandoffRecord, SavedState, StoredValue, Ticket},
    id::{AgentName, ConversationId, HandoffId, SkillName, UserId},
};

/// A handoff as it is kept.
#[derive(Clone, Debug)]
pub struct KeptHandoff {
    /// What the target received.
    pub context: Arc<HandoffContext>,
    /// How it ended; none: it is under way, or was cut off.
    pub outcome: Option<Outcome>,
}

/// A conversation of which something is left.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptConversation {
    /// Identifies it.
    pub id: ConversationId,
    /// Whose conversation it is; none for a visitor.
    pub user: Option<UserId>,
    /// Who has it.
    pub owner: AgentName,
    /// How many turns there have been.
    pub turns: u64,
    /// How many messages are kept.
    pub messages: u64,
    /// When the last message was said, or, without any, something happened.
    pub last: Option<Timestamp>,
}

/// A value that a skill has stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// Whose it is.
    pub skill: SkillName,
    /// Under which key.
    pub key: String,
    /// The value.
    pub value: StoredValue,
}

/// Something that a skill tried without being granted it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denial {
    /// What it tried.
    pub capability: String,
    /// How often.
    pub times: u64,
    /// When last.
    pub last: Option<Timestamp>,
}

/// An event in the order in which the store has kept them.
#[derive(Clone, Debug)]
pub struct Logged {
    /// Its place in that order; whoever reads on begins after it.
    pub place: u64,
    /// The conversation.
    pub conversation: ConversationId,
    /// Which turn of it.
    pub turn: u64,
    /// What happened.
    pub event: Event,
}

/// What a store has kept, outside the way of a turn.
#[async_trait]
pub trait Archive: Send + Sync {
    /// One handoff with its whole context; `Records` tells which there are.
    async fn handoff(&self, id: &HandoffId) -> Result<Option<KeptHandoff>, StoreError>;

    /// The conversations that were not erased, of one user or of all, the
    /// oldest first.
    async fn conversations(
        &self,
        user: Option<&UserId>,
    ) -> Result<Vec<KeptConversation>, StoreError>;

    /// At most `limit` events of all conversations that were kept after that
    /// place, in order.
    async fn events_after(&self, place: u64, limit: usize) -> Result<Vec<Logged>, StoreError>;

    /// The place of the last event, or 0.
    async fn last_event(&self) -> Result<u64, StoreError>;

    /// The handoffs of all conversations that were prepared since then, oldest
    /// first.
    async fn handoffs_since(&self, since: Timestamp) -> Result<Vec<HandoffRecord>, StoreError>;

    /// What skills remember of a conversation.
    async fn states(&self, id: &ConversationId)
    -> Result<Vec<(SkillName, SavedState)>, StoreError>;

    /// What skills have stored during a conversation, for later ones too, by
    /// skill and key.
    async fn stored_during(&self, id: &ConversationId) -> Result<Vec<Stored>, StoreError>;

    /// The tickets that are closed, oldest first.
    async fn closed_tickets(&self) -> Result<Vec<Ticket>, StoreError>;

    /// What a skill tried without being granted it, in any conversation, by the
    /// name of the capability.
    async fn denials(&self, skill: &SkillName) -> Result<Vec<Denial>, StoreError>;

    /// The tickets about a conversation, closed ones included, oldest first.
    async fn tickets_about(&self, id: &ConversationId) -> Result<Vec<Ticket>, StoreError>;

    /// Removes a conversation's messages, contexts, states, metadata, tickets
    /// and what skills have stored during it, and whose it was. Its events stay without their content, and
    /// `erased` is added to them.
    async fn erase(&self, id: &ConversationId, erased: Event) -> Result<(), StoreError>;
}

impl Desk {
    /// Removes what was said in a conversation, after its turns under way have
    /// ended.
    pub async fn erase(&self, id: &ConversationId) -> Result<(), StoreError> {
        let _turn_of_this_conversation = self.enter(id).await;
        let erased = Event {
            time: Timestamp::now(),
            kind: EventKind::ConversationErased,
        };
        for member in self.catalog().members() {
            member.skill.forget(id);
        }
        self.store().erase(id, erased).await
    }
}
