//! Messages that came with a key, as whoever sent one asks after it; and those
//! who want to be told of its end.

use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Answer, StoreError};
use crate::{
    conversation::Message,
    id::{ConversationId, DeliveryKey, UserId},
};

/// A message that came with a key, as it is kept.
#[derive(Clone, Debug)]
pub struct KeptDelivery {
    /// What its sender calls it.
    pub key: DeliveryKey,
    /// The conversation it came in.
    pub conversation: ConversationId,
    /// The message.
    pub message: Arc<Message>,
    /// The turn that it began.
    pub turn: u64,
    /// How far that has come.
    pub progress: DeliveryProgress,
    /// When its sender called it off; none: it has not.
    pub called_off: Option<Timestamp>,
}

/// How far a delivery has come.
#[derive(Clone, Debug)]
pub enum DeliveryProgress {
    /// Its turn goes on.
    UnderWay,
    /// It has its answer.
    Answered(Box<Answer>),
    /// Its turn was broken off; the same message takes it up again.
    CutOff,
}

/// Somebody who wants to be told what becomes of a delivery.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Follower {
    /// What it is called, among those of the same delivery.
    pub id: String,
    /// Which delivery.
    pub key: DeliveryKey,
    /// Whose.
    pub user: UserId,
    /// The conversation it belongs to.
    pub conversation: ConversationId,
    /// How it is told, in the words of its front door.
    pub how: String,
    /// What it was told last; empty: nothing yet.
    pub told: String,
    /// There will be nothing more to tell.
    pub over: bool,
}

/// Deliveries as a store keeps them.
#[async_trait]
pub trait Deliveries: Send + Sync {
    /// This user's whose key begins like this.
    async fn deliveries(
        &self,
        user: &UserId,
        prefix: &str,
    ) -> Result<Vec<KeptDelivery>, StoreError>;

    /// Notes that its sender has called it off; false: there is none, or it was
    /// called off before.
    async fn call_off(
        &self,
        user: &UserId,
        key: &DeliveryKey,
        at: Timestamp,
    ) -> Result<bool, StoreError>;

    /// Keeps a follower, in the place of one with the same id.
    async fn follow(&self, follower: Follower) -> Result<(), StoreError>;

    /// Those of one delivery, by id.
    async fn followers(&self, key: &DeliveryKey) -> Result<Vec<Follower>, StoreError>;

    /// Those of all deliveries whom there may be something to tell.
    async fn waiting_followers(&self) -> Result<Vec<Follower>, StoreError>;

    /// Removes one; whether it was there.
    async fn unfollow(&self, key: &DeliveryKey, id: &str) -> Result<bool, StoreError>;
}
