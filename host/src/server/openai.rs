//! The front door for clients of OpenAI's chat completions.
//!
//! The protocol is <https://platform.openai.com/docs/api-reference/chat>. What it
//! has no field for is in the field `baton` of each answer, and in headers.

mod error;
mod reply;
mod request;
mod stream;

use std::sync::Arc;

use axum::{
    Json, Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, HeaderName, HeaderValue},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;

use self::{
    error::Problem,
    request::{Asked, DESK},
};
use super::Hall;
use crate::{config::Right, handoff::Answer, id::AgentName};

/// The conversation that a message continues, and that an answer belongs to.
const CONVERSATION: HeaderName = HeaderName::from_static("x-baton-conversation");
/// Who writes.
const USER: HeaderName = HeaderName::from_static("x-baton-user");
/// Who answered.
const AGENT: HeaderName = HeaderName::from_static("x-baton-agent");
/// The targets of the turn's handoffs, in order.
const HANDOFFS: HeaderName = HeaderName::from_static("x-baton-handoffs");
/// What its sender calls a message.
const KEY: HeaderName = HeaderName::from_static("idempotency-key");

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/v1/chat/completions", post(complete))
        .route("/v1/models", get(models))
        .route("/v1/models/{model}", get(model))
}

async fn complete(
    State(hall): State<Arc<Hall>>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let client = hall.tokens.admit(&headers, Right::Talk)?;
    let asked = Asked::read(&hall, &client, &headers, &body)?;
    hall.rate.count(&client.name, &asked.user)?;
    if asked.stream.is_some() {
        return Ok(stream::respond(hall, asked));
    }
    let model = asked.model;
    let answer = hall.desk().answer(asked.incoming).await?;
    let mut response = Json(reply::whole(&model, &answer)).into_response();
    name_in(response.headers_mut(), &answer);
    Ok(response)
}

/// What a client can see without reading the body.
fn name_in(headers: &mut HeaderMap, answer: &Answer) {
    let handoffs: Vec<&str> = answer
        .route
        .iter()
        .filter(|leg| leg.handoff.is_some())
        .map(|leg| leg.agent.as_str())
        .collect();
    let values = [
        (CONVERSATION, answer.conversation.as_str().to_owned()),
        (AGENT, answer.agent.as_str().to_owned()),
        (HANDOFFS, handoffs.join(",")),
    ];
    for (name, value) in values {
        // A name that no header can carry is in the body.
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(name, value);
        }
    }
}

/// The desk, and those of its agents that this client may begin with.
async fn models(State(hall): State<Arc<Hall>>, headers: HeaderMap) -> Result<Response, Problem> {
    let client = hall.tokens.admit(&headers, Right::Talk)?;
    let agents = hall.desk().directory().open_to(&client.scopes);
    let names = std::iter::once(AgentName::from(DESK)).chain(agents);
    let list: Vec<_> = names.map(|name| described(&name)).collect();
    Ok(Json(json!({ "object": "list", "data": list })).into_response())
}

async fn model(
    State(hall): State<Arc<Hall>>,
    axum::extract::Path(name): axum::extract::Path<String>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let client = hall.tokens.admit(&headers, Right::Talk)?;
    request::entry(&hall, &client, &name)?;
    Ok(Json(described(&name.into())).into_response())
}

fn described(name: &AgentName) -> serde_json::Value {
    // The day nobody asks for; the protocol wants one.
    json!({ "id": name, "object": "model", "created": 0, "owned_by": "baton" })
}
