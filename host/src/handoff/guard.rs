//! What stands between the desk and each of its agents: a time limit, a limit
//! on work at the same time, a circuit breaker.

use std::{
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::FutureExt;
use tokio::sync::Semaphore;

use super::{Agent, AgentCard, AgentFailure, Assignment, Offer, Reply};
use crate::{contract::HandoffContext, conversation::Readiness};

/// Failures in a row that open the breaker. Fewer would open it on the bad
/// luck of two unusual questions, more would let customers wait for a dead
/// endpoint's time limit again and again.
const FAILURES_TO_OPEN: u32 = 5;

/// How long an open breaker keeps everybody out before one is let through to
/// try. A restart of a service takes about this long.
const OPEN_FOR: Duration = Duration::from_secs(30);

/// An agent as the desk reaches it.
pub(super) struct Guarded {
    agent: Arc<dyn Agent>,
    places: Option<Semaphore>,
    breaker: Mutex<Breaker>,
}

/// Closed below [`FAILURES_TO_OPEN`]; then open until a time, after which one
/// try decides.
#[derive(Debug, Default)]
struct Breaker {
    failures: u32,
    open_until: Option<Instant>,
}

impl Guarded {
    pub(super) fn new(agent: Arc<dyn Agent>) -> Self {
        let places = agent.card().at_once.map(Semaphore::new);
        Self {
            agent,
            places,
            breaker: Mutex::default(),
        }
    }

    fn breaker<R>(&self, work: impl FnOnce(&mut Breaker) -> R) -> R {
        work(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Why it is not even asked; none: that is for itself to say.
    fn barred(&self) -> Option<Readiness> {
        let open = self.breaker(|breaker| {
            breaker
                .open_until
                .is_some_and(|until| Instant::now() < until)
        });
        if open {
            return Some(Readiness::Down);
        }
        match &self.places {
            Some(places) if places.available_permits() == 0 => Some(Readiness::Busy),
            _ => None,
        }
    }

    /// Failures that say something of the agent, and not of the question.
    fn note(&self, answered: &Result<Reply, AgentFailure>) {
        let failed = match answered {
            Ok(_) => false,
            Err(AgentFailure::Busy | AgentFailure::NoAnswer | AgentFailure::Refused(_)) => return,
            Err(_) => true,
        };
        self.breaker(|breaker| {
            if failed {
                breaker.failures = breaker.failures.saturating_add(1);
                if breaker.failures >= FAILURES_TO_OPEN {
                    breaker.open_until = Some(Instant::now() + OPEN_FOR);
                }
            } else {
                *breaker = Breaker::default();
            }
        });
    }
}

#[async_trait]
impl Agent for Guarded {
    fn card(&self) -> &AgentCard {
        self.agent.card()
    }

    async fn introduce(&self) -> bool {
        self.agent.introduce().await
    }

    fn readiness(&self) -> Readiness {
        self.barred().unwrap_or_else(|| self.agent.readiness())
    }
    fn calls(&self) -> bool {
        self.agent.calls()
    }

    async fn offer(&self, context: &HandoffContext) -> Offer {
        match self.barred() {
            None => self.agent.offer(context).await,
            Some(readiness) => Offer::Rejected(format!("it is {}", readiness.as_str())),
        }
    }

    /// One that panics has failed like any other: the desk must go on.
    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let _place = match &self.places {
            None => None,
            Some(places) => Some(places.try_acquire().map_err(|_| AgentFailure::Busy)?),
        };
        let own = self.card().timeout;
        let limit = assignment.limit.map_or(own, |limit| limit.min(own));
        let answer = AssertUnwindSafe(self.agent.answer(assignment)).catch_unwind();
        let answered = match tokio::time::timeout(limit, answer).await {
            Err(_) => Err(AgentFailure::Timeout(limit)),
            Ok(Err(_)) => Err(AgentFailure::Failed(
                "it stopped with an internal error".to_owned(),
            )),
            Ok(Ok(Ok(reply))) if reply.handoff.is_none() && reply.text.trim().is_empty() => {
                Err(AgentFailure::Failed("its reply is empty".to_owned()))
            }
            Ok(Ok(answered)) => answered,
        };
        self.note(&answered);
        answered
    }
}
