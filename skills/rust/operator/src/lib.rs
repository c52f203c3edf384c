//! What an operator says in a conversation to move it, or to see where it has
//! been. Only callers with the scope `operator` can say it: to a customer the
//! same words are a message like any other.

mod colleagues;
mod phrase;
mod specialist;
#[cfg(test)]
mod tests;

use baton_sdk::{Reason, log, prelude::*};

/// Moves a conversation on an operator's word.
#[skill]
pub struct Operator;

#[skill]
impl Operator {
    /// "Hand off to …": that agent has the conversation from then on.
    #[handoff(scopes = ["operator"], priority = "high", triggers = ["hand off to"])]
    fn hand_off_to(&self, query: &Query) -> Option<Proposal> {
        let order = phrase::order(&query.text, "hand off to")?;
        Some(Proposal::to(colleagues::named(order.agent)?).instructions(order.rest))
    }

    /// "Escalate this": one step up the escalation chain of whoever has the
    /// conversation.
    #[handoff(
        scopes = ["operator"],
        priority = "high",
        reason = "escalation",
        triggers = ["escalate this"]
    )]
    fn escalate_this(&self, query: &Query) -> Option<Proposal> {
        let order = phrase::begins(&query.text, "escalate this")?;
        let owner = colleagues::known(&query.owner)?;
        let Some(next) = owner.escalation().into_iter().next() else {
            log::warn(&format!("`{}` has nobody to escalate to", query.owner));
            return None;
        };
        Some(Proposal::to(next).instructions(order))
    }

    /// "Take over from …": a person takes the conversation from that agent, with
    /// all that is known.
    #[handoff(
        scopes = ["operator"],
        priority = "high",
        reason = "escalation",
        triggers = ["take over from"]
    )]
    fn take_over_from(&self, query: &Query) -> Option<Proposal> {
        let order = phrase::order(&query.text, "take over from")?;
        let owner = colleagues::who_has_it(order.agent, query)?;
        Some(Proposal::to(colleagues::person_for(&owner)?).instructions(order.rest))
    }

    /// "Transfer context to …": that agent receives all that is known and
    /// answers; the conversation stays where it is.
    #[handoff(
        scopes = ["operator"],
        priority = "high",
        reason = "delegation",
        ownership = "returns",
        triggers = ["transfer context to"]
    )]
    fn transfer_context_to(&self, query: &Query) -> Option<Proposal> {
        let order = phrase::order(&query.text, "transfer context to")?;
        Some(Proposal::to(colleagues::named(order.agent)?).instructions(order.rest))
    }

    /// "This needs a specialist": to the agent whose field was spoken of.
    #[handoff(
        scopes = ["operator"],
        priority = "high",
        triggers = ["this needs a specialist"]
    )]
    fn needs_a_specialist(&self, query: &Query) -> Option<Proposal> {
        let more = phrase::begins(&query.text, specialist::PHRASE)?;
        let found = specialist::for_conversation(more)?;
        Some(Proposal::to(found.agent).confidence(found.score))
    }

    /// "Agent … is stuck": to whoever takes that agent's place.
    #[handoff(
        scopes = ["operator"],
        priority = "high",
        reason = "recovery",
        triggers = ["is stuck"]
    )]
    fn agent_is_stuck(&self, query: &Query) -> Option<Proposal> {
        let stuck =
            colleagues::who_has_it(phrase::between(&query.text, "agent", "is stuck")?, query)?;
        let Some(other) = stuck.alternatives().into_iter().next() else {
            log::warn(&format!("nobody takes the place of `{}`", stuck.name));
            return None;
        };
        Some(Proposal::to(other).reason(Reason::Recovery))
    }

    /// "What's the handoff history?": where this conversation has been.
    #[handoff(
        "records",
        scopes = ["operator"],
        priority = "high",
        ownership = "returns",
        triggers = ["handoff history"],
        metadata(show = "history")
    )]
    fn handoff_history(&self, query: &Query) -> bool {
        query.mentions("handoff history")
    }

    /// "Show active handoffs": what is under way in all conversations.
    #[handoff(
        "records",
        scopes = ["operator"],
        priority = "high",
        ownership = "returns",
        triggers = ["active handoffs"],
        metadata(show = "active")
    )]
    fn active_handoffs(&self, query: &Query) -> bool {
        query.mentions("active handoffs")
    }
}
