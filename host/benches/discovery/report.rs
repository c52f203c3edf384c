//! The table.

use std::time::Duration;

use super::measure::{Crowd, Measured};

/// The names of the columns.
pub fn head() {
    println!(
        "{:<10} {:>6} {:<9} {:>6} {:>8} {:>9} {:>9} {:>6} {:>9} {:>14} {:>9} {:>9} {:>9}",
        "set",
        "agents",
        "encoder",
        "top-1",
        "built",
        "p50",
        "p99",
        "ECE",
        "ECE+oos",
        "near 0.7",
        ">=0.7",
        "right",
        "oos out"
    );
}

/// One line of it.
pub fn line(encoder: &str, m: &Measured) {
    let percent = |share: f64| format!("{:.1}%", share * 100.0);
    let or_none = |value: Option<String>| value.unwrap_or_else(|| "-".to_owned());
    println!(
        "{:<10} {:>6} {:<9} {:>6} {:>8} {:>9} {:>9} {:>6.3} {:>9} {:>14} {:>9} {:>9} {:>9}",
        m.set,
        m.agents,
        encoder,
        percent(m.top),
        milliseconds(m.learned),
        microseconds(m.median),
        microseconds(m.slow),
        m.error,
        or_none(m.error_of_all.map(|e| format!("{e:.3}"))),
        format!("{} of {}", percent(m.near), m.near_count),
        percent(m.accepted),
        percent(m.accepted_right),
        or_none(m.refused.map(percent)),
    );
}

/// What becomes of a query among very many agents.
pub fn crowd(crowd: &Crowd) {
    println!(
        "\n{} agents: built in {}, a query takes p50 {}, p99 {}, at most {}",
        crowd.agents,
        milliseconds(crowd.learned),
        microseconds(crowd.median),
        microseconds(crowd.slow),
        microseconds(crowd.slowest)
    );
}

fn milliseconds(time: Duration) -> String {
    format!("{:.0} ms", time.as_secs_f64() * 1e3)
}

fn microseconds(time: Duration) -> String {
    format!("{:.1} µs", time.as_secs_f64() * 1e6)
}
