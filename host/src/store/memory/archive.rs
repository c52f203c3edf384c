//! Looking back, and removing.

use std::{
    collections::BTreeMap,
    sync::{Arc, PoisonError},
};

use async_trait::async_trait;
use jiff::Timestamp;

use super::{Kept, MemoryStore};
use crate::{
    contract::{HandoffContext, Outcome},
    conversation::{Event, EventKind, HandoffRecord, SavedState, Ticket, TicketState},
    handoff::{Archive, Denial, KeptConversation, KeptHandoff, Logged, StoreError, Stored},
    id::{ConversationId, HandoffId, SkillName, UserId},
};

fn kept((context, outcome): &(Arc<HandoffContext>, Outcome)) -> KeptHandoff {
    KeptHandoff {
        context: context.clone(),
        outcome: Some(outcome.clone()),
    }
}

fn not_ended(context: &Arc<HandoffContext>) -> KeptHandoff {
    KeptHandoff {
        context: context.clone(),
        outcome: None,
    }
}

impl Kept {
    /// Those that wait or are under way.
    pub(super) fn open_handoffs(&self) -> impl Iterator<Item = &Arc<HandoffContext>> {
        self.waiting.iter().chain(&self.under_way)
    }

    fn is_erased(&self) -> bool {
        let mut events = self.events.iter();
        self.messages
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .is_empty()
            && events.any(|(_, event)| event.kind == EventKind::ConversationErased)
    }
}

#[async_trait]
impl Archive for MemoryStore {
    async fn handoff(&self, id: &HandoffId) -> Result<Option<KeptHandoff>, StoreError> {
        Ok(self.conversations.iter().find_map(|conversation| {
            let mut ended = conversation.handoffs.iter();
            let ended = ended.find(|(context, _)| context.id == *id).map(kept);
            ended.or_else(|| {
                let mut open = conversation.open_handoffs();
                open.find(|context| context.id == *id).map(not_ended)
            })
        }))
    }

    async fn conversations(
        &self,
        user: Option<&UserId>,
    ) -> Result<Vec<KeptConversation>, StoreError> {
        let mut found: Vec<KeptConversation> = self
            .conversations
            .iter()
            .filter(|kept| user.is_none_or(|user| kept.user.as_ref() == Some(user)))
            .filter(|kept| !kept.is_erased())
            .map(|kept| {
                let messages = kept.messages.read().unwrap_or_else(PoisonError::into_inner);
                KeptConversation {
                    id: kept.key().clone(),
                    user: kept.user.clone(),
                    owner: kept.owner.clone(),
                    turns: kept.turns,
                    messages: messages.len() as u64,
                    last: messages
                        .last()
                        .map(|message| message.time)
                        .or_else(|| kept.events.last().map(|(_, event)| event.time)),
                }
            })
            .collect();
        found.sort_by(|a, b| (a.last, &a.id).cmp(&(b.last, &b.id)));
        Ok(found)
    }

    async fn events_after(&self, place: u64, limit: usize) -> Result<Vec<Logged>, StoreError> {
        let after = usize::try_from(place).unwrap_or(usize::MAX);
        let found: Vec<(ConversationId, usize)> = {
            let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
            log.iter().skip(after).take(limit).cloned().collect()
        };
        let logged = (place + 1..).zip(found).filter_map(|(place, (id, at))| {
            let (turn, event) = self.conversations.get(&id)?.events.get(at)?.clone();
            Some(Logged {
                place,
                conversation: id,
                turn,
                event,
            })
        });
        Ok(logged.collect())
    }

    async fn last_event(&self) -> Result<u64, StoreError> {
        let log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(log.len() as u64)
    }

    async fn handoffs_since(&self, since: Timestamp) -> Result<Vec<HandoffRecord>, StoreError> {
        let mut found: Vec<HandoffRecord> = Vec::new();
        for kept in self.conversations.iter() {
            let ended = kept.handoffs.iter();
            found.extend(ended.map(|(context, end)| context.record(Some(end.result.is_ok()))));
            found.extend(kept.open_handoffs().map(|context| context.record(None)));
        }
        found.retain(|record| record.created >= since);
        found.sort_by(|a, b| a.id.cmp(&b.id));
        Ok(found)
    }

    async fn stored_during(&self, id: &ConversationId) -> Result<Vec<Stored>, StoreError> {
        Ok(self.storage.during(id))
    }

    async fn states(
        &self,
        id: &ConversationId,
    ) -> Result<Vec<(SkillName, SavedState)>, StoreError> {
        let Some(kept) = self.conversations.get(id) else {
            return Ok(Vec::new());
        };
        let states = kept.states.iter();
        let mut states: Vec<_> = states
            .map(|(skill, state)| (skill.clone(), state.clone()))
            .collect();
        states.sort_by(|(a, _), (b, _)| a.cmp(b));
        Ok(states)
    }

    async fn closed_tickets(&self) -> Result<Vec<Ticket>, StoreError> {
        let tickets = self.tickets.read().unwrap_or_else(PoisonError::into_inner);
        let closed = tickets.iter().filter(|t| t.state == TicketState::Closed);
        Ok(closed.cloned().collect())
    }

    async fn denials(&self, skill: &SkillName) -> Result<Vec<Denial>, StoreError> {
        let mut found: BTreeMap<String, Denial> = BTreeMap::new();
        for kept in self.conversations.iter() {
            for (_, event) in &kept.events {
                let EventKind::SkillDenied {
                    skill: by,
                    capability,
                } = &event.kind
                else {
                    continue;
                };
                if by != skill {
                    continue;
                }
                let denial = found.entry(capability.clone()).or_insert_with(|| Denial {
                    capability: capability.clone(),
                    times: 0,
                    last: None,
                });
                denial.times += 1;
                denial.last = denial.last.max(Some(event.time));
            }
        }
        Ok(found.into_values().collect())
    }

    async fn tickets_about(&self, id: &ConversationId) -> Result<Vec<Ticket>, StoreError> {
        let tickets = self.tickets.read().unwrap_or_else(PoisonError::into_inner);
        let about = tickets.iter().filter(|ticket| ticket.conversation == *id);
        Ok(about.cloned().collect())
    }

    async fn erase(&self, id: &ConversationId, erased: Event) -> Result<(), StoreError> {
        if let Some(mut kept) = self.conversations.get_mut(id) {
            kept.user = None;
            kept.metadata = Arc::default();
            // A turn that still reads the old list must not fill the new one.
            kept.messages = Arc::default();
            kept.states.clear();
            kept.handoffs.clear();
            kept.under_way.clear();
            kept.waiting.clear();
            kept.proofs.clear();
            kept.people.clear();
            kept.deliveries.clear();
            for (_, event) in &mut kept.events {
                *event = event.emptied();
            }
            let turn = kept.turns;
            kept.events.push((turn, erased));
            self.log(id, &mut kept);
        }
        self.forget_followers(id);
        self.book(|book| book.erase(id));
        self.storage.forget(id);
        self.tickets
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .retain(|ticket| ticket.conversation != *id);
        Ok(())
    }
}
