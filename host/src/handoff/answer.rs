//! What a user message leads to.

use std::{sync::Arc, time::Duration};

use serde::{Deserialize, Serialize};

use super::{Source, Usage};
use crate::{
    contract::{HandoffContext, Reason},
    id::{AgentName, ConversationId, FunctionName, HandoffId, SkillName, TicketId},
};

/// Who stepped in for whoever should have answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum StandIn {
    /// Nobody had to.
    None,
    /// An after-hook.
    Hook,
    /// The fallback agent.
    Agent,
    /// The desk itself, with a fixed text.
    Local,
}

/// How one attempt ended.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "end", content = "why", rename_all = "kebab-case")]
pub enum LegEnd {
    /// With a reply.
    Answered,
    /// It was refused before the target ran.
    Rejected(String),
    /// The target gave no reply.
    Failed(String),
    /// A person has to approve it first, on this ticket.
    Waiting(TicketId),
    /// Nobody has approved it in time.
    Expired,
}

impl LegEnd {
    /// The word for an end without a reply.
    pub(super) fn error(&self) -> Option<&'static str> {
        match self {
            Self::Answered | Self::Waiting(_) => None,
            Self::Rejected(_) => Some("rejected"),
            Self::Failed(_) => Some("failed"),
            Self::Expired => Some("expired"),
        }
    }

    /// What kept the target from answering; none: it has, or still may.
    pub(super) fn failure(&self) -> Option<String> {
        match self {
            Self::Answered | Self::Waiting(_) => None,
            Self::Rejected(why) | Self::Failed(why) => Some(why.clone()),
            Self::Expired => Some("nobody has approved it in time".to_owned()),
        }
    }
}

/// One attempt to have somebody answer.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Leg {
    /// Who was to answer.
    pub agent: AgentName,
    /// The handoff; none when the owner answers.
    pub handoff: Option<HandoffId>,
    /// Why it was handed over.
    pub reason: Option<Reason>,
    /// The skill and condition that chose it.
    pub chosen_by: Option<(SkillName, FunctionName)>,
    /// Who or what wanted it, for people.
    pub by: Option<String>,
    /// How sure that was.
    pub confidence: Option<f64>,
    /// The context as the target received it.
    #[serde(skip)]
    pub context: Option<Arc<HandoffContext>>,
    /// How it ended.
    #[serde(flatten)]
    pub end: LegEnd,
    /// How long it took, hooks included.
    #[serde(rename = "microseconds", with = "microseconds")]
    pub took: Duration,
}

/// The one answer to a user message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Answer {
    /// The conversation.
    pub conversation: ConversationId,
    /// Which turn of it.
    pub turn: u64,
    /// What the user reads.
    pub reply: String,
    /// Whether that is a question, and whoever says it goes on when it is answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub asks: bool,
    /// Who says it.
    pub agent: AgentName,
    /// Who stepped in, if anybody.
    pub stand_in: StandIn,
    /// Who has the conversation now.
    pub owner: AgentName,
    /// Where the reply has its knowledge from.
    pub sources: Vec<Source>,
    /// What models took for it.
    pub usage: Option<Usage>,
    /// Tickets that were opened on the way.
    pub tickets: Vec<TicketId>,
    /// Everything that was tried, in order.
    pub route: Vec<Leg>,
    /// How long the skills took to decide.
    #[serde(rename = "decided-in-microseconds", with = "microseconds")]
    pub decided_in: Duration,
    /// How long all of it took.
    #[serde(rename = "microseconds", with = "microseconds")]
    pub took: Duration,
}

/// Spans as whole microseconds.
mod microseconds {
    use std::time::Duration;

    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(
        took: &Duration,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.serialize_u64(u64::try_from(took.as_micros()).unwrap_or(u64::MAX))
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Duration, D::Error> {
        u64::deserialize(deserializer).map(Duration::from_micros)
    }
}
