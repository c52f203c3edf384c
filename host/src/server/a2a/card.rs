//! What this desk, and each of its agents, says of itself.

use a2a::{
    AgentCapabilities, AgentCard, AgentExtension, AgentInterface, AgentSkill,
    HttpAuthSecurityScheme, SecurityScheme, TRANSPORT_PROTOCOL_HTTP_JSON,
    TRANSPORT_PROTOCOL_JSONRPC,
};
use axum::{
    body::Bytes,
    http::{HeaderMap, HeaderValue, StatusCode, header},
    response::{IntoResponse, Response},
};
use serde::Serialize;
use sha2::{Digest, Sha256};

use super::Door;
use crate::{
    agent::HANDOFF,
    handoff,
    id::{AgentName, Scope},
    server::Hall,
};

/// How long a card may be kept. Agents change with the configuration, which is
/// read when the desk is opened; a minute later everybody knows.
const KEPT: &str = "max-age=60";

/// Where a request says the desk is.
pub(super) fn base(hall: &Hall, headers: &HeaderMap) -> String {
    if let Some(url) = &hall.folder.serve.url {
        return url.get_ref().trim_end_matches('/').to_owned();
    }
    let scheme = match hall.folder.serve.tls {
        Some(_) => "https",
        None => "http",
    };
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    format!("{scheme}://{}", host.unwrap_or("localhost"))
}

/// The card of a door, for whoever has these scopes.
pub(super) fn card(hall: &Hall, base: &str, door: &Door, scopes: &[Scope]) -> AgentCard {
    let directory = hall.desk().directory();
    let open: Vec<AgentName> = directory.open_to(scopes).collect();
    let (name, description, agents) = match door {
        Door::Desk => {
            let entry = directory.get(directory.entry());
            let said = entry.map_or("", |entry| entry.card().description.as_str());
            let name = hall.folder.path.file_name().unwrap_or_default();
            let description = match said {
                "" => "Finds out which of its agents is the one to answer.".to_owned(),
                said => said.to_owned(),
            };
            (name.to_string_lossy().into_owned(), description, open)
        }
        Door::Agent(name) => {
            let said = directory.get(name).map(|agent| &agent.card().description);
            let description = said.cloned().unwrap_or_default();
            (name.to_string(), description, vec![name.clone()])
        }
    };
    let skills = agents
        .iter()
        .filter_map(|name| directory.get(name))
        .flat_map(|agent| skills(agent.card()))
        .collect();
    let interface = |path: String, binding: &str| AgentInterface::new(path, binding);
    let text = vec!["text/plain".to_owned(), "application/json".to_owned()];
    let mut card = AgentCard {
        name: if name.is_empty() {
            "desk".to_owned()
        } else {
            name
        },
        description,
        version: env!("CARGO_PKG_VERSION").to_owned(),
        supported_interfaces: vec![
            interface(
                format!("{base}{}", door.rpc_path()),
                TRANSPORT_PROTOCOL_JSONRPC,
            ),
            interface(
                format!("{base}{}", door.path()),
                TRANSPORT_PROTOCOL_HTTP_JSON,
            ),
        ],
        capabilities: AgentCapabilities {
            streaming: Some(true),
            push_notifications: Some(true),
            extensions: Some(vec![AgentExtension {
                uri: HANDOFF.to_owned(),
                description: Some(
                    "What was said before, and what is to be done, beside the message".to_owned(),
                ),
                required: Some(false),
                params: None,
            }]),
            extended_agent_card: Some(false),
        },
        default_input_modes: text,
        default_output_modes: vec!["text/plain".to_owned()],
        skills,
        provider: None,
        documentation_url: None,
        icon_url: None,
        security_schemes: None,
        security_requirements: None,
        signatures: None,
    };
    if !hall.folder.serve.tokens.is_empty() {
        let bearer = SecurityScheme::HttpAuth(HttpAuthSecurityScheme {
            scheme: "Bearer".to_owned(),
            description: None,
            bearer_format: None,
        });
        card.security_schemes = Some([("bearer".to_owned(), bearer)].into());
        card.security_requirements = Some(vec![[("bearer".to_owned(), Vec::new())].into()]);
    }
    card
}

/// What an agent offers; one that lists nothing offers itself.
fn skills(card: &handoff::AgentCard) -> Vec<AgentSkill> {
    let skill = |id: String, name: &str, description: &str, examples: &[String]| AgentSkill {
        id,
        name: name.to_owned(),
        description: match description {
            "" => card.description.clone(),
            said => said.to_owned(),
        },
        tags: vec![card.name.to_string()],
        examples: (!examples.is_empty()).then(|| examples.to_vec()),
        input_modes: None,
        output_modes: None,
        security_requirements: None,
    };
    if card.skills.is_empty() {
        let name = card.name.as_str();
        return vec![skill(name.to_owned(), name, "", &card.examples)];
    }
    let offered = card.skills.iter();
    offered
        .map(|offer| {
            let id = format!("{}.{}", card.name, offer.name);
            skill(id, &offer.name, &offer.description, &offer.examples)
        })
        .collect()
}

/// A card as it is sent: not again to whoever has it.
pub(super) fn respond(headers: &HeaderMap, value: &impl Serialize) -> Response {
    let body = match serde_json::to_vec(value) {
        Ok(body) => Bytes::from(body),
        Err(error) => {
            tracing::error!("a card cannot be written: {error}");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let etag = format!("\"{}\"", hex::encode(Sha256::digest(&body)));
    let known = headers.get_all(header::IF_NONE_MATCH).iter();
    let known = known
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .any(|value| value.trim().trim_start_matches("W/") == etag || value.trim() == "*");
    let mut response = match known {
        true => StatusCode::NOT_MODIFIED.into_response(),
        false => body.into_response(),
    };
    let kept = match headers.contains_key(header::AUTHORIZATION) {
        true => format!("private, {KEPT}"),
        false => format!("public, {KEPT}"),
    };
    for (name, value) in [
        (header::CONTENT_TYPE, "application/json"),
        (header::ETAG, &etag),
        (header::CACHE_CONTROL, &kept),
        // Where the desk is comes from the request, and with a token there is more.
        (header::VARY, "host, authorization"),
    ] {
        if let Ok(value) = HeaderValue::from_str(value) {
            response.headers_mut().insert(name, value);
        }
    }
    response
}
