//! What is remembered of a remote agent for the length of a conversation: by
//! what it knows the conversation, and the task that waits for the user.

use serde::{Deserialize, Serialize};

use crate::{
    conversation::{SavedState, Trust, Turn},
    handoff::AgentFailure,
    id::{AgentName, MessageId, SkillName},
};

/// The version of what is kept.
const VERSION: u32 = 1;

/// Kept as what a skill remembers is, under a name that no skill can have.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(super) struct Memory {
    /// By what it knows the conversation.
    pub(super) context: Option<String>,
    /// The task that its last question belongs to.
    pub(super) task: Option<String>,
    /// The last message that it was told of.
    pub(super) heard: Option<MessageId>,
}

impl Memory {
    pub(super) fn read(turn: &Turn, agent: &AgentName) -> Result<Self, AgentFailure> {
        let saved = turn.state(&place(agent));
        let saved = saved.map_err(|error| AgentFailure::Failed(error.to_string()))?;
        Ok(saved
            .and_then(|saved| serde_json::from_slice(&saved.value).ok())
            .unwrap_or_default())
    }

    pub(super) fn write(&self, turn: &Turn, agent: &AgentName) {
        let Ok(value) = serde_json::to_vec(self) else {
            return;
        };
        let state = SavedState {
            version: VERSION,
            value: value.into(),
            trust: Trust::TOOL,
        };
        turn.with_effects(|effects| effects.states.insert(place(agent), state));
    }
}

/// Where what is kept for the agent stands.
pub(super) fn place(agent: &AgentName) -> SkillName {
    SkillName::from(format!("agent/{agent}"))
}
