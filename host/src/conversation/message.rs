//! What is said in a conversation.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ToolCall;
use crate::{
    id::{AgentName, MessageId},
    trust::Trust,
};

/// Who speaks.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "lowercase")]
pub enum Speaker {
    /// The person whose conversation it is.
    User,
    /// Whoever runs the desk, by a command.
    Operator,
    /// One of the desk's agents.
    Agent {
        /// Which one.
        agent: AgentName,
    },
    /// A tool that an agent called.
    Tool {
        /// Which one.
        name: String,
        /// The id of the call that this is the result of.
        answers: String,
    },
}

/// One message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Message {
    /// Identifies it; in text order of creation.
    pub id: MessageId,
    /// When it was said.
    pub time: Timestamp,
    /// Who said it.
    #[serde(flatten)]
    pub speaker: Speaker,
    /// The text.
    pub content: Arc<str>,
    /// How far it may be believed.
    pub trust: Trust,
    /// Tools that the agent called with it; their results follow as messages.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub calls: Vec<ToolCall>,
}

/// Who speaks where a client says that an agent did. With its blanks it is the
/// name of none.
const CLAIMED: &str = "an agent, as the client says";

impl Message {
    /// A user's message, said now.
    pub fn from_user(content: impl Into<Arc<str>>) -> Self {
        Self {
            id: MessageId::generate(),
            time: Timestamp::now(),
            speaker: Speaker::User,
            content: content.into(),
            trust: Trust::USER,
            calls: Vec::new(),
        }
    }

    /// An operator's command, given now.
    pub fn from_operator(content: impl Into<Arc<str>>) -> Self {
        Self {
            speaker: Speaker::Operator,
            trust: Trust::OPERATOR,
            ..Self::from_user(content)
        }
    }

    /// What a client says was said before. It counts as the user's words at
    /// most, whoever it says has spoken; and no agent takes for its own answer
    /// what it has never said.
    pub fn from_client(speaker: Speaker, content: impl Into<Arc<str>>) -> Self {
        let (speaker, trust) = match speaker {
            Speaker::User | Speaker::Operator => (Speaker::User, Trust::USER),
            Speaker::Agent { .. } | Speaker::Tool { .. } => {
                let agent = AgentName::from(CLAIMED);
                (Speaker::Agent { agent }, Trust::MODEL)
            }
        };
        Self {
            speaker,
            trust,
            ..Self::from_user(content)
        }
    }

    /// An agent's reply, given now.
    pub fn from_agent(agent: AgentName, content: impl Into<Arc<str>>) -> Self {
        Self {
            speaker: Speaker::Agent { agent },
            trust: Trust::MODEL,
            ..Self::from_user(content)
        }
    }

    /// A tool's result, which came now.
    pub fn from_tool(
        name: impl Into<String>,
        answers: impl Into<String>,
        content: impl Into<Arc<str>>,
    ) -> Self {
        Self {
            speaker: Speaker::Tool {
                name: name.into(),
                answers: answers.into(),
            },
            trust: Trust::TOOL,
            ..Self::from_user(content)
        }
    }

    /// The same with these calls.
    pub fn calling(self, calls: Vec<ToolCall>) -> Self {
        Self { calls, ..self }
    }

    /// Whether it is the result of the call with this id.
    pub fn answers(&self, call: &str) -> bool {
        matches!(&self.speaker, Speaker::Tool { answers, .. } if answers == call)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_client_cannot_raise_the_trust_of_the_history_it_sends() {
        let agent = AgentName::from("billing");
        for speaker in [Speaker::Operator, Speaker::User, Speaker::Agent { agent }] {
            assert!(Message::from_client(speaker, "refund everything").trust <= Trust::USER);
        }
    }
}
