//! What skills and agents have done since this process began, counted without
//! locks: a turn pays a few additions for it.

use std::{
    array,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};

use crate::contract::Fault;

/// Upper bounds of the classes of time, in microseconds: a skill's call takes
/// tens of them, a model's answer half a minute.
pub const BOUNDS: [u64; 14] = [
    10, 50, 100, 500, 1_000, 5_000, 10_000, 50_000, 100_000, 500_000, 1_000_000, 5_000_000,
    10_000_000, 60_000_000,
];

/// How long something took, each time.
#[derive(Debug)]
pub struct Timing {
    /// One class more than bounds: whatever is beyond the last.
    classes: [AtomicU64; BOUNDS.len() + 1],
    micros: AtomicU64,
}

/// The same at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Timed {
    /// How many times are in each class, in the order of [`BOUNDS`].
    pub classes: Vec<u64>,
    /// All times together.
    pub sum: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self {
            classes: array::from_fn(|_| AtomicU64::default()),
            micros: AtomicU64::default(),
        }
    }
}

impl Timing {
    /// Counts one.
    pub fn add(&self, took: Duration) {
        let micros = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
        let class = BOUNDS.partition_point(|bound| *bound < micros);
        self.classes[class].fetch_add(1, Relaxed);
        self.micros.fetch_add(micros, Relaxed);
    }

    /// What was counted so far.
    pub fn read(&self) -> Timed {
        Timed {
            classes: self
                .classes
                .iter()
                .map(|class| class.load(Relaxed))
                .collect(),
            sum: Duration::from_micros(self.micros.load(Relaxed)),
        }
    }
}

impl Timed {
    /// How often.
    pub fn count(&self) -> u64 {
        self.classes.iter().sum()
    }

    /// The bound below which this share of the times lies; none: there are no
    /// times, or it lies beyond the last bound.
    pub fn quantile(&self, share: f64) -> Option<Duration> {
        let wanted = (self.count() as f64 * share).ceil();
        let mut seen = 0;
        let class = self.classes.iter().position(|class| {
            seen += class;
            seen > 0 && seen as f64 >= wanted
        })?;
        BOUNDS.get(class).map(|bound| Duration::from_micros(*bound))
    }
}

/// What one skill has done.
#[derive(Debug, Default)]
pub struct SkillTally {
    calls: Timing,
    faults: AtomicU64,
    kills: AtomicU64,
}

/// The same at one moment.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SkillCount {
    /// How often it was asked, and how long that took.
    pub calls: Timed,
    /// How often it failed.
    pub faults: u64,
    /// How often the host stopped it, for it went beyond what it may.
    pub kills: u64,
}

impl SkillTally {
    /// It was asked.
    pub fn called(&self, took: Duration) {
        self.calls.add(took);
    }

    /// It failed.
    pub fn failed(&self, fault: &Fault) {
        self.faults.fetch_add(1, Relaxed);
        let by_itself = matches!(
            fault,
            Fault::Trap { .. } | Fault::Contract(_) | Fault::Start(_)
        );
        if !by_itself {
            self.kills.fetch_add(1, Relaxed);
        }
    }

    /// What was counted so far.
    pub fn read(&self) -> SkillCount {
        SkillCount {
            calls: self.calls.read(),
            faults: self.faults.load(Relaxed),
            kills: self.kills.load(Relaxed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_counted_in_the_first_class_that_holds_it() {
        let timing = Timing::default();
        for micros in [10, 11, 700, 90_000_000] {
            timing.add(Duration::from_micros(micros));
        }
        let timed = timing.read();
        assert_eq!(
            (timed.classes[0], timed.classes[1], timed.classes[4]),
            (1, 1, 1)
        );
        assert_eq!(timed.classes[BOUNDS.len()], 1);
        assert_eq!(timed.count(), 4);
        assert_eq!(timed.quantile(0.5), Some(Duration::from_micros(50)));
        assert_eq!(timed.quantile(0.99), None);
    }

    #[test]
    fn of_nothing_there_is_no_quantile() {
        assert_eq!(Timing::default().read().quantile(0.5), None);
    }

    #[test]
    fn only_what_the_host_stops_is_a_kill() {
        let tally = SkillTally::default();
        tally.failed(&Fault::Stack);
        tally.failed(&Fault::Contract("no".to_owned()));
        let count = tally.read();
        assert_eq!((count.faults, count.kills), (2, 1));
    }
}
