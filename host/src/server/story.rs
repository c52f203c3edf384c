//! How an answer came about, as every door tells it.

use serde_json::{Value, json};

use crate::handoff::{Answer, Leg, LegEnd, StandIn};

/// Who answered, in which conversation, and who was tried on the way.
pub(super) fn story(answer: &Answer) -> Value {
    let handoffs: Vec<Value> = answer
        .route
        .iter()
        .filter(|leg| leg.handoff.is_some())
        .map(handoff)
        .collect();
    json!({
        "conversation": answer.conversation,
        "turn": answer.turn,
        "agent": answer.agent,
        "owner": answer.owner,
        "fallback": answer.stand_in != StandIn::None,
        "handoffs": handoffs,
        "tickets": answer.tickets,
        "sources": answer.sources,
    })
}

fn handoff(leg: &Leg) -> Value {
    let (state, why) = match &leg.end {
        LegEnd::Answered => ("completed", None),
        LegEnd::Rejected(why) => ("rejected", Some(why.clone())),
        LegEnd::Failed(why) => ("failed", Some(why.clone())),
        LegEnd::Waiting(ticket) => ("waiting", Some(format!("for a person, on {ticket}"))),
        LegEnd::Expired => ("expired", None),
    };
    json!({
        "id": leg.handoff,
        "target": leg.agent,
        "reason": leg.reason,
        "confidence": leg.confidence,
        "chosen-by": leg.chosen_by.as_ref().map(|(skill, name)| format!("{skill}.{name}")),
        "state": state,
        "why": why,
    })
}
