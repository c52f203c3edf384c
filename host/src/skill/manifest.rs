//! From what a skill says of itself to a checked manifest.

use std::{collections::BTreeSet, time::Duration};

use semver::Version;
use serde_json::{Map, Value};

use super::bindings::{baton::skill::types::PairResult, exports::baton::skill::manifest as wit};
use crate::{
    contract::{
        DecidedBy, Findings, HandoffDeclaration, HistoryPolicy, HookDeclaration, Manifest,
        ToolDeclaration, Want,
    },
    id::{AgentName, FunctionName, Scope, SkillName},
};

/// The longest name, in characters. Names stand in tables and messages.
const MAX_NAME: usize = 64;

/// The longest description, in characters; what is longer is documentation.
const MAX_DESCRIPTION: usize = 2_000;

/// The most conditions, hooks, tools or triggers of one skill. Thousands of
/// triggers are a word list; a table in the skill's own memory is the place for it.
pub(super) const MAX_ENTRIES: usize = 1_000;

/// What a skill says of itself makes no sense.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ManifestError {
    /// A name is missing, too long, or has characters that cannot be typed.
    #[error(
        "its manifest is wrong: the name {name:?} of {what} is not one to {MAX_NAME} characters of a-z, A-Z, 0-9, `-`, `_` and `.`"
    )]
    Name {
        /// Of what.
        what: &'static str,
        /// As it says.
        name: String,
    },
    /// Two things have the same name.
    #[error("its manifest is wrong: it has two {what}s named `{name}`; give one another name")]
    TwoOfOneName {
        /// Of what kind.
        what: &'static str,
        /// The name.
        name: String,
    },
    /// Too many entries.
    #[error("its manifest is wrong: it has {count} {what}s; at most {MAX_ENTRIES} are taken")]
    TooMany {
        /// Of what kind.
        what: &'static str,
        /// How many.
        count: usize,
    },
    /// Something else.
    #[error("its manifest is wrong: {at}: {why}")]
    Field {
        /// Where.
        at: String,
        /// What is wrong.
        why: String,
    },
}

/// The manifest of a skill that has not said anything yet.
pub(super) fn nameless() -> Manifest {
    Manifest {
        name: SkillName::from(""),
        version: Version::new(0, 0, 0),
        description: String::new(),
        handoffs: Vec::new(),
        hooks: Vec::new(),
        tools: Vec::new(),
        wants: Vec::new(),
        config_schema: None,
        state_version: 0,
        depends: Vec::new(),
        targets: Vec::new(),
    }
}

/// Checks what a skill says of itself.
pub(super) fn check(skill: wit::Skill) -> Result<Manifest, ManifestError> {
    let name = name("the skill", skill.name)?;
    let version = Version::parse(&skill.version).map_err(|error| {
        field(
            "version",
            format!(
                "`{}` is no semantic version: {error}",
                short(&skill.version)
            ),
        )
    })?;
    Ok(Manifest {
        name: name.into(),
        version,
        description: description(skill.description),
        handoffs: each("handoff", skill.handoffs, handoff, |handoff| &handoff.name)?,
        hooks: each("hook", skill.hooks, hook, |hook| &hook.name)?,
        tools: each("tool", skill.tools, tool, |tool| &tool.name)?,
        wants: skill
            .wants
            .into_iter()
            .map(|want| {
                let parameters = findings("wants", want.parameters)?;
                Ok(Want {
                    capability: short(&want.capability),
                    parameters,
                })
            })
            .collect::<Result<_, _>>()?,
        config_schema: skill
            .config_schema
            .map(|schema| json("config-schema", &schema))
            .transpose()?,
        state_version: skill.state_version,
        depends: skill.depends.iter().map(|name| short(name)).collect(),
        targets: agents("targets", skill.targets)?,
    })
}

fn handoff(handoff: wit::Handoff) -> Result<HandoffDeclaration, ManifestError> {
    let name = name("a handoff", handoff.name)?;
    let at = |field: &str| format!("handoff `{name}`, {field}");
    let triggers = handoff.triggers;
    if triggers.len() > MAX_ENTRIES {
        return Err(ManifestError::TooMany {
            what: "trigger",
            count: triggers.len(),
        });
    }
    if let Some(blank) = triggers.iter().find(|trigger| trigger.trim().is_empty()) {
        return Err(field(
            at("triggers"),
            format!("{blank:?} would be found in every text"),
        ));
    }
    let decided_by = code(at("decided-by"), &handoff.decided_by)?;
    if decided_by == DecidedBy::Triggers && (triggers.is_empty() || handoff.target.is_none()) {
        return Err(field(
            at("decided-by"),
            "deciding by triggers needs triggers and a target".to_owned(),
        ));
    }
    Ok(HandoffDeclaration {
        target: handoff
            .target
            .map(|target| self::name("a target", target).map(AgentName::from))
            .transpose()?,
        description: description(handoff.description),
        priority: handoff.priority,
        timeout: handoff
            .timeout_ms
            .map(|ms| Duration::from_millis(ms.into())),
        scopes: handoff.scopes.into_iter().map(Scope::from).collect(),
        decided_by,
        reason: code(at("reason"), &handoff.reason)?,
        mode: code(at("mode"), &handoff.mode)?,
        ownership: code(at("ownership"), &handoff.ownership)?,
        history: history(&at("history"), &handoff.extra)?,
        metadata: findings(&at("metadata"), handoff.metadata)?,
        triggers,
        name: FunctionName::from(name.clone()),
    })
}

/// Said in `extra`, as text: the contract was there before it.
fn history(at: &str, extra: &[PairResult]) -> Result<HistoryPolicy, ManifestError> {
    match extra.iter().find(|pair| pair.name == "history") {
        None => Ok(HistoryPolicy::Full),
        Some(pair) => serde_json::from_str(&pair.value).map_err(|e| field(at, e.to_string())),
    }
}

fn hook(hook: wit::Hook) -> Result<HookDeclaration, ManifestError> {
    let name = name("a hook", hook.name)?;
    let at = |field: &str| format!("hook `{name}`, {field}");
    Ok(HookDeclaration {
        point: code(at("point"), &hook.point)?,
        order: hook.order,
        targets: agents(&at("targets"), hook.targets)?,
        tools: hook_tools(&at("tools"), &hook.extra)?,
        access: code(at("access"), &hook.access)?,
        on_failure: code(at("on-failure"), &hook.on_failure)?,
        handoffs: code(at("handoffs"), &hook.handoffs)?,
        description: description(hook.description),
        name: FunctionName::from(name.clone()),
    })
}

/// The contract was there before hooks on tools, so it is told beside it.
fn hook_tools(at: &str, extra: &[PairResult]) -> Result<Vec<String>, ManifestError> {
    match extra.iter().find(|pair| pair.name == "tools") {
        None => Ok(Vec::new()),
        Some(pair) => serde_json::from_str(&pair.value).map_err(|e| field(at, e.to_string())),
    }
}

fn tool(tool: wit::Tool) -> Result<ToolDeclaration, ManifestError> {
    let name = name("a tool", tool.name)?;
    let at = format!("tool `{name}`, parameters");
    let parameters = json(&at, &tool.parameters)?;
    if !parameters.is_object() {
        return Err(field(at, "a JSON Schema of an object is needed".to_owned()));
    }
    Ok(ToolDeclaration {
        description: description(tool.description),
        parameters,
        effect: code(format!("tool `{name}`, effect"), &tool.effect)?,
        scopes: tool.scopes.into_iter().map(Scope::from).collect(),
        name: FunctionName::from(name),
    })
}

/// Checks every entry, and that no two have the same name.
fn each<T, U>(
    what: &'static str,
    entries: Vec<T>,
    check: impl Fn(T) -> Result<U, ManifestError>,
    name: impl Fn(&U) -> &FunctionName,
) -> Result<Vec<U>, ManifestError> {
    if entries.len() > MAX_ENTRIES {
        return Err(ManifestError::TooMany {
            what,
            count: entries.len(),
        });
    }
    let checked: Vec<U> = entries.into_iter().map(check).collect::<Result<_, _>>()?;
    let mut names = BTreeSet::new();
    match checked.iter().map(name).find(|name| !names.insert(*name)) {
        Some(twice) => Err(ManifestError::TwoOfOneName {
            what,
            name: twice.to_string(),
        }),
        None => Ok(checked),
    }
}

pub(super) fn name(what: &'static str, name: String) -> Result<String, ManifestError> {
    let typed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    let fits = (1..=MAX_NAME).contains(&name.len()) && name.chars().all(typed);
    if fits {
        Ok(name)
    } else {
        Err(ManifestError::Name {
            what,
            name: short(&name),
        })
    }
}

fn agents(at: &str, names: Vec<String>) -> Result<Vec<AgentName>, ManifestError> {
    if names.len() > MAX_ENTRIES {
        return Err(field(
            at,
            format!("{} names; at most {MAX_ENTRIES} are taken", names.len()),
        ));
    }
    names
        .into_iter()
        .map(|agent| name("a target", agent).map(AgentName::from))
        .collect()
}

fn code<T: std::str::FromStr<Err: ToString>>(at: String, word: &str) -> Result<T, ManifestError> {
    word.parse()
        .map_err(|error: T::Err| field(at, error.to_string()))
}

pub(super) fn json(at: &str, text: &str) -> Result<Value, ManifestError> {
    serde_json::from_str(text).map_err(|error| field(at, format!("it is not JSON: {error}")))
}

pub(super) fn findings(at: &str, pairs: Vec<PairResult>) -> Result<Findings, ManifestError> {
    let mut findings = Map::new();
    for pair in pairs {
        findings.insert(short(&pair.name), json(at, &pair.value)?);
    }
    Ok(findings)
}

pub(super) fn field(at: impl Into<String>, why: String) -> ManifestError {
    ManifestError::Field { at: at.into(), why }
}

pub(super) fn short(text: &str) -> String {
    text.chars()
        .filter(|c| !c.is_control())
        .take(MAX_NAME)
        .collect()
}

pub(super) fn description(text: String) -> String {
    let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    text.chars()
        .filter(|c| !unwanted(*c))
        .take(MAX_DESCRIPTION)
        .collect()
}
