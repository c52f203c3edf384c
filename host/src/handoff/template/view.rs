//! A handoff context under the names that templates use.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use crate::{
    contract::{Findings, HandoffContext},
    trust::Trust,
};

/// Every name a template may use.
pub(super) const NAMES: [&str; 26] = [
    "handoff",
    "conversation",
    "task_id",
    "user",
    "source",
    "target",
    "reason",
    "mode",
    "history",
    "task",
    "summary",
    "state",
    "facts",
    "decisions",
    "findings",
    "data",
    "snapshot",
    "confidence",
    "instructions",
    "chain",
    "involved",
    "metadata",
    "created",
    "expires",
    "trust",
    "levels",
];

/// The fields that others than operator and user may have written.
pub(super) const MARKED: [&str; 9] = [
    "instructions",
    "state",
    "summary",
    "facts",
    "decisions",
    "findings",
    "data",
    "snapshot",
    "metadata",
];

/// A handoff context as templates see it.
#[derive(Debug, Default, Serialize)]
pub(super) struct View<'a> {
    handoff: &'a str,
    conversation: &'a str,
    task_id: &'a str,
    user: Option<&'a str>,
    source: &'a str,
    target: &'a str,
    reason: &'a str,
    mode: &'a str,
    history: String,
    task: &'a str,
    summary: &'a str,
    state: &'a str,
    facts: Vec<&'a str>,
    decisions: Vec<&'a str>,
    findings: BTreeMap<&'a str, &'a Value>,
    data: BTreeMap<&'a str, &'a Value>,
    snapshot: BTreeMap<&'a str, &'a Value>,
    confidence: f64,
    instructions: &'a str,
    chain: Vec<&'a str>,
    involved: Vec<&'a str>,
    metadata: BTreeMap<&'a str, &'a Value>,
    created: String,
    expires: Option<String>,
    trust: u8,
    /// How far each field may be believed.
    levels: BTreeMap<&'static str, Trust>,
}

impl<'a> View<'a> {
    pub(super) fn of(context: &'a HandoffContext) -> Self {
        let chain: Vec<&str> = context.chain.iter().map(|agent| agent.as_str()).collect();
        // Whoever takes over need not be told of itself.
        let mut involved: Vec<&str> = Vec::new();
        let spoke = context.involved.iter().map(|agent| agent.as_str());
        for agent in spoke.chain(chain.iter().copied()) {
            if agent != context.target.as_str() && !involved.contains(&agent) {
                involved.push(agent);
            }
        }
        Self {
            handoff: context.id.as_str(),
            conversation: context.conversation.as_str(),
            task_id: context.task.as_str(),
            user: context.user.as_ref().map(|user| user.as_str()),
            source: context.source.as_str(),
            target: context.target.as_str(),
            reason: context.reason.as_str(),
            mode: context.mode.as_str(),
            history: context.history.to_string(),
            task: &context.original_task,
            summary: &context.summary,
            state: &context.state,
            facts: context.facts.iter().map(String::as_str).collect(),
            decisions: context.decisions.iter().map(String::as_str).collect(),
            findings: map(&context.findings),
            data: map(&context.data),
            snapshot: map(&context.snapshot),
            confidence: context.confidence.value(),
            instructions: &context.instructions,
            chain,
            involved,
            metadata: map(&context.metadata),
            created: context.created.to_string(),
            expires: context.expires.map(|at| at.to_string()),
            trust: context.trust.percent(),
            levels: MARKED
                .into_iter()
                .map(|field| {
                    let known = context.provenance.of_field(field);
                    (
                        field,
                        known.unwrap_or_else(|| context.trust.lowest(Trust::MODEL)),
                    )
                })
                .collect(),
        }
    }

    /// A handoff of which everything is known, to try templates on.
    pub(super) fn full() -> Self {
        const YES: &Value = &Value::Bool(true);
        let some = || BTreeMap::from([("name", YES)]);
        Self {
            handoff: "h",
            conversation: "c",
            task_id: "t",
            user: Some("u"),
            source: "source",
            target: "target",
            reason: "specialization",
            mode: "warm",
            history: "last:3".to_owned(),
            task: "task",
            summary: "user: Hello\n",
            state: "state",
            facts: vec!["fact"],
            decisions: vec!["decision"],
            findings: some(),
            data: some(),
            snapshot: some(),
            confidence: 0.5,
            instructions: "instructions",
            chain: vec!["source"],
            involved: vec!["source"],
            metadata: some(),
            created: "2026-01-01T00:00:00Z".to_owned(),
            expires: Some("2026-01-01T04:00:00Z".to_owned()),
            trust: 90,
            levels: BTreeMap::new(),
        }
    }

    /// A handoff of which nothing is known but who hands over to whom.
    pub(super) fn empty() -> Self {
        Self {
            source: "source",
            target: "target",
            reason: "specialization",
            mode: "cold",
            history: "none".to_owned(),
            confidence: 1.0,
            ..Self::default()
        }
    }
}

fn map(entries: &Findings) -> BTreeMap<&str, &Value> {
    let entries = entries.iter();
    entries
        .map(|(name, value)| (name.as_str(), value))
        .collect()
}
