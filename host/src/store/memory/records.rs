//! What a turn reads of earlier ones.

use std::sync::PoisonError;

use super::MemoryStore;
use crate::{
    conversation::{HandoffRecord, HistoryError, Records, SavedState, Ticket, TicketState},
    id::{ConversationId, SkillName, UserId},
};

impl Records for MemoryStore {
    fn state(
        &self,
        conversation: &ConversationId,
        skill: &SkillName,
    ) -> Result<Option<SavedState>, HistoryError> {
        Ok(self
            .conversations
            .get(conversation)
            .and_then(|kept| kept.states.get(skill).cloned()))
    }

    fn open_tickets(&self, user: &UserId) -> Result<Vec<Ticket>, HistoryError> {
        let tickets = self.tickets.read().unwrap_or_else(PoisonError::into_inner);
        let open = |ticket: &&Ticket| {
            ticket.state != TicketState::Closed && ticket.user.as_ref() == Some(user)
        };
        Ok(tickets.iter().filter(open).cloned().collect())
    }

    fn handoff_records(
        &self,
        conversation: &ConversationId,
    ) -> Result<Vec<HandoffRecord>, HistoryError> {
        Ok(self
            .conversations
            .get(conversation)
            .map(|kept| {
                let ended = kept.handoffs.iter();
                let ended =
                    ended.map(|(context, outcome)| context.record(Some(outcome.result.is_ok())));
                let under_way = kept.open_handoffs().map(|context| context.record(None));
                ended.chain(under_way).collect()
            })
            .unwrap_or_default())
    }

    fn records_under_way(&self) -> Result<Vec<HandoffRecord>, HistoryError> {
        let mut active = Vec::new();
        for kept in self.conversations.iter() {
            active.extend(kept.open_handoffs().map(|context| context.record(None)));
        }
        active.sort_by(|a: &HandoffRecord, b| a.id.cmp(&b.id));
        Ok(active)
    }

    fn waiting_tickets(&self) -> Result<Vec<Ticket>, HistoryError> {
        let tickets = self.tickets.read().unwrap_or_else(PoisonError::into_inner);
        let waiting = tickets.iter().filter(|t| t.state != TicketState::Closed);
        Ok(waiting.cloned().collect())
    }
}
