//! Conversations as they move.

use std::{collections::BTreeMap, convert::Infallible, sync::Arc};

use axum::{
    Router,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response, Sse, sse::Event},
    routing::get,
};
use futures_util::{StreamExt, stream};
use minijinja::{context, value::Serde};

use super::{
    page::{Wrong, page, piece},
    session::Session,
    turn::{Card, cards},
};
use crate::{
    handoff::Logged,
    server::{Hall, feed},
};

/// Events looked back on when the page is opened; a turn has about ten.
const BACK: u64 = 400;

/// Turns shown when the page is opened: what a screen or two hold.
const TURNS: usize = 20;

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console", get(live))
        .route("/console/live", get(follow))
}

async fn live(State(hall): State<Arc<Hall>>, session: Session) -> Result<Response, Wrong> {
    let store = hall.desk().store();
    let last = store.last_event().await?;
    let events = store
        .events_after(last.saturating_sub(BACK), usize::MAX)
        .await?;
    let after = events.last().map_or(last, |logged| logged.place);
    let mut turns = cards(store, &events).await?;
    turns.reverse();
    turns.truncate(TURNS);
    page(
        "live.html",
        &session,
        context! { title => "Live", here => "live", turns => Serde(turns), after },
    )
    .map_err(Wrong)
}

/// The cards of turns as they end.
async fn follow(
    State(hall): State<Arc<Hall>>,
    _: Session,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Wrong> {
    let query: BTreeMap<String, String> =
        url::form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
    let last = headers
        .get("last-event-id")
        .and_then(|last| last.to_str().ok());
    let after = last.or(query.get("after").map(String::as_str));
    let after = match after.and_then(|after| after.parse().ok()) {
        Some(after) => after,
        None => hall.desk().store().last_event().await?,
    };
    let batches = feed::after(hall.clone(), after);
    let events = batches.then(move |batch| drawn(hall.clone(), batch));
    let events = events.flat_map(stream::iter);
    Ok(Sse::new(events).keep_alive(feed::alive()).into_response())
}

async fn drawn(hall: Arc<Hall>, batch: Vec<Logged>) -> Vec<Result<Event, Infallible>> {
    let turns = match cards(hall.desk().store(), &batch).await {
        Ok(turns) => turns,
        Err(problem) => {
            tracing::warn!("turns cannot be drawn: {}", problem.detail);
            return Vec::new();
        }
    };
    let place = batch.last().map_or(0, |last| last.place).to_string();
    let one = |turn: &Card| {
        let text = piece("turn.html", context! { turn => Serde(turn), fresh => true }).ok()?;
        // The protocol of the stream has no word for it.
        let text = text.replace('\r', "");
        Some(Ok(Event::default().event("turn").id(&place).data(text)))
    };
    turns.iter().filter_map(one).collect()
}
