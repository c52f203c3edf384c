//! A skill that keeps failing is not asked any more.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

/// Faults within [`FAULT_WINDOW`] that quarantine a skill. One can be an
/// accident of a rare input; five in a row cost every user a time limit each.
pub const FAULTS_TO_QUARANTINE: usize = 5;

/// How long a fault is remembered. Long enough to catch a skill that fails
/// once a minute, short enough that a bad hour last week does not count.
pub const FAULT_WINDOW: Duration = Duration::from_secs(600);

/// The record of one skill's faults.
#[derive(Debug, Default)]
pub struct Quarantine {
    active: AtomicBool,
    faults: Mutex<VecDeque<Instant>>,
}

impl Quarantine {
    /// Whether the skill is not to be asked.
    pub fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    /// Counts a fault; true if it was the one that brought the quarantine.
    pub fn fault(&self) -> bool {
        let now = Instant::now();
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.retain(|then| now.duration_since(*then) < FAULT_WINDOW);
        faults.push_back(now);
        faults.len() >= FAULTS_TO_QUARANTINE && !self.active.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_fault_brings_the_quarantine_and_says_so_once() {
        let quarantine = Quarantine::default();
        let announced: Vec<bool> = (0..6).map(|_| quarantine.fault()).collect();
        assert_eq!(announced, [false, false, false, false, true, false]);
        assert!(quarantine.is_active());
    }
}
