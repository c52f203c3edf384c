//! Handoffs that could not be finished.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};
use serde::Deserialize;
use serde_json::json;

use super::{
    Operation, Problem,
    request::{Named, Operator, Sent},
};
use crate::{
    id::{HandoffId, Scope},
    server::Hall,
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/dead-letters",
            "The handoffs that could not be finished, oldest first",
            list,
        ),
        Operation::get(
            "/dead-letters/{handoff}",
            "One with everything its target was to receive",
            show,
        ),
        Operation::post(
            "/dead-letters/{handoff}/retry",
            "Hand the work over again; the letter is gone when it is answered",
            retry,
        )
        .fields(&[("scopes?", "array of string", "What you are authorized for")]),
        Operation::delete("/dead-letters/{handoff}", "Drop one for good", drop),
    ]
}

async fn list(State(hall): State<Arc<Hall>>, _: Operator) -> Result<Response, Problem> {
    Ok(Json(hall.desk().store().dead_letters().await?).into_response())
}

async fn show(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<HandoffId>,
) -> Result<Response, Problem> {
    Ok(Json(hall.desk().dead_letter(&id).await?).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Retry {
    #[serde(default)]
    scopes: Vec<Scope>,
}

async fn retry(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<HandoffId>,
    Sent(Retry { scopes }): Sent<Retry>,
) -> Result<Response, Problem> {
    Ok(Json(hall.desk().retry(&id, &scopes).await?).into_response())
}

async fn drop(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<HandoffId>,
) -> Result<Response, Problem> {
    hall.desk().drop_dead_letter(&id).await?;
    Ok(Json(json!({ "dropped": id })).into_response())
}
