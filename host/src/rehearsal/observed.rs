//! What a skill did.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value, json};

use crate::contract::{HandoffContext, Outcome, Verdict};

/// What a skill did in one case, in the words in which a case expects it.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Observed {
    /// What each condition said.
    pub verdicts: BTreeMap<String, Value>,
    /// The context after the before-hooks; none: there was no handoff.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub context: Option<Value>,
    /// Why a before-hook refused.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<Value>,
    /// The outcome after the after-hooks.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outcome: Option<Value>,
    /// What the tool gave.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub result: Option<Value>,
    /// Why it gave nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<Value>,
    /// What the host said of a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub fault: Option<String>,
    /// What was logged.
    pub log: Vec<String>,
    /// What it remembers.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub state: Option<Value>,
    /// The conversation's metadata.
    pub metadata: Map<String, Value>,
    /// What it has stored.
    pub storage: BTreeMap<String, Value>,
    /// What it asked of capabilities.
    pub calls: Vec<String>,
    /// What it was not granted.
    pub denied: Vec<String>,
}

impl Observed {
    /// The agents that its conditions want, by condition; those that pass are
    /// left out.
    pub fn wants(&self) -> BTreeMap<&str, &str> {
        let wants = self.verdicts.iter();
        wants
            .filter_map(|(name, said)| Some((name.as_str(), said["target"].as_str()?)))
            .collect()
    }
}

/// A verdict, as a case writes it.
pub(super) fn verdict(said: &Verdict) -> Value {
    match said {
        Verdict::Pass => json!("pass"),
        Verdict::HandOff(proposal) => json!({
            "target": proposal.target,
            "confidence": proposal.confidence,
            "reason": proposal.reason,
            "instructions": proposal.instructions,
            "findings": proposal.findings,
        }),
        Verdict::Invalid(why) => json!({ "invalid": why }),
    }
}

/// A context, as a case writes it.
pub(super) fn context(context: &HandoffContext) -> Value {
    json!({
        "target": context.target,
        "source": context.source,
        "reason": context.reason,
        "confidence": context.confidence,
        "summary": context.summary,
        "state": context.state,
        "facts": context.facts,
        "decisions": context.decisions,
        "findings": context.findings,
        "metadata": context.metadata,
        "instructions": context.instructions,
        "chain": context.chain,
    })
}

/// An outcome, as a case writes it.
pub(super) fn outcome(outcome: &Outcome) -> Value {
    let mut table = json!({
        "agent": outcome.agent,
        "insights": outcome.insights,
        "fallback": outcome.fallback,
    });
    match &outcome.result {
        Ok(reply) => table["reply"] = json!(reply),
        Err(why) => table["error"] = json!(why.0),
    }
    table
}
