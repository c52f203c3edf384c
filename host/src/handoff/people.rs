//! What people do with their tickets, between the turns of a conversation.

use std::sync::Arc;

use jiff::Timestamp;

use super::{DeskError, StoreError, Tending, desk::Desk, policy::Borders};
use crate::{
    contract::Reason,
    conversation::{
        Conversation, Event, EventKind, Message, Speaker, TextError, Ticket, TicketState, Trust,
        clean,
    },
    id::{AgentName, Scope, TicketId},
    routing::Territory,
};

/// Tries of a change that others are faster with. Each of them has changed the
/// ticket, so a person who looks at it again is served better than by more.
const TRIES: usize = 5;

/// What a person wants cannot be done.
#[derive(Debug, thiserror::Error)]
pub enum TicketError {
    /// There is no such ticket.
    #[error("there is no ticket `{0}`; `baton ticket list` shows those that wait")]
    Unknown(TicketId),
    /// It is done.
    #[error("the ticket {0} is closed")]
    Closed(TicketId),
    /// Somebody else works on it.
    #[error(
        "the ticket {ticket} is claimed by {by}; `baton ticket claim {ticket} --force` takes it over"
    )]
    Claimed {
        /// Which ticket.
        ticket: TicketId,
        /// Who.
        by: String,
    },
    /// A skill's ticket belongs to no human agent.
    #[error(
        "the ticket {ticket} was opened by {by}, and `policy.human` names no agent that speaks for you"
    )]
    Nobody {
        /// Which ticket.
        ticket: TicketId,
        /// Which skill.
        by: String,
    },
    /// The conversation may not go there.
    #[error("the conversation cannot be handed back to `{to}`: {why}")]
    NotAllowed {
        /// Where.
        to: AgentName,
        /// Why not.
        why: String,
    },
    /// It asks for words, or for work.
    #[error("the ticket {0} asks for no approval; `baton ticket reply {0}` answers it")]
    NoApproval(TicketId),
    /// It asks for a decision.
    #[error(
        "the ticket {0} asks for a decision: `baton ticket approve {0}`, or \
         `baton ticket refuse {0} --reason TEXT`"
    )]
    AsksApproval(TicketId),
    /// It was decided, and otherwise.
    #[error("the ticket {ticket} is {decision} already")]
    Decided {
        /// Which ticket.
        ticket: TicketId,
        /// What was decided.
        decision: &'static str,
    },
    /// The deadline has passed.
    #[error("the deadline of the ticket {0} has passed; whoever has the conversation has answered")]
    TooLate(TicketId),
    /// Others change it all the time.
    #[error("the ticket {0} was changed meanwhile; look at it again with `baton ticket show {0}`")]
    Changed(TicketId),
    /// It cannot be said.
    #[error(transparent)]
    Text(#[from] TextError),
    /// The conversation cannot be opened.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What became of a ticket.
#[derive(Clone, Debug)]
pub struct Tended {
    /// The ticket as it is now.
    pub ticket: Ticket,
    /// Who has the conversation.
    pub owner: AgentName,
    /// It was done before, and nothing is done twice.
    pub repeated: bool,
}

impl Tending {
    pub(super) fn record(&mut self, kind: EventKind) {
        self.events.push(Event {
            time: Timestamp::now(),
            kind,
        });
    }

    pub(super) fn refuse_closed(&self) -> Result<(), TicketError> {
        match self.ticket.state {
            TicketState::Closed => Err(TicketError::Closed(self.ticket.id.clone())),
            _ => Ok(()),
        }
    }

    /// What waits for a decision ends by it, and in no other way.
    fn refuse_undecided(&self) -> Result<(), TicketError> {
        match self.ticket.approval {
            Some(_) => Err(TicketError::AsksApproval(self.ticket.id.clone())),
            None => Ok(()),
        }
    }

    /// The ticket is `by`'s from now on, if it is nobody else's.
    pub(super) fn claim(&mut self, by: &str, force: bool) -> Result<(), TicketError> {
        match &self.ticket.claimed_by {
            Some(holder) if holder == by => return Ok(()),
            Some(holder) if !force => {
                return Err(TicketError::Claimed {
                    ticket: self.ticket.id.clone(),
                    by: holder.clone(),
                });
            }
            _ => {}
        }
        self.ticket.state = TicketState::Claimed;
        self.ticket.claimed_by = Some(by.to_owned());
        self.record(EventKind::TicketClaimed {
            ticket: self.ticket.id.clone(),
            by: by.to_owned(),
        });
        Ok(())
    }

    /// The ticket is done, and the conversation is `to`'s if it is to move.
    fn close(&mut self, conversation: &Conversation, to: Option<AgentName>) {
        self.ticket.state = TicketState::Closed;
        self.ticket.waiting = 0;
        if let Some(to) = to.filter(|to| *to != conversation.owner) {
            self.record(EventKind::OwnerChanged {
                from: conversation.owner.clone(),
                to: to.clone(),
            });
            self.owner = Some(to);
        }
    }
}

impl Desk {
    /// The ticket is `by`'s from now on; with `force`, even if it is somebody
    /// else's.
    pub async fn claim_ticket(
        &self,
        id: &TicketId,
        by: &str,
        force: bool,
    ) -> Result<Tended, TicketError> {
        self.tend(id, |tending, _| {
            tending.refuse_closed()?;
            tending.claim(by, force)
        })
        .await
    }

    /// Says something in the ticket's conversation, as its human agent. A
    /// repeated reply with the same key is said once. A ticket that nobody has
    /// claimed is `by`'s from then on.
    pub async fn reply_to_ticket(
        &self,
        id: &TicketId,
        by: &str,
        text: &str,
        key: Option<&str>,
    ) -> Result<Tended, TicketError> {
        let text: Arc<str> = clean(text)?.into();
        self.tend(id, |tending, _| {
            if key.is_some_and(|key| tending.ticket.replies.contains_key(key)) {
                return Ok(());
            }
            tending.refuse_closed()?;
            tending.claim(by, false)?;
            let message = Message {
                speaker: Speaker::Agent {
                    agent: self.speaks_for(&tending.ticket)?,
                },
                trust: Trust::OPERATOR,
                ..Message::from_user(text.clone())
            };
            let said = message.id.clone();
            tending.ticket.waiting = 0;
            if let Some(key) = key {
                tending.ticket.replies.insert(key.to_owned(), said.clone());
            }
            tending.record(EventKind::TicketReplied {
                ticket: id.clone(),
                by: by.to_owned(),
                message: said,
            });
            tending.message = Some(Arc::new(message));
            Ok(())
        })
        .await
    }

    /// Ends the ticket. A conversation that its people have returns to the
    /// agent that had it before.
    pub async fn close_ticket(&self, id: &TicketId, by: &str) -> Result<Tended, TicketError> {
        self.tend(id, |tending, conversation| {
            if tending.ticket.state == TicketState::Closed {
                return Ok(());
            }
            tending.refuse_undecided()?;
            let to = self.back(&tending.ticket, conversation);
            tending.record(EventKind::TicketClosed {
                ticket: id.clone(),
                by: by.to_owned(),
            });
            tending.close(conversation, to);
            Ok(())
        })
        .await
    }

    /// Ends the ticket and gives the conversation to `to`, or back to the agent
    /// that had it before.
    pub async fn hand_back(
        &self,
        id: &TicketId,
        by: &str,
        to: Option<&AgentName>,
        scopes: Arc<[Scope]>,
    ) -> Result<Tended, TicketError> {
        self.tend(id, |tending, conversation| {
            if tending.ticket.state == TicketState::Closed {
                return match to {
                    Some(to) if *to != conversation.owner => tending.refuse_closed(),
                    _ => Ok(()),
                };
            }
            tending.refuse_undecided()?;
            if let Some(to) = to {
                self.may_go(conversation, to, scopes.clone())?;
            }
            let to = to
                .cloned()
                .or_else(|| self.back(&tending.ticket, conversation))
                .unwrap_or_else(|| conversation.owner.clone());
            tending.record(EventKind::TicketHandedBack {
                ticket: id.clone(),
                by: by.to_owned(),
                to: to.clone(),
            });
            tending.close(conversation, Some(to));
            Ok(())
        })
        .await
    }

    /// Does something with a ticket while its conversation is in no turn. What
    /// records no event has been done before.
    pub(super) async fn tend(
        &self,
        id: &TicketId,
        act: impl Fn(&mut Tending, &Conversation) -> Result<(), TicketError> + Send + Sync,
    ) -> Result<Tended, TicketError> {
        for _ in 0..TRIES {
            let found = self.store().ticket(id).await?;
            let about = found.ok_or_else(|| TicketError::Unknown(id.clone()))?;
            let _turn_of_this_conversation = self.enter(&about.conversation).await?;
            let hold = self.between_turns(&about.conversation).await?;
            // A turn that has ended just now may have changed it.
            let ticket = self.store().ticket(id).await?.unwrap_or(about);
            let conversation = self.open(ticket.conversation.clone(), None).await?;
            let mut tending = Tending {
                ticket,
                turn: conversation.turns,
                owner: None,
                message: None,
                events: Vec::new(),
            };
            act(&mut tending, &conversation)?;
            let tended = Tended {
                ticket: tending.ticket.clone(),
                owner: tending.owner.clone().unwrap_or(conversation.owner),
                repeated: tending.events.is_empty(),
            };
            if tended.repeated {
                return Ok(tended);
            }
            if self.store().tend(tending).await? {
                hold.end();
                return Ok(tended);
            }
        }
        Err(TicketError::Changed(id.clone()))
    }

    /// The agent in whose name a person speaks.
    fn speaks_for(&self, ticket: &Ticket) -> Result<AgentName, TicketError> {
        let agent = ticket.agent.clone();
        agent
            .or_else(|| self.policy().human.clone())
            .ok_or_else(|| TicketError::Nobody {
                ticket: ticket.id.clone(),
                by: ticket.opened_by.clone(),
            })
    }

    /// Who has the conversation when its people are done; none: whoever has it
    /// already, as it is not theirs.
    fn back(&self, ticket: &Ticket, conversation: &Conversation) -> Option<AgentName> {
        let theirs = ticket.agent.as_ref() == Some(&conversation.owner);
        let before = ticket.returns_to.as_ref().filter(|_| theirs)?;
        // An agent that has gone since is missed by nobody at the entry.
        let known = self.directory().get(before).map(|_| before);
        Some(known.unwrap_or(self.directory().entry()).clone())
    }

    /// Paths and scopes hold for people too.
    fn may_go(
        &self,
        conversation: &Conversation,
        to: &AgentName,
        scopes: Arc<[Scope]>,
    ) -> Result<(), TicketError> {
        let turn = self.begin(conversation, &Message::from_operator(""), scopes, None);
        let borders = Borders {
            policy: self.policy(),
            agents: self.directory(),
        };
        match borders.forbids(&turn, &conversation.owner, to, Reason::Completion) {
            None => Ok(()),
            Some(why) => Err(TicketError::NotAllowed {
                to: to.clone(),
                why,
            }),
        }
    }
}

#[cfg(test)]
mod tests;
