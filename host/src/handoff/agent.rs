//! Whoever can answer.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::{
    contract::{Findings, HandoffContext},
    conversation::{Readiness, Turn},
    id::{AgentName, Scope},
};

/// What is known of an agent without asking it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct AgentCard {
    /// Its name.
    pub name: AgentName,
    /// Of which kind it is, in the word of the configuration.
    pub kind: &'static str,
    /// What it does.
    pub description: String,
    /// What people say who need it.
    pub examples: Vec<String>,
    /// What it offers.
    pub skills: Vec<String>,
    /// Scopes the caller must have to reach it.
    pub scopes: Vec<Scope>,
    /// How long it may take; a handoff may allow less.
    #[serde(skip)]
    pub timeout: Duration,
    /// Who takes its place when it fails, in order.
    pub alternatives: Vec<AgentName>,
}

/// Takes the parts of a reply as they come.
pub type Deltas = Arc<dyn Fn(&AgentName, &str) + Send + Sync>;

/// What an agent is to answer.
pub struct Assignment {
    /// The turn, with the conversation so far.
    pub turn: Arc<Turn>,
    /// What is asked: the user's message, or a skill's question.
    pub text: Arc<str>,
    /// What was handed over with it, if it was handed over.
    pub context: Option<Arc<HandoffContext>>,
    /// Where parts of the reply may go at once; none if it may still be replaced.
    pub deltas: Option<Deltas>,
}

/// Where a reply has its knowledge from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The file.
    pub file: String,
    /// The heading in it.
    pub heading: String,
}

/// What a model call took.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Usage {
    /// Tokens read.
    pub prompt_tokens: u64,
    /// Tokens written.
    pub completion_tokens: u64,
}

/// What an agent answers.
#[derive(Clone, Debug, Default)]
pub struct Reply {
    /// The text for the user.
    pub text: String,
    /// What it found out besides.
    pub insights: Findings,
    /// Where it has that from.
    pub sources: Vec<Source>,
    /// What it took.
    pub usage: Option<Usage>,
}

/// Why an agent gave no answer.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AgentFailure {
    /// It has as much as it can do.
    #[error("it is busy")]
    Busy,
    /// It cannot be reached.
    #[error("it cannot be reached: {0}")]
    Unreachable(String),
    /// It took too long.
    #[error("it has not answered within {0:?}")]
    Timeout(Duration),
    /// It says it will not.
    #[error("it refused: {0}")]
    Refused(String),
    /// It has nothing to say to this.
    #[error("it has no answer to this")]
    NoAnswer,
    /// Anything else.
    #[error("{0}")]
    Failed(String),
}

/// Whoever can answer.
#[async_trait]
pub trait Agent: Send + Sync {
    /// What is known of it.
    fn card(&self) -> &AgentCard;

    /// Whether it would take work now.
    fn readiness(&self) -> Readiness {
        Readiness::Ready
    }

    /// Answers. Dropping the future cancels the work.
    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure>;
}
