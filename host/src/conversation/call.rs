//! Tools that were called in a conversation. They move with it, so that nobody
//! who takes it over does the same thing to the world a second time.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::{History, HistoryError, Message, Speaker};

/// Messages read at a time when looking for a call.
const PAGE: usize = 100;

/// A call of a tool as an agent made it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ToolCall {
    /// Identifies it among the calls of its conversation; models are not
    /// reliable in that, so the last call of an id is the one that is meant.
    pub id: String,
    /// Which tool.
    pub name: String,
    /// Its arguments.
    #[serde(default)]
    pub arguments: Map<String, Value>,
    /// The same for every attempt to have the same effect; empty for a call
    /// that has none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub key: String,
}

/// Whether a call with some idempotency key was made.
#[derive(Clone, Debug, PartialEq)]
pub enum Execution {
    /// It was not.
    Never,
    /// It was, and what came of it was not recorded: it may have had its
    /// effect, and only a callee that honours the key may be asked again.
    Unknown,
    /// It was, with this result.
    Done(Arc<Message>),
}

/// Whether a call with this key was made in the conversation, however long ago.
pub fn execution(history: &dyn History, key: &str) -> Result<Execution, HistoryError> {
    let mut results: Vec<Arc<Message>> = Vec::new();
    let mut before = None;
    let mut found = Execution::Never;
    loop {
        let page = history.page(before.as_ref(), PAGE)?;
        // Newest first, so that a call comes after its result.
        for message in page.iter().rev() {
            if let Speaker::Tool { .. } = message.speaker {
                results.push(message.clone());
                continue;
            }
            for call in message.calls.iter().rev() {
                // The oldest result is the one of the call that is nearest to it.
                let own = results.iter().rposition(|result| result.answers(&call.id));
                let result = own.map(|at| results.remove(at));
                if !key.is_empty() && call.key == key {
                    match result {
                        Some(result) => return Ok(Execution::Done(result)),
                        None => found = Execution::Unknown,
                    }
                }
            }
        }
        match page.first() {
            Some(oldest) if page.len() == PAGE => before = Some(oldest.id.clone()),
            _ => return Ok(found),
        }
    }
}

#[cfg(test)]
mod tests;
