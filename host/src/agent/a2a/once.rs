//! A message is sent to a remote agent once, whatever becomes of this host. What
//! the remote does outside is not undone when this host stops, and nobody here
//! knows then whether it was done. So a mark is on record before the message is
//! sent, and goes with the turn's end; a turn that is taken up again finds it.

use std::sync::Arc;

use super::{A2aError, memory::place};
use crate::{
    conversation::{PendingWrite, StorageSize, StorageWrite, Swap, Swapped, Trust, Turn},
    handoff::AgentFailure,
    id::AgentName,
};

/// What the mark says, for people who look.
const MARK: &str = "\"asked\"";

/// A mark takes no room from anybody.
const NO_QUOTA: StorageSize = StorageSize {
    keys: u64::MAX,
    bytes: u64::MAX,
};

/// Puts on record that the agent is asked in this turn, or refuses, for an
/// earlier attempt at the turn has asked it already. An operator who tries a
/// dead letter again begins a turn of its own, and has decided.
pub(super) async fn mark(turn: &Turn, agent: &AgentName) -> Result<(), AgentFailure> {
    let broken = |error: crate::conversation::StorageError| AgentFailure::Failed(error.to_string());
    let (memory, conversation) = (place(agent), turn.query.conversation.clone());
    let key = format!("asked/{conversation}/{}", turn.query.turn);
    let before = turn.storage.stored(&memory, &key).map_err(broken)?;
    // Several skills may ask at the same time in one turn: whoever is first
    // takes it, and what they have kept is no earlier attempt.
    let asked_before = turn.with_effects(|effects| {
        let writes = effects.storage.entry(memory.clone()).or_default();
        if before.is_some() && !writes.contains_key(&key) {
            return true;
        }
        let gone = PendingWrite {
            write: StorageWrite::Delete,
            replaces: StorageSize::of(&key, MARK),
        };
        writes.insert(key.clone(), gone);
        false
    });
    if asked_before {
        return Err(A2aError::AskedBefore.into());
    }
    let swap = Swap {
        skill: memory,
        key,
        read: None,
        value: Arc::from(MARK),
        trust: Trust::OPERATOR,
        conversation,
        quota: NO_QUOTA,
        adds: StorageSize::default(),
        frees: StorageSize::default(),
    };
    match turn.storage.swap(swap).await.map_err(broken)? {
        // Changed: by another who asks in this turn.
        Swapped::Written(_) | Swapped::Changed => Ok(()),
        Swapped::Full => {
            let why = "that it is asked cannot be put on record";
            Err(AgentFailure::Failed(why.to_owned()))
        }
    }
}
