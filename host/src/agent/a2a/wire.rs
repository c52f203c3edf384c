//! Requests and what comes back, within limits.

use std::time::Duration;

use reqwest::{
    Client, Method, RequestBuilder, Response, StatusCode,
    header::{ACCEPT, CONTENT_TYPE, HeaderMap, HeaderValue, RETRY_AFTER},
};
use serde_json::Value;
use url::Url;

use super::A2aError;
use crate::agent::http::{observed, root_cause, without_secrets};

/// Bytes of one response, or of one event of a stream. A reply has 256 KiB at
/// most; a task may carry the history around it.
pub(super) const MAX_RESPONSE: usize = 1 << 20;

/// Enough of a refusal's body to find the message in it.
const MAX_REFUSAL: usize = 16 * 1024;

/// A message of a server is quoted in ours, so a page of HTML must not fill the terminal.
const MAX_QUOTE: usize = 200;

/// Sends requests with a token to one host.
#[derive(Clone, Debug)]
pub(super) struct Wire {
    pub(super) http: Client,
    pub(super) token: Option<HeaderValue>,
}

impl Wire {
    pub(super) fn request(&self, method: Method, url: &Url) -> RequestBuilder {
        let request = self.http.request(method, url.clone());
        let request = request.header(a2a::SVC_PARAM_VERSION, a2a::VERSION);
        let request = request.headers(observed());
        match &self.token {
            Some(token) => request.header(reqwest::header::AUTHORIZATION, token.clone()),
            None => request,
        }
    }
}

/// Sends it, and takes any status.
pub(super) async fn send(request: RequestBuilder, name: &str) -> Result<Response, A2aError> {
    let sent = request.send().await;
    sent.map_err(|error| match error.is_connect() {
        true => A2aError::Unreachable {
            url: name.to_owned(),
            reason: root_cause(&error),
        },
        false => A2aError::Interrupted {
            url: name.to_owned(),
            detail: root_cause(&error),
        },
    })
}

/// What a status other than success means. An error of the protocol is told
/// apart from any other by its reason.
pub(super) async fn refusal(response: Response, name: &str) -> A2aError {
    let url = name.to_owned();
    let status = response.status();
    let retry_after = header(response.headers(), RETRY_AFTER)
        .and_then(|seconds| seconds.parse().ok())
        .map(Duration::from_secs);
    let body = body(response, name, MAX_REFUSAL).await.unwrap_or_default();
    let json: Value = serde_json::from_slice(&body).unwrap_or_default();
    let message = json["error"]["message"].as_str().map(quote);
    let detail = message.unwrap_or_else(|| quote(&String::from_utf8_lossy(&body)));
    if let Some(code) = reported(&json["error"]) {
        return A2aError::Reported {
            url,
            code,
            message: detail,
        };
    }
    match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => A2aError::Unauthorized {
            url,
            status,
            detail,
        },
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => A2aError::Busy {
            url,
            status,
            retry_after,
            detail,
        },
        _ => A2aError::Status {
            url,
            status,
            detail,
        },
    }
}

/// The code of an error in either binding; none: it is not the protocol's.
fn reported(error: &Value) -> Option<i32> {
    let details = error["details"].as_array().into_iter().flatten();
    let reason = details
        .filter_map(|detail| detail["reason"].as_str())
        .find_map(a2a::errors::reason_to_error_code);
    let code = error["code"]
        .as_i64()
        .and_then(|code| i32::try_from(code).ok());
    reason.or(code.filter(|code| *code < 0))
}

/// The whole body as JSON.
pub(super) async fn json(response: Response, name: &str) -> Result<Value, A2aError> {
    let malformed = |detail: String| A2aError::Malformed {
        url: name.to_owned(),
        detail,
    };
    let kind = content_type(&response);
    let body = body(response, name, MAX_RESPONSE).await?;
    if !kind.contains("json") {
        let text = String::from_utf8_lossy(&body);
        return Err(malformed(format!("it sent `{kind}`: {}", quote(&text))));
    }
    serde_json::from_slice(&body).map_err(|error| {
        let text = String::from_utf8_lossy(&body);
        malformed(format!("it is not JSON ({error}): {}", quote(&text)))
    })
}

async fn body(mut response: Response, name: &str, limit: usize) -> Result<Vec<u8>, A2aError> {
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(|error| broken(name, &error))?
    {
        if body.len() + chunk.len() > limit {
            return Err(A2aError::TooLong {
                url: name.to_owned(),
                limit,
            });
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

pub(super) fn broken(name: &str, error: &reqwest::Error) -> A2aError {
    A2aError::Interrupted {
        url: name.to_owned(),
        detail: root_cause(error),
    }
}

pub(super) fn content_type(response: &Response) -> String {
    let kind = header(response.headers(), CONTENT_TYPE);
    kind.unwrap_or_default().to_ascii_lowercase()
}

pub(super) fn header(headers: &HeaderMap, name: reqwest::header::HeaderName) -> Option<&str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The URL with a path behind its own, and its name for messages.
pub(super) fn below(base: &Url, path: &str) -> (Url, String) {
    let mut url = base.clone();
    url.set_path(&format!("{}{path}", base.path().trim_end_matches('/')));
    let name = without_secrets(&url);
    (url, name)
}

/// On one line and short enough to read.
pub(super) fn quote(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return "no explanation".to_owned();
    }
    match words.char_indices().nth(MAX_QUOTE) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}

/// What is asked for.
pub(super) fn accepting(request: RequestBuilder, what: &'static str) -> RequestBuilder {
    request.header(ACCEPT, what)
}
