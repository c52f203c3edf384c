//! What waits for a person.

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    response::{IntoResponse, Redirect, Response},
    routing::{get, post},
};
use minijinja::{context, value::Serde};

use super::{
    conversation::said,
    form::Posted,
    page::{Wrong, page},
    session::Session,
};
use crate::{
    conversation::Ticket,
    handoff::TicketError,
    id::{AgentName, OPERATOR, Scope, TicketId},
    server::{Hall, admin::Problem},
    view::{
        text::moment,
        ticket::{Listed, transcript},
    },
};

/// Tickets that are done and still shown, the last ones.
const CLOSED: usize = 20;

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/console/inbox", get(inbox))
        .route("/console/inbox/{ticket}", get(show))
        .route("/console/inbox/{ticket}/{act}", post(act))
}

fn shown(ticket: &Ticket) -> minijinja::Value {
    context! {
        since => moment(ticket.created),
        ..minijinja::Value::from(Serde(Listed::new(ticket)))
    }
}

async fn inbox(State(hall): State<Arc<Hall>>, session: Session) -> Result<Response, Wrong> {
    let store = hall.desk().store();
    let waiting = store.tickets().await?;
    let closed = store.closed_tickets().await?;
    page(
        "inbox.html",
        &session,
        context! {
            title => "Inbox", here => "inbox",
            tickets => waiting.iter().map(shown).collect::<Vec<_>>(),
            closed => closed.iter().rev().take(CLOSED).map(shown).collect::<Vec<_>>(),
        },
    )
    .map_err(Wrong)
}

async fn show(
    State(hall): State<Arc<Hall>>,
    session: Session,
    Path(id): Path<String>,
) -> Result<Response, Wrong> {
    let id = TicketId::from(id);
    let store = hall.desk().store();
    let ticket = store.ticket(&id).await?.ok_or(TicketError::Unknown(id))?;
    let transcript = transcript(store, &ticket).await?;
    let details: Vec<Vec<String>> = ticket
        .details
        .iter()
        // What was read from JSON can be written as JSON.
        .map(|(name, value)| {
            let value = serde_json::to_string_pretty(value).unwrap_or_default();
            vec![name.clone(), value]
        })
        .collect();
    let agents = hall.desk().directory().all();
    page(
        "ticket.html",
        &session,
        context! {
            title => format!("Ticket {}", ticket.id), here => "inbox",
            ticket => shown(&ticket),
            details,
            messages => transcript.iter().map(|message| said(message)).collect::<Vec<_>>(),
            agents => agents.map(|agent| agent.card().name.to_string()).collect::<Vec<_>>(),
            // A reply sent twice by an impatient finger is said once.
            key => ulid::Ulid::generate().to_string(),
        },
    )
    .map_err(Wrong)
}

async fn act(
    State(hall): State<Arc<Hall>>,
    Path((id, act)): Path<(String, String)>,
    Posted { session, fields }: Posted,
) -> Result<Response, Wrong> {
    let (id, desk, by) = (TicketId::from(id), hall.desk(), &session.person);
    match act.as_str() {
        "claim" => drop(
            desk.claim_ticket(&id, by, fields.filled("force").is_some())
                .await?,
        ),
        "reply" => {
            let text = fields.text("text").replace("\r\n", "\n");
            drop(
                desk.reply_to_ticket(&id, by, &text, fields.filled("key"))
                    .await?,
            );
        }
        "close" => drop(desk.close_ticket(&id, by).await?),
        "hand-back" => {
            let to = fields.filled("to").map(|to| AgentName::from(to.to_owned()));
            let scopes = Arc::from([Scope::from(OPERATOR)]);
            drop(desk.hand_back(&id, by, to.as_ref(), scopes).await?);
        }
        "approve" => drop(desk.approve(&id, by).await?),
        "refuse" => {
            let why = fields
                .filled("reason")
                .ok_or_else(|| Problem::invalid("say why not; the agent that answers is told"))?;
            drop(desk.refuse(&id, by, why).await?);
        }
        _ => return Err(Problem::not_found(format!("nobody can `{act}` a ticket")).into()),
    }
    Ok(Redirect::to(&format!("/console/inbox/{}", id.as_str())).into_response())
}
