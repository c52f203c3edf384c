//! One conversation: what was said, the way of each turn, and why others lost.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    response::{Html, Response},
    routing::get,
};
use minijinja::{context, value::Serde};

use super::{
    page::{Wrong, page, piece},
    session::Session,
    turn::cards,
};
use crate::{
    conversation::{Conversation, Message, Speaker},
    handoff::Logged,
    id::ConversationId,
    server::{Hall, admin::Problem},
    view::{recalled::recalled, text::moment},
};

/// Messages shown; whoever needs more exports the conversation.
const MESSAGES: usize = 200;

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console/conversations/{conversation}", get(show))
        .route("/console/conversations/{conversation}/why/{turn}", get(why))
}

async fn found(hall: &Hall, id: &ConversationId) -> Result<Conversation, Problem> {
    let found = hall.desk().store().open(id).await?;
    found.ok_or_else(|| Problem::not_found(format!("there is no conversation `{id}`")))
}

/// A message as it is shown.
pub(super) fn said(message: &Message) -> minijinja::Value {
    let (kind, speaker) = match &message.speaker {
        Speaker::User => ("user", "customer"),
        Speaker::Operator => ("agent", "operator"),
        Speaker::Agent { agent } => ("agent", agent.as_str()),
        Speaker::Tool { name, .. } => ("tool", name.as_str()),
    };
    context! {
        kind, speaker,
        text => &*message.content,
        time => moment(message.time),
        calls => message.calls.iter().map(|call| call.name.to_string()).collect::<Vec<_>>(),
    }
}

async fn show(
    State(hall): State<Arc<Hall>>,
    session: Session,
    Path(id): Path<String>,
) -> Result<Response, Wrong> {
    let id = ConversationId::from(id);
    let conversation = found(&hall, &id).await?;
    let store = hall.desk().store();
    let events = store.events(&id).await?;
    let logged: Vec<Logged> = events
        .into_iter()
        .map(|(turn, event)| Logged {
            place: 0,
            conversation: id.clone(),
            turn,
            event,
        })
        .collect();
    let turns = cards(store, &logged).await?;
    let messages = conversation.history.page(None, MESSAGES)?;
    page(
        "conversation.html",
        &session,
        context! {
            title => format!("Conversation {id}"), here => "live",
            id => id.as_str(),
            user => conversation.user.as_ref().map(ToString::to_string),
            owner => conversation.owner.as_str(),
            turns => Serde(turns),
            messages => messages.iter().map(|message| said(message)).collect::<Vec<_>>(),
        },
    )
    .map_err(Wrong)
}

/// What is on record of what every condition said to the message of a turn.
async fn why(
    State(hall): State<Arc<Hall>>,
    _: Session,
    Path((id, turn)): Path<(String, u64)>,
) -> Result<Html<String>, Wrong> {
    let id = ConversationId::from(id);
    found(&hall, &id).await?;
    let events = hall.desk().store().events(&id).await?;
    let of_turn = events.iter().filter(|(at, _)| *at == turn);
    let recalled = recalled(turn, of_turn.map(|(_, event)| event))
        .ok_or_else(|| Problem::not_found(format!("nothing is on record of turn {turn}")))?;
    Ok(Html(piece(
        "why.html",
        context! { recalled => Serde(recalled) },
    )?))
}
