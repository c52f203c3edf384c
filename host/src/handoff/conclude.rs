//! The end of a turn: everything is kept, and then the user has the answer.

use std::{sync::Arc, time::Instant};

use super::{
    Answer, Conclusion, DeadLetter, DeskError, Hold, LegEnd, desk::Desk, flow::Delivered,
    rule::CONFIDENCE, turn::Finished,
};
use crate::{
    conversation::{Conversation, EventKind, Message, Turn},
    id::{DeliveryKey, HandoffId},
};

/// What a turn's end needs besides what came of it.
pub(super) struct Ending {
    pub(super) key: Option<DeliveryKey>,
    pub(super) settles: Option<HandoffId>,
    pub(super) hold: Hold,
    pub(super) began: Instant,
}

impl Desk {
    pub(super) async fn conclude(
        &self,
        conversation: &Conversation,
        turn: &Turn,
        finished: Finished,
        end: Ending,
    ) -> Result<Answer, DeskError> {
        let Finished {
            delivered,
            owner,
            legs,
            handoffs,
            decided_in,
        } = finished;
        let Delivered {
            agent,
            reply,
            stand_in,
        } = delivered;
        if owner != conversation.owner {
            turn.record(EventKind::OwnerChanged {
                from: conversation.owner.clone(),
                to: owner.clone(),
            });
        }
        self.cashier()
            .settle(turn, stand_in == super::StandIn::None)
            .await;
        turn.record(EventKind::TurnAnswered {
            agent: agent.clone(),
            fallback: stand_in != super::StandIn::None,
        });
        if let Some(sure) = reply.insights.get(CONFIDENCE) {
            let sure = sure.clone();
            turn.with_effects(|effects| effects.metadata.insert(CONFIDENCE.to_owned(), sure));
        }
        let dead_letter = DeadLetter::of(turn, &legs, stand_in);
        if let Some(handoff) = end.settles.clone() {
            turn.record(EventKind::DeadLetterRetried { handoff });
        }
        if let Some(letter) = &dead_letter {
            let handoff = letter.id().clone();
            turn.record(EventKind::DeadLetterKept { handoff });
        }
        let effects = turn.with_effects(std::mem::take);
        let tickets = effects
            .tickets
            .iter()
            .map(|ticket| ticket.id.clone())
            .collect();
        let leg = legs.iter().rev().find(|leg| leg.agent == agent);
        let context = leg.and_then(|leg| leg.context.as_ref());
        let hops = context.map_or(0, |context| context.chain.len().saturating_sub(1));
        let rejected = legs
            .iter()
            .filter(|leg| matches!(leg.end, LegEnd::Rejected(_)))
            .filter_map(|leg| leg.context.clone())
            .collect();
        let mut message = Message::from_agent(agent.clone(), reply.text.as_str());
        message.trust = message.trust.after(hops);
        let message = Arc::new(message);
        let mut answer = Answer {
            conversation: conversation.id.clone(),
            turn: turn.query.turn,
            reply: reply.text,
            agent,
            stand_in,
            owner,
            sources: reply.sources,
            usage: reply.usage,
            tickets,
            route: legs,
            decided_in,
            took: end.began.elapsed(),
        };
        self.store()
            .conclude(Conclusion {
                conversation: conversation.id.clone(),
                turn: turn.query.turn,
                answer: message,
                owner: answer.owner.clone(),
                handoffs,
                rejected,
                receipt: end.key.map(|key| (key, Box::new(answer.clone()))),
                dead_letter,
                settles: end.settles,
                effects,
            })
            .await?;
        end.hold.end();
        answer.took = end.began.elapsed();
        Ok(answer)
    }
}
