//! What can go wrong between the desk and a web server.

use std::time::Duration;

use reqwest::StatusCode;

use crate::handoff::AgentFailure;

/// What went wrong and what to do about it, in words for the operator.
#[derive(Debug, thiserror::Error)]
pub enum WebhookError {
    /// The URL is of no use.
    #[error("`{url}` is no usable URL: {reason}")]
    BadUrl {
        /// What is configured.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The secret is missing, or is none.
    #[error(
        "requests cannot be signed: the environment variable `{variable}` {reason}; set it to \
         `whsec_` and 24 to 64 random bytes in base64"
    )]
    BadSecret {
        /// The variable.
        variable: String,
        /// What is wrong.
        reason: &'static str,
    },
    /// The HTTP client cannot be made.
    #[error("the HTTP client cannot be built: {0}")]
    Client(String),
    /// Nobody answers there.
    #[error("{url} cannot be reached: {reason}")]
    Unreachable {
        /// Where, without credentials.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// It has no time for this now.
    #[error("{url} is busy ({status})")]
    Busy {
        /// Where, without credentials.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// How long to wait, if it says so.
        retry_after: Option<Duration>,
    },
    /// It does not do this.
    #[error("{url} refuses the request ({status}): {detail}")]
    Refused {
        /// Where, without credentials.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// What was said.
        detail: String,
    },
    /// The answer broke off.
    #[error("{url} broke off before the answer was complete: {reason}")]
    BrokenOff {
        /// Where, without credentials.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The answer is not of the documented shape.
    #[error("{url} does not answer as it should, {{\"reply\": \"…\"}}: {detail}")]
    Malformed {
        /// Where, without credentials.
        url: String,
        /// What is wrong.
        detail: String,
    },
    /// The answer has no end.
    #[error("the answer is longer than {limit} bytes")]
    TooLong {
        /// The most that is taken.
        limit: usize,
    },
}

impl From<WebhookError> for AgentFailure {
    fn from(error: WebhookError) -> Self {
        match &error {
            WebhookError::Unreachable { .. } => Self::Unreachable(error.to_string()),
            WebhookError::Busy { .. } => Self::Busy,
            _ => Self::Failed(error.to_string()),
        }
    }
}
