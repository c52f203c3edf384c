//! Tells when something of a skill's folder was saved.

use std::{
    path::{Component, Path, PathBuf},
    time::Duration,
};

use anyhow::Context;
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher, recommended_watcher};
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

/// Editors save in several steps; this much quiet means that one is done.
const QUIET: Duration = Duration::from_millis(200);

/// What builds write themselves.
const LEFT_OUT: &[&str] = &["__pycache__", "node_modules", "target"];

/// The saves of a folder.
pub struct Saves {
    saved: UnboundedReceiver<()>,
    _watcher: RecommendedWatcher,
}

impl Saves {
    /// Of what lies in `folder`, and of a component elsewhere.
    pub fn of(folder: &Path, file: Option<&Path>) -> anyhow::Result<Self> {
        let (tell, saved) = unbounded_channel();
        let root = folder
            .canonicalize()
            .with_context(|| format!("there is no folder {}", folder.display()))?;
        let component = file.and_then(|file| file.canonicalize().ok());
        let (within, only) = (root.clone(), component.clone());
        let mut watcher = recommended_watcher(move |event: notify::Result<Event>| {
            let Ok(event) = event else { return };
            let read = matches!(event.kind, EventKind::Access(_));
            let counts = |path: &PathBuf| counts(&within, only.as_deref(), path);
            if !read && event.paths.iter().any(counts) {
                // Nobody listens any more when the command has ended.
                let _ = tell.send(());
            }
        })?;
        watcher.watch(&root, RecursiveMode::Recursive)?;
        // A file that is replaced is another one; its folder stays.
        let elsewhere = component.as_deref().and_then(Path::parent);
        if let Some(elsewhere) = elsewhere.filter(|place| !place.starts_with(&root)) {
            watcher.watch(elsewhere, RecursiveMode::NonRecursive)?;
        }
        Ok(Self {
            saved,
            _watcher: watcher,
        })
    }

    /// Waits for the next one. False: there will be none any more.
    pub async fn next(&mut self) -> bool {
        if self.saved.recv().await.is_none() {
            return false;
        }
        while let Ok(Some(())) = tokio::time::timeout(QUIET, self.saved.recv()).await {}
        true
    }
}

/// Whether it is the author's, or the component that is looked at.
fn counts(root: &Path, component: Option<&Path>, path: &Path) -> bool {
    if component == Some(path) {
        return true;
    }
    let Ok(path) = path.strip_prefix(root) else {
        return false;
    };
    let hidden = |part: Component<'_>| {
        let name = part.as_os_str().to_string_lossy();
        name.starts_with('.') || LEFT_OUT.contains(&&*name)
    };
    // A lock file is written by the build.
    let made = path
        .extension()
        .is_some_and(|it| it == "wasm" || it == "lock");
    !made && !path.components().any(hidden)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_build_writes_is_no_save() {
        let counts = |path: &str| {
            counts(
                Path::new("/s"),
                Some(Path::new("/x/s.wasm")),
                Path::new(path),
            )
        };
        for author in ["/s/src/lib.rs", "/s/tests/first.toml", "/x/s.wasm"] {
            assert!(counts(author), "{author}");
        }
        for other in [
            "/s/target/x",
            "/s/s.wasm",
            "/s/.lib.rs.swp",
            "/s/Cargo.lock",
            "/x/y",
        ] {
            assert!(!counts(other), "{other}");
        }
    }
}
