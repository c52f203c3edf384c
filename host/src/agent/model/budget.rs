//! How far a model may go with its tools in one assignment.

use std::time::{Duration, Instant};

use crate::{
    handoff::{Assignment, ToolLimits, Usage},
    payment::Money,
};

/// What is used up of it.
pub(super) struct Budget {
    limits: ToolLimits,
    began: Instant,
    steps: u32,
}

/// What is used up. The model is told so, and must answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(super) enum UsedUp {
    #[error("{0} replies with calls are all that there may be")]
    Steps(u32),
    #[error("{0} tokens are all that may be used")]
    Tokens(u64),
    #[error("{0:?} are all the time there is for calls")]
    Time(Duration),
    #[error("{0} is all that the model may cost")]
    Cost(Money),
}

impl Budget {
    /// A handoff may leave less time than the operator does; a third of it is
    /// for the answer.
    pub(super) fn new(assignment: &Assignment) -> Self {
        let tools = assignment.tools.as_ref();
        let mut limits = tools.map(|tools| tools.limits()).unwrap_or_default();
        if let Some(limit) = assignment.limit {
            limits.time = limits.time.min(limit * 2 / 3);
        }
        Self {
            limits,
            began: Instant::now(),
            steps: 0,
        }
    }

    /// The time that a call may take.
    pub(super) fn left(&self) -> Duration {
        self.limits.time.saturating_sub(self.began.elapsed())
    }

    /// Counts a reply with calls.
    pub(super) fn step(&mut self, spent: Option<Usage>, cost: Option<Money>) -> Option<UsedUp> {
        self.steps = self.steps.saturating_add(1);
        let tokens = spent.map_or(0, |usage| {
            usage.prompt_tokens.saturating_add(usage.completion_tokens)
        });
        let limits = self.limits;
        if self.steps >= limits.steps {
            Some(UsedUp::Steps(limits.steps))
        } else if tokens >= limits.tokens {
            Some(UsedUp::Tokens(limits.tokens))
        } else if let (Some(most), Some(cost)) = (limits.cost, cost)
            && cost.millionths() >= most.millionths()
        {
            Some(UsedUp::Cost(most))
        } else if self.left().is_zero() {
            Some(UsedUp::Time(limits.time))
        } else {
            None
        }
    }
}
