//! The Admin API: what operators' programs see and do.
//!
//! One file for each noun. Each answers what the command of the same name
//! prints with `--json`. The table of operations is both what is routed and what
//! `/admin/v1/openapi.json` says.

mod agents;
mod conversations;
mod dead_letters;
mod events;
mod handoffs;
mod ledger;
mod openapi;
mod operation;
mod problem;
mod request;
mod skills;
mod tickets;

use std::sync::Arc;

use axum::{Router, response::IntoResponse};

use self::operation::Operation;
pub(super) use self::{ledger::BY_OPERATOR, problem::Problem, skills::MAX_UPLOAD};
use super::Hall;

/// What every path begins with.
const ROOT: &str = "/admin/v1";

fn operations() -> Vec<Operation> {
    let nouns = [
        conversations::operations(),
        events::operations(),
        tickets::operations(),
        agents::operations(),
        skills::operations(),
        handoffs::operations(),
        ledger::operations(),
        dead_letters::operations(),
    ];
    nouns.into_iter().flatten().collect()
}

pub(super) fn routes() -> Router<Arc<Hall>> {
    let mut router = Router::new();
    let described = openapi::describe(&operations());
    for operation in operations() {
        router = router.route(&format!("{ROOT}{}", operation.path), operation.handler);
    }
    router
        .route(
            &format!("{ROOT}/openapi.json"),
            axum::routing::get(async move || axum::Json(described.clone())),
        )
        .route(&format!("{ROOT}/{{*rest}}"), axum::routing::any(nothing))
}

/// The router's own answer would not be in the shape of the others.
async fn nothing() -> axum::response::Response {
    Problem::not_found("there is no such path; /admin/v1/openapi.json lists those that there are")
        .into_response()
}
