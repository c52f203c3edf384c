//! What a condition answers.

use crate::bindings::types::{self, Pair, Verdict};
use crate::codes::Reason;
use crate::json::ToJson;

/// Why a static condition says yes, when a plain `true` does not say enough.
///
/// ```
/// use baton_sdk::Grounds;
/// let grounds = Grounds::new().confidence(0.8).finding("symbol", "ACME");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Grounds {
    confidence: f64,
    reason: Option<Reason>,
    instructions: String,
    findings: Vec<Pair>,
}

impl Grounds {
    /// Certain, for the reason the handoff declares.
    pub fn new() -> Self {
        Self {
            confidence: 1.0,
            reason: None,
            instructions: String::new(),
            findings: Vec::new(),
        }
    }

    /// How sure the condition is, from 0 to 1.
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.confidence = confidence;
        self
    }

    /// Another reason than the handoff declares.
    pub fn reason(mut self, reason: Reason) -> Self {
        self.reason = Some(reason);
        self
    }

    /// What the target is to do, beyond the user's message.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.instructions = instructions.into();
        self
    }

    /// Something that the condition found out, for the target to build on.
    pub fn finding(mut self, name: &str, value: impl ToJson) -> Self {
        self.findings.push(Pair::new(name, value));
        self
    }

    fn verdict(self, target: String) -> Verdict {
        Verdict::HandOff(types::Proposal {
            target,
            confidence: self.confidence,
            reason: self
                .reason
                .map(|reason| reason.as_str().to_owned())
                .unwrap_or_default(),
            instructions: self.instructions,
            findings: self.findings,
            extra: Vec::new(),
        })
    }
}

impl Default for Grounds {
    fn default() -> Self {
        Self::new()
    }
}

/// Whom a dynamic condition would hand over to, and why, when the agent's name
/// alone does not say enough.
///
/// ```
/// use baton_sdk::Proposal;
/// let proposal = Proposal::to("legal-advisor").confidence(0.9).instructions("Cite the law.");
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    target: String,
    grounds: Grounds,
}

impl Proposal {
    /// To this agent, with certainty.
    pub fn to(target: impl Into<String>) -> Self {
        Self {
            target: target.into(),
            grounds: Grounds::new(),
        }
    }

    /// How sure the condition is, from 0 to 1.
    pub fn confidence(mut self, confidence: f64) -> Self {
        self.grounds = self.grounds.confidence(confidence);
        self
    }

    /// Another reason than the handoff declares.
    pub fn reason(mut self, reason: Reason) -> Self {
        self.grounds = self.grounds.reason(reason);
        self
    }

    /// What the target is to do, beyond the user's message.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        self.grounds = self.grounds.instructions(instructions);
        self
    }

    /// Something that the condition found out, for the target to build on.
    pub fn finding(mut self, name: &str, value: impl ToJson) -> Self {
        self.grounds = self.grounds.finding(name, value);
        self
    }

    /// The agent it would hand over to.
    pub fn target(&self) -> &str {
        &self.target
    }

    /// What the condition found out.
    pub fn findings(&self) -> &[Pair] {
        &self.grounds.findings
    }
}

/// What a condition with a declared target may return.
#[diagnostic::on_unimplemented(
    message = "a handoff with a declared target answers yes or no, not `{Self}`",
    label = "return `bool`, or `Option<Grounds>` to say more",
    note = "to name the agent at run time, leave the target out: `#[handoff]`"
)]
pub trait StaticAnswer {
    #[doc(hidden)]
    fn verdict(self, target: &'static str) -> Verdict;
}

impl StaticAnswer for bool {
    fn verdict(self, target: &'static str) -> Verdict {
        if self {
            Grounds::new().verdict(target.to_owned())
        } else {
            Verdict::Pass
        }
    }
}

impl StaticAnswer for Option<Grounds> {
    fn verdict(self, target: &'static str) -> Verdict {
        self.map_or(Verdict::Pass, |grounds| grounds.verdict(target.to_owned()))
    }
}

/// What a condition without a declared target may return.
#[diagnostic::on_unimplemented(
    message = "a handoff without a declared target names an agent or none, not `{Self}`",
    label = "return `Option<&str>`, `Option<String>` or `Option<Proposal>`",
    note = "to answer only yes or no, declare the target: `#[handoff(\"agent-name\")]`"
)]
pub trait DynamicAnswer {
    #[doc(hidden)]
    fn verdict(self) -> Verdict;
}

impl DynamicAnswer for Option<&str> {
    fn verdict(self) -> Verdict {
        self.map_or(Verdict::Pass, |target| {
            Grounds::new().verdict(target.to_owned())
        })
    }
}

impl DynamicAnswer for Option<String> {
    fn verdict(self) -> Verdict {
        self.map_or(Verdict::Pass, |target| Grounds::new().verdict(target))
    }
}

impl DynamicAnswer for Option<Proposal> {
    fn verdict(self) -> Verdict {
        self.map_or(Verdict::Pass, |proposal| {
            proposal.grounds.verdict(proposal.target)
        })
    }
}
