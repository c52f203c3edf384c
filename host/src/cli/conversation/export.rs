//! Everything that is kept, to take along.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use baton::{
    conversation::SavedState,
    handoff::{Desk, KeptConversation},
};
use clap::Args;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::{
    super::{Global, context::ended, open::open_quietly, output::Output},
    Which,
};

/// The shape of the export; higher when a field goes or changes its meaning.
const VERSION: u32 = 1;

/// Writes everything that is kept of a conversation, or of all conversations
/// of a person, as one JSON value: messages, metadata, what skills remember
/// and have stored, handoffs, events, tickets.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton conversation export c-1
  baton conversation export --user c-1001 -o c-1001.json")]
pub struct Export {
    #[command(flatten)]
    which: Which,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let found = self.which.find(&opened.desk).await?;
        if found.is_empty() {
            bail!(self.which.nothing());
        }
        let mut conversations = Vec::with_capacity(found.len());
        for kept in &found {
            conversations.push(everything(&opened.desk, kept).await?);
        }
        let value = json!({
            "version": VERSION,
            "exported": Timestamp::now(),
            "conversations": conversations,
        });
        match &self.output {
            None => output.value(&value)?,
            Some(file) => std::fs::write(file, serde_json::to_string_pretty(&value)? + "\n")
                .with_context(|| format!("cannot write {}", file.display()))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn everything(desk: &Desk, kept: &KeptConversation) -> anyhow::Result<Value> {
    let store = desk.store();
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
