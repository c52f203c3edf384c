//! Notices when the folder changes.

use std::{
    fs::{self, Metadata},
    path::Path,
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{
    sync::mpsc,
    task::JoinHandle,
    time::{MissedTickBehavior, interval},
};

use super::SkillFolder;

/// How long nothing must happen before the folder is looked at. A file is
/// written in many steps, and this is longer than the gap between two of them
/// on a slow disk; what is cut off all the same is refused, and loaded when the
/// rest of it arrives.
const QUIET: Duration = Duration::from_millis(200);

/// How long changes are waited out. Somebody who writes into the folder without
/// a pause must not keep everybody else's skills out.
const PATIENCE: Duration = Duration::from_secs(3);

/// How often it is looked whether the lock file or the folder is another one. The operator's folder,
/// in which they lie, is not watched: the store is there too, and the kernel would report each of
/// its writes, which costs a tenth of a busy desk's time. A look costs two microseconds.
const LOOKS: Duration = Duration::from_millis(100);

/// The folder cannot be watched.
#[derive(Debug, thiserror::Error)]
#[error("cannot watch {place} for changes: {why}; restart after changing skills")]
pub struct WatchError {
    place: String,
    why: notify::Error,
}

/// Keeps the catalog up to date until dropped.
pub struct Watching {
    task: JoinHandle<()>,
}

impl Drop for Watching {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl SkillFolder {
    /// Follows the folder and the lock file from now on.
    pub fn watch(self: &Arc<Self>) -> Result<Watching, WatchError> {
        let (changed, mut changes) = mpsc::channel(1);
        // What has changed since the folder was opened.
        let _ = changed.try_send(());
        let mut watcher: RecommendedWatcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                if event.is_ok_and(|event| !event.kind.is_access()) {
                    // Full means that a look is due anyway.
                    let _ = changed.try_send(());
                }
            })
            .map_err(|why| self.unwatched(why))?;
        let mut folder_there = Trace::of(&self.folder);
        let mut lock_there = Trace::of(&self.lock_file);
        watcher
            .watch(&self.folder, RecursiveMode::NonRecursive)
            .map_err(|why| self.unwatched(why))?;
        let folder = self.clone();
        let task = tokio::spawn(async move {
            let mut looks = interval(LOOKS);
            looks.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tokio::select! {
                    change = changes.recv() => match change {
                        Some(()) => settle(&mut changes).await,
                        None => break,
                    },
                    _ = looks.tick() => {
                        let lock = Trace::of(&folder.lock_file);
                        let place = Trace::of(&folder.folder);
                        let replaced = !place.is_same_place(&folder_there);
                        if lock == lock_there && !replaced {
                            continue;
                        }
                        // Another folder may be in the place of the one that is watched. If
                        // there is none, the scan says so.
                        if replaced {
                            let _ = watcher.unwatch(&folder.folder);
                            let _ = watcher.watch(&folder.folder, RecursiveMode::NonRecursive);
                        }
                        (lock_there, folder_there) = (lock, place);
                        settle(&mut changes).await;
                    }
                }
                if let Err(error) = folder.scan().await {
                    tracing::error!("the skills stay as they were: {error}");
                }
            }
        });
        Ok(Watching { task })
    }

    fn unwatched(&self, why: notify::Error) -> WatchError {
        WatchError {
            place: self.folder.display().to_string(),
            why,
        }
    }
}

/// Waits until nothing more happens, but not for ever.
async fn settle(changes: &mut mpsc::Receiver<()>) {
    let patience = Instant::now() + PATIENCE;
    while Instant::now() < patience
        && let Ok(Some(())) = tokio::time::timeout(QUIET, changes.recv()).await
    {}
}

/// What tells a file from the one that was there before under its name.
#[derive(PartialEq)]
struct Trace(Option<(u64, u64, SystemTime)>);

impl Trace {
    fn of(path: &Path) -> Self {
        let found = fs::metadata(path).ok();
        Self(found.map(|found| {
            let changed = found.modified().unwrap_or(SystemTime::UNIX_EPOCH);
            (number(&found), found.len(), changed)
        }))
    }

    /// Whether it is the same folder, whatever has happened in it.
    fn is_same_place(&self, other: &Self) -> bool {
        let number = |trace: &Self| trace.0.map(|(number, ..)| number);
        number(self) == number(other)
    }
}

/// What the system knows a file by; a renamed one keeps it.
#[cfg(unix)]
fn number(found: &Metadata) -> u64 {
    std::os::unix::fs::MetadataExt::ino(found)
}

/// When it was made, where files have no number that can be read.
#[cfg(not(unix))]
fn number(found: &Metadata) -> u64 {
    let made = found.created().unwrap_or(SystemTime::UNIX_EPOCH);
    let since = made.duration_since(SystemTime::UNIX_EPOCH);
    since.map_or(0, |since| {
        u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
    })
}
