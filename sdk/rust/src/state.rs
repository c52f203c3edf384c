//! The fields of a skill's struct, kept by the host as JSON between its calls.

use crate::backend::{self, Host as _};
use serde::{Serialize, de::DeserializeOwned};

/// The bytes that `keep` compares with; none where nothing was kept.
pub type Kept = Option<Vec<u8>>;

/// What the conversation remembers, or the default where that is nothing or
/// cannot be read.
pub fn recall<T: Default + DeserializeOwned>() -> (T, Kept) {
    let Some(bytes) = backend::with(|host| host.load()) else {
        return (T::default(), None);
    };
    match serde_json::from_slice(&bytes) {
        Ok(value) => (value, Some(bytes)),
        Err(why) => {
            backend::with(|host| host.unreadable(&why.to_string()));
            // Unlike anything that is ever written, so that `keep` replaces it.
            (T::default(), Some(Vec::new()))
        }
    }
}

/// Saves what has changed since `recall`.
pub fn keep<T: Default + Serialize>(value: &T, kept: Kept) {
    let saved = serde_json::to_vec(value)
        .map_err(|why| why.to_string())
        .and_then(|bytes| {
            let before = match kept {
                Some(before) => before,
                None => serde_json::to_vec(&T::default()).unwrap_or_default(),
            };
            if bytes == before {
                return Ok(());
            }
            backend::with(|host| host.save(&bytes)).map_err(|why| why.to_string())
        });
    if let Err(why) = saved {
        crate::log::error(&format!("what the skill remembers was not saved: {why}"));
    }
}
