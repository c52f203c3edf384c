//! What skills keep beyond a conversation.

use std::{collections::BTreeMap, sync::Arc};

use async_trait::async_trait;

use crate::{
    id::{ConversationId, SkillName},
    trust::Trust,
};

/// A value as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredValue {
    /// JSON.
    pub value: Arc<str>,
    /// Another one after every write, and never the same again, so that a value
    /// which was deleted and written anew is not taken for the old one.
    pub version: u64,
    /// How far it may be believed.
    pub trust: Trust,
}

/// How much is stored: the keys, and the bytes of keys and values.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct StorageSize {
    /// How many keys.
    pub keys: u64,
    /// The bytes of keys and values.
    pub bytes: u64,
}

impl StorageSize {
    /// What one value takes.
    pub fn of(key: &str, value: &str) -> Self {
        Self {
            keys: 1,
            bytes: (key.len() + value.len()) as u64,
        }
    }

    /// With another value, in the place of one if there was one.
    #[must_use]
    pub fn with(self, added: Self, replaced: Self) -> Self {
        Self {
            keys: (self.keys + added.keys).saturating_sub(replaced.keys),
            bytes: (self.bytes + added.bytes).saturating_sub(replaced.bytes),
        }
    }

    /// Whether it is within a quota.
    pub fn fits(self, quota: Self) -> bool {
        self.keys <= quota.keys && self.bytes <= quota.bytes
    }
}

/// A value that is written at once, if nobody else was first.
#[derive(Clone, Debug)]
pub struct Swap {
    /// Whose value.
    pub skill: SkillName,
    /// Under which key.
    pub key: String,
    /// The version that was read; none: there was no value.
    pub read: Option<u64>,
    /// The value to be.
    pub value: Arc<str>,
    /// How far it may be believed.
    pub trust: Trust,
    /// In which conversation it was written.
    pub conversation: ConversationId,
    /// How much the skill may store.
    pub quota: StorageSize,
    /// What this turn writes besides, when it ends,
    pub adds: StorageSize,
    /// and what that takes the place of.
    pub frees: StorageSize,
}

/// What came of a swap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Swapped {
    /// It is written, and has this version.
    Written(u64),
    /// Somebody else was first.
    Changed,
    /// It does not fit the quota.
    Full,
}

/// What a turn writes when it ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StorageWrite {
    /// This value, this far to be believed.
    Set(Arc<str>, Trust),
    /// Nothing is left.
    Delete,
}

/// A write, and what it takes the place of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingWrite {
    /// What is written.
    pub write: StorageWrite,
    /// What was stored there when it was written.
    pub replaces: StorageSize,
}

/// The writes of one skill in one turn, by key.
pub type PendingWrites = BTreeMap<String, PendingWrite>;

/// The values of skills could not be read or written.
#[derive(Clone, Debug, thiserror::Error)]
#[error("the skill's values cannot be read or written: {0}")]
pub struct StorageError(pub String);

/// What skills keep beyond a conversation.
#[async_trait]
pub trait Storage: Send + Sync {
    /// The value under a key.
    fn stored(&self, skill: &SkillName, key: &str) -> Result<Option<StoredValue>, StorageError>;

    /// At most `limit` keys that begin with `prefix`, in order, those after
    /// `after`.
    fn stored_keys(
        &self,
        skill: &SkillName,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, StorageError>;

    /// How much the skill has stored.
    fn stored_size(&self, skill: &SkillName) -> Result<StorageSize, StorageError>;

    /// Writes a value at once, if nobody else was first.
    async fn swap(&self, swap: Swap) -> Result<Swapped, StorageError>;
}
