//! Handoffs that could not be finished.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use minijinja::{Value, context};

use super::{
    form::Posted,
    page::{Wrong, page},
    session::Session,
};
use crate::{
    id::{HandoffId, OPERATOR, Scope},
    server::{Hall, admin::Problem},
    view::text::moment,
};

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console/dead-letters", get(letters))
        .route("/console/dead-letters/{handoff}/{act}", post(act))
}

async fn letters(State(hall): State<Arc<Hall>>, session: Session) -> Result<Response, Wrong> {
    let letters = hall.desk().store().dead_letters().await?;
    let letters: Vec<Value> = letters
        .iter()
        .map(|letter| {
            let context = &letter.context;
            context! {
                id => letter.id().as_str(),
                since => moment(letter.time),
                outcome => letter.outcome.as_str(),
                source => context.source.as_str(),
                target => context.target.as_str(),
                conversation => context.conversation.as_str(),
                turn => letter.turn,
                why => letter.why.as_str(),
                // What was read from JSON can be written as JSON.
                kept => serde_json::to_string_pretty(context).unwrap_or_default(),
            }
        })
        .collect();
    page(
        "letters.html",
        &session,
        context! { title => "Dead letters", here => "letters", letters },
    )
    .map_err(Wrong)
}

async fn act(
    State(hall): State<Arc<Hall>>,
    Path((id, act)): Path<(String, String)>,
    _: Posted,
) -> Result<Response, Wrong> {
    let (id, desk) = (HandoffId::from(id), hall.desk());
    match act.as_str() {
        "retry" => drop(desk.retry(&id, &[Scope::from(OPERATOR)]).await?),
        "drop" => desk.drop_dead_letter(&id).await?,
        _ => return Err(Problem::not_found(format!("nobody can `{act}` a dead letter")).into()),
    }
    Ok(Redirect::to("/console/dead-letters").into_response())
}
