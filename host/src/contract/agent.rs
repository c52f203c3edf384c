//! An agent that is a component: the words of the WIT package `baton:agent` as
//! checked types.

use std::sync::Arc;

use semver::Version;
use serde::Serialize;
use serde_json::Value;

use super::{Confidence, Findings, HandoffContext, Reason, Want};
use crate::{
    conversation::{Colleague, Message},
    id::AgentName,
};

/// What an agent says of itself, checked.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AgentManifest {
    /// What its author calls it.
    pub name: AgentName,
    /// Its version.
    pub version: Version,
    /// What it does.
    pub description: String,
    /// What people say who need it.
    pub examples: Vec<String>,
    /// What it is good at.
    pub offers: Vec<AgentOffer>,
    /// Capabilities it would use.
    #[serde(skip)]
    pub wants: Vec<Want>,
    /// JSON Schema of the configuration it reads.
    pub config_schema: Option<Value>,
    /// Schema version of what it remembers.
    pub state_version: u32,
}

/// Something that an agent is good at.
#[derive(Clone, Debug, Serialize)]
pub struct AgentOffer {
    /// What it is called.
    pub name: String,
    /// What people say who need it.
    pub examples: Vec<String>,
}

/// What is wanted of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AgentPurpose {
    /// An answer.
    Answer,
    /// A handoff, or none.
    Decide,
    /// The one handoff that is asked about, or none.
    Approve,
}

impl AgentPurpose {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Answer => "answer",
            Self::Decide => "decide",
            Self::Approve => "approve",
        }
    }
}

/// What it is to answer.
#[derive(Clone, Copy, Debug)]
pub struct AgentRequest<'a> {
    /// What is wanted.
    pub purpose: AgentPurpose,
    /// What is asked.
    pub text: &'a str,
    /// What was handed over, in words; empty: nothing was.
    pub instructions: &'a str,
    /// What was handed over.
    pub context: Option<&'a HandoffContext>,
    /// The conversation before, oldest first.
    pub transcript: &'a [Arc<Message>],
    /// Whom it may hand over to.
    pub targets: &'a [Colleague],
    /// What has come of the handoffs that it called for.
    pub exchanges: &'a [PastCall],
}

/// A handoff that it called for, and what came of it.
#[derive(Clone, Debug)]
pub struct PastCall {
    /// To whom.
    pub target: AgentName,
    /// What the target said, or why the handoff is not made.
    pub result: Result<String, String>,
}

/// What it answers.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentReply {
    /// The text for the user.
    pub text: String,
    /// How sure it is.
    pub confidence: Option<Confidence>,
    /// What it found out besides.
    pub insights: Findings,
    /// To whom it hands over instead of answering.
    pub handoff: Option<AgentHandoff>,
}

/// A handoff that it calls for.
#[derive(Clone, Debug, PartialEq)]
pub struct AgentHandoff {
    /// To whom.
    pub target: AgentName,
    /// Why; none: the target knows more about this.
    pub reason: Option<Reason>,
    /// What the target is to do.
    pub instructions: String,
    /// What the agent has found out.
    pub findings: Findings,
    /// How sure it is of what it found.
    pub confidence: Confidence,
}

/// Why it gives no answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AgentRefusal {
    /// It will not.
    Refused(String),
    /// It has nothing to say to this.
    NoAnswer,
    /// It has as much as it can do.
    Busy,
    /// What it needs cannot be reached.
    Unavailable(String),
    /// Anything else.
    Failed(String),
}
