//! Cases of what a skill was told in a conversation that was kept.

use std::{collections::BTreeMap, sync::Arc};

use serde_json::Value;

use super::{
    case::{AgentCase, Case, Expected, Said},
    observed::Observed,
    perform::{RehearsalError, perform},
};
use crate::{
    conversation::{Event, EventKind, HistoryError, Message, Speaker},
    handoff::{Desk, StoreError},
    id::{AgentName, ConversationId},
    skill::WasmSkill,
};

/// Why a conversation gives no cases.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    /// There is none.
    #[error(
        "there is no conversation `{0}` in this folder's store; `baton conversation list` names them"
    )]
    Unknown(ConversationId),
    /// It cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Its messages cannot be read.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// A case cannot be run.
    #[error(transparent)]
    Rehearsal(#[from] RehearsalError),
}

/// A case for each message of the user, with what the skill makes of it now as
/// what is expected. What the skill remembers goes from case to case, for the
/// store has only how it ended; what colleagues and servers have answered is on
/// no record.
pub async fn record(
    desk: &Desk,
    skill: &WasmSkill,
    id: &ConversationId,
) -> Result<Vec<Case>, RecordError> {
    let store = desk.store();
    let found = store.open(id).await?;
    let found = found.ok_or_else(|| RecordError::Unknown(id.clone()))?;
    let messages = found.history.page(None, usize::MAX)?;
    let owners = owners(&store.events(id).await?);
    let known = found
        .user
        .as_ref()
        .and_then(|user| desk.profiles().profile(user));
    let known = known.map(Arc::unwrap_or_clone).unwrap_or_default();
    let Value::Object(config) = skill.permit().config.to_value() else {
        return Ok(Vec::new());
    };
    let grants = skill.permit().grants.words().map(ToString::to_string);
    let grants: Vec<String> = grants.collect();
    let mut cases = Vec::new();
    let mut last = Observed::default();
    for (at, message) in messages.iter().enumerate() {
        if message.speaker != Speaker::User {
            continue;
        }
        let turn = cases.len() as u64 + 1;
        let mut case = Case {
            name: format!("{turn}: {}", first_line(&message.content)),
            query: Some(message.content.to_string()),
            user: found.user.as_ref().map(ToString::to_string),
            owner: Some(owner(&owners, turn, &found.owner).to_string()),
            time: Some(message.time),
            messages: said(&messages[..at]),
            metadata: last.metadata.clone(),
            profile: known.clone(),
            config: config.clone(),
            grants: Some(grants.clone()),
            state: last.state.clone(),
            storage: last.storage.clone(),
            agents: agents(desk),
            ..Case::default()
        };
        last = perform(skill, &case).await?.observed;
        case.expect = expected(&last);
        cases.push(case);
    }
    Ok(cases)
}

fn first_line(text: &str) -> String {
    let line = text.lines().next().unwrap_or_default();
    line.chars().take(80).collect()
}

/// Who has handed over to whom, in which turn.
fn owners(events: &[(u64, Event)]) -> Vec<(u64, AgentName, AgentName)> {
    let changes = events.iter().filter_map(|(turn, event)| match &event.kind {
        EventKind::OwnerChanged { from, to } => Some((*turn, from.clone(), to.clone())),
        _ => None,
    });
    changes.collect()
}

/// The owner as a turn began.
fn owner<'a>(
    changes: &'a [(u64, AgentName, AgentName)],
    turn: u64,
    now: &'a AgentName,
) -> &'a AgentName {
    let before = changes.iter().rev().find(|(at, ..)| *at < turn);
    let first = changes.first().map(|(_, from, _)| from);
    before.map(|(_, _, to)| to).or(first).unwrap_or(now)
}

/// What was said before, without the calls of tools.
fn said(messages: &[Arc<Message>]) -> Vec<Said> {
    let spoken = messages.iter().filter_map(|message| {
        let from = match &message.speaker {
            Speaker::User => "user".to_owned(),
            Speaker::Agent { agent } => agent.to_string(),
            Speaker::Operator | Speaker::Tool { .. } => return None,
        };
        let text = message.content.to_string();
        Some(Said { from, text })
    });
    spoken.collect()
}

/// The desk's agents; what they would answer is not known.
fn agents(desk: &Desk) -> BTreeMap<String, AgentCase> {
    let all = desk.colleagues().list().into_iter();
    let prices = desk.payments();
    all.map(|colleague| {
        let case = AgentCase {
            description: colleague.description,
            price: prices.price(&colleague.name),
            ..AgentCase::default()
        };
        (colleague.name.to_string(), case)
    })
    .collect()
}

/// What was done is what is expected from now on.
fn expected(observed: &Observed) -> Expected {
    let table = |value: &Option<Value>| match value {
        Some(Value::Object(table)) => Some(without_nothing(table.clone())),
        _ => None,
    };
    let verdicts = observed.verdicts.iter().map(|(name, said)| {
        let said = match said {
            Value::Object(table) => Value::Object(without_nothing(table.clone())),
            other => other.clone(),
        };
        (name.clone(), said)
    });
    Expected {
        verdicts: Some(verdicts.collect()),
        context: table(&observed.context),
        refusal: table(&observed.refusal),
        fault: observed.fault.clone(),
        log: Some(observed.log.clone()).filter(|log| !log.is_empty()),
        ..Expected::default()
    }
}

/// TOML has no word for nothing.
fn without_nothing(table: serde_json::Map<String, Value>) -> serde_json::Map<String, Value> {
    table
        .into_iter()
        .filter(|(_, value)| !value.is_null())
        .collect()
}
