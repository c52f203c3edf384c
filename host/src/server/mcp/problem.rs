//! What these clients are told when something is wrong.

use std::fmt::Display;

use axum::{
    Json,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use rmcp::{
    ErrorData,
    model::{CallToolResult, ContentBlock, ErrorCode},
};
use serde_json::json;

use crate::server::client::Refused;

/// The protocol leaves -32000 to -32099 to servers.
const NOT_ALLOWED: ErrorCode = ErrorCode(-32003);

/// Nobody is let in like this.
pub(super) fn refusal(refused: &Refused) -> Response {
    let unknown = matches!(refused, Refused::NoToken | Refused::UnknownToken);
    let status = match unknown {
        true => StatusCode::UNAUTHORIZED,
        false => StatusCode::FORBIDDEN,
    };
    let body = json!({
        "jsonrpc": "2.0",
        "id": null,
        "error": { "code": NOT_ALLOWED.0, "message": refused.to_string() },
    });
    let mut response = (status, Json(body)).into_response();
    if unknown {
        let bearer = HeaderValue::from_static("Bearer");
        response
            .headers_mut()
            .insert(header::WWW_AUTHENTICATE, bearer);
    }
    response
}

/// This client may not.
#[expect(clippy::needless_pass_by_value, reason = "it is what map_err passes")]
pub(super) fn refused(refused: Refused) -> ErrorData {
    ErrorData::new(NOT_ALLOWED, refused.to_string(), None)
}

/// The call came to nothing, in words that its model shall read: errors of the
/// protocol are not shown to models.
pub(super) fn told(why: impl Display) -> CallToolResult {
    CallToolResult::error(vec![ContentBlock::text(why.to_string())])
}
