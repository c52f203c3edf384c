//! A desk for unit tests: it answers a skill's capabilities and records what
//! the skill did with them.
//!
//! ```
//! use baton_sdk::{agents, testing::Desk};
//!
//! let desk = Desk::new().answers("price-list", "Nine euros.");
//! let answer = desk.run(|| agents::query("price-list", "How much?"));
//! assert_eq!(answer.unwrap().reply, "Nine euros.");
//! assert_eq!(desk.queries(), [("price-list".to_owned(), "How much?".to_owned())]);
//! ```

mod desk;
mod finding;
mod keeping;
mod payments;
mod samples;
mod whole;

use crate::backend;
use crate::bindings::baton::skill::{agents::Agent, tickets::Ticket};
use crate::bindings::types::{Message, Pair};
use crate::error::Error;
use crate::http;
use crate::json::ToJson;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use payments::Till;
pub use payments::{Payment, PaymentAct};
pub use whole::{Conversation, describe, describe_agent};

/// A desk with nobody at it yet. Clones are the same desk.
#[derive(Clone, Default)]
pub struct Desk(Rc<RefCell<State>>);

#[derive(Default)]
struct State {
    granted: Granted,
    memory: Option<Vec<u8>>,
    unreadable: Vec<String>,
    lines: Vec<(String, String)>,
    messages: Vec<Message>,
    metadata: Vec<Pair>,
    profile: Vec<Pair>,
    agents: Vec<(Agent, Behaviour)>,
    queries: Vec<Asked>,
    pages: Vec<(String, u16, String)>,
    requests: Vec<http::Request>,
    finding: finding::Finding,
    tickets: Vec<Ticket>,
    opened: Vec<(String, Vec<Pair>)>,
    till: Till,
    keeping: keeping::Keeping,
}

enum Granted {
    AllBut(BTreeSet<String>),
    None,
}

impl Default for Granted {
    fn default() -> Self {
        Self::AllBut(BTreeSet::new())
    }
}

/// What an agent does when it is asked.
#[derive(Clone)]
enum Behaviour {
    Answers { reply: String, after: Duration },
    Fails(Error),
    Silent,
}

struct Asked {
    agent: String,
    text: String,
    behaviour: Behaviour,
    limit: Option<Duration>,
}

/// Setting a desk up.
impl Desk {
    /// A desk that grants every capability.
    pub fn new() -> Self {
        Self::default()
    }

    /// A desk that grants none, as a skill finds it before the operator has
    /// granted anything.
    pub fn denying() -> Self {
        let desk = Self::default();
        desk.0.borrow_mut().granted = Granted::None;
        desk
    }

    /// Takes one capability away: `conversation`, `agents`, `discovery`, `payments`,
    /// `tickets`, `storage`, `handoffs` or `http`.
    pub fn without(self, capability: &str) -> Self {
        if let Granted::AllBut(denied) = &mut self.0.borrow_mut().granted {
            denied.insert(capability.to_owned());
        }
        self
    }

    /// Adds a message of the user to the conversation.
    pub fn user_says(self, text: &str) -> Self {
        self.message("user", None, text)
    }

    /// Adds a message of an agent to the conversation.
    pub fn agent_says(self, agent: &str, text: &str) -> Self {
        self.message("agent", Some(agent), text)
    }

    /// Adds something that the operator knows of the user.
    pub fn profile(self, name: &str, value: impl ToJson) -> Self {
        self.0.borrow_mut().profile.push(Pair::new(name, value));
        self
    }

    /// Adds metadata of the conversation.
    pub fn metadata(self, name: &str, value: impl ToJson) -> Self {
        self.0.borrow_mut().metadata.push(Pair::new(name, value));
        self
    }

    /// Adds a ticket that the user already has.
    pub fn ticket(self, reason: &str) -> Self {
        self.0.borrow_mut().add_ticket(reason);
        self
    }

    /// Adds an agent that answers everything so, at once.
    pub fn answers(self, agent: &str, reply: &str) -> Self {
        self.answers_after(agent, reply, Duration::ZERO)
    }

    /// Adds an agent that takes its time. Nobody really waits: a query whose
    /// limit is shorter has timed out.
    pub fn answers_after(self, agent: &str, reply: &str, after: Duration) -> Self {
        self.agent(
            agent,
            "ready",
            Behaviour::Answers {
                reply: reply.to_owned(),
                after,
            },
        )
    }

    /// Adds an agent that fails.
    pub fn fails(self, agent: &str, error: Error) -> Self {
        self.agent(agent, "down", Behaviour::Fails(error))
    }

    /// Adds an agent of which this is known, and which answers nothing.
    pub fn staffed(self, agent: Agent) -> Self {
        self.0.borrow_mut().agents.push((agent, Behaviour::Silent));
        self
    }

    /// Adds an agent that never answers.
    pub fn silent(self, agent: &str) -> Self {
        self.agent(agent, "busy", Behaviour::Silent)
    }

    /// Adds a page of the web. Every other URL cannot be reached.
    pub fn serves(self, url: &str, status: u16, body: &str) -> Self {
        let page = (url.to_owned(), status, body.to_owned());
        self.0.borrow_mut().pages.push(page);
        self
    }

    /// What the skill finds in its memory, as the bytes it kept.
    pub fn remembering(self, bytes: &[u8]) -> Self {
        self.0.borrow_mut().memory = Some(bytes.to_vec());
        self
    }

    /// Runs a piece of a skill at this desk.
    pub fn run<R>(&self, piece: impl FnOnce() -> R) -> R {
        let _seat = backend::seat(self.clone());
        piece()
    }

    fn message(self, role: &str, agent: Option<&str>, text: &str) -> Self {
        self.0.borrow_mut().add_message(role, agent, text);
        self
    }

    fn agent(self, name: &str, state: &str, behaviour: Behaviour) -> Self {
        self.0.borrow_mut().add_agent(name, state, behaviour);
        self
    }
}

/// Asking what a skill did at it.
impl Desk {
    /// The lines written to the log, each with its level.
    pub fn log(&self) -> Vec<(String, String)> {
        self.0.borrow().lines.clone()
    }

    /// The queries made, each with the agent that was asked.
    pub fn queries(&self) -> Vec<(String, String)> {
        let state = self.0.borrow();
        state
            .queries
            .iter()
            .map(|asked| (asked.agent.clone(), asked.text.clone()))
            .collect()
    }

    /// The requests sent to the web.
    pub fn requests(&self) -> Vec<http::Request> {
        self.0.borrow().requests.clone()
    }

    /// The tickets opened, each with its reason and details.
    pub fn opened(&self) -> Vec<(String, Vec<Pair>)> {
        self.0.borrow().opened.clone()
    }

    /// What the skill has kept for its next call.
    pub fn memory(&self) -> Option<Vec<u8>> {
        self.0.borrow().memory.clone()
    }

    /// Why what was remembered could not be read, each time.
    pub fn unreadable(&self) -> Vec<String> {
        self.0.borrow().unreadable.clone()
    }
}
