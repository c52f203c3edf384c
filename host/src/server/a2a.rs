//! The front door for agents of others, over A2A 1.0.
//!
//! The protocol is <https://a2a-protocol.org/v1.0.0/specification>. A context is
//! a conversation, a task is a message and what comes of it.

mod asked;
mod card;
mod live;
mod names;
mod operation;
mod problem;
mod push;
mod rest;
mod rpc;
mod stream;
mod task;

use std::sync::Arc;

use axum::{
    Router,
    extract::{Path, State},
    http::{HeaderMap, HeaderName, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde_json::json;
use sha2::{Digest, Sha256};

pub(super) use live::Tasks;
pub(super) use push::keep_told;

use self::problem::Problem;
use super::{
    Hall,
    client::{Client, part_of},
};
use crate::{
    config::Right,
    id::{AgentName, Scope, UserId},
    trace::TraceParent,
};

/// How the protocol's JSON is called in its own binding.
const JSON: &str = "application/a2a+json";

/// Who writes.
const USER: HeaderName = HeaderName::from_static("x-baton-user");

/// Whom a request is for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Door {
    /// The desk, whoever answers.
    Desk,
    /// One of its agents, with which a conversation begins.
    Agent(AgentName),
}

impl Door {
    /// Below this path is the HTTP+JSON binding.
    fn path(&self) -> String {
        match self {
            Self::Desk => "/a2a".to_owned(),
            Self::Agent(name) => format!("/a2a/agents/{name}"),
        }
    }

    /// Here is the JSON-RPC binding.
    fn rpc_path(&self) -> String {
        match self {
            Self::Desk => self.path(),
            Self::Agent(_) => format!("{}/invoke", self.path()),
        }
    }

    /// What parts its messages from those of other doors.
    fn name(&self) -> &str {
        match self {
            Self::Desk => "",
            Self::Agent(name) => name.as_str(),
        }
    }
}

/// Whose request it is.
struct Caller {
    client: Client,
    user: UserId,
    /// What the request is a part of elsewhere.
    trace: Option<TraceParent>,
    /// The keys of its deliveries begin like this.
    prefix: String,
}

impl Caller {
    /// Who has this token, for the user that is named.
    fn of(client: Client, named: Option<&str>, headers: &HeaderMap) -> Result<Self, Problem> {
        let digest = hex::encode(Sha256::digest(&*client.name));
        let short = digest.get(..16).unwrap_or(&digest);
        Ok(Self {
            trace: part_of(headers),
            user: client.writes_as(named)?,
            prefix: format!("a2a/{short}/"),
            client,
        })
    }
}

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route("/.well-known/agent-card.json", get(desk_card))
        // Where older clients look.
        .route("/.well-known/agent.json", get(desk_card))
        .route("/a2a", post(rpc::desk))
        // Clients that join a path to the endpoint's URL join "/".
        .route("/a2a/", post(rpc::desk))
        .route("/a2a/agents", get(agents))
        .route("/a2a/agents/{agent}", get(agent_card))
        .route(
            "/a2a/agents/{agent}/.well-known/agent-card.json",
            get(agent_card),
        )
        .route("/a2a/agents/{agent}/invoke", post(rpc::agent))
        .route("/a2a/agents/{agent}/invoke/", post(rpc::agent))
        .merge(rest::routes())
}

/// What whoever asks for a card may reach: without a token, what needs no scope.
fn scopes(hall: &Hall, headers: &HeaderMap) -> Arc<[Scope]> {
    let client = hall.tokens.admit(headers, Right::Talk);
    client.map(|client| client.scopes).unwrap_or_default()
}

async fn desk_card(State(hall): State<Arc<Hall>>, headers: HeaderMap) -> Response {
    let scopes = scopes(&hall, &headers);
    let base = card::base(&hall, &headers);
    card::respond(&headers, &card::card(&hall, &base, &Door::Desk, &scopes))
}

async fn agents(State(hall): State<Arc<Hall>>, headers: HeaderMap) -> Response {
    let scopes = scopes(&hall, &headers);
    let base = card::base(&hall, &headers);
    let cards: Vec<_> = (hall.desk().directory().open_to(&scopes))
        .map(|name| card::card(&hall, &base, &Door::Agent(name), &scopes))
        .collect();
    card::respond(&headers, &json!({ "agents": cards }))
}

async fn agent_card(
    State(hall): State<Arc<Hall>>,
    Path(name): Path<String>,
    headers: HeaderMap,
) -> Response {
    let scopes = scopes(&hall, &headers);
    match door(&hall, &scopes, &name) {
        Ok(door) => {
            let base = card::base(&hall, &headers);
            card::respond(&headers, &card::card(&hall, &base, &door, &scopes))
        }
        Err(problem) => problem.into_response(),
    }
}

/// The door of this agent, for whoever has these scopes.
fn door(hall: &Hall, scopes: &[Scope], name: &str) -> Result<Door, Problem> {
    let mut open = hall.desk().directory().open_to(scopes);
    match open.find(|open| open.as_str() == name) {
        Some(name) => Ok(Door::Agent(name)),
        None => Err(Problem::no_agent(name)),
    }
}

/// A body is JSON, by this or another name, unless its client says otherwise.
fn check_kind(headers: &HeaderMap) -> Result<(), Problem> {
    let Some(kind) = headers.get(header::CONTENT_TYPE) else {
        return Ok(());
    };
    let kind = kind.to_str().unwrap_or_default();
    let name = kind.split(';').next().unwrap_or_default().trim();
    let name = name.to_ascii_lowercase();
    match name == "application/json" || name.ends_with("+json") {
        true => Ok(()),
        false => Err(Problem::content(kind)),
    }
}

/// The version that a request is for. One that names none is of the time before
/// versions were named.
fn check_version(headers: &HeaderMap, query: Option<&str>) -> Result<(), Problem> {
    let header = headers.get(a2a::SVC_PARAM_VERSION);
    let version = header.and_then(|version| version.to_str().ok());
    let in_query = query.and_then(|query| {
        let mut pairs = url::form_urlencoded::parse(query.as_bytes());
        pairs.find_map(|(name, version)| (name == a2a::SVC_PARAM_VERSION).then_some(version))
    });
    let version = version.map(str::trim).or(in_query.as_deref());
    let version = version
        .filter(|version| !version.is_empty())
        .unwrap_or("0.3");
    // A patch changes nothing between client and server.
    match version.strip_prefix("1.0") {
        Some(patch) if patch.is_empty() || patch.starts_with('.') => Ok(()),
        _ => Err(Problem::version(version)),
    }
}
