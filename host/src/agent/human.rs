//! `human`: a person, reached by a ticket.

use async_trait::async_trait;
use serde_json::json;

use crate::{
    conversation::{EventKind, Ticket, TicketState},
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Reply},
    id::TicketId,
};

/// A person, or a team of them. Being asked opens a ticket and ends the turn
/// with an acknowledgement; nobody holds a line while a person thinks.
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
        let details = match context.as_deref().map(serde_json::to_value) {
            Some(Ok(context)) => [("context".to_owned(), context)].into(),
            Some(Err(error)) => return Err(AgentFailure::Failed(error.to_string())),
            None => [("message".to_owned(), json!(&*text))].into(),
        };
        let ticket = Ticket {
            id: TicketId::generate(),
            conversation: turn.query.conversation.clone(),
            user: turn.query.user.clone(),
            state: TicketState::Open,
            opened_by: self.card.name.to_string(),
            reason: text.chars().take(200).collect(),
            details,
            created: turn.query.time,
        };
        let reply = self.acknowledgement.replace("{ticket}", ticket.id.as_str());
        turn.record(EventKind::TicketOpened {
            ticket: ticket.id.clone(),
            reason: ticket.reason.clone(),
        });
        turn.with_effects(|effects| effects.tickets.push(ticket));
        Ok(Reply {
            text: reply,
            ..Reply::default()
        })
    }
}
