//! A conversation as the memory keeps it.

use std::{
    collections::HashMap,
    sync::{Arc, PoisonError, RwLock},
};

use jiff::Timestamp;

use crate::{
    contract::{HandoffContext, Outcome},
    conversation::{
        Conversation, Effects, Event, History, HistoryError, Message, Metadata, OpenTicket,
        SavedState, Thread, Ticket,
    },
    handoff::{Admission, Answer},
    id::{AgentName, DeliveryKey, HandoffId, MessageId, SkillName, UserId},
};

/// A message that came with a key.
pub(super) struct Delivery {
    pub(super) message: Arc<Message>,
    pub(super) turn: u64,
    /// None: its turn is under way, or was cut off.
    pub(super) answer: Option<Box<Answer>>,
    /// When its sender called it off.
    pub(super) called_off: Option<Timestamp>,
}

/// A conversation as it is kept.
pub(super) struct Kept {
    pub(super) user: Option<UserId>,
    pub(super) owner: AgentName,
    pub(super) turns: u64,
    /// The turn that has not ended.
    pub(super) in_turn: Option<u64>,
    pub(super) metadata: Arc<Metadata>,
    pub(super) messages: Arc<RwLock<Vec<Arc<Message>>>>,
    pub(super) states: HashMap<SkillName, SavedState>,
    pub(super) events: Vec<(u64, Event)>,
    /// How many of them are in the log of all conversations.
    pub(super) logged: usize,
    pub(super) handoffs: Vec<(Arc<HandoffContext>, Outcome)>,
    pub(super) deliveries: HashMap<DeliveryKey, Delivery>,
    /// Handoffs of the turn that has not ended.
    pub(super) under_way: Vec<Arc<HandoffContext>>,
    /// Handoffs that wait for a person.
    pub(super) waiting: Vec<Arc<HandoffContext>>,
    /// Proofs of payment of those.
    pub(super) proofs: Vec<(HandoffId, Arc<str>)>,
    pub(super) people: Vec<OpenTicket>,
    pub(super) thread: Option<Thread>,
}

impl Kept {
    pub(super) fn new(conversation: &Conversation) -> Self {
        Self {
            user: conversation.user.clone(),
            owner: conversation.owner.clone(),
            turns: conversation.turns,
            in_turn: None,
            metadata: conversation.metadata.clone(),
            messages: Arc::default(),
            states: HashMap::new(),
            events: Vec::new(),
            logged: 0,
            handoffs: Vec::new(),
            deliveries: HashMap::new(),
            under_way: Vec::new(),
            waiting: Vec::new(),
            proofs: Vec::new(),
            people: Vec::new(),
            thread: None,
        }
    }

    pub(super) fn say(&self, messages: impl IntoIterator<Item = Arc<Message>>) {
        self.messages
            .write()
            .unwrap_or_else(PoisonError::into_inner)
            .extend(messages);
    }

    /// Keeps messages of the turn under way. Those that are there already are the
    /// last that were said, and are no more than come again.
    pub(super) fn say_again(&self, messages: Vec<Arc<Message>>) {
        let mut said = self
            .messages
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        let from = said.len().saturating_sub(messages.len());
        for message in messages {
            let mut recent = said.iter_mut().skip(from);
            match recent.find(|other| other.id == message.id) {
                Some(kept) => *kept = message,
                None => said.push(message),
            }
        }
    }

    /// What a key that was seen before means for a message that comes with it.
    pub(super) fn delivered_again(
        &mut self,
        key: &DeliveryKey,
        message: &Message,
    ) -> Option<Admission> {
        let delivery = self.deliveries.get(key)?;
        if delivery.message.content != message.content {
            return Some(Admission::OtherText);
        }
        if let Some(answer) = &delivery.answer {
            return Some(Admission::Answered(answer.clone()));
        }
        let (turn, message) = (delivery.turn, delivery.message.clone());
        // It is answered now, so it comes after whatever was said meanwhile:
        // in a list of its own, as its turn reads the one without it.
        let messages = {
            let mut earlier = self
                .messages
                .write()
                .unwrap_or_else(PoisonError::into_inner);
            earlier.retain(|other| other.id != message.id);
            let mut messages = earlier.clone();
            messages.push(message.clone());
            messages
        };
        self.messages = Arc::new(RwLock::new(messages));
        Some(Admission::Resumed { turn, message })
    }

    pub(super) fn take(&mut self, turn: u64, effects: Effects) -> (Vec<Ticket>, Vec<OpenTicket>) {
        self.say_again(effects.messages);
        if !effects.metadata.is_empty() {
            Arc::make_mut(&mut self.metadata).extend(effects.metadata);
        }
        self.states.extend(effects.states);
        let waiting = &self.waiting;
        self.proofs
            .retain(|(id, _)| waiting.iter().any(|context| context.id == *id));
        self.proofs.extend(effects.proofs);
        self.events
            .extend(effects.events.into_iter().map(|event| (turn, event)));
        let opened = effects.tickets.iter().filter_map(Ticket::of_people);
        self.people.extend(opened);
        for open in &effects.appended {
            if !self.people.contains(open) {
                self.people.push(open.clone());
            }
        }
        (effects.tickets, effects.appended)
    }
}

/// The first messages of a list that only grows, so that a turn sees the
/// conversation as it was when it began and nothing needs to be copied.
#[derive(Debug)]
pub(super) struct Transcript {
    pub(super) messages: Arc<RwLock<Vec<Arc<Message>>>>,
    pub(super) length: usize,
}

impl History for Transcript {
    fn page(
        &self,
        before: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError> {
        let messages = self.messages.read().unwrap_or_else(PoisonError::into_inner);
        let visible = messages.get(..self.length).unwrap_or(&messages);
        let end = match before {
            None => visible.len(),
            Some(id) => visible
                .iter()
                .position(|message| message.id == *id)
                .unwrap_or(0),
        };
        Ok(visible[end.saturating_sub(limit)..end].to_vec())
    }
}
