//! A skill that keeps failing is not asked any more.

use std::{
    collections::VecDeque,
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use crate::contract::Fault;

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
    /// The fault that brought it.
    why: Mutex<String>,
}

impl Quarantine {
    /// Whether the skill is not to be asked.
    pub fn is_active(&self) -> bool {
        self.active.load(Ordering::Relaxed)
    }

    /// The fault that brought it; none: it is asked.
    pub fn why(&self) -> Option<String> {
        self.is_active().then(|| {
            self.why
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .clone()
        })
    }

    /// Ends it, by the operator's word: its faults are forgotten. Whether there
    /// was one.
    pub fn lift(&self) -> bool {
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.clear();
        self.active.swap(false, Ordering::Relaxed)
    }

    /// Counts a fault; true if it was the one that brought the quarantine.
    pub fn fault(&self, why: &Fault) -> bool {
        let now = Instant::now();
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        faults.retain(|then| now.duration_since(*then) < FAULT_WINDOW);
        faults.push_back(now);
        if faults.len() < FAULTS_TO_QUARANTINE || self.is_active() {
            return false;
        }
        *self.why.lock().unwrap_or_else(PoisonError::into_inner) = why.to_string();
        !self.active.swap(true, Ordering::Relaxed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_fault_brings_the_quarantine_and_says_so_once() {
        let quarantine = Quarantine::default();
        let announced: Vec<bool> = (0..6).map(|_| quarantine.fault(&Fault::Stack)).collect();
        assert_eq!(announced, [false, false, false, false, true, false]);
        assert!(quarantine.is_active());
        assert_eq!(quarantine.why(), Some(Fault::Stack.to_string()));
    }

    #[test]
    fn a_lifted_quarantine_takes_as_many_faults_to_come_back() {
        let quarantine = Quarantine::default();
        assert!(!quarantine.lift());
        for _ in 0..FAULTS_TO_QUARANTINE {
            quarantine.fault(&Fault::Stack);
        }
        assert!(quarantine.lift());
        assert!(!quarantine.is_active() && quarantine.why().is_none());
        assert!(!quarantine.fault(&Fault::Stack));
    }
}
