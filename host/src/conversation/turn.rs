//! What a turn knows, and what it leaves behind.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::BoxFuture;
use jiff::Timestamp;
use serde_json::Value;

use super::{
    Afterwards, Chance, Event, EventKind, HandoffRecord, History, HistoryError, Message, Metadata,
    Noted, OpenTicket, Payments, PendingWrites, Query, Storage, Tab, Ticket,
};
use crate::{
    discovery::Found,
    id::{AgentName, ConversationId, HandoffId, MessageId, SkillName, TaskId, UserId},
    payment::{Money, PaymentError, Posting},
    trust::{Sanitize, Trust},
};

/// What a skill remembers of a conversation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedState {
    /// The schema version of the skill that wrote it.
    pub version: u32,
    /// As the skill wrote it.
    pub value: Arc<[u8]>,
    /// How far it may be believed.
    pub trust: Trust,
}

/// What was kept of earlier turns and is read during one.
pub trait Records: Send + Sync {
    /// What `skill` remembers of the conversation.
    fn state(
        &self,
        conversation: &ConversationId,
        skill: &SkillName,
    ) -> Result<Option<SavedState>, HistoryError>;

    /// The user's tickets that are not closed, oldest first.
    fn open_tickets(&self, user: &UserId) -> Result<Vec<Ticket>, HistoryError>;

    /// The conversation's handoffs that came to a target, oldest first.
    fn handoff_records(
        &self,
        conversation: &ConversationId,
    ) -> Result<Vec<HandoffRecord>, HistoryError>;

    /// Every conversation's handoffs whose target has not answered yet, oldest
    /// first.
    fn records_under_way(&self) -> Result<Vec<HandoffRecord>, HistoryError>;

    /// The tickets that wait for a person, of all users, oldest first.
    fn waiting_tickets(&self) -> Result<Vec<Ticket>, HistoryError>;
}

/// What the operator's directory knows of users.
pub trait Profiles: Send + Sync {
    /// Everything about one user; none for a stranger.
    fn profile(&self, user: &UserId) -> Option<Arc<BTreeMap<String, Value>>>;
}

/// Another agent, as a skill may know it.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Its name.
    pub name: AgentName,
    /// What it does.
    pub description: String,
    /// What people say who need it.
    pub examples: Vec<String>,
    /// What it offers.
    pub skills: Vec<String>,
    /// Of which kind it is, in the word of the configuration.
    pub kind: &'static str,
    /// Who takes its place when it fails, in order.
    pub alternatives: Vec<AgentName>,
    /// To whom it escalates, in order.
    pub escalation: Vec<AgentName>,
    /// Whether it would take work now.
    pub readiness: Readiness,
    /// What an answer of it costs; none: nothing.
    pub price: Option<Money>,
}

/// Whether an agent would take work now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Readiness {
    /// It would.
    Ready,
    /// Not now: it has as much as it can do.
    Busy,
    /// Not now: it does not answer.
    Down,
}

impl Readiness {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ready => "ready",
            Self::Busy => "busy",
            Self::Down => "down",
        }
    }
}

/// What an agent said that was asked beside the conversation.
#[derive(Clone, Debug)]
pub struct ColleagueAnswer {
    /// Who said it.
    pub agent: AgentName,
    /// What was said.
    pub reply: String,
    /// What it found out besides.
    pub insights: Vec<(String, Value)>,
}

/// An agent could not be asked.
#[derive(Clone, Debug, thiserror::Error)]
pub enum ColleagueError {
    /// There is none of that name.
    #[error("there is no agent `{0}`")]
    Unknown(AgentName),
    /// The policy forbids it.
    #[error("{0}")]
    NotAllowed(String),
    /// It must be paid for, and cannot be.
    #[error("`{agent}` must be paid for: {why}")]
    Payment {
        /// Which agent.
        agent: AgentName,
        /// Why it cannot.
        why: PaymentError,
    },
    /// No answer in time.
    #[error("`{agent}` has not answered within {limit:?}")]
    Timeout {
        /// Which agent.
        agent: AgentName,
        /// How long it had.
        limit: Duration,
    },
    /// It answered with an error.
    #[error("`{agent}` failed: {why}")]
    Failed {
        /// Which agent.
        agent: AgentName,
        /// What it said.
        why: String,
    },
}

/// What a search for agents went by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// By words, since nothing else is configured.
    Words,
    /// By the numbers of an encoder too.
    Meanings,
    /// By words, because the encoder could not be asked.
    WordsOnly(Arc<str>),
}

impl Basis {
    /// The word for it.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Words | Self::WordsOnly(_) => "words",
            Self::Meanings => "meanings",
        }
    }

    /// Why it is less than what is configured.
    pub fn why(&self) -> Option<&str> {
        match self {
            Self::WordsOnly(why) => Some(why),
            Self::Words | Self::Meanings => None,
        }
    }
}

/// An agent that was found for a wish.
#[derive(Clone, Debug, PartialEq)]
pub struct FoundAgent {
    /// Which, and how likely it is the right one.
    pub found: Found,
    /// What the search went by.
    pub basis: Basis,
}

/// A search came to no end.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the search for agents broke off")]
pub struct SearchBroken;

/// Other agents, asked beside the conversation.
pub trait Colleagues: Send + Sync {
    /// All of them, by name.
    fn list(&self) -> Vec<Colleague>;

    /// One of them.
    fn describe(&self, name: &AgentName) -> Option<Colleague>;

    /// The agents for a wish that the turn's owner may hand over to, best first.
    /// The first search may take a second, to learn what each is good at.
    fn find(
        self: Arc<Self>,
        turn: Arc<Turn>,
        wish: String,
        most: usize,
    ) -> BoxFuture<'static, Result<Vec<FoundAgent>, SearchBroken>>;

    /// Asks one. The future stands alone, so that several run at the same
    /// time; dropping it cancels the question.
    fn ask(
        &self,
        turn: &Arc<Turn>,
        agent: AgentName,
        text: String,
        limit: Option<Duration>,
    ) -> BoxFuture<'static, Result<ColleagueAnswer, ColleagueError>>;
}

/// What a turn leaves behind when it ends. Until then nothing of it is seen by
/// anybody else, and a turn that is broken off leaves nothing.
#[derive(Debug, Default)]
pub struct Effects {
    /// Calls of tools and their results, in order; they come before the answer.
    pub messages: Vec<Arc<Message>>,
    /// What skills remember.
    pub states: BTreeMap<SkillName, SavedState>,
    /// What skills keep beyond the conversation.
    pub storage: BTreeMap<SkillName, PendingWrites>,
    /// Metadata of the conversation.
    pub metadata: Metadata,
    /// Tickets opened.
    pub tickets: Vec<Ticket>,
    /// Tickets that a message of the user was added to.
    pub appended: Vec<OpenTicket>,
    /// What happened.
    pub events: Vec<Event>,
    /// The least believable thing each skill was told, beyond what the code of
    /// a skill is anyway.
    pub heard: BTreeMap<SkillName, Trust>,
    /// The proof of payment that came with the message, for the handoffs that
    /// wait for a person.
    pub proofs: Vec<(HandoffId, Arc<str>)>,
    /// What was set aside to be paid.
    pub tab: Tab,
    /// What becomes of that; none: no money of this turn has moved.
    pub settlement: Option<Vec<Posting>>,
}

/// Room for the events of most turns: one with a handoff and both hooks has seven.
const EVENTS: usize = 8;

/// One user message on its way to an answer.
pub struct Turn {
    /// The message.
    pub query: Query,
    /// All work on it has this name.
    pub task: TaskId,
    /// The conversation's messages, this one not among them.
    pub history: Arc<dyn History>,
    /// The conversation's metadata when the turn began.
    pub metadata: Arc<Metadata>,
    /// Tickets of human agents that are not closed.
    pub people: Vec<OpenTicket>,
    /// Whom skills can ask.
    pub colleagues: Arc<dyn Colleagues>,
    /// What is known of users.
    pub profiles: Arc<dyn Profiles>,
    /// What was kept of earlier turns.
    pub records: Arc<dyn Records>,
    /// Who moves money.
    pub payments: Arc<dyn Payments>,
    /// The proof of payment that came with the message, for a provider.
    pub proof: Option<Arc<str>>,
    /// What becomes of injections in what agents read.
    pub sanitize: Sanitize,
    /// What skills keep beyond the conversation.
    pub storage: Arc<dyn Storage>,
    /// What skills draw from.
    pub chance: Chance,
    /// What this turn leaves behind.
    pub effects: Mutex<Effects>,
    /// What is done once that is stored.
    pub afterwards: Afterwards,
}

impl Turn {
    /// Works on what the turn leaves behind.
    pub fn with_effects<R>(&self, change: impl FnOnce(&mut Effects) -> R) -> R {
        // A panic elsewhere leaves plain data whose every state is valid.
        change(&mut self.effects.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The ticket of the people who have the conversation, if people have it.
    pub fn with_people(&self) -> Option<&OpenTicket> {
        let owner = &self.query.owner;
        self.people.iter().find(|open| open.agent == *owner)
    }

    /// Notes that something happened.
    pub fn record(&self, kind: EventKind) {
        self.with_effects(|effects| {
            if effects.events.is_empty() {
                effects.events.reserve(EVENTS);
            }
            effects.events.push(Event {
                time: Timestamp::now(),
                kind,
            })
        });
    }

    /// Works on what the turn has set aside.
    pub fn with_tab<R>(&self, change: impl FnOnce(&mut Tab) -> R) -> R {
        self.with_effects(|effects| change(&mut effects.tab))
    }

    /// What `skill` remembers: of this turn so far, or of earlier ones.
    pub fn state(&self, skill: &SkillName) -> Result<Option<SavedState>, HistoryError> {
        match self.with_effects(|effects| effects.states.get(skill).cloned()) {
            Some(state) => Ok(Some(state)),
            None => self.records.state(&self.query.conversation, skill),
        }
    }

    /// Notes that a skill was told something: what it says from now on may come
    /// from there.
    pub fn tell(&self, skill: &SkillName, trust: Trust) {
        if trust < Trust::TOOL {
            self.with_effects(|effects| {
                let heard = effects.heard.entry(skill.clone()).or_insert(trust);
                *heard = heard.lowest(trust);
            });
        }
    }

    /// How far a skill may be believed in this turn.
    pub fn trust_in(&self, skill: &SkillName) -> Trust {
        self.trust_after(skill, 0)
    }

    /// How far a skill may be believed after so many handoffs. What it heard has
    /// lost its share for them already.
    pub fn trust_after(&self, skill: &SkillName, hops: usize) -> Trust {
        let own = Trust::TOOL.after(hops);
        let heard = self.with_effects(|effects| effects.heard.get(skill).copied());
        heard.map_or(own, |heard| heard.lowest(own))
    }

    /// Fills `bytes` with what a skill draws by chance. The seed is put on record
    /// when somebody draws first.
    pub fn draw(&self, skill: &SkillName, bytes: &mut [u8]) {
        if let Some(seed) = self.chance.draw(skill, bytes) {
            self.record(EventKind::TurnSeeded {
                seed: seed.to_string(),
            });
        }
    }

    /// The conversation's last message as the turn found it; none: there is
    /// none, or it cannot be read.
    pub fn last_message(&self) -> Option<MessageId> {
        let newest = self.history.page(None, 1).ok()?;
        Some(newest.last()?.id.clone())
    }

    /// Whether the conversation still has the message that was its last once, or
    /// none if it had none. What was erased and begun anew has not.
    pub fn goes_on_from(&self, last: Option<&MessageId>) -> bool {
        match last {
            // Before an answer there is always a message, if the answer is there.
            Some(id) => self
                .history
                .page(Some(id), 1)
                .is_ok_and(|it| !it.is_empty()),
            None => self.last_message().is_none(),
        }
    }

    /// One entry of the conversation's metadata, as it is now.
    pub fn metadata(&self, name: &str) -> Option<Noted> {
        self.with_effects(|effects| effects.metadata.get(name).cloned())
            .or_else(|| self.metadata.get(name).cloned())
    }
}
