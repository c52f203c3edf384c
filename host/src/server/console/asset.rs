//! What the pages load.

use std::sync::Arc;

use axum::{
    Router,
    extract::Path,
    http::{HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
    routing::get,
};

use crate::server::Hall;

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new().route("/console/assets/{name}", get(asset))
}

async fn asset(Path(name): Path<String>) -> Response {
    let (kind, text) = match name.as_str() {
        "console.css" => (
            "text/css; charset=utf-8",
            include_str!("assets/console.css"),
        ),
        "console.js" => (SCRIPT, include_str!("assets/console.js")),
        "htmx.min.js" => (SCRIPT, include_str!("assets/htmx.min.js")),
        "htmx-sse.min.js" => (SCRIPT, include_str!("assets/htmx-sse.min.js")),
        "icon.svg" => ("image/svg+xml", include_str!("assets/icon.svg")),
        _ => return StatusCode::NOT_FOUND.into_response(),
    };
    let mut response = ([(header::CONTENT_TYPE, kind)], text).into_response();
    // As long as a page is looked at; another program may be there tomorrow.
    let kept = HeaderValue::from_static("private, max-age=300");
    response.headers_mut().insert(header::CACHE_CONTROL, kept);
    response
}

const SCRIPT: &str = "text/javascript; charset=utf-8";
