//! One turn at a time in each conversation, in the order the messages came.

use std::sync::Arc;

use dashmap::DashMap;
use tokio::sync::{Mutex, OwnedMutexGuard};

use crate::id::ConversationId;

/// Lets the turns of a conversation in one by one; different conversations do
/// not wait for each other.
#[derive(Default)]
pub struct TurnQueue {
    doors: Arc<DashMap<ConversationId, Arc<Mutex<()>>>>,
}

/// Holds the conversation until dropped.
pub struct TurnTicket {
    doors: Arc<DashMap<ConversationId, Arc<Mutex<()>>>>,
    id: ConversationId,
    guard: Option<OwnedMutexGuard<()>>,
}

impl TurnQueue {
    /// Waits for the conversation's earlier turns to end. Tokio's mutex is
    /// fair, so messages are answered in the order they came.
    pub async fn enter(&self, id: &ConversationId) -> TurnTicket {
        let door = self.doors.entry(id.clone()).or_default().clone();
        let guard = match door.clone().try_lock_owned() {
            Ok(guard) => guard,
            Err(_) => door.lock_owned().await,
        };
        TurnTicket {
            doors: self.doors.clone(),
            id: id.clone(),
            guard: Some(guard),
        }
    }
}

impl Drop for TurnTicket {
    fn drop(&mut self) {
        self.guard.take();
        // Two references are the map's and none is a waiter's: nobody needs the door.
        self.doors
            .remove_if(&self.id, |_, door| Arc::strong_count(door) == 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_second_turn_waits_for_the_first_and_the_door_is_forgotten_after_both() {
        let queue = Arc::new(TurnQueue::default());
        let id = ConversationId::from("c");
        let first = queue.enter(&id).await;
        let second = tokio::spawn({
            let (queue, id) = (queue.clone(), id.clone());
            async move { queue.enter(&id).await }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        drop(first);
        drop(second.await.unwrap());
        assert!(queue.doors.is_empty());
    }
}
