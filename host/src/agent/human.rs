//! `human`: a person, reached by a ticket.

use async_trait::async_trait;
use serde_json::json;

use crate::{
    conversation::{EventKind, OpenTicket, Ticket},
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Reply},
    id::TicketId,
};

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

    fn acknowledge(&self, ticket: &TicketId) -> Reply {
        Reply {
            text: self.acknowledgement.replace("{ticket}", ticket.as_str()),
            ..Reply::default()
        }
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
            ..
        } = assignment;
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
            let own = opened.find(|ticket| ticket.agent.as_ref() == Some(name));
            own.map(|ticket| ticket.id.clone())
        });
        if let Some(ticket) = opened {
            return Ok(self.acknowledge(&ticket));
        }
        let details = match context.as_deref().map(serde_json::to_value) {
            Some(Ok(context)) => [("context".to_owned(), context)].into(),
            Some(Err(error)) => return Err(AgentFailure::Failed(error.to_string())),
            None => [("message".to_owned(), json!(&*text))].into(),
        };
        let source = context.as_deref().map(|context| &context.source);
        let before = source.unwrap_or(&turn.query.owner);
        let reason = text.chars().take(200).collect();
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
