//! What is said in a conversation.

use std::sync::Arc;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

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
}

impl Message {
    /// A user's message, said now.
    pub fn from_user(content: impl Into<Arc<str>>) -> Self {
        Self {
            id: MessageId::generate(),
            time: Timestamp::now(),
            speaker: Speaker::User,
            content: content.into(),
            trust: Trust::USER,
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

    /// An agent's reply, given now.
    pub fn from_agent(agent: AgentName, content: impl Into<Arc<str>>) -> Self {
        Self {
            id: MessageId::generate(),
            time: Timestamp::now(),
            speaker: Speaker::Agent { agent },
            content: content.into(),
            trust: Trust::MODEL,
        }
    }
}
