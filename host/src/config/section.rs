//! The sections of the file.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use serde::{Deserialize, Deserializer, de::Error};
use serde_spanned::Spanned;

use super::{Amounts, GrantsSetting, OfferSection};
use crate::{
    contract::Reason,
    handoff::Intents,
    id::{AgentName, Scope, SkillName},
    payment::Money,
    skill::{Instances, UpgradeRule},
    trust::Sanitize,
};

/// A span of time, written as `30s`, `250ms` or `2m`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Span(pub Duration);

impl<'de> Deserialize<'de> for Span {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse::<jiff::SignedDuration>()
            .ok()
            .and_then(|span| Duration::try_from(span).ok())
            .filter(|span| !span.is_zero())
            .map(Span)
            .ok_or_else(|| {
                D::Error::custom(format!(
                    "`{text}` is no span of time; write \"30s\" or \"250ms\""
                ))
            })
    }
}

/// Whether a skill's verdicts count as soon as it is there.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AdmissionRule {
    /// They do.
    #[default]
    Open,
    /// Not until `baton skill admit`.
    Shadow,
}

/// `[policy]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicySection {
    /// Handoffs within one turn.
    pub max_depth: Option<u8>,
    /// Steps up an agent's escalation chain.
    pub max_escalations: Option<u8>,
    /// To whom an agent may hand over; `"*"` is everybody.
    #[serde(default)]
    pub paths: BTreeMap<Spanned<AgentName>, Vec<Spanned<PathsEntry>>>,
    /// To whom an agent may escalate; `"*"` is everybody.
    #[serde(default)]
    pub escalations: BTreeMap<Spanned<AgentName>, Vec<Spanned<PathsEntry>>>,
    /// Handoffs for one message, attempts that failed included.
    pub max_per_task: Option<u32>,
    /// Handoffs of one conversation within a minute.
    pub max_per_minute: Option<u32>,
    /// What becomes of a message with several intents.
    #[serde(default)]
    pub intents: Intents,
    /// Who approves supervised handoffs.
    pub supervisor: Option<Spanned<AgentName>>,
    /// How long the supervisor's people have to approve one.
    pub approval_within: Option<Span>,
    /// Who is asked when no skill decides.
    pub decider: Option<Spanned<AgentName>>,
    /// Who takes what nobody else can.
    pub human: Option<Spanned<AgentName>>,
    /// What becomes of injections in what an agent is handed.
    #[serde(default)]
    pub sanitize: Sanitize,
    /// Messages that may wait while their conversation is in a turn.
    pub max_waiting: Option<usize>,
    /// What the user reads when nobody can answer.
    pub local_reply: Option<String>,
}

/// `[[rules]]`: all that it names must hold.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RuleSection {
    /// What it is called; its number if not said.
    pub name: Option<String>,
    /// To whom it hands over.
    pub target: Spanned<AgentName>,
    /// Why.
    pub reason: Option<Reason>,
    /// Only when this agent has the conversation.
    pub owner: Option<Spanned<AgentName>>,
    /// Only when one of these occurs in the text, in any case.
    #[serde(default)]
    pub keywords: Vec<String>,
    /// Only when the last answer was less sure than this, from 0 to 1.
    pub confidence_below: Option<f64>,
    /// Only after more turns than this.
    pub max_steps: Option<u64>,
}

/// An agent that may be reached, or everybody.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PathsEntry {
    /// `"*"`.
    Everybody,
    /// One agent.
    Agent(AgentName),
}

impl<'de> Deserialize<'de> for PathsEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Ok(if text == "*" {
            Self::Everybody
        } else {
            Self::Agent(text.into())
        })
    }
}

/// Of which kind an agent is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Answers from Markdown files.
    Knowledge,
    /// A model behind an OpenAI-compatible endpoint.
    Openai,
    /// A model behind an endpoint that speaks Anthropic's messages.
    Anthropic,
    /// An agent of somebody else, reached over A2A.
    A2a,
    /// A web server, asked in plain JSON.
    Http,
    /// A person, reached by a ticket.
    Human,
    /// Tells operators what is on record about handoffs.
    Records,
    /// Does what `script` says, for tests.
    Scripted,
}

impl Kind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Knowledge => "knowledge",
            Self::Openai => "openai",
            Self::Anthropic => "anthropic",
            Self::A2a => "a2a",
            Self::Http => "http",
            Self::Human => "human",
            Self::Records => "records",
            Self::Scripted => "scripted",
        }
    }
}

/// What a scripted agent does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScriptKind {
    /// Says `reply`.
    #[default]
    Reply,
    /// Fails with `reply`.
    Fail,
    /// Never answers.
    Hang,
    /// Is not ready.
    Busy,
    /// Panics.
    Panic,
    /// Hands over to `hand-to` by a call.
    HandTo,
    /// Calls the tool `call` and says `reply`.
    CallTool,
}

/// `[agents.NAME]`. Which fields belong to which kind is checked afterwards,
/// with a message that says so.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AgentSection {
    /// Of which kind it is.
    pub kind: Kind,
    /// What it does.
    #[serde(default)]
    pub description: String,
    /// What people say who need it.
    #[serde(default)]
    pub examples: Vec<String>,
    /// The skills it offers: a name, or a table with examples of what people say
    /// who need it.
    #[serde(default)]
    pub offers: Vec<OfferSection>,
    /// Skills that see only the messages of conversations it owns.
    #[serde(default)]
    pub skills: Vec<SkillName>,
    /// openai, anthropic, scripted: the tools it may call, `skill/tool` or all of a
    /// `skill`; if not said, those of `skills`.
    pub tools: Option<Vec<Spanned<String>>>,
    /// openai, anthropic: replies with calls in them, for one answer.
    pub max_tool_steps: Option<u32>,
    /// openai, anthropic: tokens for one answer, after which it must be given.
    pub max_tool_tokens: Option<u64>,
    /// openai, anthropic: time for calls, after which the answer must be given.
    pub max_tool_time: Option<Span>,
    /// Scopes a caller must have to reach it.
    #[serde(default)]
    pub scopes: Vec<Scope>,
    /// How long it may take.
    pub timeout: Option<Span>,
    /// Who takes its place when it fails.
    #[serde(default)]
    pub alternatives: Vec<Spanned<AgentName>>,
    /// To whom it escalates when those fail too, in order.
    #[serde(default)]
    pub escalation: Vec<Spanned<AgentName>>,
    /// What an answer costs, written as `"0.05 USD"`.
    pub price: Option<Money>,
    /// How many messages it takes at the same time.
    pub at_once: Option<u32>,
    /// knowledge: the folder of Markdown files.
    pub path: Option<Spanned<PathBuf>>,
    /// knowledge: said when nothing in the folder answers the question.
    pub otherwise: Option<String>,
    /// a2a: where its card is.
    pub card: Option<Spanned<String>>,
    /// openai, anthropic: the endpoint, up to and including the version; http: where
    /// requests go; a2a: where the agent is called, if that is not on its
    /// card's host.
    pub url: Option<Spanned<String>>,
    /// openai, anthropic: the model's name, sent as it is.
    pub model: Option<String>,
    /// openai, anthropic: a cheaper model of the same endpoint for decisions;
    /// where it fails, `model` decides.
    pub triage: Option<String>,
    /// openai, anthropic, a2a: the environment variable that holds the key.
    pub api_key_env: Option<String>,
    /// a2a: whether it does once what it is sent twice under the same id.
    pub idempotent: Option<bool>,
    /// http: the environment variable that holds what requests are signed with.
    pub secret_env: Option<String>,
    /// openai, anthropic: further fields of the request.
    pub parameters: Option<toml::Table>,
    /// openai, anthropic: what the model is told of its work.
    pub instructions: Option<String>,
    /// human: what the user reads; `{ticket}` becomes the number.
    pub acknowledgement: Option<String>,
    /// scripted: what it does.
    pub script: Option<ScriptKind>,
    /// scripted: to whom it hands over.
    pub hand_to: Option<Spanned<AgentName>>,
    /// scripted: why it hands over.
    pub reason: Option<Reason>,
    /// scripted: what it says.
    pub reply: Option<String>,
    /// scripted: the tool it calls, `skill/tool`.
    pub call: Option<Spanned<String>>,
    /// scripted: the arguments of that call.
    pub arguments: Option<toml::Table>,
    /// scripted: how long it takes.
    pub delay: Option<Span>,
}

/// `[skills.NAME]`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SkillSection {
    /// What it may do.
    #[serde(default)]
    pub grants: GrantsSetting,
    /// What becomes of that when its file is replaced by a new version.
    #[serde(default)]
    pub upgrade: UpgradeRule,
    /// In which instances it begins its turns.
    #[serde(default)]
    pub instances: Instances,
    /// Skills, tools of skills and capabilities it cannot do without, beside
    /// those that it names itself.
    #[serde(default)]
    pub depends: Vec<String>,
    /// The only agents it may hand over to.
    pub targets: Option<Vec<Spanned<AgentName>>>,
    /// The most that it may have users spend a day, in each currency.
    #[serde(default)]
    pub spending: Amounts,
    /// What it may use up.
    #[serde(default)]
    pub limits: LimitsSection,
    /// What it is told of its work; `{ secret = "NAME" }` refers to a secret.
    #[serde(default)]
    pub config: toml::Table,
}

/// `[limits]` and `[skills.NAME.limits]`: what is left out stays as it is.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LimitsSection {
    /// Computing in one call of `evaluate`.
    pub evaluate_compute: Option<Span>,
    /// One call of `evaluate`, waiting included.
    pub evaluate_wall: Option<Span>,
    /// Computing in one call of a hook.
    pub hook_compute: Option<Span>,
    /// One call of a hook, waiting included.
    pub hook_wall: Option<Span>,
    /// Computing in one call of a tool.
    pub tool_compute: Option<Span>,
    /// One call of a tool, waiting included.
    pub tool_wall: Option<Span>,
    /// Memory of an instance in MiB.
    pub memory_mib: Option<Spanned<u32>>,
    /// Elements of an instance's tables.
    pub table_elements: Option<u32>,
    /// Calls of the host in one call of the skill.
    pub host_calls: Option<u32>,
    /// KiB that cross to the host in one call, or as one result.
    pub data_kib: Option<u32>,
    /// Lines it may log in one turn.
    pub log_lines: Option<u32>,
    /// Lines it may log within a minute, in all turns together.
    pub log_lines_per_minute: Option<u32>,
    /// Keys it may keep beyond conversations.
    pub storage_keys: Option<u32>,
    /// KiB it may keep beyond conversations, keys included.
    pub storage_kib: Option<u32>,
    /// Queries to other agents and requests to the web at the same time.
    pub pending: Option<u32>,
    /// One request to the web, redirects included.
    pub http_time: Option<Span>,
    /// KiB of one response from the web.
    pub http_response_kib: Option<u32>,
    /// Requests to the web in one turn.
    pub http_requests: Option<u32>,
}
