//! What is kept of conversations.

use jiff::Timestamp;
use serde::Serialize;
use serde_json::{Value, json};

use crate::{
    contract::Outcome,
    conversation::{Conversation, HistoryError, SavedState},
    handoff::{KeptConversation, Store, StoreError},
    id::{AgentName, ConversationId, UserId},
};

/// The shape of the export; higher when a field goes or changes its meaning.
const VERSION: u32 = 1;

/// What is kept cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum LookingBack {
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The messages cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
}

/// A conversation for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed<'a> {
    /// Which conversation.
    pub id: &'a ConversationId,
    /// Whose; null for a visitor.
    pub user: Option<&'a UserId>,
    /// Who has it.
    pub owner: &'a AgentName,
    /// How many turns there have been.
    pub turns: u64,
    /// How many messages are kept.
    pub messages: u64,
    /// When it was last heard of.
    pub last: Option<Timestamp>,
}

impl<'a> Listed<'a> {
    /// As it is kept.
    pub fn new(kept: &'a KeptConversation) -> Self {
        Self {
            id: &kept.id,
            user: kept.user.as_ref(),
            owner: &kept.owner,
            turns: kept.turns,
            messages: kept.messages,
            last: kept.last,
        }
    }
}

/// A conversation with all that was said.
pub fn shown(found: &Conversation) -> Result<Value, HistoryError> {
    let messages = found.history.page(None, usize::MAX)?;
    Ok(json!({
        "id": found.id,
        "user": found.user,
        "owner": found.owner,
        "turns": found.turns,
        "metadata": found.metadata.values(),
        "metadata_trust": found.metadata.levels(),
        "messages": messages.iter().map(|message| &**message).collect::<Vec<_>>(),
    }))
}

/// Everything that is kept of these.
pub async fn exported(store: &dyn Store, found: &[KeptConversation]) -> Result<Value, LookingBack> {
    let mut conversations = Vec::with_capacity(found.len());
    for kept in found {
        conversations.push(everything(store, kept).await?);
    }
    Ok(json!({
        "version": VERSION,
        "exported": Timestamp::now(),
        "conversations": conversations,
    }))
}

/// An outcome for programs.
pub fn ended(outcome: &Outcome) -> Value {
    json!({
        "agent": outcome.agent,
        "reply": outcome.result.as_ref().ok(),
        "error": outcome.result.as_ref().err(),
        "insights": outcome.insights,
        "fallback": outcome.fallback,
        "milliseconds": outcome.milliseconds,
    })
}

async fn everything(store: &dyn Store, kept: &KeptConversation) -> Result<Value, LookingBack> {
    let found = store.open(&kept.id).await?;
    let (metadata, messages) = match found {
        None => Default::default(),
        Some(found) => (found.metadata, found.history.page(None, usize::MAX)?),
    };
    let states = store.states(&kept.id).await?;
    let stored = store.stored_during(&kept.id).await?;
    let mut handoffs = Vec::new();
    for record in store.handoff_records(&kept.id)? {
        handoffs.extend(store.handoff(&record.id).await?);
    }
    let events = store.events(&kept.id).await?;
    Ok(json!({
        "id": kept.id,
        "user": kept.user,
        "owner": kept.owner,
        "turns": kept.turns,
        "metadata": metadata.values(),
        "metadata_trust": metadata.levels(),
        "messages": messages.iter().map(|message| &**message).collect::<Vec<_>>(),
        "states": states
            .iter()
            .map(|(skill, state)| remembered(skill.as_str(), state))
            .collect::<Vec<_>>(),
        "stored": stored
            .iter()
            .map(|stored| json!({
                "skill": stored.skill,
                "key": stored.key,
                "value": as_json(stored.value.value.as_bytes()),
            }))
            .collect::<Vec<_>>(),
        "handoffs": handoffs
            .iter()
            .map(|kept| json!({ "context": *kept.context, "outcome": kept.outcome.as_ref().map(ended) }))
            .collect::<Vec<_>>(),
        "events": events
            .iter()
            .map(|(turn, event)| json!({ "turn": turn, "event": event }))
            .collect::<Vec<_>>(),
        "tickets": store.tickets_about(&kept.id).await?,
    }))
}

fn remembered(skill: &str, state: &SavedState) -> Value {
    json!({ "skill": skill, "version": state.version, "value": as_json(&state.value) })
}

/// As JSON if it is JSON, as text if it is text, and byte by byte otherwise.
fn as_json(value: &[u8]) -> Value {
    serde_json::from_slice(value).unwrap_or_else(|_| {
        std::str::from_utf8(value).map_or_else(|_| json!(value), |text| json!(text))
    })
}
