//! Warm instances: kept after a turn for the next one of the same conversation.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError, Weak},
    time::Duration,
};

use serde::Deserialize;
use tokio::time::Instant;

use crate::{
    conversation::Trust,
    id::{ConversationId, MessageId, UserId},
};

/// In which instance a skill begins a turn.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Instances {
    /// In a new one.
    #[default]
    Fresh,
    /// In the one that it had in the conversation's last turn, if that is kept.
    Warm,
}

impl Instances {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Fresh => "fresh",
            Self::Warm => "warm",
        }
    }
}

/// Instances kept at a time, of all skills together. A Python skill holds a few
/// MiB that are its own and 64 MiB at the very most, so that all of them stay
/// within 4 GiB, and a sixteenth of the instances that the engine can hold.
const MOST: usize = 64;

/// How long one is kept that nobody uses. Whoever chats answers within minutes;
/// after that, making an instance anew costs nobody anything.
const IDLE: Duration = Duration::from_secs(5 * 60);

/// An instance between two turns.
pub(super) struct Kept<T> {
    pub(super) conversation: ConversationId,
    pub(super) user: Option<UserId>,
    /// The conversation's last message as its turn left it: where that is gone,
    /// so must be what the instance has heard.
    pub(super) last: Option<MessageId>,
    /// The least believable thing it has heard, which may still be in its memory.
    pub(super) heard: Trust,
    pub(super) instance: T,
}

/// The warm instances of all skills.
pub(super) struct WarmPool<T>(Arc<Pool<T>>);

struct Pool<T> {
    rows: Mutex<Rows<T>>,
    most: usize,
    idle: Duration,
}

struct Rows<T> {
    /// Those unused for longest first.
    kept: VecDeque<Row<T>>,
    places: u64,
    sweeper: Sweeper,
}

struct Row<T> {
    place: u64,
    since: Instant,
    kept: Kept<T>,
}

/// Whoever drops instances that nobody uses.
enum Sweeper {
    Absent,
    AtWork,
}

/// The instances of one version of a skill with what it may do. When it is gone
/// they are.
pub(super) struct WarmPlace<T> {
    pool: WarmPool<T>,
    id: u64,
}

impl<T> Clone for WarmPool<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Send + 'static> Default for WarmPool<T> {
    fn default() -> Self {
        Self::new(MOST, IDLE)
    }
}

impl<T: Send + 'static> WarmPool<T> {
    fn new(most: usize, idle: Duration) -> Self {
        Self(Arc::new(Pool {
            rows: Mutex::new(Rows {
                kept: VecDeque::new(),
                places: 0,
                sweeper: Sweeper::Absent,
            }),
            most,
            idle,
        }))
    }

    /// A place for instances that nobody else sees.
    pub(super) fn place(&self) -> WarmPlace<T> {
        let id = self.0.with(|rows| {
            rows.places += 1;
            rows.places
        });
        WarmPlace {
            pool: self.clone(),
            id,
        }
    }

    /// Drops the instance that was unused for longest, as its room is needed.
    pub(super) fn give_way(&self) {
        drop(self.0.with(|rows| rows.kept.pop_front()));
    }
}

impl<T> Pool<T> {
    fn with<R>(&self, change: impl FnOnce(&mut Rows<T>) -> R) -> R {
        // A panic elsewhere leaves plain data whose every state is valid.
        change(&mut self.rows.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Drops, outside of the lock, those of which this holds.
    fn drop_if(&self, gone: impl Fn(&Row<T>) -> bool) {
        let dropped: Vec<Row<T>> = self.with(|rows| {
            let (dropped, kept) = std::mem::take(&mut rows.kept).into_iter().partition(gone);
            rows.kept = kept;
            dropped.into()
        });
        drop(dropped);
    }

    /// Drops those that nobody used for too long; when to look again, if any
    /// is left.
    fn sweep(&self) -> Option<Instant> {
        let now = Instant::now();
        self.drop_if(|row| now.duration_since(row.since) >= self.idle);
        self.with(|rows| match rows.kept.front() {
            Some(oldest) => Some(oldest.since + self.idle),
            None => {
                rows.sweeper = Sweeper::Absent;
                None
            }
        })
    }
}

/// Looks after a pool for as long as there is something in it.
async fn look_after<T: Send + 'static>(pool: Weak<Pool<T>>, idle: Duration) {
    let mut next = Instant::now() + idle;
    loop {
        tokio::time::sleep_until(next).await;
        match pool.upgrade().and_then(|pool| pool.sweep()) {
            Some(again) => next = again,
            None => return,
        }
    }
}

impl<T> WarmPlace<T> {
    /// The instance of that conversation and user, which is its taker's alone.
    pub(super) fn take(
        &self,
        conversation: &ConversationId,
        user: Option<&UserId>,
    ) -> Option<Kept<T>> {
        let pool = &self.pool.0;
        let row = pool.with(|rows| {
            let mut all = rows.kept.iter();
            let at = all.position(|row| self.holds(row, conversation))?;
            rows.kept.remove(at)
        })?;
        let in_time = row.since.elapsed() < pool.idle;
        (in_time && row.kept.user.as_ref() == user).then_some(row.kept)
    }

    /// Drops what is kept of a conversation.
    pub(super) fn forget(&self, conversation: &ConversationId) {
        self.pool.0.drop_if(|row| self.holds(row, conversation));
    }

    /// Drops all.
    pub(super) fn clear(&self) {
        self.pool.0.drop_if(|row| row.place == self.id);
    }

    fn holds(&self, row: &Row<T>, conversation: &ConversationId) -> bool {
        row.place == self.id && row.kept.conversation == *conversation
    }
}

impl<T: Send + 'static> WarmPlace<T> {
    /// Keeps an instance. If its conversation has one that is kept here already,
    /// that one stays: it was used first.
    pub(super) fn keep(&self, kept: Kept<T>) {
        let pool = &self.pool.0;
        let row = Row {
            place: self.id,
            since: Instant::now(),
            kept,
        };
        let (superfluous, begin) = pool.with(|rows| {
            let conversation = &row.kept.conversation;
            if rows.kept.iter().any(|row| self.holds(row, conversation)) {
                return (Some(row), false);
            }
            rows.kept.push_back(row);
            let superfluous = match rows.kept.len() > pool.most {
                true => rows.kept.pop_front(),
                false => None,
            };
            let before = std::mem::replace(&mut rows.sweeper, Sweeper::AtWork);
            (superfluous, matches!(before, Sweeper::Absent))
        });
        drop(superfluous);
        if begin {
            match tokio::runtime::Handle::try_current() {
                Ok(runtime) => {
                    runtime.spawn(look_after(Arc::downgrade(pool), pool.idle));
                }
                // Outside a runtime nobody takes turns for long.
                Err(_) => pool.with(|rows| rows.sweeper = Sweeper::Absent),
            }
        }
    }
}

impl<T> Drop for WarmPlace<T> {
    fn drop(&mut self) {
        self.clear();
    }
}

#[cfg(test)]
mod tests;
