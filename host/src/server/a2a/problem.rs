//! Errors, in the words of both bindings.

use a2a::{A2AError, JsonRpcId, JsonRpcResponse, TypedDetail, error_code, errordetails, errors};
use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use super::JSON;
use crate::{
    handoff::{DeskError, StoreError, TicketError},
    server::{client::Refused, rate::TooMany},
};

/// Why a request is not answered.
#[derive(Clone, Debug)]
pub(super) struct Problem {
    error: A2AError,
    status: StatusCode,
    /// What `google.rpc` calls the status.
    word: &'static str,
    retry_after: Option<u64>,
}

impl Problem {
    fn new(code: i32, status: StatusCode, word: &'static str, message: impl Into<String>) -> Self {
        Self {
            error: A2AError::new(code, message),
            status,
            word,
            retry_after: None,
        }
    }

    /// What the protocol maps to `FAILED_PRECONDITION`, which `google.rpc` maps
    /// to 400 (1.0.1, section 5.4; 1.0.0 had other statuses).
    fn precondition(code: i32, message: impl Into<String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self::new(code, status, "FAILED_PRECONDITION", message)
    }

    pub(super) fn parse(message: impl Into<String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        Self::new(error_code::PARSE_ERROR, status, "INVALID_ARGUMENT", message)
    }

    pub(super) fn request(message: impl Into<String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        let code = error_code::INVALID_REQUEST;
        Self::new(code, status, "INVALID_ARGUMENT", message)
    }

    pub(super) fn params(message: impl Into<String>) -> Self {
        let status = StatusCode::BAD_REQUEST;
        let code = error_code::INVALID_PARAMS;
        Self::new(code, status, "INVALID_ARGUMENT", message)
    }

    pub(super) fn method(name: &str) -> Self {
        let message = format!("there is no operation `{}`", short(name));
        let status = StatusCode::NOT_FOUND;
        Self::new(error_code::METHOD_NOT_FOUND, status, "NOT_FOUND", message)
    }

    pub(super) fn version(version: &str) -> Self {
        let message = format!(
            "this desk speaks A2A 1.0, and the request is for {}; send the header `A2A-Version: 1.0`",
            short(version)
        );
        Self::precondition(error_code::VERSION_NOT_SUPPORTED, message)
    }

    pub(super) fn no_task(id: &str) -> Self {
        let message = format!(
            "there is no task `{}` here, or not for this client",
            short(id)
        );
        let code = error_code::TASK_NOT_FOUND;
        Self::new(code, StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub(super) fn no_follower(id: &str) -> Self {
        let message = format!("the task has no push notification config `{}`", short(id));
        let code = error_code::TASK_NOT_FOUND;
        Self::new(code, StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub(super) fn no_agent(name: &str) -> Self {
        let message = format!(
            "there is no agent `{}` here, or not for this client; /a2a/agents lists them",
            short(name)
        );
        let code = error_code::INVALID_PARAMS;
        Self::new(code, StatusCode::NOT_FOUND, "NOT_FOUND", message)
    }

    pub(super) fn not_cancelable(message: impl Into<String>) -> Self {
        Self::precondition(error_code::TASK_NOT_CANCELABLE, message)
    }

    pub(super) fn unsupported(message: impl Into<String>) -> Self {
        Self::precondition(error_code::UNSUPPORTED_OPERATION, message)
    }

    pub(super) fn content(kind: &str) -> Self {
        let message = format!("this desk reads text and JSON, not `{}`", short(kind));
        let code = error_code::CONTENT_TYPE_NOT_SUPPORTED;
        let status = StatusCode::BAD_REQUEST;
        Self::new(code, status, "INVALID_ARGUMENT", message)
    }

    fn internal(message: impl Into<String>) -> Self {
        let status = StatusCode::INTERNAL_SERVER_ERROR;
        Self::new(error_code::INTERNAL_ERROR, status, "INTERNAL", message)
    }

    /// As the HTTP+JSON binding writes it.
    pub(super) fn body(&self) -> Value {
        let reason = errors::error_reason(self.error.code);
        let detail = TypedDetail::error_info(reason, errordetails::PROTOCOL_DOMAIN, None);
        json!({ "error": {
            "code": self.status.as_u16(),
            "status": self.word,
            "message": self.error.message,
            "details": [detail],
        }})
    }

    /// As the JSON-RPC binding writes it.
    pub(super) fn rpc(&self, id: JsonRpcId) -> JsonRpcResponse {
        JsonRpcResponse::error(id, self.error.to_jsonrpc_error())
    }

    /// Whether it is about who asks, or how often: then it is a status in every
    /// binding, as clients and proxies expect.
    pub(super) fn is_about_the_client(&self) -> bool {
        [
            StatusCode::UNAUTHORIZED,
            StatusCode::FORBIDDEN,
            StatusCode::TOO_MANY_REQUESTS,
        ]
        .contains(&self.status)
    }
}

/// What a client sent is quoted back, but not all of it.
fn short(text: &str) -> String {
    text.chars().filter(|c| !c.is_control()).take(80).collect()
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(JSON));
        if let Some(seconds) = self.retry_after {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if self.status == StatusCode::UNAUTHORIZED {
            let bearer = HeaderValue::from_static("Bearer");
            headers.insert(header::WWW_AUTHENTICATE, bearer);
        }
        response
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, word) = match refused {
            Refused::NoToken | Refused::UnknownToken => {
                (StatusCode::UNAUTHORIZED, "UNAUTHENTICATED")
            }
            Refused::NotAllowed { .. } | Refused::OtherUser { .. } | Refused::OtherSite => {
                (StatusCode::FORBIDDEN, "PERMISSION_DENIED")
            }
            Refused::UserId(_) => (StatusCode::BAD_REQUEST, "INVALID_ARGUMENT"),
        };
        let code = error_code::INVALID_REQUEST;
        Self::new(code, status, word, refused.to_string())
    }
}

impl From<TooMany> for Problem {
    fn from(many: TooMany) -> Self {
        let (status, word) = (StatusCode::TOO_MANY_REQUESTS, "RESOURCE_EXHAUSTED");
        Self {
            retry_after: Some(many.after.as_secs() + 1),
            ..Self::new(error_code::INVALID_REQUEST, status, word, many.to_string())
        }
    }
}

impl From<&DeskError> for Problem {
    fn from(error: &DeskError) -> Self {
        let message = error.to_string();
        let params = error_code::INVALID_PARAMS;
        match error {
            DeskError::Text(_) | DeskError::KeyOfNobody(_) | DeskError::NoConversation(_) => {
                Self::params(message)
            }
            DeskError::NotYours(_) => {
                Self::new(params, StatusCode::FORBIDDEN, "PERMISSION_DENIED", message)
            }
            DeskError::Crowded { .. } => Self {
                retry_after: Some(1),
                ..Self::new(
                    error_code::INVALID_REQUEST,
                    StatusCode::TOO_MANY_REQUESTS,
                    "RESOURCE_EXHAUSTED",
                    message,
                )
            },
            DeskError::NotWaiting | DeskError::KeyOfAnother(_) => {
                Self::new(params, StatusCode::CONFLICT, "ALREADY_EXISTS", message)
            }
            DeskError::Store(_) => {
                tracing::error!("a message could not be kept: {message}");
                Self::internal(message)
            }
        }
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        tracing::error!("the store does not answer: {error}");
        Self::internal(error.to_string())
    }
}

impl From<TicketError> for Problem {
    fn from(error: TicketError) -> Self {
        Self::not_cancelable(error.to_string())
    }
}
