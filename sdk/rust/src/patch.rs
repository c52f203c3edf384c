//! What a hook answers.

use crate::bindings::types::{self, Pair};
use crate::codes::{ErrorCode, RefusalCode};
use crate::error::Error;
use crate::json::ToJson;
use std::fmt;

/// What a hook adds to a handoff. Nothing that is there is taken away.
///
/// ```
/// use baton_sdk::Patch;
/// let patch = Patch::new().metadata("customer_tier", "gold").fact("Has waited for two weeks.");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Patch {
    facts: Vec<String>,
    decisions: Vec<String>,
    findings: Vec<Pair>,
    metadata: Vec<Pair>,
    instructions: Option<String>,
    conversation: Vec<Pair>,
    replace: Option<types::Replacement>,
}

impl Patch {
    /// Nothing yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Something that is so.
    pub fn fact(mut self, fact: impl Into<String>) -> Self {
        self.facts.push(fact.into());
        self
    }

    /// Something that was decided.
    pub fn decision(mut self, decision: impl Into<String>) -> Self {
        self.decisions.push(decision.into());
        self
    }

    /// Something that was found out.
    pub fn finding(mut self, name: &str, value: impl ToJson) -> Self {
        self.findings.push(Pair::new(name, value));
        self
    }

    /// Something about this handoff.
    pub fn metadata(mut self, name: &str, value: impl ToJson) -> Self {
        self.metadata.push(Pair::new(name, value));
        self
    }

    /// What the target is to do; a second call adds a line.
    pub fn instructions(mut self, instructions: impl Into<String>) -> Self {
        let more = instructions.into();
        self.instructions = Some(match self.instructions {
            Some(before) => before + "\n" + &more,
            None => more,
        });
        self
    }

    /// Metadata of the conversation, kept for later turns.
    pub fn remember(mut self, name: &str, value: impl ToJson) -> Self {
        self.conversation.push(Pair::new(name, value));
        self
    }

    /// Has the tool called with these arguments instead, a JSON object. Only before
    /// a tool.
    pub fn arguments(self, arguments: impl ToJson) -> Self {
        self.metadata("arguments", arguments)
    }

    /// Puts this result in the place of the tool's. Only after a tool.
    pub fn result(self, result: impl Into<String>) -> Self {
        self.replace(result.into(), None, false)
    }

    /// Puts this reply in the place of the target's. Only after a handoff.
    pub fn reply(self, reply: impl Into<String>) -> Self {
        self.replace(reply.into(), None, false)
    }

    /// As `reply`, in the name of the agent who gave it.
    pub fn reply_of(self, agent: &str, reply: impl Into<String>) -> Self {
        self.replace(reply.into(), Some(agent.to_owned()), false)
    }

    /// As `reply`, marked as a stopgap: the target has not answered.
    pub fn fallback_reply(self, reply: impl Into<String>) -> Self {
        self.replace(reply.into(), None, true)
    }

    /// As `fallback_reply`, in the name of the agent who gave it.
    pub fn fallback_reply_of(self, agent: &str, reply: impl Into<String>) -> Self {
        self.replace(reply.into(), Some(agent.to_owned()), true)
    }

    fn replace(mut self, reply: String, agent: Option<String>, fallback: bool) -> Self {
        self.replace = Some(types::Replacement {
            reply,
            agent,
            fallback,
            extra: Vec::new(),
        });
        self
    }
}

/// What a unit test asks of a patch.
impl Patch {
    /// The facts it adds.
    pub fn facts(&self) -> &[String] {
        &self.facts
    }

    /// The findings it adds.
    pub fn findings(&self) -> &[Pair] {
        &self.findings
    }

    /// The metadata it adds to the handoff.
    pub fn handoff_metadata(&self) -> &[Pair] {
        &self.metadata
    }

    /// The metadata it adds to the conversation.
    pub fn remembered(&self) -> &[Pair] {
        &self.conversation
    }

    /// The reply that replaces the target's, if it does.
    pub fn replacement(&self) -> Option<&types::Replacement> {
        self.replace.as_ref()
    }
}

impl From<Patch> for types::Patch {
    fn from(patch: Patch) -> Self {
        Self {
            facts: patch.facts,
            decisions: patch.decisions,
            findings: patch.findings,
            metadata: patch.metadata,
            instructions: patch.instructions,
            conversation: patch.conversation,
            replace: patch.replace,
            extra: Vec::new(),
        }
    }
}

/// Why a hook refuses a handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// What kind of reason it is.
    pub code: RefusalCode,
    /// The reason in words, for the operator.
    pub message: String,
}

impl Refusal {
    /// The target cannot take it now.
    pub fn unavailable(message: impl Into<String>) -> Self {
        Self {
            code: RefusalCode::Unavailable,
            message: message.into(),
        }
    }

    /// It must not go there.
    pub fn not_allowed(message: impl Into<String>) -> Self {
        Self {
            code: RefusalCode::NotAllowed,
            message: message.into(),
        }
    }

    /// Somebody has to pay first.
    pub fn payment_required(message: impl Into<String>) -> Self {
        Self {
            code: RefusalCode::PaymentRequired,
            message: message.into(),
        }
    }

    /// Any other reason.
    pub fn other(message: impl Into<String>) -> Self {
        Self {
            code: RefusalCode::Other("other".to_owned()),
            message: message.into(),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl std::error::Error for Refusal {}

/// What a capability could not do makes the hook refuse, with `?`.
impl From<Error> for Refusal {
    fn from(error: Error) -> Self {
        let code = match error.code {
            ErrorCode::NotGranted | ErrorCode::NotAllowed => RefusalCode::NotAllowed,
            ErrorCode::PaymentRequired => RefusalCode::PaymentRequired,
            ErrorCode::Unavailable => RefusalCode::Unavailable,
            _ => RefusalCode::Other("other".to_owned()),
        };
        Self {
            code,
            message: error.message,
        }
    }
}

impl From<Refusal> for types::Refusal {
    fn from(refusal: Refusal) -> Self {
        Self {
            code: refusal.code.as_str().to_owned(),
            message: refusal.message,
            extra: Vec::new(),
        }
    }
}

/// What a hook may return.
#[diagnostic::on_unimplemented(
    message = "a hook cannot return `{Self}`",
    label = "return `Patch`, `Result<Patch, Refusal>`, `Result<(), Refusal>` or nothing"
)]
pub trait HookAnswer {
    #[doc(hidden)]
    fn settle(self) -> Result<types::Patch, types::Refusal>;
}

impl HookAnswer for () {
    fn settle(self) -> Result<types::Patch, types::Refusal> {
        Ok(Patch::new().into())
    }
}

impl HookAnswer for Patch {
    fn settle(self) -> Result<types::Patch, types::Refusal> {
        Ok(self.into())
    }
}

impl<T: HookAnswer> HookAnswer for Result<T, Refusal> {
    fn settle(self) -> Result<types::Patch, types::Refusal> {
        self.map_err(types::Refusal::from)?.settle()
    }
}
