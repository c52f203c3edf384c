//! Medians, and a table to print them in.

use std::{
    fmt,
    time::{Duration, Instant},
};

/// What a measurement came to.
#[derive(Clone, Copy, Debug)]
pub struct Timing {
    pub median: Duration,
    pub p99: Duration,
}

impl Timing {
    /// Of single runs.
    pub fn of(mut runs: Vec<Duration>) -> Self {
        runs.sort_unstable();
        let at = |share: f64| {
            #[allow(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                clippy::cast_precision_loss
            )]
            let index = ((runs.len() - 1) as f64 * share) as usize;
            runs[index]
        };
        Self {
            median: at(0.5),
            p99: at(0.99),
        }
    }

    /// How many times as long as `other`.
    pub fn ratio(&self, other: &Self) -> f64 {
        self.median.as_secs_f64() / other.median.as_secs_f64()
    }
}

/// Runs `work` until it is warm, then `runs` times more.
pub async fn time<F, Fut, R>(runs: usize, mut work: F) -> Timing
where
    F: FnMut() -> Fut,
    Fut: Future<Output = R>,
{
    // A tenth as many runs as count, which is past the first page faults and
    // branch mispredictions of everything measured here.
    for _ in 0..runs.div_ceil(10) {
        std::hint::black_box(work().await);
    }
    let mut taken = Vec::with_capacity(runs);
    for _ in 0..runs {
        let began = Instant::now();
        std::hint::black_box(work().await);
        taken.push(began.elapsed());
    }
    Timing::of(taken)
}

/// Rows of text in columns.
pub struct Table<const N: usize> {
    head: [&'static str; N],
    rows: Vec<[String; N]>,
}

/// What is compared.
pub type Comparison = Table<4>;

impl Default for Comparison {
    fn default() -> Self {
        Self::of(["what", "median", "p99", "compared"])
    }
}

impl Comparison {
    pub fn compare(&mut self, what: &str, median: String, p99: String, compared: String) {
        // Progress for whoever waits; the table comes at the end.
        eprintln!("  {what}: {median}");
        self.row([what.to_owned(), median, p99, compared]);
    }

    pub fn timing(&mut self, what: &str, timing: Timing, compared: String) {
        self.compare(what, micros(timing.median), micros(timing.p99), compared);
    }
}

impl<const N: usize> Table<N> {
    pub fn of(head: [&'static str; N]) -> Self {
        let rows = Vec::new();
        Self { head, rows }
    }

    pub fn row(&mut self, row: [String; N]) {
        self.rows.push(row);
    }
}

impl<const N: usize> fmt::Display for Table<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = self.head.map(str::to_owned);
        let all = || std::iter::once(&head).chain(&self.rows);
        let mut widths = [0; N];
        for row in all() {
            for (width, cell) in widths.iter_mut().zip(row) {
                *width = (*width).max(cell.chars().count());
            }
        }
        for row in all() {
            // The first and the last are words, between them are numbers.
            for (at, (cell, width)) in row.iter().zip(widths).enumerate() {
                match at {
                    0 => write!(f, "{cell:width$}")?,
                    _ if at + 1 == N => write!(f, "  {cell}")?,
                    _ => write!(f, "  {cell:>width$}")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

pub fn micros(duration: Duration) -> String {
    format!("{:.2} µs", duration.as_secs_f64() * 1e6)
}
