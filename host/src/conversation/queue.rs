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
    /// How many wait at each door; only whoever must wait looks here.
    waiting: DashMap<ConversationId, usize>,
}

/// As many wait for their turn already as may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueFull;

/// Holds the conversation until dropped.
pub struct TurnTicket {
    doors: Arc<DashMap<ConversationId, Arc<Mutex<()>>>>,
    id: ConversationId,
    guard: Option<OwnedMutexGuard<()>>,
}

impl TurnQueue {
    /// Waits for the conversation's earlier turns to end, unless as many wait
    /// already as may. Tokio's mutex is fair, so messages are answered in the
    /// order they came.
    pub async fn enter(
        &self,
        id: &ConversationId,
        may_wait: usize,
    ) -> Result<TurnTicket, QueueFull> {
        let door = self.doors.entry(id.clone()).or_default().clone();
        let guard = match door.clone().try_lock_owned() {
            Ok(guard) => guard,
            Err(_) => {
                let _place = Place::take(&self.waiting, id, may_wait)?;
                door.lock_owned().await
            }
        };
        Ok(TurnTicket {
            doors: self.doors.clone(),
            id: id.clone(),
            guard: Some(guard),
        })
    }
}

/// One of those who wait, until dropped.
struct Place<'a> {
    waiting: &'a DashMap<ConversationId, usize>,
    id: &'a ConversationId,
}

impl<'a> Place<'a> {
    fn take(
        waiting: &'a DashMap<ConversationId, usize>,
        id: &'a ConversationId,
        may_wait: usize,
    ) -> Result<Self, QueueFull> {
        let mut count = waiting.entry(id.clone()).or_default();
        if *count >= may_wait {
            return Err(QueueFull);
        }
        *count += 1;
        drop(count);
        Ok(Self { waiting, id })
    }
}

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.waiting.remove_if_mut(self.id, |_, count| {
            *count -= 1;
            *count == 0
        });
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
    async fn a_second_turn_waits_for_the_first_a_third_is_refused_and_the_door_is_forgotten() {
        let queue = Arc::new(TurnQueue::default());
        let id = ConversationId::from("c");
        let first = queue.enter(&id, 1).await.ok();
        let second = tokio::spawn({
            let (queue, id) = (queue.clone(), id.clone());
            async move { queue.enter(&id, 1).await.ok() }
        });
        tokio::task::yield_now().await;
        assert!(!second.is_finished());
        assert_eq!(queue.enter(&id, 1).await.err(), Some(QueueFull));
        drop(first);
        drop(second.await.unwrap());
        assert!(queue.doors.is_empty() && queue.waiting.is_empty());
    }
}
