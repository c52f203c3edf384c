//! What time it is. It stands still within a turn. Needs no grant.
//!
//! ```no_run
//! let today = baton_sdk::clock::now() / 86_400_000;
//! ```

use crate::backend::{self, Host as _};

/// Milliseconds since 1970-01-01T00:00Z at which the user's message came.
pub fn now() -> u64 {
    backend::with(|host| host.now())
}
