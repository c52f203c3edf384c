//! One writer of the lock file at a time, among all processes of the machine.

use std::{fs::File, path::Path};

use super::LockError;

/// Waits until nobody else changes the lock file. The lock file itself is
/// replaced by every change, so its folder is what is taken; systems that
/// cannot open a folder take a file beside it. Dropping what comes back frees it.
pub(super) fn take(file: &Path) -> Result<File, LockError> {
    let held = open(file).and_then(|held| held.lock().map(|()| held));
    held.map_err(|why| LockError::Io {
        file: file.to_owned(),
        why,
    })
}

#[cfg(unix)]
fn open(file: &Path) -> std::io::Result<File> {
    match file.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder),
        _ => File::open("."),
    }
}

#[cfg(not(unix))]
fn open(file: &Path) -> std::io::Result<File> {
    File::options()
        .create(true)
        .truncate(false)
        .write(true)
        .open(file.with_extension("lock.guard"))
}
