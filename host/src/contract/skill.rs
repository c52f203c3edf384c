//! A skill that can be run, however it is run.

use std::{fmt, sync::Arc};

use async_trait::async_trait;
use serde_json::Value;

use super::{Fault, HandoffContext, Manifest, Outcome, Patch, Refusal, Verdict};
use crate::{
    conversation::Turn,
    id::{ConversationId, FunctionName, Scope, UserId},
};

/// SHA-256 of a component's bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Digest(pub [u8; 32]);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Something that can be asked for verdicts, run as a hook and called as a tool.
pub trait Skill: Send + Sync {
    /// What it is.
    fn manifest(&self) -> &Manifest;

    /// Which bytes it is made of.
    fn digest(&self) -> Digest;

    /// Whether it may do something that is not undone when its turn is broken
    /// off: call the web, move money, ask others. What it stores comes with the
    /// turn's end, or not at all.
    fn acts_outside(&self) -> bool;

    /// Drops what it holds of a conversation between two turns; most hold
    /// nothing.
    fn forget(&self, _conversation: &ConversationId) {}

    /// A session for one turn. Nothing runs until it is asked something.
    fn open(self: Arc<Self>, turn: &Arc<Turn>) -> Box<dyn Session>;
}

/// Who calls a tool.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CallerKind {
    /// An agent of the desk.
    Agent,
    /// A person at a terminal.
    Person,
    /// A program from outside.
    Client,
}

impl CallerKind {
    /// The word for it in the contract.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Agent => "agent",
            Self::Person => "person",
            Self::Client => "client",
        }
    }
}

/// Who calls a tool, and for whom.
#[derive(Clone, Debug)]
pub struct Caller {
    /// What it is.
    pub kind: CallerKind,
    /// What it is called.
    pub name: String,
    /// On whose behalf.
    pub user: Option<UserId>,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// What it was authorized for.
    pub scopes: Arc<[Scope]>,
}

/// The code of arguments that a tool does not take.
pub const INVALID_ARGUMENTS: &str = "invalid-arguments";

/// Why a tool gave no result.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ToolError {
    /// The tool says so itself.
    #[error("{message} ({code})")]
    Refused {
        /// `unknown-tool`, `invalid-arguments`, `not-allowed`, `failed` or the tool's own.
        code: String,
        /// For people.
        message: String,
    },
    /// The skill went wrong.
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// One instance of a skill, alive for one turn at most, unless the operator has
/// it kept for the conversation's next.
///
/// After a [`Fault`] the session answers nothing but faults.
#[async_trait]
pub trait Session: Send {
    /// One verdict for each of `handoffs`, positions in the manifest.
    async fn evaluate(&mut self, handoffs: &[u32]) -> Result<Vec<Verdict>, Fault>;

    /// Runs a hook before a handoff.
    async fn before(
        &mut self,
        hook: u32,
        context: &HandoffContext,
    ) -> Result<Result<Patch, Refusal>, Fault>;

    /// Runs a hook after a handoff.
    async fn after(
        &mut self,
        hook: u32,
        context: &HandoffContext,
        outcome: &Outcome,
    ) -> Result<Result<Patch, Refusal>, Fault>;

    /// Calls a tool.
    async fn call(
        &mut self,
        tool: &FunctionName,
        arguments: &Value,
        caller: &Caller,
    ) -> Result<Value, ToolError>;
}
