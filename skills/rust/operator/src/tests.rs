use super::*;
use crate::phrase::{Order, between, order};
use baton_sdk::agents::Agent;
use baton_sdk::testing::{Conversation, Desk, describe};

fn agent(name: &str, kind: &str, escalation: &[&str], alternatives: &[&str]) -> Agent {
    Agent {
        name: name.to_owned(),
        description: format!("Answers questions about {name}"),
        examples: Vec::new(),
        skills: Vec::new(),
        state: "ready".to_owned(),
        extra: vec![
            Pair::new("kind", kind),
            Pair::new("escalation", escalation),
            Pair::new("alternatives", alternatives),
        ],
    }
}

fn desk() -> Desk {
    Desk::new()
        .staffed(agent(
            "front-desk",
            "openai",
            &["manager", "people"],
            &["deputy"],
        ))
        .staffed(agent("billing-department", "openai", &[], &[]))
        .staffed(agent("shipping-department", "knowledge", &[], &[]))
        .staffed(agent("manager", "openai", &[], &[]))
        .staffed(agent("deputy", "openai", &[], &[]))
        .staffed(agent("people", "human", &[], &[]))
}

/// Whom the condition hands over to, at the desk whose front desk has the
/// conversation.
fn target(condition: fn(&Operator, &Query) -> Option<Proposal>, text: &str) -> Option<Proposal> {
    desk().run(|| condition(&Operator, &Query::new(text)))
}

#[test]
fn every_condition_is_for_operators_alone_and_comes_before_others() {
    let manifest = describe::<Operator>();
    assert_eq!(manifest.handoffs.len(), 8);
    for handoff in manifest.handoffs {
        assert_eq!(handoff.scopes, ["operator"], "{}", handoff.name);
        assert_eq!(handoff.priority, 100, "{}", handoff.name);
        assert!(!handoff.triggers.is_empty(), "{}", handoff.name);
    }
}

#[test]
fn an_order_names_an_agent_and_may_say_more() {
    let said = order(
        "Please hand off to the Billing Department: he is angry",
        "hand off to",
    );
    assert_eq!(
        said,
        Some(Order {
            agent: "Billing Department",
            rest: "he is angry"
        })
    );
    assert_eq!(order("hand off to", "hand off to"), None);
    assert_eq!(order("He said: hand off to billing", "hand off to"), None);
    assert_eq!(
        between("Agent \"x-1\" is stuck!", "agent", "is stuck"),
        Some("x-1")
    );
    assert_eq!(between("My key is stuck", "agent", "is stuck"), None);
}

#[test]
fn an_agent_is_named_in_full_or_by_its_beginning() {
    for text in [
        "hand off to billing-department",
        "Hand off to Billing.",
        "hand off to [billing department]",
    ] {
        let proposal = target(Operator::hand_off_to, text);
        assert_eq!(proposal, Some(Proposal::to("billing-department")), "{text}");
    }
    assert_eq!(target(Operator::hand_off_to, "hand off to nobody"), None);
    let denied = Desk::denying();
    let query = Query::new("hand off to billing department");
    let proposal = denied.run(|| Operator.hand_off_to(&query));
    assert_eq!(proposal, Some(Proposal::to("billing-department")));
}

#[test]
fn an_escalation_goes_one_step_up_the_chain() {
    assert_eq!(
        target(Operator::escalate_this, "Escalate this"),
        Some(Proposal::to("manager"))
    );
    let query = Query::new("escalate this").owned_by("manager");
    assert_eq!(desk().run(|| Operator.escalate_this(&query)), None);
}

#[test]
fn a_person_takes_over_from_whoever_has_the_conversation() {
    assert_eq!(
        target(Operator::take_over_from, "take over from front-desk"),
        Some(Proposal::to("people"))
    );
    assert_eq!(
        target(Operator::take_over_from, "take over from manager"),
        None
    );
}

#[test]
fn the_context_goes_to_the_agent_and_the_conversation_stays() {
    assert_eq!(
        target(Operator::transfer_context_to, "transfer context to deputy"),
        Some(Proposal::to("deputy"))
    );
    let handoffs = describe::<Operator>().handoffs;
    let transfer = handoffs.iter().find(|h| h.name == "transfer-context-to");
    assert_eq!(transfer.unwrap().ownership, "returns");
}

#[test]
fn the_specialist_is_the_best_agent_for_what_was_said_that_could_answer() {
    let desk = desk()
        .finds("people", 0.5)
        .finds("shipping-department", 0.4)
        .finds("billing-department", 0.1)
        .user_says("My shipping label is wrong")
        .user_says("This needs a specialist");
    let query = Query::new("This needs a specialist for parcels");
    let proposal = desk.run(|| Operator.needs_a_specialist(&query));
    assert_eq!(
        proposal,
        Some(Proposal::to("shipping-department").confidence(0.4))
    );
    let [(wish, _)] = desk.searches().try_into().unwrap();
    assert_eq!(wish, "My shipping label is wrong\nfor parcels");
}

#[test]
fn where_nobody_is_found_or_may_be_looked_for_nothing_moves() {
    assert_eq!(
        target(Operator::needs_a_specialist, "this needs a specialist"),
        None
    );
    let query = Query::new("This needs a specialist for parcels");
    let denied = desk()
        .finds("shipping-department", 0.9)
        .without("discovery");
    assert_eq!(denied.run(|| Operator.needs_a_specialist(&query)), None);
    assert!(
        denied.log()[0]
            .1
            .contains("no specialist can be looked for")
    );
}

#[test]
fn whoever_takes_its_place_recovers_a_stuck_agent() {
    assert_eq!(
        target(Operator::agent_is_stuck, "agent front-desk is stuck"),
        Some(Proposal::to("deputy").reason(Reason::Recovery))
    );
    assert_eq!(
        target(Operator::agent_is_stuck, "agent manager is stuck"),
        None
    );
}

#[test]
fn what_is_asked_about_handoffs_goes_to_the_records() {
    let operator = Conversation::<Operator>::at(desk());
    for text in ["What's the handoff history?", "show active handoffs"] {
        let verdicts = operator.evaluate(&Query::new(text));
        let targets = verdicts
            .iter()
            .filter(|v| format!("{v:?}").contains("\"records\""));
        assert_eq!(targets.count(), 1, "{text}");
    }
}
