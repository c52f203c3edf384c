//! Whether the desk is there, for whoever watches over it.

use std::sync::Arc;

use axum::{Router, extract::State, http::StatusCode, routing::get};

use super::Hall;

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/healthz", get(async || "ok\n"))
        .route("/readyz", get(ready))
}

/// Ready while the store answers and the desk is not being closed.
async fn ready(State(hall): State<Arc<Hall>>) -> (StatusCode, String) {
    if hall.closing.is_cancelled() {
        return (StatusCode::SERVICE_UNAVAILABLE, "closing\n".to_owned());
    }
    match hall.desk().store().tickets().await {
        Ok(_) => (StatusCode::OK, "ready\n".to_owned()),
        Err(error) => (StatusCode::SERVICE_UNAVAILABLE, format!("{error}\n")),
    }
}
