//! What the attributes declare, as constants that `#[skill]` writes down, and
//! the manifest made of them.

use crate::bindings::{
    describes::exports::baton::skill::manifest::{self, Skill},
    types::Pair,
};
use crate::skill::{Identity, Wants};

type Texts = &'static [&'static str];

pub struct Handoff {
    pub name: &'static str,
    pub target: Option<&'static str>,
    pub description: &'static str,
    pub priority: i32,
    pub timeout_ms: Option<u32>,
    pub scopes: Texts,
    pub triggers: Texts,
    pub decided_by: &'static str,
    pub reason: &'static str,
    pub mode: &'static str,
    pub ownership: &'static str,
    /// `full`, unless the target is to see less of the conversation.
    pub history: &'static str,
    /// Names and JSON texts.
    pub metadata: &'static [(&'static str, &'static str)],
}

pub struct Hook {
    pub name: &'static str,
    pub point: &'static str,
    pub order: i32,
    pub targets: Texts,
    /// Only for hooks on tools.
    pub tools: Texts,
    pub access: &'static str,
    pub on_failure: &'static str,
    pub handoffs: &'static str,
    pub description: &'static str,
}

pub struct Tool {
    pub name: &'static str,
    pub description: &'static str,
    pub parameters: fn() -> String,
    pub effect: &'static str,
    pub scopes: Texts,
}

pub fn manifest<S: Identity>(
    handoffs: &[Handoff],
    hooks: &[Hook],
    tools: &[Tool],
    targets: Texts,
) -> Skill {
    Skill {
        name: S::NAME.to_owned(),
        version: S::VERSION.to_owned(),
        description: S::DESCRIPTION.to_owned(),
        handoffs: handoffs.iter().map(handoff).collect(),
        hooks: hooks.iter().map(hook).collect(),
        tools: tools.iter().map(tool).collect(),
        wants: S::WANTS.iter().map(want).collect(),
        config_schema: S::config_schema(),
        state_version: S::STATE_VERSION,
        depends: owned(S::DEPENDS),
        targets: owned(targets),
        extra: Vec::new(),
    }
}

fn want(declared: &Wants) -> manifest::Want {
    manifest::Want {
        capability: declared.capability.to_owned(),
        parameters: vec![Pair {
            name: declared.parameter.to_owned(),
            value: declared.value.to_owned(),
        }],
    }
}

fn handoff(declared: &Handoff) -> manifest::Handoff {
    manifest::Handoff {
        name: declared.name.to_owned(),
        target: declared.target.map(str::to_owned),
        description: declared.description.to_owned(),
        priority: declared.priority,
        timeout_ms: declared.timeout_ms,
        scopes: owned(declared.scopes),
        triggers: owned(declared.triggers),
        decided_by: declared.decided_by.to_owned(),
        reason: declared.reason.to_owned(),
        mode: declared.mode.to_owned(),
        ownership: declared.ownership.to_owned(),
        metadata: declared
            .metadata
            .iter()
            .map(|(name, json)| Pair {
                name: (*name).to_owned(),
                value: (*json).to_owned(),
            })
            .collect(),
        extra: history(declared.history),
    }
}

/// The contract was there before it, so it is told beside it.
fn history(policy: &str) -> Vec<Pair> {
    if policy == "full" {
        return Vec::new();
    }
    vec![Pair {
        name: "history".to_owned(),
        // A policy has no character that JSON would escape.
        value: format!("\"{policy}\""),
    }]
}

fn hook(declared: &Hook) -> manifest::Hook {
    manifest::Hook {
        name: declared.name.to_owned(),
        point: declared.point.to_owned(),
        order: declared.order,
        targets: owned(declared.targets),
        access: declared.access.to_owned(),
        on_failure: declared.on_failure.to_owned(),
        handoffs: declared.handoffs.to_owned(),
        description: declared.description.to_owned(),
        extra: hook_tools(declared.tools),
    }
}

/// The contract was there before it, so it is told beside it.
fn hook_tools(tools: Texts) -> Vec<Pair> {
    match tools.is_empty() {
        true => Vec::new(),
        false => vec![Pair::new("tools", tools)],
    }
}

fn tool(declared: &Tool) -> manifest::Tool {
    manifest::Tool {
        name: declared.name.to_owned(),
        description: declared.description.to_owned(),
        parameters: (declared.parameters)(),
        effect: declared.effect.to_owned(),
        scopes: owned(declared.scopes),
        extra: Vec::new(),
    }
}

fn owned(texts: Texts) -> Vec<String> {
    texts.iter().map(|text| (*text).to_owned()).collect()
}
