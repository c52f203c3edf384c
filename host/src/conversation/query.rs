//! A user's message as skills see it.

use std::sync::Arc;

use jiff::Timestamp;

use crate::id::{AgentName, ConversationId, Scope, UserId};

/// A user's message, and where in which conversation it was said.
#[derive(Clone, Debug)]
pub struct Query {
    /// What was written, cleaned.
    pub text: Arc<str>,
    /// In which conversation.
    pub conversation: ConversationId,
    /// By whom; none for a visitor.
    pub user: Option<UserId>,
    /// The agent that owns the conversation at present.
    pub owner: AgentName,
    /// What the caller was authorized for.
    pub scopes: Arc<[Scope]>,
    /// Position of this turn in its conversation, from 1.
    pub turn: u64,
    /// When the message came. A turn knows no other time, so that it can be replayed.
    pub time: Timestamp,
}

impl Query {
    /// The first of `required` that the caller lacks.
    pub fn lacks<'a>(&self, required: &'a [Scope]) -> Option<&'a Scope> {
        required.iter().find(|scope| !self.scopes.contains(scope))
    }
}
