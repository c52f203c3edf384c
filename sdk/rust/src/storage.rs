//! Values that the skill keeps beyond a conversation, for itself alone.
//!
//! Conditions may read; hooks and tools may write. What `set` and `delete` do is
//! stored together with the turn's answer, or not at all when the turn is cut
//! off. `compare_and_set` and `update` write at once, for what several
//! conversations change.
//!
//! ```no_run
//! # use baton_sdk::{Error, storage};
//! # fn f() -> Result<(), Error> {
//! storage::set("expert/finance", &"Bonds fall when rates rise.")?;
//! let note: Option<String> = storage::get("expert/finance")?;
//! // Nobody's count is lost, however many conversations count at once:
//! let visits = storage::update("visits", |before: Option<u64>| before.unwrap_or(0) + 1)?;
//! # Ok(()) }
//! ```

use crate::backend::{self, Host as _};
pub use crate::bindings::baton::skill::storage::{Entry, Usage};
use crate::codes::ErrorCode;
use crate::error::Error;
use serde::{Serialize, de::DeserializeOwned};

/// How often `update` reads again because another conversation was first. As
/// many as could ever write the same key at once and take turns.
const TRIES: usize = 32;

/// The value under this key.
pub fn get<T: DeserializeOwned>(key: &str) -> Result<Option<T>, Error> {
    match entry(key)? {
        Some(entry) => entry.read().map(Some),
        None => Ok(None),
    }
}

/// The value under this key with its version and trust.
pub fn entry(key: &str) -> Result<Option<Entry>, Error> {
    backend::with(|host| host.stored(key))
}

/// Keeps a value under this key.
pub fn set<T: Serialize + ?Sized>(key: &str, value: &T) -> Result<(), Error> {
    let value = json(value)?;
    backend::with(|host| host.store(key, &value))
}

/// Forgets the value under this key.
pub fn delete(key: &str) -> Result<(), Error> {
    backend::with(|host| host.forget(key))
}

/// At most `limit` keys that begin with `prefix`, in order, those after `after`.
/// At most 1000.
pub fn keys(prefix: &str, after: Option<&str>, limit: u32) -> Result<Vec<String>, Error> {
    backend::with(|host| host.stored_keys(prefix, after, limit))
}

/// Writes at once, if the version is still the one that was read (none: there
/// was no value). The version it has now; none: somebody else was first.
pub fn compare_and_set<T: Serialize + ?Sized>(
    key: &str,
    version: Option<u64>,
    value: &T,
) -> Result<Option<u64>, Error> {
    let value = json(value)?;
    backend::with(|host| host.compare_and_set(key, version, &value))
}

/// Changes a value at once, and again from the start when somebody else was
/// first. The value that was written.
pub fn update<T: Serialize + DeserializeOwned>(
    key: &str,
    change: impl Fn(Option<T>) -> T,
) -> Result<T, Error> {
    for _ in 0..TRIES {
        let before = entry(key)?;
        let version = before.as_ref().and_then(|entry| entry.version);
        let before = before.map(|entry| entry.read()).transpose()?;
        let value = change(before);
        if compare_and_set(key, version, &value)?.is_some() {
            return Ok(value);
        }
    }
    let why = format!("`{key}` is changed by others all the time");
    Err(Error::new(ErrorCode::Unavailable, why))
}

/// How much is stored, and how much may be.
pub fn used() -> Result<Usage, Error> {
    backend::with(|host| host.storage_used())
}

impl Entry {
    /// The value as its type.
    pub fn read<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_str(&self.value)
            .map_err(|why| Error::new(ErrorCode::Invalid, format!("what is stored: {why}")))
    }
}

fn json<T: Serialize + ?Sized>(value: &T) -> Result<String, Error> {
    serde_json::to_string(value)
        .map_err(|why| Error::new(ErrorCode::Invalid, format!("cannot be stored: {why}")))
}
