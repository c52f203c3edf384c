//! What happens in conversations, as a list or as it happens.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response, Sse, sse::Event as Sent},
};
use futures_util::StreamExt;

use super::{
    Operation, Problem,
    request::{Operator, Parameters},
};
use crate::{
    handoff::Logged,
    id::ConversationId,
    server::{Hall, feed},
    view::event::{Recorded, words},
};

/// What a client that was cut off has read last.
const LAST: &str = "last-event-id";

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/events", "What happened in conversations, oldest first; or, followed, what happens in all of them", events)
            .query(&[
                ("conversation", "Only of this conversation; may be repeated, and is needed unless events are followed"),
                ("type", "Only events whose type begins like this, such as `handoff.`"),
                ("follow", "`true`: server-sent events, from now on or after the header Last-Event-ID"),
                ("after", "Followed: begin after the event with this id; 0 is the first of all"),
            ]),
    ]
}

async fn events(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let known = ["conversation", "type", "follow", "after"];
    let asked = Parameters::read(query.as_deref(), &known)?;
    let conversations: Vec<ConversationId> = asked.all("conversation")?;
    let kind = asked.text("type").unwrap_or_default().to_owned();
    if asked.value::<bool>("follow")?.unwrap_or_default() {
        let last = headers.get(LAST).and_then(|value| value.to_str().ok());
        let after = match last.and_then(|last| last.parse().ok()) {
            Some(after) => Some(after),
            None => asked.value("after")?,
        };
        return follow(hall, conversations, kind, after).await;
    }
    if conversations.is_empty() {
        let why = "name a conversation, or follow all of them with follow=true";
        return Err(Problem::invalid(why));
    }
    let store = hall.desk().store();
    let mut found = Vec::new();
    for id in &conversations {
        if store.open(id).await?.is_none() {
            let why = format!("there is no conversation `{id}` in this folder's store");
            return Err(Problem::not_found(why));
        }
        let events = store.events(id).await?.into_iter();
        found.extend(events.map(|(turn, event)| (id, turn, event)));
    }
    found.retain(|(_, _, event)| words(&event.kind).0.starts_with(&kind));
    found.sort_by_key(|(_, _, event)| event.time);
    let several = conversations.len() > 1;
    let recorded = found.iter().map(|(id, turn, event)| Recorded {
        conversation: several.then_some(*id),
        turn: *turn,
        event,
    });
    Ok(Json(recorded.collect::<Vec<_>>()).into_response())
}

async fn follow(
    hall: Arc<Hall>,
    conversations: Vec<ConversationId>,
    kind: String,
    after: Option<u64>,
) -> Result<Response, Problem> {
    let after = match after {
        Some(after) => after,
        None => hall.desk().store().last_event().await?,
    };
    let wanted = move |logged: &Logged| {
        (conversations.is_empty() || conversations.contains(&logged.conversation))
            && words(&logged.event.kind).0.starts_with(&kind)
    };
    let events = feed::after(hall, after).filter_map(move |batch| {
        let sent: Vec<_> = batch
            .iter()
            .filter(|logged| wanted(logged))
            .map(sent)
            .collect();
        std::future::ready((!sent.is_empty()).then_some(sent))
    });
    let events = events.flat_map(futures_util::stream::iter);
    Ok(Sse::new(events).keep_alive(feed::alive()).into_response())
}

fn sent(logged: &Logged) -> Result<Sent, axum::Error> {
    let recorded = Recorded {
        conversation: Some(&logged.conversation),
        turn: logged.turn,
        event: &logged.event,
    };
    Sent::default()
        .id(logged.place.to_string())
        .json_data(recorded)
}
