//! `human`: a person, reached by a ticket.

use std::collections::BTreeMap;

use async_trait::async_trait;
use serde_json::{Value, json};

use crate::{
    contract::HandoffContext,
    conversation::{EventKind, OpenTicket, Ticket, Turn},
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Purpose, Reply},
    id::TicketId,
};

/// Characters of the message that stand for it in a list.
const REASON: usize = 200;

/// A person, or a team of them. Being asked opens a ticket and ends the turn
/// with an acknowledgement; nobody holds a line while a person thinks. What the
/// user writes until the ticket is closed belongs to the same ticket.
pub struct Human {
    card: AgentCard,
    acknowledgement: String,
}

impl Human {
    /// In the acknowledgement, `{ticket}` becomes the ticket's number.
    pub fn new(card: AgentCard, acknowledgement: String) -> Self {
        Self {
            card,
            acknowledgement,
        }
    }

    /// A ticket of its own for each handoff, for each is decided by itself. The
    /// conversation stays where it is meanwhile.
    fn ask_approval(
        &self,
        turn: &Turn,
        text: &str,
        context: Option<&HandoffContext>,
    ) -> Result<Reply, AgentFailure> {
        let task = context.map_or(text, |context| &context.original_task);
        let reason = task.chars().take(REASON).collect();
        let ticket = Ticket {
            details: details(text, context)?,
            agent: Some(self.card.name.clone()),
            waiting: 1,
            ..Ticket::new(&turn.query, self.card.name.to_string(), reason)
        };
        let reply = Reply {
            decides_later: Some(ticket.id.clone()),
            ..self.acknowledge(&ticket.id)
        };
        turn.record(EventKind::TicketOpened {
            ticket: ticket.id.clone(),
            reason: ticket.reason.clone(),
        });
        turn.with_effects(|effects| effects.tickets.push(ticket));
        Ok(reply)
    }

    fn acknowledge(&self, ticket: &TicketId) -> Reply {
        Reply {
            text: self.acknowledgement.replace("{ticket}", ticket.as_str()),
            ..Reply::default()
        }
    }
}

/// What helps the person: the handoff's context, or else the message.
fn details(
    text: &str,
    context: Option<&HandoffContext>,
) -> Result<BTreeMap<String, Value>, AgentFailure> {
    match context.map(serde_json::to_value) {
        Some(Ok(context)) => Ok([("context".to_owned(), context)].into()),
        Some(Err(error)) => Err(AgentFailure::Failed(error.to_string())),
        None => Ok([("message".to_owned(), json!(text))].into()),
    }
}

#[async_trait]
impl Agent for Human {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let Assignment {
            turn,
            text,
            context,
            purpose,
            ..
        } = assignment;
        if purpose == Purpose::Approve {
            return self.ask_approval(&turn, &text, context.as_deref());
        }
        let name = &self.card.name;
        if let Some(open) = turn.people.iter().find(|open| open.agent == *name) {
            let OpenTicket { ticket, .. } = open.clone();
            let reply = self.acknowledge(&ticket);
            turn.with_effects(|effects| effects.appended.push(open.clone()));
            turn.record(EventKind::TicketAppended { ticket });
            return Ok(reply);
        }
        // Asked again in the turn that opened it: by another way to the same people.
        let opened = turn.with_effects(|effects| {
            let mut opened = effects.tickets.iter();
            let own = opened.find(|ticket| ticket.of_people().is_some_and(|o| o.agent == *name));
            own.map(|ticket| ticket.id.clone())
        });
        if let Some(ticket) = opened {
            return Ok(self.acknowledge(&ticket));
        }
        let details = details(&text, context.as_deref())?;
        let source = context.as_deref().map(|context| &context.source);
        let before = source.unwrap_or(&turn.query.owner);
        let reason = text.chars().take(REASON).collect();
        let ticket = Ticket {
            details,
            agent: Some(name.clone()),
            returns_to: Some(before.clone()).filter(|before| before != name),
            waiting: 1,
            ..Ticket::new(&turn.query, name.to_string(), reason)
        };
        let reply = self.acknowledge(&ticket.id);
        turn.record(EventKind::TicketOpened {
            ticket: ticket.id.clone(),
            reason: ticket.reason.clone(),
        });
        turn.with_effects(|effects| effects.tickets.push(ticket));
        Ok(reply)
    }
}
