//! How much a skill logs, over all its turns.

use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long a count goes on. As the limit is called: per minute.
const WINDOW: Duration = Duration::from_secs(60);

/// Counts the lines of one skill.
#[derive(Debug, Default)]
pub struct LogMeter(Mutex<Option<Window>>);

#[derive(Debug)]
struct Window {
    began: Instant,
    lines: u32,
}

/// Whether a line is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Admitted {
    /// It is.
    Yes,
    /// It is not, and it is the first that is not.
    NoMore,
    /// It is not.
    No,
}

impl LogMeter {
    /// Counts a line.
    pub(super) fn admit(&self, limit: u32, now: Instant) -> Admitted {
        let mut window = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let window = match &mut *window {
            Some(window) if now.duration_since(window.began) < WINDOW => window,
            over => over.insert(Window {
                began: now,
                lines: 0,
            }),
        };
        window.lines = window.lines.saturating_add(1);
        match window.lines.checked_sub(limit) {
            None | Some(0) => Admitted::Yes,
            Some(1) => Admitted::NoMore,
            Some(_) => Admitted::No,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_beyond_the_limit_are_left_out_until_the_minute_is_over() {
        let (meter, now) = (LogMeter::default(), Instant::now());
        let admitted: Vec<Admitted> = (0..4).map(|_| meter.admit(2, now)).collect();
        let expected = [Admitted::Yes, Admitted::Yes, Admitted::NoMore, Admitted::No];
        assert_eq!(admitted, expected);
        assert_eq!(meter.admit(2, now + WINDOW), Admitted::Yes);
    }
}
