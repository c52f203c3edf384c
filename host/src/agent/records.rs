//! `records`: answers what the desk has on record about handoffs.

use std::fmt::Write;

use async_trait::async_trait;
use serde_json::Value;

use crate::{
    conversation::{HandoffRecord, HistoryError, Ticket, Turn},
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Reply},
};

/// Under this name a handoff's metadata says what is to be shown: `history` (or
/// nothing) or `active`. Which it is must not depend on the words of a message.
const SHOW: &str = "show";

/// Reads the desk's own records. It tells of all conversations, so that its
/// scopes are the operator's unless the configuration says otherwise.
pub struct Records {
    card: AgentCard,
}

impl Records {
    /// An agent that reads the records of the turn's store.
    pub fn new(card: AgentCard) -> Self {
        Self { card }
    }

    /// The handoffs of this conversation, but for those to this agent.
    fn history(&self, turn: &Turn) -> Result<String, HistoryError> {
        let all = turn.records.handoff_records(&turn.query.conversation)?;
        let mut text = String::new();
        for record in self.others(&all) {
            let end = match record.answered {
                Some(true) => "answered",
                Some(false) => "failed",
                None => "under way",
            };
            add(&mut text, &format!("{}: {end}", line(record)));
        }
        if text.is_empty() {
            text.push_str("This conversation has not been handed over.");
        }
        Ok(text)
    }

    /// Handoffs under way, and what waits for people, in all conversations.
    fn active(&self, turn: &Turn) -> Result<String, HistoryError> {
        let all = turn.records.records_under_way()?;
        let mut text = String::new();
        for record in self.others(&all) {
            add(
                &mut text,
                &format!("{} in {}", line(record), record.conversation),
            );
        }
        for ticket in turn.records.waiting_tickets()? {
            add(&mut text, &waiting(&ticket));
        }
        if text.is_empty() {
            text.push_str("No handoff is under way.");
        }
        Ok(text)
    }

    fn others<'a>(&self, all: &'a [HandoffRecord]) -> impl Iterator<Item = &'a HandoffRecord> {
        let name = self.card.name.clone();
        all.iter().filter(move |record| record.target != name)
    }
}

fn add(text: &mut String, line: &str) {
    if !text.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
}

fn line(record: &HandoffRecord) -> String {
    let mut line = String::new();
    // Writing to a string cannot fail.
    let _ = write!(
        line,
        "{} {} → {} ({}, confidence {:.2})",
        record.created.strftime("%Y-%m-%d %H:%M:%SZ"),
        record.source,
        record.target,
        record.reason,
        record.confidence
    );
    line
}

fn waiting(ticket: &Ticket) -> String {
    let by = ticket
        .claimed_by
        .as_ref()
        .map(|name| format!(" by {name}"))
        .unwrap_or_default();
    format!(
        "{} {} {}{by} in {}: {} of the user's messages wait",
        ticket.created.strftime("%Y-%m-%d %H:%M:%SZ"),
        ticket.id,
        ticket.state.as_str(),
        ticket.conversation,
        ticket.waiting
    )
}

#[async_trait]
impl Agent for Records {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let Assignment { turn, context, .. } = assignment;
        let show = context
            .as_deref()
            .and_then(|context| context.metadata.get(SHOW))
            .and_then(Value::as_str);
        let text = match show {
            None | Some("history") => self.history(&turn),
            Some("active") => self.active(&turn),
            Some(other) => {
                return Err(AgentFailure::Refused(format!(
                    "it shows `history` or `active`, not `{other}`"
                )));
            }
        };
        Ok(Reply {
            text: text.map_err(|error| AgentFailure::Failed(error.to_string()))?,
            ..Reply::default()
        })
    }
}
