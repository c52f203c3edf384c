//! What a skill says it is, checked.

use std::time::Duration;

use semver::Version;
use serde::Serialize;
use serde_json::Value;

use super::{
    Access, DecidedBy, Effect, Findings, HistoryPolicy, HookPoint, INVALID_ARGUMENTS, Mode,
    OnFailure, Ownership, Reach, Reason, ToolError,
};
use crate::{
    id::{AgentName, FunctionName, Scope, SkillName},
    schema,
};

/// A condition under which the conversation is handed over.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct HandoffDeclaration {
    /// Its name, unique within the skill.
    pub name: FunctionName,
    /// The agent to hand over to; none: the condition names it.
    pub target: Option<AgentName>,
    /// For people.
    pub description: String,
    /// Higher wins. Above 0 is a grant.
    pub priority: i32,
    /// How long the target may take.
    #[serde(rename = "timeout-ms", serialize_with = "milliseconds")]
    pub timeout: Option<Duration>,
    /// Scopes the caller must have for the condition to be asked.
    pub scopes: Vec<Scope>,
    /// The condition can hold only if one of these occurs in the text.
    pub triggers: Vec<String>,
    /// What decides it.
    pub decided_by: DecidedBy,
    /// Why it hands over, unless a verdict says otherwise.
    pub reason: Reason,
    /// How it hands over.
    pub mode: Mode,
    /// Who has the conversation afterwards.
    pub ownership: Ownership,
    /// How much of the conversation the target sees.
    pub history: HistoryPolicy,
    /// Passed on to the target.
    pub metadata: Findings,
}

/// A function that runs before or after a handoff, or the call of a tool.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct HookDeclaration {
    /// Its name, unique within the skill.
    pub name: FunctionName,
    /// When it runs.
    pub point: HookPoint,
    /// Lower runs earlier.
    pub order: i32,
    /// Only handoffs to these, or calls by these; empty: any.
    pub targets: Vec<AgentName>,
    /// Only calls of these, `skill/tool` or all of a `skill`; empty: of any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tools: Vec<String>,
    /// What it may do.
    pub access: Access,
    /// What becomes of the handoff when it fails.
    pub on_failure: OnFailure,
    /// Whose handoffs it runs on, or calls of whose tools.
    pub handoffs: Reach,
    /// For people.
    pub description: String,
}

impl HookDeclaration {
    /// Whether it runs on calls of this tool by this agent.
    pub fn is_for(&self, agent: &AgentName, skill: &SkillName, tool: &FunctionName) -> bool {
        let names = |named: &String| match named.split_once('/') {
            Some((of, one)) => of == skill.as_str() && one == tool.as_str(),
            None => named == skill.as_str(),
        };
        (self.targets.is_empty() || self.targets.contains(agent))
            && (self.tools.is_empty() || self.tools.iter().any(names))
    }
}

/// A function that is called by name with JSON.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ToolDeclaration {
    /// Its name, unique within the skill.
    pub name: FunctionName,
    /// For people and models.
    pub description: String,
    /// JSON Schema of its arguments.
    pub parameters: Value,
    /// What it does to the world.
    pub effect: Effect,
    /// Scopes the caller must have.
    pub scopes: Vec<Scope>,
}

impl ToolDeclaration {
    /// Whether the arguments are such as the tool says it takes. Asked on every
    /// way to a tool, so that wrong ones never reach its skill.
    pub fn accepts(&self, arguments: &Value) -> Result<(), ToolError> {
        schema::check(&self.parameters, arguments).map_err(|mut mismatch| {
            mismatch.path.insert(0, "arguments".to_owned());
            ToolError::Refused {
                code: INVALID_ARGUMENTS.to_owned(),
                message: mismatch.to_string(),
            }
        })
    }
}

/// A capability the skill would use.
#[derive(Clone, Debug, Serialize)]
pub struct Want {
    /// Which.
    pub capability: String,
    /// Within which bounds.
    pub parameters: Findings,
}

/// What a skill is.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Manifest {
    /// Its name, by which the operator's configuration speaks of it.
    pub name: SkillName,
    /// Its version.
    pub version: Version,
    /// For people.
    pub description: String,
    /// Conditions.
    pub handoffs: Vec<HandoffDeclaration>,
    /// Hooks.
    pub hooks: Vec<HookDeclaration>,
    /// Tools.
    pub tools: Vec<ToolDeclaration>,
    /// Capabilities it would use.
    pub wants: Vec<Want>,
    /// JSON Schema of its configuration.
    pub config_schema: Option<Value>,
    /// Raised when older saved state cannot be read any more.
    pub state_version: u32,
    /// Skills and capabilities it cannot do without.
    pub depends: Vec<String>,
    /// Agents its dynamic conditions can name; empty: not said.
    pub targets: Vec<AgentName>,
}

fn milliseconds<S: serde::Serializer>(
    duration: &Option<Duration>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    duration
        .map(|d| u64::try_from(d.as_millis()).unwrap_or(u64::MAX))
        .serialize(serializer)
}
