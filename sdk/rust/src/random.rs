//! Chance, from a seed that the host puts on record: the same turn draws the
//! same again. Not for keys. Needs no grant.
//!
//! ```no_run
//! let greeting = ["Hello", "Welcome"][baton_sdk::random::below(2) as usize];
//! ```

use crate::backend::{self, Host as _};

/// As many bytes, at most 64 KiB.
pub fn bytes(length: u32) -> Vec<u8> {
    backend::with(|host| host.random_bytes(length))
}

/// A number of 64 bits.
pub fn number() -> u64 {
    backend::with(|host| host.random_number())
}

/// A number below this one; 0 below 0.
pub fn below(limit: u64) -> u64 {
    // The high half of the product: each result is as likely as any other, up to
    // one part in 2^64 / limit.
    (u128::from(number()) * u128::from(limit) >> 64) as u64
}
