//! What people say in the conversation between its turns.

use std::{sync::Arc, time::Duration};

use baton::{
    conversation::{Message, Speaker, Trust},
    handoff::Store,
    id::{ConversationId, MessageId},
};
use serde::Serialize;

use crate::cli::{
    style::{STRONG, paint},
    text::plain,
    wrap::wrap,
};

/// How often the store is looked at: soon enough for somebody who waits, and
/// too seldom to be felt.
pub const EVERY: Duration = Duration::from_secs(1);

/// Messages looked back at. Nobody replies more often than this in a second.
const PAGE: usize = 50;

/// What has been seen of the conversation.
#[derive(Default)]
pub struct Replies {
    last: Option<MessageId>,
}

/// A reply for programs.
#[derive(Serialize)]
pub struct Told<'a> {
    notice: &'static str,
    #[serde(flatten)]
    message: &'a Message,
}

/// A person's reply for programs.
pub fn json(message: &Message) -> Told<'_> {
    Told {
        notice: "message",
        message,
    }
}

/// A person's reply for people.
pub fn shown(message: &Message, width: Option<usize>) -> String {
    let said = wrap(&plain(&message.content), width);
    match &message.speaker {
        Speaker::Agent { agent } => format!("{}\n{said}\n", paint(STRONG, agent)),
        _ => said,
    }
}

impl Replies {
    /// What people have said since the last look, and what came of what they
    /// approved; at the first, since the user last wrote. Answers are shown when they are given, and not again here.
    pub async fn new_in(
        &mut self,
        store: &dyn Store,
        id: &ConversationId,
    ) -> anyhow::Result<Vec<Arc<Message>>> {
        let Some(conversation) = store.open(id).await? else {
            return Ok(Vec::new());
        };
        let page = conversation.history.page(None, PAGE)?;
        Ok(self.new_of(&page))
    }

    fn new_of(&mut self, page: &[Arc<Message>]) -> Vec<Arc<Message>> {
        let seen = match &self.last {
            Some(last) => page.iter().rposition(|message| message.id == *last),
            None => page
                .iter()
                .rposition(|message| message.speaker == Speaker::User),
        };
        let first = seen.map_or(0, |at| at + 1);
        let mut asked = false;
        let mut told = Vec::new();
        for (at, message) in page.iter().enumerate() {
            let tell = match &message.speaker {
                Speaker::User | Speaker::Operator => {
                    asked = true;
                    false
                }
                Speaker::Tool { .. } => false,
                // It has called a tool, and has not answered yet.
                Speaker::Agent { .. } if !message.calls.is_empty() => false,
                // Only people speak for an agent with the operator's trust.
                Speaker::Agent { .. } if message.trust == Trust::OPERATOR => true,
                // Whoever was asked has shown its answer; another that comes
                // after it is of a turn that waited for a person.
                Speaker::Agent { .. } => !std::mem::take(&mut asked),
            };
            if tell && at >= first {
                told.push(message.clone());
            }
        }
        if let Some(message) = page.last() {
            self.last = Some(message.id.clone());
        }
        told
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reply(text: &str) -> Arc<Message> {
        Arc::new(Message {
            trust: Trust::OPERATOR,
            ..Message::from_agent("human".into(), text)
        })
    }

    fn texts(messages: &[Arc<Message>]) -> Vec<&str> {
        messages.iter().map(|message| &*message.content).collect()
    }

    #[test]
    fn a_reply_is_told_once_and_answers_are_not_told_again() {
        let mut page = vec![
            reply("old"),
            Arc::new(Message::from_user("hello")),
            Arc::new(Message::from_agent("desk".into(), "an answer")),
            reply("first"),
        ];
        let mut replies = Replies::default();
        assert_eq!(texts(&replies.new_of(&page)), ["first"]);
        assert!(replies.new_of(&page).is_empty());
        page.push(reply("second"));
        assert_eq!(texts(&replies.new_of(&page)), ["second"]);
        let late = Message::from_agent("expert".into(), "after approval");
        page.push(Arc::new(late));
        assert_eq!(texts(&replies.new_of(&page)), ["after approval"]);
    }
}
