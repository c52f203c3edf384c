//! The file that an agent's component is in, looked at again whenever it has
//! changed.

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use arc_swap::ArcSwap;
use tokio::sync::Mutex;

use crate::{
    contract::AgentManifest,
    id::AgentName,
    skill::{Allowance, Cache, Fingerprint, Refusal, SkillEngine, WasmAgent, read},
};

/// What the operator says of the agent, once it is known what it reads.
pub type AgentTerms = Arc<dyn Fn(&AgentManifest) -> Result<Allowance, Refusal> + Send + Sync>;

/// Why there is no component to ask.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {why}", file.display())]
pub struct NotLoaded {
    file: PathBuf,
    why: Refusal,
}

/// The file of an agent's component.
pub struct AgentFile {
    agent: AgentName,
    /// As the operator wrote it, for messages.
    named: PathBuf,
    path: PathBuf,
    engine: SkillEngine,
    cache: Cache,
    terms: AgentTerms,
    state: ArcSwap<State>,
    /// One at a time looks at a file that has changed.
    loading: Mutex<()>,
}

/// What is known of the file.
#[derive(Default)]
struct State {
    /// The component it holds, or held before it was replaced by something else.
    component: Option<Arc<WasmAgent>>,
    /// Why what is there now is not loaded.
    refused: Option<Refusal>,
    /// What the file was like when it was last read.
    seen: Option<Fingerprint>,
}

impl AgentFile {
    /// Reads nothing yet; `named` starts at `folder`.
    pub fn new(
        agent: AgentName,
        folder: &Path,
        named: &Path,
        engine: SkillEngine,
        cache: Cache,
        terms: AgentTerms,
    ) -> Self {
        Self {
            agent,
            named: named.to_owned(),
            path: folder.join(named),
            engine,
            cache,
            terms,
            state: ArcSwap::default(),
            loading: Mutex::default(),
        }
    }

    /// Why there is nothing to ask, as far as it is known without reading it.
    pub(super) fn refused(&self) -> Option<NotLoaded> {
        let state = self.state.load();
        match (&state.component, &state.refused) {
            // Whoever asks finds out what has been put there since.
            (None, Some(why)) if state.seen == self.look() => Some(self.not_loaded(why.clone())),
            _ => None,
        }
    }

    /// The component that is in the file by now; or the one before it, if what is
    /// there now is none.
    pub(super) async fn current(&self) -> Result<Arc<WasmAgent>, NotLoaded> {
        let seen = self.look();
        if self.state.load().seen != seen || seen.is_none() {
            self.load_again().await;
        }
        let state = self.state.load();
        match (&state.component, &state.refused) {
            (Some(component), _) => Ok(component.clone()),
            (None, Some(why)) => Err(self.not_loaded(why.clone())),
            (None, None) => Err(self.not_loaded(Refusal::Empty)),
        }
    }

    /// What the file is like; none: it is not there.
    fn look(&self) -> Option<Fingerprint> {
        fs::metadata(&self.path).ok().map(|it| Fingerprint::of(&it))
    }

    async fn load_again(&self) {
        let _one_at_a_time = self.loading.lock().await;
        let seen = self.look();
        let before = self.state.load_full();
        // Somebody else was first.
        if seen.is_some() && before.seen == seen {
            return;
        }
        let loaded = self.load().await;
        let state = match loaded {
            Ok(component) => State {
                component: Some(component),
                refused: None,
                seen,
            },
            Err(why) => {
                if before.refused.as_ref() != Some(&why) {
                    tracing::warn!(
                        agent = %self.agent,
                        "{}: {why}{}",
                        self.named.display(),
                        match before.component {
                            Some(_) => "; the version before it stays",
                            None => "",
                        }
                    );
                }
                State {
                    component: before.component.clone(),
                    refused: Some(why),
                    seen,
                }
            }
        };
        self.state.store(Arc::new(state));
    }

    async fn load(&self) -> Result<Arc<WasmAgent>, Refusal> {
        let (path, agent, terms) = (self.path.clone(), self.agent.clone(), self.terms.clone());
        let (engine, cache) = (self.engine.clone(), self.cache.clone());
        let runtime = tokio::runtime::Handle::current();
        // Compiling takes a core for as long as it likes.
        let work = tokio::task::spawn_blocking(move || {
            let bytes = read(&path)?;
            let load = WasmAgent::load(&engine, &cache, &bytes, Some(&agent), |said| terms(said));
            runtime.block_on(load)
        });
        work.await
            .unwrap_or_else(|error| Err(Refusal::Invalid(error.to_string())))
    }

    fn not_loaded(&self, why: Refusal) -> NotLoaded {
        NotLoaded {
            file: self.named.clone(),
            why,
        }
    }
}
