//! The messages of a conversation, read by the page.

use std::{fmt::Debug, sync::Arc};

use super::Message;
use crate::id::MessageId;

/// The messages could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the conversation's messages: {0}")]
pub struct HistoryError(pub String);

/// The messages of one conversation up to the moment it was opened.
///
/// A trait and not a list, because a turn that nobody asks for old messages
/// must not pay for a long conversation.
pub trait History: Send + Sync + Debug {
    /// At most `limit` messages before the one with the id `before` (none: the
    /// newest), oldest first.
    fn page(
        &self,
        before: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError>;
}

/// Messages that are at hand anyway, oldest first.
#[derive(Debug, Default)]
pub struct MessageList(pub Vec<Arc<Message>>);

impl History for MessageList {
    fn page(
        &self,
        before: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError> {
        let end = match before {
            None => self.0.len(),
            Some(id) => self.0.iter().position(|m| m.id == *id).unwrap_or(0),
        };
        let page = self.0.iter().take(end).skip(end.saturating_sub(limit));
        Ok(page.cloned().collect())
    }
}
