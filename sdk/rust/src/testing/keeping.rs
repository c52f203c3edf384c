//! What the desk has configured, stored and on record, and its clock.

use super::{Desk, State};
use crate::bindings::baton::skill::{
    handoffs::Handoff,
    storage::{Entry, Usage},
};
use crate::bindings::types::Pair;
use crate::codes::ErrorCode;
use crate::error::Error;
use crate::json::ToJson;
use serde::Serialize;
use std::collections::BTreeMap;

/// As much as a host lets a skill keep, if the test says nothing else.
const QUOTA: (u64, u64) = (10_000, 10 << 20);

#[derive(Default)]
pub(super) struct Keeping {
    pub(super) config: Vec<Pair>,
    values: BTreeMap<String, Entry>,
    versions: u64,
    quota: Option<(u64, u64)>,
    pub(super) time: u64,
    drawn: u64,
    pub(super) handoffs: Vec<Handoff>,
}

impl Keeping {
    pub(super) fn get(&self, key: &str) -> Option<Entry> {
        self.values.get(key).cloned()
    }

    pub(super) fn remove(&mut self, key: &str) {
        self.values.remove(key);
    }

    pub(super) fn keys(&self, prefix: &str, after: Option<&str>, limit: u32) -> Vec<String> {
        self.values
            .keys()
            .filter(|key| key.starts_with(prefix) && after.is_none_or(|after| key.as_str() > after))
            .take(limit.min(1000) as usize)
            .cloned()
            .collect()
    }

    pub(super) fn used(&self) -> Usage {
        let (max_keys, max_bytes) = self.quota.unwrap_or(QUOTA);
        let bytes = |(key, entry): (&String, &Entry)| (key.len() + entry.value.len()) as u64;
        Usage {
            keys: self.values.len() as u64,
            bytes: self.values.iter().map(bytes).sum(),
            max_keys,
            max_bytes,
            extra: Vec::new(),
        }
    }

    /// A test sees at once what a host would store with the turn's answer.
    pub(super) fn put(&mut self, key: &str, value: &str) -> Result<u64, Error> {
        if key.is_empty() || key.len() > 256 || key.contains(char::is_control) {
            return Err(Error::new(ErrorCode::Invalid, "no key"));
        }
        self.versions += 1;
        let entry = Entry {
            value: value.to_owned(),
            version: Some(self.versions),
            trust: 80,
            extra: Vec::new(),
        };
        let before = self.values.insert(key.to_owned(), entry);
        let used = self.used();
        if used.keys <= used.max_keys && used.bytes <= used.max_bytes {
            return Ok(self.versions);
        }
        match before {
            Some(before) => drop(self.values.insert(key.to_owned(), before)),
            None => self.remove(key),
        }
        Err(Error::new(ErrorCode::Limit, "more than the skill may keep"))
    }

    /// The same numbers in every run of a test (splitmix64).
    pub(super) fn draw(&mut self) -> u64 {
        self.drawn = self.drawn.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut number = self.drawn;
        number = (number ^ (number >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        number = (number ^ (number >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        number ^ (number >> 31)
    }
}

/// Setting a desk up.
impl Desk {
    /// Adds something that the operator has configured.
    pub fn configured(self, name: &str, value: impl ToJson) -> Self {
        self.keeping(|keeping| keeping.config.push(Pair::new(name, value)));
        self
    }

    /// Adds a value that was stored before.
    pub fn stored<T: Serialize + ?Sized>(self, key: &str, value: &T) -> Self {
        let json = serde_json::to_string(value).unwrap_or_else(|why| format!("{why:?}"));
        self.keeping(|keeping| drop(keeping.put(key, &json)));
        self
    }

    /// Lets the skill keep no more than this.
    pub fn storage_quota(self, keys: u64, bytes: u64) -> Self {
        self.keeping(|keeping| keeping.quota = Some((keys, bytes)));
        self
    }

    /// Sets the clock, in milliseconds since 1970.
    pub fn at(self, time: u64) -> Self {
        self.keeping(|keeping| keeping.time = time);
        self
    }

    /// Adds a handoff to the conversation's past: `active`, `completed` or
    /// `failed`.
    pub fn handed_over(self, source: &str, target: &str, state: &str) -> Self {
        self.keeping(|keeping| {
            keeping.handoffs.push(Handoff {
                id: (keeping.handoffs.len() + 1).to_string(),
                source: source.to_owned(),
                target: target.to_owned(),
                reason: "specialization".to_owned(),
                confidence: 1.0,
                created: 0,
                state: state.to_owned(),
                extra: Vec::new(),
            })
        });
        self
    }

    fn keeping(&self, change: impl FnOnce(&mut Keeping)) {
        change(&mut self.0.borrow_mut().keeping);
    }
}

/// Asking what a skill did at it.
impl Desk {
    /// What is stored, each key with its JSON.
    pub fn values(&self) -> Vec<(String, String)> {
        let state: &State = &self.0.borrow();
        let values = state.keeping.values.iter();
        values
            .map(|(key, entry)| (key.clone(), entry.value.clone()))
            .collect()
    }

    /// The conversation's metadata, what the skill has set included.
    pub fn noted(&self) -> Vec<Pair> {
        self.0.borrow().metadata.clone()
    }
}
