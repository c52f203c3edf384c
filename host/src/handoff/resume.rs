//! What becomes of a handoff when people have decided about it, or have not in
//! time.

use std::{sync::Arc, time::Instant};

use jiff::Timestamp;

use super::{
    Agent, Answer, DeskError, Directory, HandoffRefused, LegEnd, Resumption, StandIn, StoreError,
    Tended, Tending, TicketError,
    attempt::{span, willing},
    conclude::Ending,
    desk::{Desk, observe},
    flow::{Delivered, Flow},
    hooks::{Hooks, Rejection},
    intake::{Arrival, Taken},
    past::Without,
    policy::Borders,
    turn::{self, Finished},
    wish::{By, Wish},
};
use crate::{
    contract::{HandoffContext, Ownership},
    conversation::{Approval, ApprovalDecision, EventKind, Message, Ticket, TicketState, clean},
    id::{AgentName, TicketId},
    routing::{Catalog, Territory},
};

/// What the user gets, and who has the conversation.
type Finish = (Delivered, AgentName);

/// What became of a decision.
#[derive(Clone, Debug)]
pub struct Decided {
    /// The ticket, and whether it had been decided before.
    pub tended: Tended,
    /// What the user is answered; none if the decision was carried out before.
    pub answer: Option<Answer>,
}

impl Flow<'_> {
    /// Makes a handoff that was approved, if nothing stands against it by now.
    async fn make(
        &mut self,
        wish: &Wish,
        context: Arc<HandoffContext>,
        began: Instant,
    ) -> Result<Option<Finish>, StoreError> {
        let directory: &Directory = self.desk.directory();
        let borders = Borders {
            policy: self.desk.policy(),
            agents: directory,
        };
        let (source, target) = (&context.source, &context.target);
        let forbidden = borders.forbids(&self.turn, source, target, context.reason);
        let agent: Option<Arc<dyn Agent>> = directory.get(target).cloned();
        let rejected = match (&agent, forbidden) {
            (Some(agent), None) => willing(agent, &context).await.err(),
            (_, why) => Some(Rejection {
                by: "desk".to_owned(),
                why: why.unwrap_or_else(|| format!("there is no agent `{target}` any more")),
            }),
        };
        self.failed.push(target.clone());
        let (Some(agent), None) = (agent, &rejected) else {
            if let Some(rejection) = rejected {
                self.reject(wish, context, rejection, began);
            }
            return Ok(None);
        };
        let mut span = span(wish, &context);
        let work = self.carry_out(wish, &agent, context, None, began);
        let attempted = span.around(work).await;
        let attempted = span.checked("store", attempted)?;
        span.end(attempted.end.error());
        Ok(attempted.delivered.map(|delivered| {
            let moves = wish.moves() && delivered.stand_in == StandIn::None;
            let stays = self.turn.query.owner.clone();
            let owner = if moves { attempted.owner } else { stays };
            (delivered, owner)
        }))
    }
}

impl Tending {
    /// What is decided twice in the same way is decided once.
    fn decide(&mut self, wanted: &ApprovalDecision) -> Result<(), TicketError> {
        let ticket = self.ticket.id.clone();
        let Some(mut approval) = self.ticket.approval.clone() else {
            return Err(TicketError::NoApproval(ticket));
        };
        if let Some(before) = &approval.decision {
            let decision = before.as_str();
            return match decision == wanted.as_str() {
                true => Ok(()),
                false => Err(TicketError::Decided { ticket, decision }),
            };
        }
        self.refuse_closed()?;
        let decision = match approval.is_overdue(Timestamp::now()) {
            true => ApprovalDecision::Expired,
            false => wanted.clone(),
        };
        let handoff = approval.handoff.clone();
        match &decision {
            ApprovalDecision::Approved { by } => {
                self.claim(by, false)?;
                let by = by.clone();
                self.record(EventKind::HandoffApproved { handoff, by });
            }
            ApprovalDecision::Refused { by, why } => {
                self.claim(by, false)?;
                let (by, why) = (by.clone(), why.clone());
                self.record(EventKind::HandoffRejected { handoff, by, why });
            }
            ApprovalDecision::Expired => self.record(EventKind::HandoffExpired {
                handoff,
                outcome: "not-approved".to_owned(),
            }),
        }
        approval.decision = Some(decision);
        self.ticket.approval = Some(approval);
        Ok(())
    }
}

impl Desk {
    /// A person approves the handoff of the ticket: it is made now.
    pub async fn approve(&self, id: &TicketId, by: &str) -> Result<Decided, TicketError> {
        let by = by.to_owned();
        self.decide(id, ApprovalDecision::Approved { by }).await
    }

    /// A person does not: whoever has the conversation answers.
    pub async fn refuse(&self, id: &TicketId, by: &str, why: &str) -> Result<Decided, TicketError> {
        let (by, why) = (by.to_owned(), clean(why)?.into_owned());
        self.decide(id, ApprovalDecision::Refused { by, why }).await
    }

    async fn decide(
        &self,
        id: &TicketId,
        wanted: ApprovalDecision,
    ) -> Result<Decided, TicketError> {
        let mut tended = self.tend(id, |tending, _| tending.decide(&wanted)).await?;
        let answer = self
            .settle(&tended.ticket, self.policy().max_waiting)
            .await?;
        let decided = tended.ticket.approval.as_ref();
        let decided = decided.and_then(|approval| approval.decision.as_ref());
        if decided.is_some_and(|decided| decided.as_str() != wanted.as_str()) {
            return Err(TicketError::TooLate(id.clone()));
        }
        if let Some(answer) = &answer {
            tended.owner = answer.owner.clone();
        }
        if let Some(ticket) = self.store().ticket(id).await? {
            tended.ticket = ticket;
        }
        Ok(Decided { tended, answer })
    }

    /// Carries out what people have decided, or not decided in time, and nobody
    /// has carried out. Whoever opens a desk does this, and whoever keeps one
    /// open, now and then. A conversation that is in a turn is left for later.
    pub async fn settle_approvals(&self) -> Result<(), TicketError> {
        let mut settled = Ok(());
        for ticket in self.store().tickets().await? {
            let Some(approval) = &ticket.approval else {
                continue;
            };
            let one = if approval.is_overdue(Timestamp::now()) {
                let overdue = ApprovalDecision::Expired;
                self.decide(&ticket.id, overdue).await.map(drop)
            } else {
                self.settle(&ticket, 0).await.map(drop)
            };
            settled = settled.and(match one {
                // Somebody was faster.
                Err(TicketError::Decided { .. } | TicketError::Changed(_)) => Ok(()),
                Err(TicketError::Desk(DeskError::Crowded { .. })) => Ok(()),
                one => one,
            });
        }
        settled
    }

    /// Carries out one decision, as a turn of its own in which nobody has
    /// written anew. None: it was carried out before.
    async fn settle(
        &self,
        ticket: &Ticket,
        max_waiting: usize,
    ) -> Result<Option<Answer>, TicketError> {
        let approval = ticket.approval.as_ref();
        let Some((approval, decision)) = approval.and_then(|a| Some((a, a.decision.as_ref()?)))
        else {
            return Ok(None);
        };
        if ticket.state == TicketState::Closed {
            return Ok(None);
        }
        let began = Instant::now();
        let Some(kept) = self.store().handoff(&approval.handoff).await? else {
            return self.put_away(&ticket.id).await;
        };
        let context = kept.context;
        let proof = self.store().proof(&approval.handoff).await?;
        let in_order = self.enter_within(&ticket.conversation, max_waiting).await?;
        let arrival = Arrival {
            conversation: ticket.conversation.clone(),
            user: None,
            message: Arc::new(Message::from_user(context.original_task.clone())),
            key: None,
            before: Vec::new(),
            entry: None,
            settles: None,
            resumes: Some(Resumption {
                handoff: approval.handoff.clone(),
                turn: approval.turn,
            }),
            max_waiting,
        };
        let (mut conversation, message, hold) = match self.take_in(arrival).await {
            Ok(Taken::Turn(conversation, message, hold)) => (conversation, message, hold),
            Ok(Taken::Before(answer)) => return Ok(Some(*answer)),
            Err(DeskError::NotWaiting) => {
                drop(in_order);
                return self.put_away(&ticket.id).await;
            }
            Err(error) => return Err(error.into()),
        };
        conversation.history = Without::the_last(&message.content, conversation.history)?;
        let scopes = approval.scopes.as_slice().into();
        let turn = self.begin(&conversation, &message, scopes, proof);
        turn.record(EventKind::TurnResumed {
            ticket: ticket.id.clone(),
        });
        let catalog = self.catalog();
        let hooks = Hooks::new(catalog.clone(), turn.clone(), Vec::new());
        let flow = Flow::new(self, &turn, hooks);
        let wish = wish(approval, &context, &catalog);
        let mut span = self.span(&turn, None, began);
        let finished = span.around(follow(flow, &wish, decision, context)).await;
        let finished = span.checked("store", finished)?;
        let end = Ending {
            key: None,
            // The client has not seen what comes of it.
            thread: None,
            settles: None,
            closes: Some(ticket.id.clone()),
            hold,
            began,
        };
        let answer = self.conclude(&conversation, &turn, finished, end).await;
        let answer = span.checked("store", answer)?;
        observe(&mut span, &answer);
        span.end(None);
        Ok(Some(answer))
    }

    /// Ends a ticket whose handoff waits no more: its turn was cut off, and the
    /// handoff is a dead letter.
    async fn put_away(&self, id: &TicketId) -> Result<Option<Answer>, TicketError> {
        self.tend(id, |tending, _| {
            if tending.ticket.state != TicketState::Closed {
                tending.ticket.state = TicketState::Closed;
                tending.record(EventKind::TicketClosed {
                    ticket: id.clone(),
                    by: "desk".to_owned(),
                });
            }
            Ok(())
        })
        .await?;
        Ok(None)
    }
}

/// Does what was decided; without the handoff, whoever has the conversation
/// answers.
async fn follow(
    mut flow: Flow<'_>,
    wish: &Wish,
    decision: &ApprovalDecision,
    context: Arc<HandoffContext>,
) -> Result<Finished, StoreError> {
    let began = Instant::now();
    let target = context.target.clone();
    let refused = match decision {
        ApprovalDecision::Approved { .. } => {
            if let Some((mut delivered, owner)) = flow.make(wish, context, began).await? {
                turn::say_what_was_not_paid(&flow.turn, &mut delivered, None);
                return Ok(Finished::of(flow, delivered, owner, began.elapsed()));
            }
            let why = flow.legs.iter().rev().find_map(|leg| leg.end.failure());
            let why = why.unwrap_or_default();
            HandoffRefused::Failed { target, why }
        }
        ApprovalDecision::Refused { by, why } => {
            let why = format!("{by}: {why}");
            flow.leg(wish, context, LegEnd::Rejected(why.clone()), began);
            HandoffRefused::NotAllowed { target, why }
        }
        ApprovalDecision::Expired => {
            flow.leg(wish, context, LegEnd::Expired, began);
            let why = LegEnd::Expired.failure().unwrap_or_default();
            HandoffRefused::NotAllowed { target, why }
        }
    };
    let (mut delivered, owner) = turn::without(&mut flow, refused).await?;
    turn::say_what_was_not_paid(&flow.turn, &mut delivered, None);
    Ok(Finished::of(flow, delivered, owner, began.elapsed()))
}

/// The wish as it was, as far as it matters once there is a context.
fn wish(approval: &Approval, context: &HandoffContext, catalog: &Catalog) -> Wish {
    let chosen = approval.chosen_by.clone();
    let by = chosen.and_then(|(skill, condition)| {
        let mut members = catalog.members().iter();
        // A skill that has gone since has no hooks to run.
        let member = members.position(|member| *member.name() == skill)?;
        Some(By::Condition {
            member,
            skill,
            condition,
        })
    });
    Wish {
        mode: context.mode,
        ownership: match approval.moves {
            true => Ownership::Moves,
            false => Ownership::Returns,
        },
        limit: approval.limit,
        ..Wish::plain(
            by.unwrap_or(By::Operator),
            context.target.clone(),
            context.reason,
            context.chain.clone(),
        )
    }
}
