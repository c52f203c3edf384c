//! How far handoffs may go.

use std::{
    collections::VecDeque,
    sync::atomic::{AtomicUsize, Ordering},
    time::{Duration, Instant},
};

use dashmap::DashMap;

use crate::id::{AgentName, ConversationId};

/// Handoffs may go no further. The agent that asked is told, and answers itself.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LimitReached {
    /// Too many in one turn.
    #[error("at most {max} handoffs are made for one message; answer the user yourself")]
    Depth {
        /// How many there may be.
        max: u8,
    },
    /// Back to somebody who has had it.
    #[error("`{agent}` has had this task already; answer the user yourself")]
    Loop {
        /// Who.
        agent: AgentName,
    },
    /// Too many for one task, attempts that failed included.
    #[error("this task was handed over {max} times already; answer the user yourself")]
    Task {
        /// How many there may be.
        max: u32,
    },
    /// Too many of one conversation in a short time.
    #[error(
        "this conversation was handed over {max} times within {window:?}; answer the user yourself"
    )]
    Window {
        /// How many there may be.
        max: u32,
        /// In which time.
        window: Duration,
    },
}

/// How far handoffs may go: per turn, per task and per window of time, never
/// for a conversation's whole life.
#[derive(Clone, Copy, Debug)]
pub struct HandoffLimits {
    /// Handoffs one after another within one turn.
    pub depth: u8,
    /// Steps up the escalation chain of an agent that could not answer.
    pub escalations: u8,
    /// Handoffs for one task, attempts that failed included.
    pub per_task: u32,
    /// Handoffs of one conversation within [`window`](Self::window).
    pub per_window: u32,
    /// The window of time.
    pub window: Duration,
}

impl Default for HandoffLimits {
    fn default() -> Self {
        Self {
            // Front desk, specialist, and one correction. Deeper chains are
            // almost always loops.
            depth: 3,
            // Beyond three to five, the field's own advice says, a task
            // bounces; a person is the better next step.
            escalations: 3,
            // A chain of full depth whose every target has two alternatives.
            per_task: 9,
            // A person sends a message every few seconds at most; this many
            // handoffs in a minute are agents playing ball.
            per_window: 30,
            window: Duration::from_secs(60),
        }
    }
}

/// When each conversation was handed over lately.
pub(super) struct Recent {
    times: DashMap<ConversationId, VecDeque<Instant>>,
    /// How many conversations there may be before the quiet ones are forgotten.
    sweep_at: AtomicUsize,
}

/// Conversations remembered before those that have been quiet are looked for:
/// a few megabytes.
const REMEMBERED: usize = 10_000;

impl Default for Recent {
    fn default() -> Self {
        Self {
            times: DashMap::new(),
            sweep_at: AtomicUsize::new(REMEMBERED),
        }
    }
}

impl Recent {
    /// Counts a handoff, unless it is one too many.
    pub(super) fn count(
        &self,
        conversation: &ConversationId,
        limits: &HandoffLimits,
    ) -> Result<(), LimitReached> {
        let now = Instant::now();
        let lately = |then: &Instant| now.duration_since(*then) < limits.window;
        let mut times = self.times.entry(conversation.clone()).or_default();
        while times.front().is_some_and(|then| !lately(then)) {
            times.pop_front();
        }
        if times.len() >= limits.per_window as usize {
            return Err(LimitReached::Window {
                max: limits.per_window,
                window: limits.window,
            });
        }
        times.push_back(now);
        drop(times);
        self.forget_the_quiet(lately);
        Ok(())
    }

    /// Looks through all conversations only when there are twice as many as
    /// were left the last time, so that each handoff pays for a few of them.
    fn forget_the_quiet(&self, lately: impl Fn(&Instant) -> bool) {
        if self.times.len() <= self.sweep_at.load(Ordering::Relaxed) {
            return;
        }
        self.times
            .retain(|_, times| times.back().is_some_and(&lately));
        let next = REMEMBERED.max(self.times.len() * 2);
        self.sweep_at.store(next, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_counts_each_conversation_for_itself_and_forgets_what_is_past() {
        let limits = HandoffLimits {
            per_window: 2,
            window: Duration::from_millis(20),
            ..HandoffLimits::default()
        };
        let (recent, a, b) = (Recent::default(), "a".into(), "b".into());
        assert!(recent.count(&a, &limits).is_ok());
        assert!(recent.count(&a, &limits).is_ok());
        assert!(matches!(
            recent.count(&a, &limits),
            Err(LimitReached::Window { .. })
        ));
        assert!(recent.count(&b, &limits).is_ok());
        std::thread::sleep(limits.window);
        assert!(recent.count(&a, &limits).is_ok());
    }
}
