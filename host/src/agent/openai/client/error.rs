//! What can go wrong between an agent and its model.

use std::time::Duration;

use reqwest::StatusCode;
use thiserror::Error;

/// What went wrong and what to do about it, in words for the operator.
#[derive(Debug, Error)]
pub enum ChatError {
    #[error("`{url}` is not a usable base URL: {reason}")]
    BadUrl { url: String, reason: String },
    #[error("the API key cannot be used: environment variable `{variable}` {reason}")]
    BadKey {
        variable: String,
        reason: &'static str,
    },
    #[error("the HTTP client cannot be built: {reason}")]
    Client { reason: String },
    #[error("{url} cannot be reached: {reason}; check that the server runs and base_url is right")]
    Unreachable { url: String, reason: String },
    #[error("{url} refuses the API key ({status}): {detail}")]
    Unauthorized {
        url: String,
        status: StatusCode,
        detail: String,
    },
    #[error("{url} knows no model `{model}` or has no chat endpoint there: {detail}")]
    NotFound {
        url: String,
        model: String,
        detail: String,
    },
    #[error("{url} limits the rate of requests: {detail}")]
    RateLimited {
        url: String,
        retry_after: Option<Duration>,
        detail: String,
    },
    #[error("{url} rejects the request ({status}): {detail}")]
    Rejected {
        url: String,
        status: StatusCode,
        detail: String,
    },
    #[error("{url} failed ({status}): {detail}")]
    Server {
        url: String,
        status: StatusCode,
        detail: String,
    },
    #[error("{url} does not answer as a streaming chat endpoint: {detail}")]
    Malformed { url: String, detail: String },
    #[error("{url} reported an error during the reply: {detail}")]
    Reported { url: String, detail: String },
    #[error("{url} broke off before the reply was complete: {detail}")]
    Interrupted { url: String, detail: String },
    #[error("{url} gave an empty reply (finish reason `{finish_reason}`)")]
    EmptyReply { url: String, finish_reason: String },
    #[error("the model called the tool `{tool}`, but it was offered none")]
    UnexpectedToolCall { tool: String },
    #[error("the reply is longer than {limit} bytes")]
    TooLong { limit: usize },
    #[error("{url} gave no complete reply within {after:?}")]
    Timeout { url: String, after: Duration },
}
