//! What was kept of earlier turns, in a case.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use async_trait::async_trait;
use serde_json::Value;

use super::Calls;
use crate::{
    conversation::{
        HandoffRecord, HistoryError, Profiles, Records, SavedState, Storage, StorageError,
        StorageSize, StoredValue, Swap, Swapped, Ticket, Trust,
    },
    id::{ConversationId, SkillName, UserId},
};

/// What was kept of earlier turns.
pub(super) struct Archive {
    pub(super) state: Option<SavedState>,
    pub(super) tickets: Vec<Ticket>,
    pub(super) handoffs: Vec<HandoffRecord>,
    pub(super) profile: Arc<BTreeMap<String, Value>>,
}

impl Records for Archive {
    fn state(&self, _: &ConversationId, _: &SkillName) -> Result<Option<SavedState>, HistoryError> {
        Ok(self.state.clone())
    }

    fn open_tickets(&self, _: &UserId) -> Result<Vec<Ticket>, HistoryError> {
        Ok(self.tickets.clone())
    }

    fn handoff_records(&self, _: &ConversationId) -> Result<Vec<HandoffRecord>, HistoryError> {
        Ok(self.handoffs.clone())
    }

    fn records_under_way(&self) -> Result<Vec<HandoffRecord>, HistoryError> {
        let under_way = self.handoffs.iter().filter(|it| it.answered.is_none());
        Ok(under_way.cloned().collect())
    }

    fn waiting_tickets(&self) -> Result<Vec<Ticket>, HistoryError> {
        Ok(self.tickets.clone())
    }
}

impl Profiles for Archive {
    fn profile(&self, _: &UserId) -> Option<Arc<BTreeMap<String, Value>>> {
        Some(self.profile.clone()).filter(|profile| !profile.is_empty())
    }
}

/// What the skill has stored.
pub(super) struct Shelf {
    pub(super) values: Mutex<BTreeMap<String, StoredValue>>,
    pub(super) calls: Calls,
}

impl Shelf {
    pub(super) fn new(values: &BTreeMap<String, Value>, calls: Calls) -> Self {
        let stored = values.iter().map(|(key, value)| {
            let stored = StoredValue {
                value: value.to_string().into(),
                version: 1,
                trust: Trust::TOOL,
            };
            (key.clone(), stored)
        });
        Self {
            values: Mutex::new(stored.collect()),
            calls,
        }
    }

    pub(super) fn values(&self) -> BTreeMap<String, StoredValue> {
        self.lock().clone()
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, BTreeMap<String, StoredValue>> {
        self.values.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Storage for Shelf {
    fn stored(&self, _: &SkillName, key: &str) -> Result<Option<StoredValue>, StorageError> {
        Ok(self.lock().get(key).cloned())
    }

    fn stored_keys(
        &self,
        _: &SkillName,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, StorageError> {
        let values = self.lock();
        let keys = values.keys();
        let listed = keys.filter(|key| {
            key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after)
        });
        Ok(listed.take(limit).cloned().collect())
    }

    fn stored_size(&self, _: &SkillName) -> Result<StorageSize, StorageError> {
        let values = self.lock();
        let sizes = values.iter();
        let sizes = sizes.map(|(key, stored)| StorageSize::of(key, &stored.value));
        Ok(sizes.fold(StorageSize::default(), |all, one| {
            all.with(one, StorageSize::default())
        }))
    }

    async fn swap(&self, swap: Swap) -> Result<Swapped, StorageError> {
        self.calls.note(format!("swap {}", swap.key));
        let mut values = self.lock();
        let there = values.get(&swap.key).map(|stored| stored.version);
        if there != swap.read {
            return Ok(Swapped::Changed);
        }
        let version = there.unwrap_or(0) + 1;
        let stored = StoredValue {
            value: swap.value,
            version,
            trust: swap.trust,
        };
        values.insert(swap.key, stored);
        Ok(Swapped::Written(version))
    }
}
