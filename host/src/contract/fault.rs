//! What a skill can do wrong while it runs.

use std::time::Duration;

/// A skill did what it may not, or could not go on.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum Fault {
    /// It computed for too long.
    #[error("it computed for longer than {limit:?}")]
    ComputeTime {
        /// What it may.
        limit: Duration,
    },
    /// It took too long, waiting included.
    #[error("it took longer than {limit:?}, waiting included")]
    WallTime {
        /// What it may.
        limit: Duration,
    },
    /// It wanted more memory or table space than it may have.
    #[error("it wanted more than {limit} of {what}")]
    Space {
        /// Memory, table elements.
        what: &'static str,
        /// What it may have, for people.
        limit: String,
    },
    /// It called the host too often.
    #[error("it called the host more than {limit} times")]
    HostCalls {
        /// What it may.
        limit: u32,
    },
    /// It passed too much to the host in one call, or returned too much.
    #[error("it passed more than {limit} bytes {to}")]
    TooMuchData {
        /// To a capability, as its result.
        to: &'static str,
        /// What it may.
        limit: usize,
    },
    /// It called functions within functions too deep.
    #[error("it used up its stack, most likely by endless recursion")]
    Stack,
    /// It stopped with an error.
    #[error("it trapped: {message}")]
    Trap {
        /// What the engine says, with the function and line where known.
        message: String,
    },
    /// It answered something the contract does not know.
    #[error("it broke the contract: {0}")]
    Contract(String),
    /// No instance could be made.
    #[error("it could not be started: {0}")]
    Start(String),
}
