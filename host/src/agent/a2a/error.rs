//! What keeps a remote agent from answering.

use std::time::Duration;

use reqwest::StatusCode;

use crate::handoff::AgentFailure;

/// What went wrong and what to do about it, in words for the operator.
#[derive(Clone, Debug, thiserror::Error)]
pub enum A2aError {
    /// A URL is of no use.
    #[error("`{url}` is not a usable URL: {reason}")]
    BadUrl {
        /// The URL.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The token is missing or cannot be sent.
    #[error("the token cannot be used: environment variable `{variable}` {reason}")]
    BadKey {
        /// The variable.
        variable: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be built: {reason}")]
    Client {
        /// What is wrong.
        reason: String,
    },
    /// Nobody answers there.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// Where.
        url: String,
        /// What went wrong.
        reason: String,
    },
    /// The token is refused.
    #[error("{url} refuses the token ({status}): {detail}")]
    Unauthorized {
        /// Where.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// What was said.
        detail: String,
    },
    /// It takes nothing more now.
    #[error("{url} has as much as it can do ({status}): {detail}")]
    Busy {
        /// Where.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// How long to wait, if it says so.
        retry_after: Option<Duration>,
        /// What was said.
        detail: String,
    },
    /// Any other status that is no success.
    #[error("{url} answered {status}: {detail}")]
    Status {
        /// Where.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// What was said.
        detail: String,
    },
    /// The card says nothing that can be used.
    #[error("the card at {url} is of no use: {reason}")]
    BadCard {
        /// The card.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The card points to somebody else.
    #[error(
        "the card at {url} sends its callers to another place, {place}; if that is meant, \
         add `url = \"{place}\"` to the agent's section"
    )]
    Elsewhere {
        /// The card.
        url: String,
        /// Where it points.
        place: String,
    },
    /// What came is not the protocol.
    #[error("{url} sent what is no A2A: {detail}")]
    Malformed {
        /// Where.
        url: String,
        /// What was sent.
        detail: String,
    },
    /// It answered with an error of the protocol.
    #[error("{url} reported {code}: {message}")]
    Reported {
        /// Where.
        url: String,
        /// The error's code in the JSON-RPC binding.
        code: i32,
        /// What was said.
        message: String,
    },
    /// The answer ended too early.
    #[error("{url} broke off before the answer was complete: {detail}")]
    Interrupted {
        /// Where.
        url: String,
        /// What is known.
        detail: String,
    },
    /// The answer has no end.
    #[error("what {url} sent is longer than {limit} bytes")]
    TooLong {
        /// Where.
        url: String,
        /// The most that is taken.
        limit: usize,
    },
    /// The host stopped while the agent was asked for the same.
    #[error(
        "it was asked for this when the host stopped, and may or may not have done it; it is not \
         asked again by itself. `baton deadletter retry` does, and an agent that does the same \
         message once may have `idempotent = true`"
    )]
    AskedBefore,
    /// The remote task ended, or stands still, without an answer.
    #[error("its task is {state}: {why}")]
    Ended {
        /// The state's code.
        state: &'static str,
        /// What was said.
        why: String,
    },
}

impl A2aError {
    /// The word that programs can go by.
    pub fn code(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } | Self::BadKey { .. } | Self::Client { .. } => "not-set-up",
            Self::Unreachable { .. } => "unreachable",
            Self::Unauthorized { .. } => "unauthorized",
            Self::Busy { .. } => "busy",
            Self::Status { .. } | Self::Reported { .. } => "error",
            Self::BadCard { .. } | Self::Elsewhere { .. } => "bad-card",
            Self::Malformed { .. } => "bad-answer",
            Self::Interrupted { .. } => "interrupted",
            Self::TooLong { .. } => "too-long",
            Self::AskedBefore => "unknown",
            Self::Ended { state, .. } => state,
        }
    }

    /// Whether it has surely not begun to work on what was sent, so that
    /// sending it again does nothing twice.
    pub(super) fn is_before_any_work(&self) -> bool {
        matches!(self, Self::Unreachable { .. } | Self::Busy { .. })
    }

    /// Whether it is about a task that takes no more messages.
    pub(super) fn is_about_an_old_task(&self) -> bool {
        use a2a::error_code::{TASK_NOT_FOUND, UNSUPPORTED_OPERATION};
        match self {
            Self::Reported { code, .. } => [TASK_NOT_FOUND, UNSUPPORTED_OPERATION].contains(code),
            _ => false,
        }
    }
}

impl From<A2aError> for AgentFailure {
    fn from(error: A2aError) -> Self {
        let why = format!("[{}] {error}", error.code());
        match error {
            A2aError::Unreachable { .. } => Self::Unreachable(why),
            A2aError::Ended {
                state: "rejected", ..
            }
            | A2aError::AskedBefore => Self::Refused(why),
            _ => Self::Failed(why),
        }
    }
}
