//! Who hands over to whom.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use jiff::Timestamp;

use super::{
    Operation, Problem,
    request::{Operator, Parameters},
};
use crate::{
    contract::HandoffContext,
    server::Hall,
    view::flow::{DAY, Flow},
};

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get(
            "/handoffs/active",
            "The handoffs under way, of all conversations",
            active,
        ),
        Operation::get(
            "/handoffs/flow",
            "Who handed over to whom in a period, how often",
            flow,
        )
        .query(&[
            (
                "since",
                "From this time on, such as 2026-01-31T00:00:00Z; a day ago if left out",
            ),
            ("until", "Before this time; now if left out"),
        ]),
    ]
}

async fn active(State(hall): State<Arc<Hall>>, _: Operator) -> Result<Response, Problem> {
    let store = hall.desk().store();
    let mut contexts = Vec::new();
    for record in store.records_under_way()? {
        contexts.extend(store.handoff(&record.id).await?.map(|kept| kept.context));
    }
    let contexts: Vec<&HandoffContext> = contexts.iter().map(AsRef::as_ref).collect();
    Ok(Json(contexts).into_response())
}

async fn flow(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Parameters::read(query.as_deref(), &["since", "until"])?;
    let until = asked.value("until")?.unwrap_or_else(Timestamp::now);
    let since = asked.value("since")?.unwrap_or(until - DAY);
    let found = hall.desk().store().handoffs_since(since).await?;
    Ok(Json(Flow::of(since, until, &found)).into_response())
}
