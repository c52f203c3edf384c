//! What can go wrong between an agent and its model.

use std::time::Duration;

use reqwest::StatusCode;
use thiserror::Error;

/// The longest pause that a server may ask for; then others are asked instead.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// What went wrong and what to do about it, in words for the operator.
#[derive(Debug, Error)]
pub enum ChatError {
    /// The base URL is of no use.
    #[error("`{url}` is not a usable base URL: {reason}")]
    BadUrl {
        /// The endpoint, without credentials.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The key is missing or cannot be sent.
    #[error("the API key cannot be used: environment variable `{variable}` {reason}")]
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
    #[error("{url} cannot be reached: {reason}; check that the server runs and base_url is right")]
    Unreachable {
        /// The endpoint, without credentials.
        url: String,
        /// What is wrong.
        reason: String,
    },
    /// The key is refused.
    #[error("{url} refuses the API key ({status}): {detail}")]
    Unauthorized {
        /// The endpoint, without credentials.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// What was said.
        detail: String,
    },
    /// There is no such model or endpoint.
    #[error("{url} knows no model `{model}` or has no chat endpoint there: {detail}")]
    NotFound {
        /// The endpoint, without credentials.
        url: String,
        /// The model.
        model: String,
        /// What was said.
        detail: String,
    },
    /// Too many requests.
    #[error("{url} limits the rate of requests: {detail}")]
    RateLimited {
        /// The endpoint, without credentials.
        url: String,
        /// How long to wait, if it says so.
        retry_after: Option<Duration>,
        /// What was said.
        detail: String,
    },
    /// The request is not accepted.
    #[error("{url} rejects the request ({status}): {detail}")]
    Rejected {
        /// The endpoint, without credentials.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// What was said.
        detail: String,
    },
    /// The server has an error of its own.
    #[error("{url} failed ({status}): {detail}")]
    Server {
        /// The endpoint, without credentials.
        url: String,
        /// The HTTP status.
        status: StatusCode,
        /// What was said.
        detail: String,
    },
    /// The answer is not what the protocol says.
    #[error("{url} does not answer as a chat endpoint: {detail}")]
    Malformed {
        /// The endpoint, without credentials.
        url: String,
        /// What was said.
        detail: String,
    },
    /// An error came in the middle of the reply.
    #[error("{url} reported an error during the reply: {detail}")]
    Reported {
        /// The endpoint, without credentials.
        url: String,
        /// What was said.
        detail: String,
    },
    /// It has too much to do, and says so in the middle of the reply.
    #[error("{url} is overloaded: {detail}")]
    Overloaded {
        /// The endpoint, without credentials.
        url: String,
        /// What was said.
        detail: String,
    },
    /// The reply ended too early.
    #[error("{url} broke off before the reply was complete: {detail}")]
    Interrupted {
        /// The endpoint, without credentials.
        url: String,
        /// What was said.
        detail: String,
    },
    /// The reply has no text.
    #[error("{url} gave an empty reply (finish reason `{finish_reason}`)")]
    EmptyReply {
        /// The endpoint, without credentials.
        url: String,
        /// Why the model stopped.
        finish_reason: String,
    },
    /// The model wants a tool that it was not offered.
    #[error("the model called the tool `{tool}`, but it was offered none")]
    UnexpectedToolCall {
        /// The tool.
        tool: String,
    },
    /// The reply has no end.
    #[error("the reply is longer than {limit} bytes")]
    TooLong {
        /// The most that is taken.
        limit: usize,
    },
    /// The reply did not come in time.
    #[error("{url} gave no complete reply within {after:?}")]
    Timeout {
        /// The endpoint, without credentials.
        url: String,
        /// How long it had.
        after: Duration,
    },
}

impl ChatError {
    /// The word for it, which says nothing of what was said.
    pub fn word(&self) -> &'static str {
        match self {
            Self::BadUrl { .. } | Self::BadKey { .. } | Self::Client { .. } => "misconfigured",
            Self::Unreachable { .. } => "unreachable",
            Self::Unauthorized { .. } => "unauthorized",
            Self::NotFound { .. } => "not-found",
            Self::RateLimited { .. } => "rate-limited",
            Self::Rejected { .. } => "rejected",
            Self::Server { .. } | Self::Reported { .. } => "server-error",
            Self::Malformed { .. } => "malformed",
            Self::Overloaded { .. } => "overloaded",
            Self::Interrupted { .. } => "interrupted",
            Self::EmptyReply { .. } => "empty-reply",
            Self::UnexpectedToolCall { .. } => "unexpected-tool-call",
            Self::TooLong { .. } => "too-long",
            Self::Timeout { .. } => "timeout",
        }
    }

    /// How long to wait before asking again may help: as long as the server
    /// says, or this long. None: it would not help, or not soon.
    pub fn again_after(&self, pause: Duration) -> Option<Duration> {
        let wait = match self {
            Self::RateLimited { retry_after, .. } => retry_after.unwrap_or(pause),
            Self::Server { .. } | Self::Overloaded { .. } | Self::Interrupted { .. } => pause,
            _ => return None,
        };
        (wait <= LONGEST_PAUSE).then_some(wait)
    }

    /// Whether a request is refused because it offers tools. Servers have no
    /// code for that, but all of them name what they do not support.
    pub fn is_about_tools(&self) -> bool {
        match self {
            Self::Rejected { detail, .. } | Self::Server { detail, .. } => {
                detail.to_ascii_lowercase().contains("tool")
            }
            _ => false,
        }
    }
}
