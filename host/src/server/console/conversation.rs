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
    handoff::{Incoming, Logged},
    id::ConversationId,
    server::{Hall, admin::Problem},
    view::{condition::explained, text::moment},
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

/// What every condition says to the message of a turn. It is asked again now,
/// since of those that lose nothing is kept; nothing is stored, and nobody is
/// asked to answer.
async fn why(
    State(hall): State<Arc<Hall>>,
    _: Session,
    Path((id, turn)): Path<(String, usize)>,
) -> Result<Html<String>, Wrong> {
    let id = ConversationId::from(id);
    let conversation = found(&hall, &id).await?;
    let messages = conversation.history.page(None, usize::MAX)?;
    let mut asked = messages.iter().filter(|m| m.speaker == Speaker::User);
    let message = turn.checked_sub(1).and_then(|before| asked.nth(before));
    let message = message
        .ok_or_else(|| Problem::not_found(format!("what was said in turn {turn} is not kept")))?;
    let incoming = Incoming {
        // The first message came when nobody had the conversation.
        conversation: (turn > 1).then_some(id),
        user: conversation.user.clone(),
        text: message.content.to_string(),
        ..Incoming::default()
    };
    let explanation = hall.desk().explain(incoming).await?;
    let explained = explained(&explanation);
    Ok(Html(piece(
        "why.html",
        context! { explained => Serde(explained) },
    )?))
}
