//! Whoever can answer.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::{LimitReached, Toolbox, workbench::executed};
use crate::{
    contract::{Confidence, Findings, HandoffContext, HistoryPolicy, Reason},
    conversation::{Colleague, ColleagueAnswer, Message, Readiness, Turn},
    discovery::{OfferedSkill, Profile},
    id::{AgentName, Scope, TicketId},
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
    /// The skills it offers.
    #[serde(serialize_with = "names")]
    pub skills: Vec<OfferedSkill>,
    /// Scopes the caller must have to reach it.
    pub scopes: Vec<Scope>,
    /// How long it may take; a handoff may allow less.
    #[serde(skip)]
    pub timeout: Duration,
    /// Who takes its place when it fails, in order.
    pub alternatives: Vec<AgentName>,
    /// To whom it escalates when those fail too, in order.
    pub escalation: Vec<AgentName>,
    /// How many assignments it takes at the same time; none: any number.
    #[serde(skip)]
    pub at_once: Option<usize>,
}

fn names<S: serde::Serializer>(skills: &[OfferedSkill], to: S) -> Result<S::Ok, S::Error> {
    to.collect_seq(skills.iter().map(|skill| &skill.name))
}

impl From<&AgentCard> for Profile {
    fn from(card: &AgentCard) -> Self {
        Self {
            agent: card.name.clone(),
            description: card.description.clone(),
            examples: card.examples.clone(),
            offers: card.skills.clone(),
        }
    }
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
    /// How long it has, if less than it may take anyway.
    pub limit: Option<Duration>,
    /// To whom it may hand over.
    pub may_hand_to: Vec<Colleague>,
    /// Why the handoff it asked for just now will not be made: it is to answer
    /// itself.
    pub refused: Option<HandoffRefused>,
    /// What a colleague said to whom it has delegated a part of the work.
    pub delegated: Option<ColleagueAnswer>,
    /// Every handoff it has called for in this assignment, oldest first, and
    /// what came of it; the last is the one of `refused` or `delegated`.
    pub exchanges: Vec<Exchange>,
    /// What is wanted of it.
    pub purpose: Purpose,
    /// What it may call; none: nothing.
    pub tools: Option<Arc<dyn Toolbox>>,
}

/// What is wanted of an agent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Purpose {
    /// An answer for the user.
    #[default]
    Answer,
    /// A handoff call, or anything else for none.
    Decide,
    /// A call for the one handoff that is asked about, or the reason against it.
    Approve,
}

/// A handoff that an agent called for, and what it is told of it.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// What it called for.
    pub call: HandoffCall,
    /// The answer of whoever it delegated to, or why it is not made.
    pub result: Result<ColleagueAnswer, HandoffRefused>,
}

impl Assignment {
    /// The turn's message, with nothing handed over and nobody to hand over to.
    pub fn of(turn: &Arc<Turn>) -> Self {
        Self {
            turn: turn.clone(),
            text: turn.query.text.clone(),
            context: None,
            deltas: None,
            limit: None,
            may_hand_to: Vec::new(),
            refused: None,
            delegated: None,
            exchanges: Vec::new(),
            purpose: Purpose::Answer,
            tools: None,
        }
    }

    /// The messages of the conversation that the agent is to see, oldest
    /// first, the one to answer not among them; at most `limit`.
    pub fn transcript(&self, limit: usize) -> Result<Vec<Arc<Message>>, AgentFailure> {
        let count = match self.history() {
            HistoryPolicy::Full => limit,
            HistoryPolicy::Last(messages) => limit.min(messages as usize),
            HistoryPolicy::Summary | HistoryPolicy::None => return Ok(Vec::new()),
        };
        let page = self.turn.history.page(None, count);
        page.map_err(|error| AgentFailure::Failed(error.to_string()))
    }

    /// The tools that were called for this message so far, and their results.
    /// What others called is a part of the conversation.
    pub fn executed(&self, agent: &AgentName) -> Vec<Arc<Message>> {
        let only = match self.history() {
            HistoryPolicy::Full | HistoryPolicy::Last(_) => None,
            HistoryPolicy::Summary | HistoryPolicy::None => Some(agent),
        };
        executed(&self.turn, only)
    }

    fn history(&self) -> HistoryPolicy {
        let context = self.context.as_deref();
        context.map(|context| context.history).unwrap_or_default()
    }
}

/// An agent's own request to hand the conversation over: a structured call,
/// never its text.
#[derive(Clone, Debug)]
pub struct HandoffCall {
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

/// Why a handoff that an agent asked for is not made.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HandoffRefused {
    /// The chain of handoffs is long enough.
    #[error(transparent)]
    Limit(#[from] LimitReached),
    /// The operator does not allow it.
    #[error("the handoff to `{target}` is not allowed: {why}")]
    NotAllowed {
        /// To whom.
        target: AgentName,
        /// Why not.
        why: String,
    },
    /// It was tried and came to nothing.
    #[error("the handoff to `{target}` failed: {why}")]
    Failed {
        /// To whom.
        target: AgentName,
        /// What went wrong.
        why: String,
    },
}

/// What a target says to a handoff before it begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// It takes the work.
    Accepted,
    /// It does not.
    Rejected(String),
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

impl std::ops::AddAssign for Usage {
    fn add_assign(&mut self, other: Self) {
        self.prompt_tokens = self.prompt_tokens.saturating_add(other.prompt_tokens);
        self.completion_tokens = self
            .completion_tokens
            .saturating_add(other.completion_tokens);
    }
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
    /// To whom it hands over instead of answering.
    pub handoff: Option<HandoffCall>,
    /// Asked for its approval: the ticket on which its people decide later.
    pub decides_later: Option<TicketId>,
    /// Whether it is a question, and the agent goes on where it is when it is
    /// answered.
    pub asks: bool,
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

impl AgentFailure {
    /// The word for it, which says nothing of what was said.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Busy => "busy",
            Self::Unreachable(_) => "unreachable",
            Self::Timeout(_) => "timeout",
            Self::Refused(_) => "refused",
            Self::NoAnswer => "no-answer",
            Self::Failed(_) => "failed",
        }
    }
}

/// Whoever can answer.
#[async_trait]
pub trait Agent: Send + Sync {
    /// What is known of it.
    fn card(&self) -> &AgentCard;

    /// Has it say what it is, if that is said elsewhere; whoever lists agents, or
    /// learns what they are good at, waits for this first. False: it could not.
    async fn introduce(&self) -> bool {
        true
    }

    /// Whether it would take work now.
    fn readiness(&self) -> Readiness {
        Readiness::Ready
    }

    /// Whether it hands over by calls of its own, and so is told to whom it may.
    fn calls(&self) -> bool {
        false
    }

    /// Whether it takes the work: prepares for it, and says so. By default
    /// whoever is ready does.
    async fn offer(&self, _context: &HandoffContext) -> Offer {
        match self.readiness() {
            Readiness::Ready => Offer::Accepted,
            other => Offer::Rejected(format!("it is {}", other.as_str())),
        }
    }

    /// Answers. Dropping the future cancels the work.
    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure>;
}
