//! Notices when the folder changes.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use notify::{RecommendedWatcher, RecursiveMode, Watcher};
use tokio::{sync::mpsc, task::JoinHandle};

use super::SkillFolder;

/// How long nothing must happen before the folder is looked at. A file is
/// written in many steps, and this is longer than the gap between two of them
/// on a slow disk; what is cut off all the same is refused, and loaded when the
/// rest of it arrives.
const QUIET: Duration = Duration::from_millis(200);

/// How long changes are waited out. Somebody who writes into the folder without
/// a pause must not keep everybody else's skills out.
const PATIENCE: Duration = Duration::from_secs(3);

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
        let lock_file = self.lock_file.clone();
        let folder = self.folder.clone();
        // What has changed since the folder was opened.
        let _ = changed.try_send(());
        let replaced = Arc::new(AtomicBool::new(false));
        let was_replaced = replaced.clone();
        let mut watcher: RecommendedWatcher =
            notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
                let concerns_us = event.is_ok_and(|event| {
                    if event.paths.contains(&folder) {
                        replaced.store(true, Ordering::Relaxed);
                    }
                    !event.kind.is_access()
                        && event
                            .paths
                            .iter()
                            .any(|path| *path == lock_file || path.starts_with(&folder))
                });
                if concerns_us {
                    // Full means that a look is due anyway.
                    let _ = changed.try_send(());
                }
            })
            .map_err(|why| WatchError {
                place: self.folder.display().to_string(),
                why,
            })?;
        let root = self.lock_file.parent().unwrap_or(Path::new("."));
        for place in [self.folder.as_path(), root] {
            watcher
                .watch(place, RecursiveMode::NonRecursive)
                .map_err(|why| WatchError {
                    place: place.display().to_string(),
                    why,
                })?;
        }
        let folder = self.clone();
        let task = tokio::spawn(async move {
            while changes.recv().await.is_some() {
                let patience = Instant::now() + PATIENCE;
                while Instant::now() < patience
                    && let Ok(Some(())) = tokio::time::timeout(QUIET, changes.recv()).await
                {
                }
                // Another folder may be in the place of the one that is watched. If
                // there is none, the scan says so.
                if was_replaced.swap(false, Ordering::Relaxed) {
                    let _ = watcher.watch(&folder.folder, RecursiveMode::NonRecursive);
                }
                if let Err(error) = folder.scan().await {
                    tracing::error!("the skills stay as they were: {error}");
                }
            }
        });
        Ok(Watching { task })
    }
}
