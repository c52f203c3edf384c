//! Other agents: who there is, and asking them beside the conversation.
//!
//! ```no_run
//! use baton_sdk::agents;
//! # fn f() -> Result<(), baton_sdk::Error> {
//! let price = agents::query("price-list", "What does a parcel to Oslo cost?")?.reply;
//! // Both at the same time:
//! let views = agents::query_all([("science-expert", "Why?"), ("history-expert", "Since when?")]);
//! # Ok(()) }
//! ```

use crate::backend::{self, Host as _};
pub use crate::bindings::baton::skill::agents::{Agent, Answer};
use crate::codes::AgentState;
use crate::error::Error;
use crate::json::Pairs as _;
use crate::payments::Money;
pub use crate::waiting::Pending;
use crate::waiting::milliseconds;
use std::time::Duration;

/// All agents that this skill may ask.
pub fn list() -> Result<Vec<Agent>, Error> {
    backend::with(|host| host.list_agents())
}

/// What is known of one agent.
pub fn describe(name: &str) -> Result<Agent, Error> {
    backend::with(|host| host.describe_agent(name))
}

/// Whether a handoff to it would be accepted now.
pub fn available(name: &str) -> Result<bool, Error> {
    backend::with(|host| host.available(name))
}

/// Asks an agent and waits for its answer. The conversation does not move.
pub fn query(agent: &str, text: &str) -> Result<Answer, Error> {
    start_query(agent, text)?.finish()
}

/// As `query`, but gives up after `limit`.
pub fn query_within(agent: &str, text: &str, limit: Duration) -> Result<Answer, Error> {
    start_query_within(agent, text, limit)?.finish()
}

/// Begins to ask an agent, and leaves the skill free to do something else.
pub fn start_query(agent: &str, text: &str) -> Result<Pending, Error> {
    backend::with(|host| host.start_query(agent, text, None)).map(Pending::new)
}

/// As `start_query`, but the query gives up after `limit`.
pub fn start_query_within(agent: &str, text: &str, limit: Duration) -> Result<Pending, Error> {
    backend::with(|host| host.start_query(agent, text, Some(milliseconds(limit)))).map(Pending::new)
}

/// Asks several agents at the same time. The answers stand in the order of the
/// questions, and take as long as the slowest.
pub fn query_all<'a>(
    questions: impl IntoIterator<Item = (&'a str, &'a str)>,
) -> Vec<Result<Answer, Error>> {
    // All are under way before the first is waited for.
    let started: Vec<_> = questions
        .into_iter()
        .map(|(agent, text)| start_query(agent, text))
        .collect();
    started
        .into_iter()
        .map(|pending| pending?.finish())
        .collect()
}

impl Agent {
    /// Whether it can take work.
    pub fn state(&self) -> AgentState {
        self.state.as_str().into()
    }

    /// Of which kind it is, in the word of the operator's configuration:
    /// `human`, `knowledge`, …
    pub fn kind(&self) -> Option<String> {
        self.extra.read("kind")
    }

    /// What an answer of it costs; none: nothing.
    pub fn price(&self) -> Option<Money> {
        let price: String = self.extra.read("price")?;
        let (units, currency) = price.split_once(' ')?;
        Money::new(units, currency).ok()
    }

    /// Who takes its place when it fails, in order.
    pub fn alternatives(&self) -> Vec<String> {
        self.extra.read("alternatives").unwrap_or_default()
    }

    /// To whom it escalates, in order.
    pub fn escalation(&self) -> Vec<String> {
        self.extra.read("escalation").unwrap_or_default()
    }
}
