//! Deliveries and those who follow them.

use std::sync::PoisonError;

use async_trait::async_trait;
use jiff::Timestamp;

use super::MemoryStore;
use crate::{
    handoff::{Deliveries, DeliveryProgress, Follower, KeptDelivery, StoreError},
    id::{ConversationId, DeliveryKey, UserId},
};

impl MemoryStore {
    fn with_followers<R>(&self, work: impl FnOnce(&mut Vec<Follower>) -> R) -> R {
        let followers = self.followers.write();
        work(&mut followers.unwrap_or_else(PoisonError::into_inner))
    }

    pub(super) fn forget_followers(&self, id: &ConversationId) {
        self.with_followers(|all| all.retain(|follower| follower.conversation != *id));
    }
}

#[async_trait]
impl Deliveries for MemoryStore {
    async fn deliveries(
        &self,
        user: &UserId,
        prefix: &str,
    ) -> Result<Vec<KeptDelivery>, StoreError> {
        let own = (self.conversations.iter()).filter(|kept| kept.user.as_ref() == Some(user));
        let mut found = Vec::new();
        for kept in own {
            let deliveries = kept.deliveries.iter();
            for (key, delivery) in deliveries.filter(|(key, _)| key.as_str().starts_with(prefix)) {
                found.push(KeptDelivery {
                    key: key.clone(),
                    conversation: kept.key().clone(),
                    message: delivery.message.clone(),
                    turn: delivery.turn,
                    progress: match &delivery.answer {
                        Some(answer) => DeliveryProgress::Answered(answer.clone()),
                        None if kept.in_turn == Some(delivery.turn) => DeliveryProgress::UnderWay,
                        None => DeliveryProgress::CutOff,
                    },
                    called_off: delivery.called_off,
                });
            }
        }
        Ok(found)
    }

    async fn call_off(
        &self,
        user: &UserId,
        key: &DeliveryKey,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        for mut kept in self.conversations.iter_mut() {
            if kept.user.as_ref() == Some(user)
                && let Some(delivery) = kept.deliveries.get_mut(key)
            {
                return Ok(delivery.called_off.replace(at).is_none());
            }
        }
        Ok(false)
    }

    async fn follow(&self, follower: Follower) -> Result<(), StoreError> {
        self.with_followers(|all| {
            all.retain(|other| other.key != follower.key || other.id != follower.id);
            all.push(follower);
        });
        Ok(())
    }

    async fn followers(&self, key: &DeliveryKey) -> Result<Vec<Follower>, StoreError> {
        let mut found = self.with_followers(|all| all.clone());
        found.retain(|follower| follower.key == *key);
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    async fn waiting_followers(&self) -> Result<Vec<Follower>, StoreError> {
        let mut found = self.with_followers(|all| all.clone());
        found.retain(|follower| !follower.over);
        Ok(found)
    }

    async fn unfollow(&self, key: &DeliveryKey, id: &str) -> Result<bool, StoreError> {
        Ok(self.with_followers(|all| {
            let before = all.len();
            all.retain(|follower| follower.key != *key || follower.id != id);
            all.len() < before
        }))
    }
}
