//! A store that forgets everything when the host stops; for tests, benchmarks
//! and trials.

mod archive;
mod books;
mod conversation;
mod deliveries;
mod records;
mod storage;

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use async_trait::async_trait;
use dashmap::DashMap;

use crate::{
    conversation::{
        Conversation, Effects, Event, Message, OpenTicket, Records, Thread, Ticket, TicketState,
    },
    handoff::{
        Admission, Conclusion, DeadLetter, Follower, HandoffState, Hold, Intake, PostingResult,
        Prepared, Store, StoreError, Tending,
    },
    id::{ConversationId, DeliveryKey, HandoffId, TicketId, UserId},
};

use books::Book;
use conversation::{Delivery, Kept, Transcript};

/// Keeps everything in memory.
#[derive(Default)]
pub struct MemoryStore {
    conversations: Arc<DashMap<ConversationId, Kept>>,
    tickets: RwLock<Vec<Ticket>>,
    letters: RwLock<Vec<DeadLetter>>,
    book: Arc<Mutex<Book>>,
    storage: storage::Values,
    threads: DashMap<Thread, Vec<ConversationId>>,
    /// The events of all conversations in order, each by its place in its own.
    log: Mutex<Vec<(ConversationId, usize)>>,
    followers: RwLock<Vec<Follower>>,
}

impl MemoryStore {
    fn book<R>(&self, work: impl FnOnce(&mut Book) -> R) -> R {
        work(&mut self.book.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts what has happened since into the log.
    fn log(&self, id: &ConversationId, kept: &mut Kept) {
        let new = kept.logged..kept.events.len();
        kept.logged = new.end;
        let mut log = self.log.lock().unwrap_or_else(PoisonError::into_inner);
        log.extend(new.map(|at| (id.clone(), at)));
    }

    /// The conversation is recognized by another thread than before.
    fn recognized_by(&self, id: &ConversationId, before: Option<Thread>, now: Thread) {
        if let Some(before) = before
            && let Some(mut ids) = self.threads.get_mut(&before)
        {
            ids.retain(|other| other != id);
        }
        self.threads.entry(now).or_default().push(id.clone());
    }

    fn add_tickets(&self, (opened, appended): (Vec<Ticket>, Vec<OpenTicket>)) {
        if opened.is_empty() && appended.is_empty() {
            return;
        }
        let mut tickets = self.tickets.write().unwrap_or_else(PoisonError::into_inner);
        tickets.extend(opened);
        for OpenTicket { ticket: id, .. } in appended {
            if let Some(ticket) = tickets.iter_mut().find(|ticket| ticket.id == id) {
                ticket.append();
            }
        }
    }
}

#[async_trait]
impl Store for MemoryStore {
    async fn open(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        Ok(self.conversations.get(id).map(|kept| {
            let length = kept
                .messages
                .read()
                .unwrap_or_else(PoisonError::into_inner)
                .len();
            Conversation {
                id: id.clone(),
                user: kept.user.clone(),
                owner: kept.owner.clone(),
                turns: kept.turns,
                metadata: kept.metadata.clone(),
                people: kept.people.clone(),
                history: Arc::new(Transcript {
                    messages: kept.messages.clone(),
                    length,
                }),
            }
        }))
    }

    /// All turns are of this process, whose queue lets in one at a time; what
    /// is given up is the money that a turn has set aside.
    fn hold(&self, id: &ConversationId) -> Hold {
        let (conversations, book, id) = (self.conversations.clone(), self.book.clone(), id.clone());
        Hold::new(move || {
            if let Some(mut kept) = conversations.get_mut(&id) {
                kept.in_turn = None;
            }
            book.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .end_turn(&id)
        })
    }

    async fn recognize(&self, thread: &Thread) -> Result<Option<ConversationId>, StoreError> {
        let found = self.threads.get(thread);
        Ok(found.and_then(|found| match found.as_slice() {
            [one] => Some(one.clone()),
            _ => None,
        }))
    }

    async fn delivered(
        &self,
        user: &UserId,
        key: &DeliveryKey,
    ) -> Result<Option<ConversationId>, StoreError> {
        Ok(self
            .conversations
            .iter()
            .find(|kept| kept.user.as_ref() == Some(user) && kept.deliveries.contains_key(key))
            .map(|kept| kept.key().clone()))
    }

    async fn line_up(
        &self,
        _id: &ConversationId,
        _max_waiting: usize,
    ) -> Result<Admission, StoreError> {
        Ok(Admission::Begun)
    }

    async fn intake(&self, intake: Intake) -> Result<Admission, StoreError> {
        let Intake {
            conversation,
            before,
            message,
            key,
            max_waiting: _,
            settles: _,
            resumes,
        } = intake;
        let mut kept = self
            .conversations
            .entry(conversation.id.clone())
            .or_insert_with(|| Kept::new(&conversation));
        if let Some(key) = key {
            if let Some(admission) = kept.delivered_again(&key, &message) {
                if let Admission::Resumed { turn, .. } = &admission {
                    kept.in_turn = Some(*turn);
                }
                return Ok(admission);
            }
            let delivery = Delivery {
                message: message.clone(),
                turn: kept.turns + 1,
                answer: None,
                called_off: None,
            };
            kept.deliveries.insert(key, delivery);
        }
        if kept.turns == 0 {
            kept.say(before);
        }
        if let Some(resumes) = resumes {
            if !kept.waiting.iter().any(|c| c.id == resumes.handoff) {
                return Ok(Admission::Settled);
            }
        } else {
            kept.say([message]);
        }
        kept.turns += 1;
        kept.in_turn = Some(kept.turns);
        Ok(Admission::Begun)
    }

    async fn proof(&self, handoff: &HandoffId) -> Result<Option<Arc<str>>, StoreError> {
        let with = |kept: &Kept| {
            let mut waiting = kept.waiting.iter();
            let waits = waiting.any(|context| context.id == *handoff);
            let mut proofs = kept.proofs.iter();
            let proof = proofs.find(|(id, _)| waits && id == handoff);
            proof.map(|(_, proof)| proof.clone())
        };
        Ok(self.conversations.iter().find_map(|kept| with(&kept)))
    }

    async fn prepare(&self, prepared: Prepared) -> Result<PostingResult, StoreError> {
        let Prepared {
            context, postings, ..
        } = prepared;
        let posted = match postings.as_slice() {
            [] => Ok(Vec::new()),
            postings => self.book(|book| book.post(postings)),
        };
        if posted.is_err() {
            return Ok(posted);
        }
        if let Some(mut kept) = self.conversations.get_mut(&context.conversation) {
            kept.waiting.retain(|waiting| waiting.id != context.id);
            kept.under_way.push(context);
        }
        Ok(posted)
    }

    async fn keep_calls(
        &self,
        conversation: &ConversationId,
        messages: Vec<Arc<Message>>,
    ) -> Result<(), StoreError> {
        if let Some(kept) = self.conversations.get(conversation) {
            kept.say_again(messages);
        }
        Ok(())
    }

    async fn conclude(&self, conclusion: Conclusion) -> Result<(), StoreError> {
        let Conclusion {
            conversation,
            turn,
            answer,
            owner,
            thread,
            handoffs,
            mut effects,
            receipt,
            dead_letter,
            settles,
            not_run,
            closes,
        } = conclusion;
        self.storage.write(&conversation, &effects.storage);
        if dead_letter.is_some() || settles.is_some() {
            let mut letters = self.letters.write().unwrap_or_else(PoisonError::into_inner);
            letters.retain(|letter| Some(letter.id()) != settles.as_ref());
            letters.extend(dead_letter.map(|letter| *letter));
        }
        let tickets = match self.conversations.get_mut(&conversation) {
            None => Default::default(),
            Some(mut kept) => {
                kept.owner = owner;
                if let Some(thread) = thread {
                    let before = kept.thread.replace(thread.clone());
                    self.recognized_by(&conversation, before, thread);
                }
                if let Some((key, answer)) = receipt
                    && let Some(delivery) = kept.deliveries.get_mut(&key)
                {
                    delivery.answer = Some(answer);
                }
                kept.under_way.clear();
                for (context, state) in not_run {
                    kept.waiting.retain(|waiting| waiting.id != context.id);
                    if state == HandoffState::Waiting {
                        kept.waiting.push(context);
                    }
                }
                kept.handoffs.extend(handoffs);
                kept.in_turn = None;
                if let Some(settlement) = effects.settlement.take() {
                    self.book(|book| book.conclude(&conversation, &settlement));
                }
                let tickets = kept.take(turn, effects);
                self.log(&conversation, &mut kept);
                kept.say([answer]);
                tickets
            }
        };
        self.add_tickets(tickets);
        if let Some(id) = closes {
            let mut tickets = self.tickets.write().unwrap_or_else(PoisonError::into_inner);
            if let Some(ticket) = tickets.iter_mut().find(|ticket| ticket.id == id) {
                ticket.close();
            }
        }
        Ok(())
    }

    async fn keep(&self, conversation: &Conversation, effects: Effects) -> Result<(), StoreError> {
        self.storage.write(&conversation.id, &effects.storage);
        let tickets = {
            let entry = self.conversations.entry(conversation.id.clone());
            let mut kept = entry.or_insert_with(|| Kept::new(conversation));
            let tickets = kept.take(conversation.turns, effects);
            self.log(&conversation.id, &mut kept);
            tickets
        };
        self.add_tickets(tickets);
        Ok(())
    }

    async fn events(&self, id: &ConversationId) -> Result<Vec<(u64, Event)>, StoreError> {
        Ok(self
            .conversations
            .get(id)
            .map(|kept| kept.events.clone())
            .unwrap_or_default())
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        let letters = self.letters.read().unwrap_or_else(PoisonError::into_inner);
        Ok(letters.clone())
    }

    async fn drop_dead_letter(&self, id: &HandoffId) -> Result<bool, StoreError> {
        let mut letters = self.letters.write().unwrap_or_else(PoisonError::into_inner);
        let before = letters.len();
        letters.retain(|letter| letter.id() != id);
        Ok(letters.len() < before)
    }

    async fn tickets(&self) -> Result<Vec<Ticket>, StoreError> {
        self.waiting_tickets().map_err(|error| StoreError::Failed {
            what: "read tickets",
            why: error.to_string(),
        })
    }

    async fn ticket(&self, id: &TicketId) -> Result<Option<Ticket>, StoreError> {
        let tickets = self.tickets.read().unwrap_or_else(PoisonError::into_inner);
        Ok(tickets.iter().find(|ticket| ticket.id == *id).cloned())
    }

    async fn tend(&self, tending: Tending) -> Result<bool, StoreError> {
        let Tending {
            mut ticket,
            turn,
            owner,
            message,
            events,
        } = tending;
        let closed = (ticket.state == TicketState::Closed).then(|| ticket.id.clone());
        let conversation = ticket.conversation.clone();
        {
            let mut tickets = self.tickets.write().unwrap_or_else(PoisonError::into_inner);
            let same = |kept: &&mut Ticket| kept.id == ticket.id && kept.version == ticket.version;
            let Some(kept) = tickets.iter_mut().find(same) else {
                return Ok(false);
            };
            ticket.version += 1;
            *kept = ticket;
        }
        if let Some(mut kept) = self.conversations.get_mut(&conversation) {
            if let Some(owner) = owner {
                kept.owner = owner;
            }
            kept.people
                .retain(|open| Some(&open.ticket) != closed.as_ref());
            kept.messages
                .write()
                .unwrap_or_else(PoisonError::into_inner)
                .extend(message);
            kept.events
                .extend(events.into_iter().map(|event| (turn, event)));
            self.log(&conversation, &mut kept);
        }
        Ok(true)
    }
}
