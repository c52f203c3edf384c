//! What hooks return.

use serde_json::Value;

use super::{Findings, HandoffContext};
use crate::{id::AgentName, trust::Trust};

/// A reply that an after-hook puts in the place of the target's.
#[derive(Clone, Debug, PartialEq)]
pub struct Replacement {
    /// The text.
    pub reply: String,
    /// Who is named as its author; none: the agent whose reply it replaces.
    pub agent: Option<AgentName>,
    /// It is a stand-in.
    pub fallback: bool,
}

/// What a hook adds.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Patch {
    /// To the facts.
    pub facts: Vec<String>,
    /// To the decisions.
    pub decisions: Vec<String>,
    /// To the findings.
    pub findings: Findings,
    /// To the handoff's metadata.
    pub metadata: Findings,
    /// To the instructions.
    pub instructions: Option<String>,
    /// To the conversation's metadata.
    pub conversation: Vec<(String, Value)>,
    /// Instead of the target's reply.
    pub replace: Option<Replacement>,
}

impl HandoffContext {
    /// Adds what a hook returned, which may be believed as far as `trust`. What
    /// identifies the handoff cannot be said in a patch, so it stays; the
    /// context's own trust can only fall by it.
    pub fn amend(&mut self, patch: Patch, trust: Trust) {
        let known = &mut self.provenance;
        for (field, there, added) in [
            ("facts", self.facts.len(), patch.facts.len()),
            ("decisions", self.decisions.len(), patch.decisions.len()),
        ] {
            for at in there..there + added {
                known.add(format!("{field}/{at}"), trust);
            }
        }
        known.add_all("findings", patch.findings.keys(), trust);
        known.add_all("metadata", patch.metadata.keys(), trust);
        if patch.instructions.is_some() {
            known.add("instructions", trust);
        }
        self.trust = known.lowest().unwrap_or(trust).lowest(self.trust);
        self.facts.extend(patch.facts);
        self.decisions.extend(patch.decisions);
        self.findings.extend(patch.findings);
        self.metadata.extend(patch.metadata);
        if let Some(more) = patch.instructions {
            if !self.instructions.is_empty() {
                self.instructions.push('\n');
            }
            self.instructions.push_str(&more);
        }
    }
}

/// The kinds of refusal; more may come, so an unknown word is `Other`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RefusalCode {
    /// The target cannot take it now.
    Unavailable,
    /// This user or conversation may not.
    NotAllowed,
    /// It must be paid for first.
    PaymentRequired,
    /// Anything else.
    Other,
}

impl RefusalCode {
    /// The word for it in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Unavailable => "unavailable",
            Self::NotAllowed => "not-allowed",
            Self::PaymentRequired => "payment-required",
            Self::Other => "other",
        }
    }

    /// Reads the word of the contract.
    pub fn from_word(word: &str) -> Self {
        match word {
            "unavailable" => Self::Unavailable,
            "not-allowed" => Self::NotAllowed,
            "payment-required" => Self::PaymentRequired,
            _ => Self::Other,
        }
    }
}

/// Why a hook refuses a handoff.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct Refusal {
    /// The kind.
    pub code: RefusalCode,
    /// For people.
    pub message: String,
}
