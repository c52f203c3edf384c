//! `state`: what a skill remembers of a conversation.

use super::error;
use crate::{
    conversation::{EventKind, SavedState},
    skill::{
        bindings::baton::skill::{state::Host, types::Error},
        convert::line,
        guest::Guest,
    },
};

/// The most a skill remembers of one conversation, in bytes. It is read and
/// written each turn; more belongs in storage.
const MAX_STATE: usize = 64 << 10;

impl Host for Guest {
    fn load(&mut self) -> wasmtime::Result<Option<Vec<u8>>> {
        self.enter()?;
        let Some(turn) = self.turn.clone() else {
            return Ok(None);
        };
        let kept = match turn.state(&self.permit.memory) {
            Ok(kept) => kept,
            Err(error) => {
                tracing::error!("{error}");
                None
            }
        };
        let Some(SavedState {
            version,
            value,
            trust,
        }) = kept.filter(|kept| !kept.value.is_empty())
        else {
            return Ok(None);
        };
        let reads = self.permit.state_version;
        if version == reads {
            turn.tell(&self.permit.skill, trust);
            return Ok(Some(value.to_vec()));
        }
        turn.record(EventKind::SkillStateReset {
            skill: self.permit.skill.clone(),
            why: format!("it was kept by schema version {version}, and this one reads {reads}"),
        });
        // Said once: the next turn finds the state forgotten.
        self.keep(Vec::new());
        Ok(None)
    }

    fn save(&mut self, value: Vec<u8>) -> wasmtime::Result<Result<(), Error>> {
        self.enter()?;
        if value.len() > MAX_STATE {
            return Ok(Err(error(
                "limit",
                format!(
                    "{} bytes are too many; at most {MAX_STATE} are kept",
                    value.len()
                ),
            )));
        }
        self.keep(value);
        Ok(Ok(()))
    }

    fn unreadable(&mut self, why: String) -> wasmtime::Result<()> {
        self.enter()?;
        if let Some(turn) = &self.turn {
            let skill = self.permit.skill.clone();
            turn.record(EventKind::SkillStateReset {
                skill,
                why: line(&why),
            });
        }
        Ok(())
    }
}

impl Guest {
    fn keep(&self, value: Vec<u8>) {
        if let Some(turn) = &self.turn {
            let state = SavedState {
                version: self.permit.state_version,
                value: value.into(),
                trust: turn.trust_in(&self.permit.skill),
            };
            turn.with_effects(|effects| {
                effects.states.insert(self.permit.memory.clone(), state);
            });
        }
    }
}
