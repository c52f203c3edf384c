//! A message that a client sends, as the desk takes it in.

use std::sync::Arc;

use a2a::{Message, Part, PartContent, Role, SendMessageRequest};
use axum::http::HeaderMap;
use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Caller, Door, problem::Problem, task::TaskRef};
use crate::{
    agent::HANDOFF,
    conversation::{self, Side, Speaker, Thread},
    handoff::{Incoming, Seen},
    id::{AgentName, ConversationId, DeliveryKey, outside},
};

/// A message that was understood.
pub(super) struct Asked {
    pub(super) incoming: Incoming,
    /// What its own turn is kept under.
    pub(super) key: DeliveryKey,
    /// The task that it begins or continues.
    pub(super) task: TaskRef,
}

impl Asked {
    /// `continues` is the task that the message names.
    pub(super) fn read(
        caller: &Caller,
        door: &Door,
        request: &SendMessageRequest,
        continues: Option<&TaskRef>,
    ) -> Result<Self, Problem> {
        let message = &request.message;
        if message.role != Role::User {
            return Err(Problem::params(
                "a message to a desk has the role ROLE_USER",
            ));
        }
        let id = outside::<DeliveryKey>(&message.message_id)
            .map_err(|why| Problem::params(format!("`messageId` cannot be used: {why}")))?;
        let context = message.context_id.as_deref().filter(|id| !id.is_empty());
        let context = context
            .map(outside::<ConversationId>)
            .transpose()
            .map_err(|why| Problem::params(format!("`contextId` cannot be used: {why}")))?;
        let (text, told) = content(message)?;
        let task = match continues {
            Some(task) => task.clone(),
            None => begun(caller, door, &id, &text, context),
        };
        let key = match continues {
            None => task.key.clone(),
            Some(task) => task.continued_by(&id),
        };
        let thread = Thread::begin(&caller.client.name, caller.user.as_str());
        let incoming = Incoming {
            conversation: Some(task.conversation.clone()),
            user: Some(caller.user.clone()),
            scopes: caller.client.scopes.clone(),
            seen: Some(Seen {
                // Nothing that a client of another door could show.
                thread: thread.then(Side::Other, key.as_str()),
                before: before(told),
            }),
            text,
            key: Some(key.clone()),
            entry: match door {
                Door::Desk => None,
                Door::Agent(name) => Some(name.clone()),
            },
            trace: caller.trace.clone(),
            ..Incoming::default()
        };
        Ok(Self {
            incoming,
            key,
            task,
        })
    }
}

/// The task that a message begins: the same one when it is delivered again. With
/// other words it is another message, whatever its client calls it: the protocol
/// lets an id tell duplicates, and there are clients that count from one.
fn begun(
    caller: &Caller,
    door: &Door,
    message: &DeliveryKey,
    text: &str,
    context: Option<ConversationId>,
) -> TaskRef {
    let mut hash = Sha256::new();
    // The names cannot contain what parts them, and the words have one length.
    for part in [caller.user.as_str(), door.name(), message.as_str()] {
        hash.update(part);
        hash.update([0]);
    }
    hash.update(Sha256::digest(text));
    if let Some(context) = &context {
        hash.update(context.as_str());
    }
    let digest = hex::encode(hash.finalize());
    let (task, own) = digest.split_at(32);
    TaskRef {
        id: task.to_owned(),
        key: DeliveryKey::from(format!("{}{task}/{message}", caller.prefix)),
        conversation: context.unwrap_or_else(|| ConversationId::from(own.to_owned())),
    }
}

/// The words of the message, and what it tells beside them of a handoff.
fn content(message: &Message) -> Result<(String, Option<&Value>), Problem> {
    let mut texts: Vec<String> = Vec::new();
    let marked = |part: &Part| {
        let metadata = part.metadata.as_ref();
        metadata.is_some_and(|metadata| metadata.contains_key(HANDOFF))
    };
    let mut told = message.metadata.as_ref().and_then(|m| m.get(HANDOFF));
    for part in &message.parts {
        let kind = part.media_type.as_deref().unwrap_or_default();
        let readable = kind.is_empty() || kind.starts_with("text/") || kind == "application/json";
        match &part.content {
            PartContent::Data(data) if marked(part) => told = Some(data),
            PartContent::Text(text) if readable => texts.push(text.clone()),
            PartContent::Data(data) if readable => texts.push(data.to_string()),
            PartContent::Raw(_) | PartContent::Url(_) if kind.is_empty() => {
                return Err(Problem::content("files"));
            }
            _ => return Err(Problem::content(kind)),
        }
    }
    Ok((texts.join("\n"), told))
}

/// What was said before, elsewhere, as the client tells it: its word, whoever
/// it says has spoken.
fn before(told: Option<&Value>) -> Vec<Arc<conversation::Message>> {
    let Some(told) = told else {
        return Vec::new();
    };
    let history = told["history"].as_array().into_iter().flatten();
    let said = history.filter_map(|said| {
        let text = said["text"]
            .as_str()
            .filter(|text| !text.trim().is_empty())?;
        let speaker = match said["role"].as_str()? {
            "agent" => Speaker::Agent {
                agent: AgentName::from("caller"),
            },
            _ => Speaker::User,
        };
        Some((speaker, text))
    });
    let instructions = told["instructions"].as_str();
    let instructions = instructions.filter(|text| !text.trim().is_empty());
    let instructions = instructions.map(|text| (Speaker::User, text));
    said.chain(instructions)
        .filter_map(|(speaker, text)| {
            let text = conversation::clean(text).ok()?;
            Some(Arc::new(conversation::Message::from_client(
                speaker,
                text.as_ref(),
            )))
        })
        .collect()
}

/// For whom a request is, if its header says so, or else its metadata.
pub(super) fn named_user(
    headers: &HeaderMap,
    request: Option<&SendMessageRequest>,
) -> Result<Option<String>, Problem> {
    if let Some(user) = headers.get(super::USER) {
        let user = user.to_str();
        let user = user.map_err(|_| Problem::params("the header x-baton-user is not plain text"));
        return user.map(|user| Some(user.to_owned()));
    }
    let metadata = request.and_then(|request| request.metadata.as_ref());
    let user = metadata.and_then(|metadata| metadata.get("user"));
    Ok(user.and_then(Value::as_str).map(str::to_owned))
}
