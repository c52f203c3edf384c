//! A conversation as somebody is to see it who answers an earlier message of it.

use std::sync::Arc;

use jiff::Timestamp;

use super::StoreError;
use crate::{
    conversation::{History, HistoryError, Message, Speaker},
    id::MessageId,
};

/// Messages among which the one is looked for that a handoff was wanted for.
/// Whoever has written more than this since then has changed the subject.
const LOOKS_BACK: usize = 50;

/// A conversation without the message that is to be answered now: it comes
/// after whatever was said since, and once.
#[derive(Debug)]
pub(super) struct Without {
    history: Arc<dyn History>,
    message: MessageId,
}

impl Without {
    /// Without the user's last message that says this.
    pub(super) fn the_last(
        text: &str,
        history: Arc<dyn History>,
    ) -> Result<Arc<dyn History>, StoreError> {
        let page = history.page(None, LOOKS_BACK);
        let page = page.map_err(|error| StoreError::Failed {
            what: "read messages",
            why: error.to_string(),
        })?;
        let said =
            |message: &&Arc<Message>| message.speaker == Speaker::User && &*message.content == text;
        Ok(match page.iter().rev().find(said) {
            None => history,
            Some(found) => Arc::new(Self {
                message: found.id.clone(),
                history,
            }),
        })
    }
}

impl History for Without {
    fn page(
        &self,
        before: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError> {
        let mut page = self.history.page(before, limit.saturating_add(1))?;
        page.retain(|message| message.id != self.message);
        page.drain(..page.len().saturating_sub(limit));
        Ok(page)
    }
}

/// A conversation up to a moment.
#[derive(Debug)]
pub(super) struct Until {
    pub(super) history: Arc<dyn History>,
    pub(super) time: Timestamp,
}

/// Messages read at once while looking for those of before.
const PAGE: usize = 100;

impl History for Until {
    fn page(
        &self,
        before: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError> {
        if before.is_some() {
            return self.history.page(before, limit);
        }
        let mut page = self.history.page(None, limit.max(PAGE))?;
        // All that is read may have been said later.
        while page
            .first()
            .is_some_and(|message| message.time >= self.time)
        {
            let first = page.first().map(|message| message.id.clone());
            page = self.history.page(first.as_ref(), limit.max(PAGE))?;
        }
        page.retain(|message| message.time < self.time);
        page.drain(..page.len().saturating_sub(limit));
        Ok(page)
    }
}
