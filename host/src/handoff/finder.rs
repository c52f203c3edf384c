//! Finding agents by wishes: the index over the desk's agents, made when
//! somebody first looks for one, and what was found lately.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use tokio::sync::Mutex as Turnstile;

use super::Directory;
use crate::{
    conversation::{Basis, FoundAgent, SearchBroken},
    discovery::{IntentIndex, Meanings, Profile, Ranking},
    id::AgentName,
};

/// Characters of a wish that count. What somebody wants is said in a few
/// sentences; the rest would only cost time and memory.
const MAX_WISH: usize = 2_000;

/// Wishes whose rankings are kept, twice: the latest, and those before. A
/// ranking has 10 KB at most.
const KEPT: usize = 256;

/// How long a skill's search waits for an encoder's index that is not made yet,
/// before words have to do: a user waits for its answer.
pub(super) const SKILLS_PATIENCE: Duration = Duration::from_millis(500);

/// The same for an operator, who wants to see what the encoder finds.
pub(super) const OPERATORS_PATIENCE: Duration = Duration::from_secs(600);

/// After an encoder has failed, words do for so long before it is tried again.
const PAUSE: Duration = Duration::from_secs(30);

/// A wish as it was understood.
#[derive(Clone)]
pub(super) struct Search {
    index: Arc<IntentIndex>,
    ranking: Arc<Ranking>,
    basis: Basis,
}

impl Search {
    /// The best that `may` be found.
    pub(super) fn take(&self, most: usize, may: impl FnMut(&AgentName) -> bool) -> Vec<FoundAgent> {
        let found = self.index.take(&self.ranking, most, may);
        let with_basis = |found| FoundAgent {
            found,
            basis: self.basis.clone(),
        };
        found.into_iter().map(with_basis).collect()
    }
}

/// Searches of late: the newer half, and the older one, which goes as a whole.
#[derive(Default)]
struct Kept {
    /// They are of an index that does not last longer.
    until: Option<Instant>,
    newer: HashMap<String, Search>,
    older: HashMap<String, Search>,
}

impl Kept {
    fn get(&mut self, wish: &str) -> Option<Search> {
        if self.until.is_some_and(|until| until <= Instant::now()) {
            *self = Self::default();
        }
        if let Some(search) = self.newer.get(wish) {
            return Some(search.clone());
        }
        let search = self.older.remove(wish)?;
        self.put(wish.to_owned(), search.clone());
        Some(search)
    }

    fn put(&mut self, wish: String, search: Search) {
        if self.newer.len() >= KEPT {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(wish, search);
    }
}

/// How long agents elsewhere have to say what they are before the index is made
/// without.
const INTRODUCTIONS: Duration = Duration::from_secs(2);

/// How long an index lasts that lacks one of them.
const INCOMPLETE: Duration = Duration::from_secs(30);

/// An index, and until when it lasts; none: as long as the desk is open, for its
/// agents are the same.
type Made = Option<(Arc<IntentIndex>, Option<Instant>)>;

fn lasting(made: &Made) -> Option<&Arc<IntentIndex>> {
    let (index, until) = made.as_ref()?;
    let lasts = until.is_none_or(|until| Instant::now() < until);
    lasts.then_some(index)
}

/// The index over the desk's agents, made when somebody first looks for one.
pub(super) struct Finder {
    agents: Arc<Directory>,
    meanings: Option<Arc<dyn Meanings>>,
    /// Held while it is made, so that it is made once.
    by_words: Turnstile<Made>,
    by_meanings: Turnstile<Made>,
    failed: Mutex<Option<(Instant, Arc<str>)>>,
    kept: Mutex<Kept>,
}

impl Finder {
    pub(super) fn new(agents: Arc<Directory>, meanings: Option<Arc<dyn Meanings>>) -> Self {
        Self {
            agents,
            meanings,
            by_words: Turnstile::default(),
            by_meanings: Turnstile::default(),
            failed: Mutex::default(),
            kept: Mutex::default(),
        }
    }

    /// Understands a wish.
    pub(super) async fn search(
        self: &Arc<Self>,
        wish: &str,
        patience: Duration,
    ) -> Result<Search, SearchBroken> {
        let wish: String = wish.chars().take(MAX_WISH).collect();
        if let Some(search) = lock(&self.kept).get(&wish) {
            return Ok(search);
        }
        let mut basis = Basis::Words;
        if let Some(meanings) = &self.meanings {
            match self.by_meanings(meanings, &wish, patience).await {
                Ok((index, meaning)) => {
                    return self.rank(index, wish, meaning, Basis::Meanings).await;
                }
                Err(why) => basis = Basis::WordsOnly(why),
            }
        }
        let index = self.by_words().await?;
        self.rank(index, wish, Vec::new(), basis).await
    }

    async fn rank(
        &self,
        index: Arc<IntentIndex>,
        wish: String,
        meaning: Vec<f32>,
        basis: Basis,
    ) -> Result<Search, SearchBroken> {
        // With very many agents it takes milliseconds, which others need not wait for.
        let (index, wish, ranking) = tokio::task::spawn_blocking(move || {
            let ranking = index.rank(&wish, &meaning);
            (index, wish, ranking)
        })
        .await
        .map_err(|_| SearchBroken)?;
        let lasts = !matches!(basis, Basis::WordsOnly(_));
        let search = Search {
            index,
            ranking: Arc::new(ranking),
            basis,
        };
        if lasts {
            lock(&self.kept).put(wish, search.clone());
        }
        Ok(search)
    }

    /// What the agents say of themselves, and how long that lasts.
    async fn profiles(&self) -> (Vec<Profile>, Option<Instant>) {
        let complete = self.agents.introduce(INTRODUCTIONS).await;
        let agents = self.agents.all();
        let profiles = agents.map(|agent| agent.card().into()).collect();
        (profiles, (!complete).then(|| Instant::now() + INCOMPLETE))
    }

    /// An index in the place of an older one, whose rankings are worth nothing now.
    fn renew(&self, place: &mut Made, index: Arc<IntentIndex>, until: Option<Instant>) {
        let renewed = place.replace((index, until)).is_some();
        let mut kept = lock(&self.kept);
        if renewed {
            *kept = Kept::default();
        }
        kept.until = until.or(kept.until);
    }

    /// Learning goes on when whoever asked first does not wait any longer.
    async fn by_words(self: &Arc<Self>) -> Result<Arc<IntentIndex>, SearchBroken> {
        if let Some(index) = lasting(&*self.by_words.lock().await) {
            return Ok(index.clone());
        }
        let finder = self.clone();
        let learning = tokio::spawn(async move {
            let mut made = finder.by_words.lock().await;
            if let Some(index) = lasting(&made) {
                return Ok(index.clone());
            }
            let (profiles, until) = finder.profiles().await;
            let learn = move || Arc::new(IntentIndex::of_words(&profiles));
            let index = tokio::task::spawn_blocking(learn).await?;
            finder.renew(&mut made, index.clone(), until);
            Ok::<_, tokio::task::JoinError>(index)
        });
        let learned = learning.await.map_err(|_| SearchBroken)?;
        learned.map_err(|_| SearchBroken)
    }

    /// The index by meanings, and the wish's; or why words have to do.
    async fn by_meanings(
        self: &Arc<Self>,
        meanings: &Arc<dyn Meanings>,
        wish: &str,
        patience: Duration,
    ) -> Result<(Arc<IntentIndex>, Vec<f32>), Arc<str>> {
        if let Some((at, why)) = &*lock(&self.failed)
            && at.elapsed() < PAUSE
        {
            return Err(why.clone());
        }
        // Whoever holds it makes the index.
        let made = self.by_meanings.try_lock();
        let made = made.ok().and_then(|made| lasting(&made).cloned());
        let index = match made {
            Some(index) => index,
            None => {
                let learning = self.clone().learn_meanings(meanings.clone());
                let learned = tokio::time::timeout(patience, tokio::spawn(learning)).await;
                match learned {
                    Err(_) => return Err("the encoder's index is still being made".into()),
                    Ok(learned) => learned.map_err(|_| Arc::from("it broke off"))??,
                }
            }
        };
        let meaning = meanings.of(vec![wish.to_owned()]).await;
        let meaning = meaning.map_err(|why| self.has_failed(&why.to_string()))?;
        match meaning.into_iter().next() {
            Some(meaning) if meaning.len() == index.dimensions() => Ok((index, meaning)),
            _ => Err(self.has_failed("it gave another number of numbers than before")),
        }
    }

    async fn learn_meanings(
        self: Arc<Self>,
        meanings: Arc<dyn Meanings>,
    ) -> Result<Arc<IntentIndex>, Arc<str>> {
        let mut made = self.by_meanings.lock().await;
        if let Some(index) = lasting(&made) {
            return Ok(index.clone());
        }
        let learn = async || {
            let (profiles, until) = self.profiles().await;
            let numbers = meanings.of_examples(IntentIndex::texts(&profiles)).await;
            let numbers = numbers.map_err(|why| why.to_string())?;
            let weight = meanings.weight();
            let learn = move || IntentIndex::build(&profiles, numbers, weight);
            let index = tokio::task::spawn_blocking(learn).await;
            let index = index.map_err(|why| why.to_string())?;
            let index = index.map(Arc::new).map_err(|why| why.to_string())?;
            Ok((index, until))
        };
        let (index, until) = learn().await.map_err(|why: String| self.has_failed(&why))?;
        self.renew(&mut made, index.clone(), until);
        Ok(index)
    }

    fn has_failed(&self, why: &str) -> Arc<str> {
        tracing::warn!(
            "discovery goes by words alone for {} s: {why}",
            PAUSE.as_secs()
        );
        let why: Arc<str> = why.into();
        *lock(&self.failed) = Some((Instant::now(), why.clone()));
        why
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // A panic elsewhere leaves plain data whose every state is valid.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
