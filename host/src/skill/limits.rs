//! What a skill may use up. All defaults are here, each with its reason.

use std::time::Duration;

use crate::{conversation::StorageSize, web::WebLimits};

/// How long one call may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// Computing in the guest. Checked every [`TICK`](super::engine::TICK).
    pub compute: Duration,
    /// From call to return, waiting for the host included.
    pub wall: Duration,
}

/// What a skill may use up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// `manifest.describe`.
    pub describe: Time,
    /// `router.evaluate`.
    pub evaluate: Time,
    /// A hook.
    pub hook: Time,
    /// A tool.
    pub tool: Time,
    /// An agent's answer.
    pub answer: Time,
    /// Linear memory of an instance, in bytes.
    pub memory: usize,
    /// Elements of all its tables.
    pub table_elements: usize,
    /// Calls of the host in one call of the skill.
    pub host_calls: u32,
    /// Bytes that cross to the host in one call of the host, or as one result.
    pub data: usize,
    /// Lines it may log in one turn.
    pub log_lines: u32,
    /// Lines it may log within a minute, in all turns together.
    pub log_lines_per_minute: u32,
    /// Work under way at the same time.
    pub pending: usize,
    /// What it may keep beyond conversations.
    pub storage: StorageSize,
    /// One request to the web.
    pub http: WebLimits,
    /// Requests to the web in one turn.
    pub http_requests: u32,
}

const fn time(compute_ms: u64, wall_ms: u64) -> Time {
    Time {
        compute: Duration::from_millis(compute_ms),
        wall: Duration::from_millis(wall_ms),
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            // Once per load; the slowest runtime measured starts in 3 ms.
            describe: time(1_000, 2_000),
            // Every user message waits for it, and a condition takes
            // microseconds in Rust and 5 ms in the slowest language.
            evaluate: time(50, 500),
            // Reads the conversation or asks a colleague.
            hook: time(100, 10_000),
            // Somebody has asked for it and waits, as for a web page.
            tool: time(1_000, 30_000),
            // Somebody waits for it as for a tool; how long in all is the agent's
            // own `timeout`.
            answer: time(1_000, 30_000),
            // A CPython component starts with about 20 MiB; the rest is its own.
            memory: 64 << 20,
            // CPython's function table has about 11,000 elements.
            table_elements: 20_000,
            // A hook that reads a hundred pages of a conversation and writes
            // something for each stays below a thousand.
            host_calls: 1_000,
            // Four times the longest message, to leave room for findings.
            data: 1 << 20,
            // What an operator would read.
            log_lines: 100,
            // Ten a second: a busy desk's ordinary lines, and not more than a
            // megabyte a minute of a flood.
            log_lines_per_minute: 600,
            // As many colleagues as anybody would ask at once.
            pending: 32,
            // A page of notes on each of ten thousand people or things. A
            // hundred skills that fill it up take a gigabyte, not the disk.
            storage: StorageSize {
                keys: 10_000,
                bytes: 10 << 20,
            },
            http: WebLimits::default(),
            // A skill that looks up each line of an order stays below; one that
            // crawls does not.
            http_requests: 20,
        }
    }
}

/// Stack of a guest, for all skills alike, since the engine has one setting. A
/// recursive-descent parser uses a few KiB; host threads have 2 MiB.
pub const STACK: usize = 512 << 10;
