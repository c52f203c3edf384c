//! What stands between the desk and each of its agents: a time limit, a limit
//! on work at the same time, a circuit breaker.

use std::{
    panic::AssertUnwindSafe,
    pin::pin,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;
use futures_util::FutureExt;
use serde::Serialize;
use tokio::sync::Semaphore;

use super::{Agent, AgentCard, AgentFailure, Assignment, ModelTally, Offer, Reply};
use crate::{
    contract::HandoffContext,
    conversation::Readiness,
    routing::{Timed, Timing},
    trace::{self, AgentCall, Span},
};

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
    breaker: Mutex<Failures>,
    load: AtomicU64,
    failures: AtomicU64,
    calls: Timing,
}

/// What keeps an agent from being asked too often after failures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Breaker {
    /// It is asked.
    Closed,
    /// It is not asked for a while.
    Open,
    /// One try decides.
    HalfOpen,
}

impl Breaker {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Open => "open",
            Self::HalfOpen => "half-open",
        }
    }
}

/// What an agent has done since this process began.
#[derive(Clone, Debug, Default)]
pub struct AgentTally {
    /// How often it was asked, and how long that took.
    pub calls: Timed,
    /// How often it gave no answer.
    pub failures: u64,
    /// What its models have taken; none: it asks none.
    pub models: Option<ModelTally>,
}

/// How an agent is doing.
pub struct Condition<'a> {
    /// The agent.
    pub agent: &'a dyn Agent,
    /// Whether it is asked after its failures.
    pub breaker: Breaker,
    /// How many assignments it works on in this process.
    pub load: u64,
    /// What it has done.
    pub tally: AgentTally,
}

/// One assignment more, until it is dropped: work can be cancelled.
struct Load<'a>(&'a AtomicU64);

impl<'a> Load<'a> {
    fn on(count: &'a AtomicU64) -> Self {
        count.fetch_add(1, Relaxed);
        Self(count)
    }
}

impl Drop for Load<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Relaxed);
    }
}

/// Closed below [`FAILURES_TO_OPEN`]; then open until a time, after which one
/// try decides.
#[derive(Debug, Default)]
struct Failures {
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
            load: AtomicU64::default(),
            failures: AtomicU64::default(),
            calls: Timing::default(),
        }
    }

    fn breaker<R>(&self, work: impl FnOnce(&mut Failures) -> R) -> R {
        work(&mut self.breaker.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// How it is doing.
    pub(super) fn condition(&self) -> Condition<'_> {
        let breaker = self.breaker(|breaker| match breaker.open_until {
            Some(until) if Instant::now() < until => Breaker::Open,
            Some(_) => Breaker::HalfOpen,
            None => Breaker::Closed,
        });
        Condition {
            agent: self,
            breaker,
            load: self.load.load(Relaxed),
            tally: AgentTally {
                calls: self.calls.read(),
                failures: self.failures.load(Relaxed),
                models: self.agent.model_tally(),
            },
        }
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
                *breaker = Failures::default();
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

    fn trouble(&self) -> Option<String> {
        self.agent.trouble()
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

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let card = self.card();
        let span = Span::below(|| {
            trace::agent(AgentCall {
                name: card.name.as_str(),
                kind: card.kind,
                conversation: assignment.turn.query.conversation.as_str(),
            })
        });
        let answered = span.around(pin!(self.guarded(assignment))).await;
        span.end(answered.as_ref().err().map(AgentFailure::word));
        answered
    }
}

impl Guarded {
    /// One that panics has failed like any other: the desk must go on.
    async fn guarded(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let _place = match &self.places {
            None => None,
            Some(places) => Some(places.try_acquire().map_err(|_| AgentFailure::Busy)?),
        };
        let _load = Load::on(&self.load);
        let began = Instant::now();
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
        self.calls.add(began.elapsed());
        if answered.is_err() {
            self.failures.fetch_add(1, Relaxed);
        }
        self.note(&answered);
        answered
    }
}
