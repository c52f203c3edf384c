//! What skills keep beyond a conversation, until the host stops.

use std::{
    collections::BTreeMap,
    ops::Bound,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;

use super::MemoryStore;
use crate::{
    conversation::{
        PendingWrites, Storage, StorageError, StorageSize, StorageWrite, StoredValue, Swap,
        Swapped, Trust,
    },
    handoff::Stored,
    id::{ConversationId, SkillName},
};

/// The values of all skills.
#[derive(Default)]
pub(super) struct Values(Mutex<Shelves>);

#[derive(Default)]
struct Shelves {
    skills: BTreeMap<SkillName, BTreeMap<String, Kept>>,
    /// The last version that was given.
    versions: u64,
}

struct Kept {
    value: StoredValue,
    conversation: ConversationId,
}

impl Shelves {
    fn find(&self, skill: &SkillName, key: &str) -> Option<&StoredValue> {
        Some(&self.skills.get(skill)?.get(key)?.value)
    }

    fn size(&self, skill: &SkillName) -> StorageSize {
        let values = self.skills.get(skill).into_iter().flatten();
        values.fold(StorageSize::default(), |size, (key, kept)| {
            size.with(
                StorageSize::of(key, &kept.value.value),
                StorageSize::default(),
            )
        })
    }

    fn insert(
        &mut self,
        conversation: &ConversationId,
        skill: &SkillName,
        key: &str,
        value: Arc<str>,
        trust: Trust,
    ) -> u64 {
        self.versions += 1;
        let kept = Kept {
            value: StoredValue {
                value,
                version: self.versions,
                trust,
            },
            conversation: conversation.clone(),
        };
        let shelf = self.skills.entry(skill.clone()).or_default();
        shelf.insert(key.to_owned(), kept);
        self.versions
    }
}

impl Values {
    fn shelves(&self) -> MutexGuard<'_, Shelves> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was stored during a conversation.
    pub(super) fn during(&self, id: &ConversationId) -> Vec<Stored> {
        let shelves = self.shelves();
        let all = shelves.skills.iter().flat_map(|(skill, shelf)| {
            let kept = shelf.iter().filter(|(_, kept)| kept.conversation == *id);
            kept.map(|(key, kept)| Stored {
                skill: skill.clone(),
                key: key.clone(),
                value: kept.value.clone(),
            })
        });
        all.collect()
    }

    /// Writes what a turn leaves behind.
    pub(super) fn write(
        &self,
        conversation: &ConversationId,
        writes: &BTreeMap<SkillName, PendingWrites>,
    ) {
        if writes.is_empty() {
            return;
        }
        let mut shelves = self.shelves();
        for (skill, writes) in writes {
            for (key, pending) in writes {
                match &pending.write {
                    StorageWrite::Set(value, trust) => {
                        shelves.insert(conversation, skill, key, value.clone(), *trust);
                    }
                    StorageWrite::Delete => {
                        if let Some(shelf) = shelves.skills.get_mut(skill) {
                            shelf.remove(key);
                        }
                    }
                }
            }
        }
    }

    /// Removes what was written in a conversation.
    pub(super) fn forget(&self, conversation: &ConversationId) {
        for shelf in self.shelves().skills.values_mut() {
            shelf.retain(|_, kept| kept.conversation != *conversation);
        }
    }
}

#[async_trait]
impl Storage for MemoryStore {
    fn stored(&self, skill: &SkillName, key: &str) -> Result<Option<StoredValue>, StorageError> {
        Ok(self.storage.shelves().find(skill, key).cloned())
    }

    fn stored_keys(
        &self,
        skill: &SkillName,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, StorageError> {
        let shelves = self.storage.shelves();
        let Some(shelf) = shelves.skills.get(skill) else {
            return Ok(Vec::new());
        };
        let from = match after {
            Some(after) if after >= prefix => Bound::Excluded(after),
            _ => Bound::Included(prefix),
        };
        let keys = shelf
            .range::<str, _>((from, Bound::Unbounded))
            .map(|(key, _)| key);
        Ok(keys
            .take_while(|key| key.starts_with(prefix))
            .take(limit)
            .cloned()
            .collect())
    }

    fn stored_size(&self, skill: &SkillName) -> Result<StorageSize, StorageError> {
        Ok(self.storage.shelves().size(skill))
    }

    async fn swap(&self, swap: Swap) -> Result<Swapped, StorageError> {
        let mut shelves = self.storage.shelves();
        let there = shelves.find(&swap.skill, &swap.key);
        if there.map(|there| there.version) != swap.read {
            return Ok(Swapped::Changed);
        }
        let replaced = there.map(|there| StorageSize::of(&swap.key, &there.value));
        let size = shelves.size(&swap.skill).with(swap.adds, swap.frees).with(
            StorageSize::of(&swap.key, &swap.value),
            replaced.unwrap_or_default(),
        );
        if !size.fits(swap.quota) {
            return Ok(Swapped::Full);
        }
        let version = shelves.insert(
            &swap.conversation,
            &swap.skill,
            &swap.key,
            swap.value,
            swap.trust,
        );
        Ok(Swapped::Written(version))
    }
}
