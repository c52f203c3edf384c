//! Who can answer.

use std::sync::Arc;

use axum::{
    Json,
    extract::State,
    response::{IntoResponse, Response},
};

use super::{Operation, request::Operator};
use crate::{server::Hall, view::agent::listed};

pub(super) fn operations() -> Vec<Operation> {
    vec![Operation::get(
        "/agents",
        "The agents with state, circuit breaker, load and price",
        list,
    )]
}

async fn list(State(hall): State<Arc<Hall>>, _: Operator) -> Response {
    Json(listed(hall.desk())).into_response()
}
