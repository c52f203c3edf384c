//! What a client asks for.

use std::sync::Arc;

use axum::http::{HeaderMap, HeaderName};
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{CONVERSATION, KEY, Problem, USER};
use crate::{
    conversation::{Message, Side, Speaker, Thread},
    handoff::{Incoming, Seen},
    id::{AgentName, ConversationId, DeliveryKey, UserId, outside},
    server::{
        Hall,
        client::{Client, part_of},
    },
};

/// The model that is the desk as a whole, whoever answers.
pub(super) const DESK: &str = "desk";

/// The body, as far as it is read. What these clients send besides is about
/// models, which the desk's agents choose themselves.
#[derive(Deserialize)]
struct Body {
    model: String,
    messages: Vec<Said>,
    #[serde(default)]
    stream: Option<bool>,
    #[serde(default)]
    stream_options: Option<StreamOptions>,
    #[serde(default)]
    user: Option<String>,
    #[serde(default)]
    metadata: Option<Map<String, Value>>,
    #[serde(default)]
    n: Option<u32>,
}

#[derive(Deserialize)]
struct StreamOptions {
    #[serde(default)]
    include_usage: Option<bool>,
}

#[derive(Deserialize)]
struct Said {
    role: Role,
    #[serde(default)]
    content: Option<Content>,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Role {
    Developer,
    System,
    User,
    Assistant,
    Tool,
    Function,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Content {
    Text(String),
    Parts(Vec<Part>),
}

#[derive(Deserialize)]
struct Part {
    #[serde(rename = "type")]
    kind: String,
    #[serde(default)]
    text: Option<String>,
}

/// How a reply is to be streamed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Streaming {
    Plain,
    /// With what it took, in a part of its own at the end.
    WithUsage,
}

/// A request that was understood.
pub(super) struct Asked {
    pub(super) incoming: Incoming,
    pub(super) user: UserId,
    /// As the client calls it, and expects it back.
    pub(super) model: String,
    /// None: the reply is to come whole.
    pub(super) stream: Option<Streaming>,
}

impl Asked {
    pub(super) fn read(
        hall: &Hall,
        client: &Client,
        headers: &HeaderMap,
        body: &[u8],
    ) -> Result<Self, Problem> {
        let body: Body = serde_json::from_slice(body).map_err(|wrong| {
            Problem::invalid(
                None,
                format!("the body is no chat completion request: {wrong}"),
            )
        })?;
        if body.n.is_some_and(|n| n != 1) {
            return Err(Problem::invalid(
                Some("n"),
                "a message has one answer here; leave `n` out",
            ));
        }
        let field = |name: &str| {
            let value = body.metadata.as_ref()?.get(name)?;
            value.as_str().map(str::to_owned)
        };
        let named = header(headers, &USER)?
            .or_else(|| body.user.clone())
            .or_else(|| field("user"));
        let user = client.writes_as(named.as_deref())?;
        let conversation = header(headers, &CONVERSATION)?
            .or_else(|| field("conversation"))
            .map(|id| outside::<ConversationId>(&id))
            .transpose()
            .map_err(|why| {
                Problem::invalid(None, format!("the conversation's id cannot be used: {why}"))
            })?;
        let key = header(headers, &KEY)?
            .map(|key| outside::<DeliveryKey>(&key))
            .transpose()
            .map_err(|why| Problem::invalid(None, format!("the key cannot be used: {why}")))?;
        let entry = entry(hall, client, &body.model)?;
        let (text, seen) = talk(client, &user, body.messages)?;
        let stream = body.stream.unwrap_or(false).then(|| {
            match body
                .stream_options
                .and_then(|options| options.include_usage)
            {
                Some(true) => Streaming::WithUsage,
                _ => Streaming::Plain,
            }
        });
        Ok(Self {
            incoming: Incoming {
                conversation,
                user: Some(user.clone()),
                scopes: client.scopes.clone(),
                text,
                key,
                seen: Some(seen),
                entry,
                trace: part_of(headers),
                ..Incoming::default()
            },
            user,
            model: body.model,
            stream,
        })
    }
}

/// The agent that a conversation begins with, if the model names one.
pub(super) fn entry(
    hall: &Hall,
    client: &Client,
    model: &str,
) -> Result<Option<AgentName>, Problem> {
    if model == DESK {
        return Ok(None);
    }
    let mut open = hall.desk().directory().open_to(&client.scopes);
    match open.find(|name| name.as_str() == model) {
        Some(name) => Ok(Some(name)),
        None => Err(Problem::no_model(model)),
    }
}

fn header(headers: &HeaderMap, name: &HeaderName) -> Result<Option<String>, Problem> {
    headers
        .get(name)
        .map(|value| value.to_str().map(str::to_owned))
        .transpose()
        .map_err(|_| Problem::invalid(None, format!("the header {name} is not plain text")))
}

/// The user's message, and the conversation before it as the client has it.
/// Whoever it lets speak, it counts as the client's own word.
fn talk(client: &Client, user: &UserId, said: Vec<Said>) -> Result<(String, Seen), Problem> {
    let mut messages = Vec::with_capacity(said.len());
    for (number, message) in said.into_iter().enumerate() {
        messages.push((message.role, text(number, message.content)?));
    }
    let Some((Role::User, newest)) = messages.pop() else {
        return Err(Problem::invalid(
            Some("messages"),
            "the last message must be the user's; there is nothing to answer",
        ));
    };
    let mut thread = Thread::begin(&client.name, user.as_str());
    let mut before = Vec::with_capacity(messages.len());
    for (role, text) in messages {
        let side = match role {
            Role::User => Side::User,
            Role::Assistant => Side::Desk,
            Role::Developer | Role::System | Role::Tool | Role::Function => Side::Other,
        };
        thread = thread.then(side, &text);
        // A model's message that had nothing but calls.
        if text.trim().is_empty() {
            continue;
        }
        let speaker = match side {
            Side::Desk => Speaker::Agent {
                agent: AgentName::from(DESK),
            },
            Side::User | Side::Other => Speaker::User,
        };
        before.push(Arc::new(Message::from_client(speaker, text)));
    }
    Ok((newest, Seen { thread, before }))
}

fn text(number: usize, content: Option<Content>) -> Result<String, Problem> {
    match content {
        None => Ok(String::new()),
        Some(Content::Text(text)) => Ok(text),
        Some(Content::Parts(parts)) => {
            let mut texts = Vec::with_capacity(parts.len());
            for Part { kind, text } in parts {
                match (kind.as_str(), text) {
                    ("text", Some(text)) => texts.push(text),
                    _ => {
                        let message = format!(
                            "messages[{number}] has a part of type `{kind}`; this desk reads text"
                        );
                        return Err(Problem::invalid(Some("messages"), message));
                    }
                }
            }
            Ok(texts.join("\n"))
        }
    }
}
