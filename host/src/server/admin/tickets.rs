//! What waits for a person, and what people do about it.

use std::sync::Arc;

use axum::{
    Json,
    extract::{RawQuery, State},
    response::{IntoResponse, Response},
};
use serde::Deserialize;

use super::{
    Operation, Problem,
    request::{Named, Operator, Parameters, Sent},
};
use crate::{
    handoff::Tended,
    id::{AgentName, Scope, TicketId},
    server::Hall,
    view::ticket::{Done, Listed, Shown, transcript},
};

const AS: (&str, &str, &str) = (
    "as?",
    "string",
    "Your name, as colleagues know it; the token's if left out",
);

pub(super) fn operations() -> Vec<Operation> {
    vec![
        Operation::get("/tickets", "The tickets that wait, oldest first", list).query(&[(
            "state",
            "`waiting`, `closed` or `all`; those that wait if left out",
        )]),
        Operation::get(
            "/tickets/{ticket}",
            "A ticket with its context and what was said",
            show,
        ),
        Operation::post("/tickets/{ticket}/claim", "Take a ticket", claim).fields(&[
            AS,
            (
                "force?",
                "boolean",
                "Take it even if somebody else has claimed it",
            ),
        ]),
        Operation::post(
            "/tickets/{ticket}/reply",
            "Say something to the customer",
            reply,
        )
        .fields(&[
            ("text", "string", "What you say"),
            AS,
            (
                "key?",
                "string",
                "Names this reply: repeated with the same key, it is said once",
            ),
        ]),
        Operation::post(
            "/tickets/{ticket}/close",
            "End a ticket; the agent from before has the conversation again",
            close,
        )
        .fields(&[AS]),
        Operation::post(
            "/tickets/{ticket}/hand-back",
            "End a ticket and give the conversation to an agent",
            hand_back,
        )
        .fields(&[
            AS,
            (
                "to?",
                "string",
                "To this agent, instead of the one that had it before",
            ),
            ("scopes?", "array of string", "What you are authorized for"),
        ]),
        Operation::post(
            "/tickets/{ticket}/approve",
            "Approve the handoff that a ticket asks about; it is made at once",
            approve,
        )
        .fields(&[AS]),
        Operation::post(
            "/tickets/{ticket}/refuse",
            "Refuse it; whoever has the conversation answers",
            refuse,
        )
        .fields(&[
            (
                "reason",
                "string",
                "Why not; for the agent that answers, and for the record",
            ),
            AS,
        ]),
    ]
}

async fn list(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    RawQuery(query): RawQuery,
) -> Result<Response, Problem> {
    let asked = Parameters::read(query.as_deref(), &["state"])?;
    let store = hall.desk().store();
    let (closed, waiting) = match asked.text("state").unwrap_or("waiting") {
        "waiting" => (Vec::new(), store.tickets().await?),
        "closed" => (store.closed_tickets().await?, Vec::new()),
        "all" => (store.closed_tickets().await?, store.tickets().await?),
        other => {
            let why = format!("`{other}` is no state; there are: waiting, closed, all");
            return Err(Problem::invalid(why));
        }
    };
    let mut tickets = [closed, waiting].concat();
    tickets.sort_by_key(|ticket| ticket.created);
    Ok(Json(tickets.iter().map(Listed::new).collect::<Vec<_>>()).into_response())
}

async fn show(
    State(hall): State<Arc<Hall>>,
    _: Operator,
    Named(id): Named<TicketId>,
) -> Result<Response, Problem> {
    let store = hall.desk().store();
    let Some(ticket) = store.ticket(&id).await? else {
        return Err(crate::handoff::TicketError::Unknown(id).into());
    };
    let transcript = transcript(store, &ticket).await?;
    Ok(Json(Shown {
        ticket: Listed::new(&ticket),
        transcript: &transcript,
    })
    .into_response())
}

fn done(tended: Tended) -> Response {
    Json(Done::from(&tended)).into_response()
}

/// Who works on it.
fn person(Operator(client): &Operator, named: Option<String>) -> String {
    named.unwrap_or_else(|| client.name.to_string())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Claim {
    #[serde(rename = "as")]
    by: Option<String>,
    #[serde(default)]
    force: bool,
}

async fn claim(
    State(hall): State<Arc<Hall>>,
    operator: Operator,
    Named(id): Named<TicketId>,
    Sent(claim): Sent<Claim>,
) -> Result<Response, Problem> {
    let by = person(&operator, claim.by);
    Ok(done(hall.desk().claim_ticket(&id, &by, claim.force).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Reply {
    text: String,
    #[serde(rename = "as")]
    by: Option<String>,
    key: Option<String>,
}

async fn reply(
    State(hall): State<Arc<Hall>>,
    operator: Operator,
    Named(id): Named<TicketId>,
    Sent(reply): Sent<Reply>,
) -> Result<Response, Problem> {
    let by = person(&operator, reply.by);
    let key = reply.key.as_deref();
    Ok(done(
        hall.desk()
            .reply_to_ticket(&id, &by, &reply.text, key)
            .await?,
    ))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct By {
    #[serde(rename = "as")]
    by: Option<String>,
}

async fn close(
    State(hall): State<Arc<Hall>>,
    operator: Operator,
    Named(id): Named<TicketId>,
    Sent(By { by }): Sent<By>,
) -> Result<Response, Problem> {
    let by = person(&operator, by);
    Ok(done(hall.desk().close_ticket(&id, &by).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct HandBack {
    #[serde(rename = "as")]
    by: Option<String>,
    to: Option<AgentName>,
    #[serde(default)]
    scopes: Vec<Scope>,
}

async fn hand_back(
    State(hall): State<Arc<Hall>>,
    operator: Operator,
    Named(id): Named<TicketId>,
    Sent(back): Sent<HandBack>,
) -> Result<Response, Problem> {
    let by = person(&operator, back.by);
    let to = back.to.as_ref();
    let tended = hall.desk().hand_back(&id, &by, to, back.scopes.into());
    Ok(done(tended.await?))
}

async fn approve(
    State(hall): State<Arc<Hall>>,
    operator: Operator,
    Named(id): Named<TicketId>,
    Sent(By { by }): Sent<By>,
) -> Result<Response, Problem> {
    let by = person(&operator, by);
    let decided = hall.desk().approve(&id, &by).await?;
    Ok(Json(Done::from(&decided)).into_response())
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Refuse {
    reason: String,
    #[serde(rename = "as")]
    by: Option<String>,
}

async fn refuse(
    State(hall): State<Arc<Hall>>,
    operator: Operator,
    Named(id): Named<TicketId>,
    Sent(refuse): Sent<Refuse>,
) -> Result<Response, Problem> {
    let by = person(&operator, refuse.by);
    let decided = hall.desk().refuse(&id, &by, &refuse.reason).await?;
    Ok(Json(Done::from(&decided)).into_response())
}
