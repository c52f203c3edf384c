//! Who can answer, and how they do.

use std::sync::Arc;

use axum::{Router, extract::State, response::Response, routing::get};
use minijinja::{Value, context};

use super::{
    page::{Wrong, page},
    session::Session,
};
use crate::{
    server::Hall,
    view::{agent::listed, text::span},
};

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new().route("/console/agents", get(agents))
}

async fn agents(State(hall): State<Arc<Hall>>, session: Session) -> Result<Response, Wrong> {
    let agents: Vec<Value> = listed(hall.desk())
        .iter()
        .map(|agent| {
            let calls = &agent.tally.calls;
            let half = calls
                .quantile(0.5)
                .map(|time| format!("under {}", span(time)));
            context! {
                name => agent.card.name.as_str(),
                kind => agent.card.kind,
                description => agent.card.description.as_str(),
                state => agent.state,
                breaker => agent.breaker.as_str(),
                load => agent.load,
                at_once => agent.at_once,
                price => agent.price.map(|price| price.to_string()),
                entry => agent.entry,
                fallback => agent.fallback,
                calls => calls.count(),
                failures => agent.tally.failures,
                half,
            }
        })
        .collect();
    page(
        "agents.html",
        &session,
        context! { title => "Agents", here => "agents", agents },
    )
    .map_err(Wrong)
}
