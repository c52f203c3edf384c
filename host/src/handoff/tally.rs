//! What came of turns since this process began, for whoever watches over the
//! desk. Counted where a turn ends, from what the turn leaves behind.

use std::{
    array,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use super::{Leg, LegEnd, StandIn};
use crate::{
    contract::Reason,
    routing::{Timed, Timing},
};

/// How a handoff can end, in the order in which they are counted.
pub const ENDS: [&str; 5] = ["answered", "rejected", "failed", "waiting", "expired"];

/// Who can step in, in the order in which they are counted.
pub const STAND_INS: [&str; 4] = ["none", "hook", "agent", "local"];

const REASONS: usize = Reason::ALL.len();

/// What came of turns.
#[derive(Debug)]
pub(super) struct TurnTally {
    turns: Timing,
    stand_ins: [AtomicU64; STAND_INS.len()],
    handoffs: [[AtomicU64; ENDS.len()]; REASONS],
}

/// The same at one moment.
#[derive(Clone, Debug, Default)]
pub struct TurnCount {
    /// How many there were, and how long they took.
    pub turns: Timed,
    /// How many each stand-in has answered, in the order of [`STAND_INS`].
    pub stand_ins: Vec<u64>,
    /// How many handoffs for a reason have ended how, in the order of [`ENDS`].
    pub handoffs: Vec<(Reason, Vec<u64>)>,
}

impl Default for TurnTally {
    fn default() -> Self {
        Self {
            turns: Timing::default(),
            stand_ins: array::from_fn(|_| AtomicU64::default()),
            handoffs: array::from_fn(|_| array::from_fn(|_| AtomicU64::default())),
        }
    }
}

fn read(counters: &[AtomicU64]) -> Vec<u64> {
    counters
        .iter()
        .map(|counter| counter.load(Relaxed))
        .collect()
}

impl TurnTally {
    /// A turn has ended like this.
    pub(super) fn ended(&self, legs: &[Leg], stand_in: StandIn, took: Duration) {
        self.turns.add(took);
        let by = match stand_in {
            StandIn::None => 0,
            StandIn::Hook => 1,
            StandIn::Agent => 2,
            StandIn::Local => 3,
        };
        self.stand_ins[by].fetch_add(1, Relaxed);
        for leg in legs.iter().filter(|leg| leg.handoff.is_some()) {
            let end = match leg.end {
                LegEnd::Answered => 0,
                LegEnd::Rejected(_) => 1,
                LegEnd::Failed(_) => 2,
                LegEnd::Waiting(_) => 3,
                LegEnd::Expired => 4,
            };
            // One without a reason was made because the target knows more.
            let reason = leg.reason.unwrap_or(Reason::Specialization);
            self.handoffs[reason as usize][end].fetch_add(1, Relaxed);
        }
    }

    pub(super) fn read(&self) -> TurnCount {
        let handoffs = Reason::ALL.iter().zip(&self.handoffs);
        TurnCount {
            turns: self.turns.read(),
            stand_ins: read(&self.stand_ins),
            handoffs: handoffs
                .map(|(reason, ends)| (*reason, read(ends)))
                .collect(),
        }
    }
}
