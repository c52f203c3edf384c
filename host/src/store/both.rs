//! The stores whose promises are tested: every kind that there is.

use std::sync::Arc;

use super::{MemoryStore, SqliteStore};
use crate::handoff::Store;

/// One of each kind, each with a folder to live in.
pub(super) fn stores() -> Vec<(tempfile::TempDir, Arc<dyn Store>)> {
    let folder = || tempfile::tempdir().unwrap();
    let (first, second) = (folder(), folder());
    let sqlite = SqliteStore::open(&second.path().join("baton.db")).unwrap();
    vec![
        (first, Arc::new(MemoryStore::default())),
        (second, Arc::new(sqlite)),
    ]
}
