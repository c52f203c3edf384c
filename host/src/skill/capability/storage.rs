//! `storage`: what a skill keeps beyond a conversation.
//!
//! `set` and `delete` come with the turn's answer, in the same commit, so that a
//! turn which is cut off and begun again has written once. `compare-and-set`
//! cannot wait for that: its promise, that of several who try one has it, holds
//! only if the value is there when it returns.

use std::{collections::BTreeSet, sync::Arc};

use serde::de::IgnoredAny;

use super::{error, not_granted};
use crate::{
    conversation::{
        PendingWrite, PendingWrites, StorageError, StorageSize, StorageWrite, StoredValue, Swap,
        Swapped, Turn,
    },
    id::SkillName,
    skill::{
        bindings::baton::skill::{
            storage::{Entry, Host, Usage},
            types::Error,
        },
        grant::Grant,
        guest::Guest,
    },
};

/// Keys that one call lists. A page that crosses to the guest within its limits.
const PAGE: u32 = 1_000;

/// The longest key in bytes: a path of ids and words, and an index that stays
/// small.
const MAX_KEY: usize = 256;

/// What a function gives the guest: an answer, or an error that it can handle.
type Answer<T> = wasmtime::Result<Result<T, Error>>;

impl Host for Guest {
    fn get(&mut self, key: String) -> Answer<Option<Entry>> {
        let Some(turn) = self.enter_granted(Grant::Storage)? else {
            return Ok(Err(not_granted(self, Grant::Storage)));
        };
        let skill = &self.permit.skill;
        let entry = match pending(&turn, skill, &key) {
            Some(StorageWrite::Set(value, trust)) => Some(entry(&value, None, trust.percent())),
            Some(StorageWrite::Delete) => None,
            None => match turn.storage.stored(skill, &key) {
                Err(why) => return Ok(Err(failed(&why))),
                Ok(stored) => stored.map(|stored| {
                    turn.tell(skill, stored.trust);
                    let version = Some(stored.version);
                    entry(&stored.value, version, stored.trust.percent())
                }),
            },
        };
        Ok(Ok(entry))
    }

    fn set(&mut self, key: String, value: String) -> Answer<()> {
        let turn = match self.enter_to_write(&key)? {
            Ok(turn) => turn,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Err(wrong) = json(&value) {
            return Ok(Err(wrong));
        }
        let write = StorageWrite::Set(value.into(), turn.trust_in(&self.permit.skill));
        Ok(self.put(&turn, key, write))
    }

    fn delete(&mut self, key: String) -> Answer<()> {
        Ok(match self.enter_to_write(&key)? {
            Ok(turn) => self.put(&turn, key, StorageWrite::Delete),
            Err(refused) => Err(refused),
        })
    }

    fn keys(&mut self, prefix: String, after: Option<String>, limit: u32) -> Answer<Vec<String>> {
        let Some(turn) = self.enter_granted(Grant::Storage)? else {
            return Ok(Err(not_granted(self, Grant::Storage)));
        };
        let skill = &self.permit.skill;
        let limit = limit.min(PAGE) as usize;
        let writes = writes(&turn, skill);
        // So many that enough are left when those this turn deletes are taken out.
        let page = limit + writes.len();
        let stored = turn
            .storage
            .stored_keys(skill, &prefix, after.as_deref(), page);
        let mut keys: BTreeSet<String> = match stored {
            Ok(keys) => keys.into_iter().collect(),
            Err(why) => return Ok(Err(failed(&why))),
        };
        for (key, pending) in writes {
            let listed =
                key.starts_with(&prefix) && after.as_ref().is_none_or(|after| key > *after);
            match pending.write {
                StorageWrite::Set(..) if listed => drop(keys.insert(key)),
                StorageWrite::Set(..) => {}
                StorageWrite::Delete => drop(keys.remove(&key)),
            }
        }
        Ok(Ok(keys.into_iter().take(limit).collect()))
    }

    async fn compare_and_set(
        &mut self,
        key: String,
        version: Option<u64>,
        value: String,
    ) -> Answer<Option<u64>> {
        let turn = match self.enter_to_write(&key)? {
            Ok(turn) => turn,
            Err(refused) => return Ok(Err(refused)),
        };
        if let Err(wrong) = json(&value) {
            return Ok(Err(wrong));
        }
        let skill = self.permit.skill.clone();
        if pending(&turn, &skill, &key).is_some() {
            let why = format!(
                "this turn has written `{key}` already, which comes with its answer; use \
                 compare-and-set alone for a key that others write too"
            );
            return Ok(Err(error("not-allowed", why)));
        }
        let (adds, frees) = totals(&turn, &skill, None);
        let swapped = turn.storage.swap(Swap {
            trust: turn.trust_in(&skill),
            skill,
            key,
            read: version,
            value: value.into(),
            conversation: turn.query.conversation.clone(),
            quota: self.permit.limits.storage,
            adds,
            frees,
        });
        let swapped = swapped.await;
        self.waited();
        Ok(match swapped {
            Ok(Swapped::Written(version)) => Ok(Some(version)),
            Ok(Swapped::Changed) => Ok(None),
            Ok(Swapped::Full) => Err(self.full()),
            Err(why) => Err(failed(&why)),
        })
    }

    fn used(&mut self) -> Answer<Usage> {
        let Some(turn) = self.enter_granted(Grant::Storage)? else {
            return Ok(Err(not_granted(self, Grant::Storage)));
        };
        let skill = &self.permit.skill;
        let (adds, frees) = totals(&turn, skill, None);
        let quota = self.permit.limits.storage;
        Ok(match turn.storage.stored_size(skill) {
            Err(why) => Err(failed(&why)),
            Ok(size) => {
                let size = size.with(adds, frees);
                Ok(Usage {
                    keys: size.keys,
                    bytes: size.bytes,
                    max_keys: quota.keys,
                    max_bytes: quota.bytes,
                    extra: Vec::new(),
                })
            }
        })
    }
}

impl Guest {
    /// The turn, for a call that is to write under this key.
    fn enter_to_write(&mut self, key: &str) -> Answer<Arc<Turn>> {
        let Some(turn) = self.enter_granted(Grant::Storage)? else {
            return Ok(Err(not_granted(self, Grant::Storage)));
        };
        if !self.may_write() {
            let why = "a condition may read what is stored, hooks and tools may write";
            return Ok(Err(error("not-allowed", why)));
        }
        if key.is_empty() || key.len() > MAX_KEY || key.contains(char::is_control) {
            let why = format!("a key has from 1 to {MAX_KEY} bytes and no control characters");
            return Ok(Err(error("invalid", why)));
        }
        Ok(Ok(turn))
    }

    /// Notes a write, if what is there then fits the quota.
    fn put(&self, turn: &Turn, key: String, write: StorageWrite) -> Result<(), Error> {
        let skill = &self.permit.skill;
        let stored = turn.storage.stored(skill, &key).map_err(|e| failed(&e))?;
        let size = turn.storage.stored_size(skill).map_err(|e| failed(&e))?;
        let replaces = stored.map_or(StorageSize::default(), |StoredValue { value, .. }| {
            StorageSize::of(&key, &value)
        });
        if let StorageWrite::Set(value, _) = &write {
            let (adds, frees) = totals(turn, skill, Some(&key));
            let then = size
                .with(adds, frees)
                .with(StorageSize::of(&key, value), replaces);
            if !then.fits(self.permit.limits.storage) {
                return Err(self.full());
            }
        }
        let pending = PendingWrite { write, replaces };
        turn.with_effects(|effects| {
            let writes = effects.storage.entry(skill.clone()).or_default();
            writes.insert(key, pending);
        });
        Ok(())
    }

    fn full(&self) -> Error {
        let quota = self.permit.limits.storage;
        let skill = &self.permit.skill;
        error(
            "limit",
            format!(
                "it would be more than {} keys or {} KiB, which `{skill}` may keep; delete \
                 something, or the operator raises skills.{skill}.limits.storage-keys or storage-kib",
                quota.keys,
                quota.bytes >> 10
            ),
        )
    }
}

/// What this turn has written under a key.
fn pending(turn: &Turn, skill: &SkillName, key: &str) -> Option<StorageWrite> {
    turn.with_effects(|effects| Some(effects.storage.get(skill)?.get(key)?.write.clone()))
}

/// What this turn has written.
fn writes(turn: &Turn, skill: &SkillName) -> PendingWrites {
    turn.with_effects(|effects| effects.storage.get(skill).cloned())
        .unwrap_or_default()
}

/// What this turn's writes add, and what they take the place of; without the one
/// under a key that is to be written again.
fn totals(turn: &Turn, skill: &SkillName, without: Option<&str>) -> (StorageSize, StorageSize) {
    let none = StorageSize::default();
    turn.with_effects(|effects| {
        let writes = effects.storage.get(skill).into_iter().flatten();
        writes
            .filter(|(key, _)| Some(key.as_str()) != without)
            .fold((none, none), |(adds, frees), (key, pending)| {
                let added = match &pending.write {
                    StorageWrite::Set(value, _) => StorageSize::of(key, value),
                    StorageWrite::Delete => none,
                };
                (adds.with(added, none), frees.with(pending.replaces, none))
            })
    })
}

fn entry(value: &str, version: Option<u64>, trust: u8) -> Entry {
    Entry {
        value: value.to_owned(),
        version,
        trust,
        extra: Vec::new(),
    }
}

fn json(value: &str) -> Result<(), Error> {
    serde_json::from_str::<IgnoredAny>(value)
        .map(drop)
        .map_err(|wrong| error("invalid", format!("the value is not JSON: {wrong}")))
}

fn failed(why: &StorageError) -> Error {
    error("failed", why.to_string())
}
