//! Errors in the envelope that these clients expect.

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde_json::{Value, json};

use crate::{
    handoff::DeskError,
    server::{client::Refused, rate::TooMany},
};

/// Why a request is not answered.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    /// One of the protocol's types.
    kind: &'static str,
    code: &'static str,
    param: Option<&'static str>,
    message: String,
    retry_after: Option<u64>,
}

impl Problem {
    /// The request is wrong, in this parameter.
    pub(super) fn invalid(param: Option<&'static str>, message: impl Into<String>) -> Self {
        Self {
            param,
            ..Self::new(
                StatusCode::BAD_REQUEST,
                "invalid_request_error",
                "invalid_request",
                message,
            )
        }
    }

    /// There is no such model here, or not for this client.
    pub(super) fn no_model(name: &str) -> Self {
        Self {
            param: Some("model"),
            ..Self::new(
                StatusCode::NOT_FOUND,
                "invalid_request_error",
                "model_not_found",
                format!("there is no model `{name}` here; `desk`, or one that /v1/models lists"),
            )
        }
    }

    fn new(
        status: StatusCode,
        kind: &'static str,
        code: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self {
            status,
            kind,
            code,
            param: None,
            message: message.into(),
            retry_after: None,
        }
    }

    /// The envelope.
    pub(super) fn body(&self) -> Value {
        json!({ "error": {
            "message": self.message,
            "type": self.kind,
            "param": self.param,
            "code": self.code,
        }})
    }
}

impl From<Refused> for Problem {
    fn from(refused: Refused) -> Self {
        let (status, kind, code) = match refused {
            Refused::NoToken | Refused::UnknownToken => (
                StatusCode::UNAUTHORIZED,
                "authentication_error",
                "invalid_api_key",
            ),
            Refused::NotAllowed { .. } | Refused::OtherUser { .. } | Refused::OtherSite => {
                (StatusCode::FORBIDDEN, "permission_error", "not_allowed")
            }
            Refused::UserId(_) => (
                StatusCode::BAD_REQUEST,
                "invalid_request_error",
                "invalid_user",
            ),
        };
        Self::new(status, kind, code, refused.to_string())
    }
}

impl From<TooMany> for Problem {
    fn from(many: TooMany) -> Self {
        Self {
            retry_after: Some(many.after.as_secs() + 1),
            ..Self::new(
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limit_error",
                "rate_limit_exceeded",
                many.to_string(),
            )
        }
    }
}

impl From<DeskError> for Problem {
    fn from(error: DeskError) -> Self {
        let message = error.to_string();
        let (status, kind, code) = match error {
            DeskError::Text(_) | DeskError::KeyOfNobody(_) => (
                StatusCode::BAD_REQUEST,
                "invalid_request_error",
                "invalid_message",
            ),
            DeskError::NotYours(_) => (StatusCode::FORBIDDEN, "permission_error", "not_allowed"),
            DeskError::NoConversation(_) => (
                StatusCode::NOT_FOUND,
                "invalid_request_error",
                "conversation_not_found",
            ),
            DeskError::Crowded { .. } => (
                StatusCode::TOO_MANY_REQUESTS,
                "rate_limit_error",
                "conversation_busy",
            ),
            DeskError::NotWaiting => (StatusCode::CONFLICT, "invalid_request_error", "not_waiting"),
            DeskError::KeyOfAnother(_) => (
                StatusCode::CONFLICT,
                "invalid_request_error",
                "idempotency_key_reused",
            ),
            DeskError::Store(_) => {
                tracing::error!("a message could not be kept: {message}");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "server_error",
                    "store_unavailable",
                )
            }
        };
        Self::new(status, kind, code, message)
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let mut response = (self.status, Json(self.body())).into_response();
        if let Some(seconds) = self.retry_after {
            let value = HeaderValue::from(seconds);
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        response
    }
}
