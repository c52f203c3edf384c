//! What comes in.

use std::sync::Arc;

use super::Deltas;
use crate::{
    conversation::{Message, Thread},
    id::{AgentName, ConversationId, DeliveryKey, Scope, UserId},
    trace::TraceParent,
};

/// A user's message as it comes in.
#[derive(Clone, Default)]
pub struct Incoming {
    /// The conversation it continues; none: it begins one.
    pub conversation: Option<ConversationId>,
    /// Who writes; none: a visitor, or whoever the conversation belongs to.
    pub user: Option<UserId>,
    /// What the caller was authorized for.
    pub scopes: Arc<[Scope]>,
    /// What is written.
    pub text: String,
    /// Where parts of the reply go as they come.
    pub deltas: Option<Deltas>,
    /// A proof of payment for a provider that wants one.
    pub payment: Option<Arc<str>>,
    /// What its sender calls it: the same key in the same conversation, or from
    /// the same user, is the same message, and gets the first answer.
    pub key: Option<DeliveryKey>,
    /// What its client has seen of the conversation before this message, for
    /// clients that have no name for it.
    pub seen: Option<Seen>,
    /// Who has it if it begins a conversation; none: the desk's entry.
    pub entry: Option<AgentName>,
    /// What it is a part of elsewhere, for whoever observes both.
    pub trace: Option<TraceParent>,
}

/// A conversation as its client knows it.
#[derive(Clone, Debug)]
pub struct Seen {
    /// What it is recognized by.
    pub thread: Thread,
    /// What was said in it, kept if no conversation, or more than one, is
    /// recognized.
    pub before: Vec<Arc<Message>>,
}
