//! Supervised handoffs: who approves one, now or, if people do, later.

use std::sync::Arc;

use super::{Assignment, Purpose, Reply, desk::Desk, flow::Flow, hooks::Rejection, wish::Wish};
use crate::{
    contract::HandoffContext,
    conversation::{Approval, Colleague, EventKind},
    id::{AgentName, TicketId},
};

/// Whether a handoff may be made.
pub(super) enum Ready {
    /// At once.
    Now,
    /// When a person has approved it.
    Later {
        /// Whose people are asked.
        by: AgentName,
        /// What the user is told.
        reply: Box<Reply>,
        /// The ticket on which they decide.
        ticket: TicketId,
        /// Another handoff to the same target waits on it already.
        asked_before: bool,
    },
}

impl Flow<'_> {
    /// The supervisor approves by calling for this very handoff; whatever else
    /// it says is its reason against it, unless its people decide later.
    pub(super) async fn approval(
        &mut self,
        wish: &Wish,
        context: &HandoffContext,
    ) -> Result<Ready, Rejection> {
        let directory = self.desk.directory();
        let supervisor = self.desk.policy().supervisor.as_ref();
        let Some(supervisor) = supervisor.and_then(|name| directory.get(name).cloned()) else {
            return Err(Rejection {
                by: "desk".to_owned(),
                why: "it needs approval, and policy.supervisor names nobody".to_owned(),
            });
        };
        let by = supervisor.card().name.clone();
        if let Some(ticket) = asked_before(self.desk, context).await {
            let reply = Reply {
                text: format!("This waits for approval already. The ticket is {ticket}."),
                ..Reply::default()
            };
            return Ok(Ready::Later {
                by,
                reply: Box::new(reply),
                ticket,
                asked_before: true,
            });
        }
        let reject = |why: String| Rejection {
            by: by.to_string(),
            why,
        };
        let answered = supervisor.answer(self.question(context)).await;
        self.spend(answered.as_ref().ok().and_then(|reply| reply.usage));
        let mut reply = answered.map_err(|failure| reject(failure.to_string()))?;
        if let Some(ticket) = reply.decides_later.take() {
            return Ok(self.later(wish, context, by, reply, ticket));
        }
        let called = reply.handoff.as_ref();
        match called.is_some_and(|call| call.target == context.target) {
            true => Ok(Ready::Now),
            false => Err(reject(reply.text)),
        }
    }

    fn question(&self, context: &HandoffContext) -> Assignment {
        let target = self.desk.colleague(&context.target);
        let text = format!(
            "Shall this conversation be handed over from {} to {}? Approve by handing over to {}; \
             otherwise say why not.\n\nReason: {}\nInstructions: {}\nThe user's message: {}",
            context.source,
            context.target,
            context.target,
            context.reason,
            context.instructions,
            context.original_task
        );
        Assignment {
            text: text.into(),
            context: Some(Arc::new(context.clone())),
            may_hand_to: target.into_iter().collect::<Vec<Colleague>>(),
            purpose: Purpose::Approve,
            ..Assignment::of(&self.turn)
        }
    }

    /// The ticket holds all that is needed to go on in another process.
    fn later(
        &self,
        wish: &Wish,
        context: &HandoffContext,
        by: AgentName,
        reply: Reply,
        ticket: TicketId,
    ) -> Ready {
        let approval = Approval {
            handoff: context.id.clone(),
            turn: self.turn.query.turn,
            target: context.target.clone(),
            deadline: context.expires,
            chosen_by: wish.by.condition(),
            moves: wish.moves(),
            limit: wish.limit,
            scopes: self.turn.query.scopes.to_vec(),
            decision: None,
        };
        self.turn.with_effects(|effects| {
            let proof = self.turn.proof.clone();
            effects
                .proofs
                .extend(proof.map(|proof| (context.id.clone(), proof)));
            let mut opened = effects.tickets.iter_mut();
            if let Some(opened) = opened.find(|opened| opened.id == ticket) {
                opened.approval = Some(approval);
            }
        });
        self.turn.record(EventKind::HandoffApprovalRequested {
            handoff: context.id.clone(),
            by: by.clone(),
            ticket: ticket.clone(),
            deadline: context.expires,
        });
        Ready::Later {
            by,
            reply: Box::new(reply),
            ticket,
            asked_before: false,
        }
    }
}

/// The ticket on which the same is asked about this conversation. One that
/// cannot be read is asked for again: a person can refuse it.
async fn asked_before(desk: &Desk, context: &HandoffContext) -> Option<TicketId> {
    let open = desk.store().tickets().await.unwrap_or_default();
    let same = open.into_iter().find(|ticket| {
        let approval = ticket.approval.as_ref();
        ticket.conversation == context.conversation
            && approval.is_some_and(|a| a.target == context.target && a.decision.is_none())
    });
    same.map(|ticket| ticket.id)
}
