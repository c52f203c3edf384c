//! A case as it is written down.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::{
    contract::{Confidence, Reason},
    payment::Money,
};

type Table = Map<String, Value>;

/// A file of cases.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseFile {
    /// The cases, in order.
    #[serde(default, rename = "case")]
    pub cases: Vec<Case>,
}

/// What a skill is told, and what is expected of it.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Case {
    /// What it shows, as a sentence.
    pub name: String,
    /// The user's message.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// Who wrote it; none: a visitor.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user: Option<String>,
    /// What the user was authorized for.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<String>,
    /// The agent that owns the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub owner: Option<String>,
    /// When the message came.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time: Option<Timestamp>,
    /// What chance follows from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub seed: Option<u64>,
    /// What was said before.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub messages: Vec<Said>,
    /// The conversation's metadata.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub metadata: Table,
    /// What is known of the user.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub profile: BTreeMap<String, Value>,
    /// The operator's configuration of the skill.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub config: Table,
    /// What is granted; all that it wants if this is not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub grants: Option<Vec<String>>,
    /// What the skill remembers of the conversation.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Value>,
    /// The other agents.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub agents: BTreeMap<String, AgentCase>,
    /// What a search for agents finds, best first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub found: Vec<FoundCase>,
    /// The reasons of the user's open tickets.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tickets: Vec<String>,
    /// What the skill has stored.
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    pub storage: BTreeMap<String, Value>,
    /// What web servers answer.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub http: Vec<HttpCase>,
    /// The user's money.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wallet: Option<WalletCase>,
    /// Earlier handoffs of the conversation, oldest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub handoffs: Vec<RecordCase>,
    /// The handoff that hooks run on; the one that a condition wants if this is
    /// not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub handoff: Option<HandoffCase>,
    /// How the target ended, for after-hooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<OutcomeCase>,
    /// A call of a tool.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tool: Option<ToolCase>,
    /// What is expected.
    pub expect: Expected,
}

/// A message.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Said {
    /// `user`, or the name of an agent.
    pub from: String,
    /// What was said.
    pub text: String,
}

/// Another agent, and what it answers when it is asked.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct AgentCase {
    /// Its answer.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub reply: String,
    /// It fails, and says this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fails: Option<String>,
    /// How long it takes, in milliseconds.
    #[serde(skip_serializing_if = "is_default")]
    pub after_ms: u64,
    /// What it found out besides.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub insights: Table,
    /// What it does.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub description: String,
    /// It would not take work now.
    #[serde(skip_serializing_if = "is_default")]
    pub busy: bool,
    /// What its answer costs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub price: Option<Money>,
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// An agent that a search finds.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FoundCase {
    /// Which.
    pub agent: String,
    /// How likely it is the right one, from 0 to 1.
    pub score: f64,
    /// The skill that fits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub skill: Option<String>,
    /// What it says of itself that is nearest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// What a web server answers.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct HttpCase {
    /// The method; any if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub method: Option<String>,
    /// The URL.
    pub url: String,
    /// The status.
    #[serde(default = "ok")]
    pub status: u16,
    /// The body.
    #[serde(default)]
    pub body: String,
    /// Headers.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub headers: BTreeMap<String, String>,
    /// How long it takes, in milliseconds.
    #[serde(default)]
    pub after_ms: u64,
    /// It cannot be reached, for this reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fails: Option<String>,
}

fn ok() -> u16 {
    200
}

/// The money of the turn's user.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct WalletCase {
    /// How much there is, in each currency.
    pub balance: Vec<Money>,
    /// Whoever collects refuses, for this reason.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refuses: Option<String>,
}

/// An earlier handoff.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RecordCase {
    /// Who handed over.
    pub source: String,
    /// To whom.
    pub target: String,
    /// Why.
    #[serde(default = "specialization")]
    pub reason: Reason,
    /// Whether the target answered; not said: it is under way.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub answered: Option<bool>,
}

fn specialization() -> Reason {
    Reason::Specialization
}

/// A handoff, as hooks see it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct HandoffCase {
    /// To whom.
    pub target: String,
    /// Who hands over; the owner if not said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source: Option<String>,
    /// Why.
    #[serde(default = "specialization")]
    pub reason: Reason,
    /// How sure the decision is.
    #[serde(default = "certain")]
    pub confidence: Confidence,
    /// What the conversation was about.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub summary: String,
    /// What has been done so far.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub state: String,
    /// What is known.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub facts: Vec<String>,
    /// What was decided.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub decisions: Vec<String>,
    /// What was found out.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub findings: Table,
    /// Passed on to the target.
    #[serde(default, skip_serializing_if = "Map::is_empty")]
    pub metadata: Table,
    /// What the target is to do.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub instructions: String,
    /// The agents that held the task before.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<String>,
}

fn certain() -> Confidence {
    Confidence::CERTAIN
}

/// How the target of the handoff ended.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OutcomeCase {
    /// Who answered; the target if not said.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub agent: Option<String>,
    /// What was answered.
    pub reply: String,
    /// It failed, and says this.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What the target found out.
    #[serde(skip_serializing_if = "Map::is_empty")]
    pub insights: Table,
}

/// A call of a tool.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ToolCase {
    /// Which.
    pub name: String,
    /// With what.
    #[serde(default)]
    pub arguments: Table,
    /// By which agent.
    #[serde(default = "front_desk")]
    pub caller: String,
}

fn front_desk() -> String {
    "front-desk".to_owned()
}

/// What is expected. What is not said is not looked at; of a table, only the keys
/// that are there.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Expected {
    /// What each condition says: `"pass"`, or a table of its proposal.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub verdicts: Option<BTreeMap<String, Value>>,
    /// The context after the before-hooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Table>,
    /// Why a before-hook refuses the handoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Table>,
    /// The outcome after the after-hooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Table>,
    /// What the tool gives.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why it gives nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Table>,
    /// Part of what the host says of a fault; without it there must be none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What it logs, as `info: text`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub log: Option<Vec<String>>,
    /// What it remembers afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Value>,
    /// The conversation's metadata afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub metadata: Option<Table>,
    /// What it has stored afterwards.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub storage: Option<Table>,
    /// What it asked of capabilities, in order.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calls: Option<Vec<String>>,
    /// Capabilities that it tried to use without being granted them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub denied: Option<Vec<String>>,
}
