//! The end of a turn: everything is kept, and then the user has the answer.

use std::{sync::Arc, time::Instant};

use serde_json::Value;

use super::{
    Answer, Conclusion, DeadLetter, DeskError, HandoffState, Hold, Leg, LegEnd,
    desk::Desk,
    flow::Delivered,
    rule::{CONFIDENCE, sure_before},
    turn::Finished,
};
use crate::{
    contract::Findings,
    conversation::{Conversation, EventKind, Message, Side, Thread, Trust, Turn},
    id::{DeliveryKey, HandoffId, TicketId},
};

/// What a turn's end needs besides what came of it.
pub(super) struct Ending {
    pub(super) key: Option<DeliveryKey>,
    /// What its client has seen of the conversation, this message included.
    pub(super) thread: Option<Thread>,
    pub(super) settles: Option<HandoffId>,
    pub(super) closes: Option<TicketId>,
    pub(super) hold: Hold,
    pub(super) began: Instant,
}

/// How sure the answer is: what its agent says of itself, or else how sure the
/// handoff was that brought it here. An owner that says nothing of it leaves
/// what is known. What has not changed is not written again.
fn note_confidence(turn: &Turn, insights: &Findings, leg: Option<&Leg>, hops: usize) {
    let said = insights.get(CONFIDENCE).and_then(Value::as_f64);
    let said = said.filter(|sure| (0.0..=1.0).contains(sure));
    let Some(sure) = said.or(leg.and_then(|leg| leg.confidence)) else {
        return;
    };
    if sure_before(turn) != sure {
        turn.with_effects(|effects| {
            // Agents say it, of themselves or of each other.
            let trust = Trust::MODEL.after(hops);
            effects.metadata.note(CONFIDENCE, sure.into(), trust);
        });
    }
}

/// One line for each turn. What was said is in a line of its own, which nobody
/// gets who has not asked for it by its name.
fn log(turn: &Turn, answer: &Answer) {
    let Answer {
        conversation,
        agent,
        owner,
        usage,
        ..
    } = answer;
    tracing::info!(
        target: "baton::turn",
        %conversation,
        turn = answer.turn,
        %agent,
        %owner,
        handoffs = answer.route.iter().filter(|leg| leg.handoff.is_some()).count(),
        fallback = answer.stand_in != super::StandIn::None,
        milliseconds = answer.took.as_secs_f64() * 1000.0,
        input_tokens = usage.map(|usage| usage.prompt_tokens),
        output_tokens = usage.map(|usage| usage.completion_tokens),
        "a turn has ended"
    );
    tracing::trace!(
        target: "baton::content",
        %conversation,
        turn = answer.turn,
        said = &*turn.query.text,
        reply = answer.reply,
        "what was said"
    );
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
        let leg = legs.iter().rev().find(|leg| leg.agent == agent);
        let context = leg.and_then(|leg| leg.context.as_ref());
        let hops = context.map_or(0, |context| context.hops());
        if stand_in == super::StandIn::None {
            note_confidence(turn, &reply.insights, leg, hops);
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
        let not_run = legs
            .iter()
            .filter_map(|leg| {
                let state = match leg.end {
                    LegEnd::Rejected(_) => HandoffState::Rejected,
                    LegEnd::Waiting(_) => HandoffState::Waiting,
                    LegEnd::Expired => HandoffState::Expired,
                    LegEnd::Answered | LegEnd::Failed(_) => return None,
                };
                Some((leg.context.clone()?, state))
            })
            .collect();
        let mut message = Message::from_agent(agent.clone(), reply.text.as_str());
        message.trust = message.trust.after(hops);
        let message = Arc::new(message);
        let last = message.id.clone();
        let mut answer = Answer {
            conversation: conversation.id.clone(),
            turn: turn.query.turn,
            reply: reply.text,
            asks: reply.asks,
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
                thread: end
                    .thread
                    .map(|thread| thread.then(Side::Desk, &answer.reply)),
                handoffs,
                not_run,
                receipt: end.key.map(|key| (key, Box::new(answer.clone()))),
                dead_letter,
                settles: end.settles,
                closes: end.closes,
                effects,
            })
            .await?;
        end.hold.end();
        turn.afterwards.stored(|| Some(last));
        answer.took = end.began.elapsed();
        self.tally()
            .ended(&answer.route, answer.stand_in, answer.took);
        log(turn, &answer);
        Ok(answer)
    }
}
