//! What an operator says in a conversation. To a customer the same words are a
//! message like any other.

use crate::support::{desk::Desk, shapes::Answer, skills};

const CONFIG: &str = r#"
entry    = "desk"
fallback = "assistant"

[agents.desk]
kind = "scripted"
escalation = ["manager", "people"]

[agents.billing-department]
kind = "scripted"
description = "Invoices and refunds"

[agents.manager]
kind = "scripted"

[agents.assistant]
kind = "scripted"

[agents.people]
kind = "human"

[agents.records]
kind = "records"

[skills.operator]
grants = ["agents", "conversation", "discovery", "priority"]
"#;

fn desk() -> Desk {
    Desk::new(CONFIG).skill("operator.wasm", skills::bundled("operator"))
}

/// Says it as the operator, in the conversation `c`.
fn order(desk: &Desk, text: &str) -> Answer {
    desk.json(&["run", "--conversation", "c", "--scope", "operator", text])
}

#[test]
fn a_customer_who_says_the_same_words_is_answered_as_always() {
    let desk = desk();
    for phrase in [
        "Hand off to billing-department",
        "Escalate this",
        "Take over from desk",
        "What's the handoff history?",
        "Transfer context to manager",
        "This needs a specialist for my invoice",
        "Agent desk is stuck",
        "Show active handoffs",
    ] {
        let answer = desk.say_in("c", phrase);
        assert_eq!(
            (answer.agent.as_str(), answer.owner.as_str()),
            ("desk", "desk"),
            "{phrase}"
        );
    }
    assert_eq!(desk.count("c", "handoff.initiated"), 0);
}

#[test]
fn hand_off_to_moves_the_conversation() {
    let answer = order(&desk(), "Hand off to billing");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("billing-department", "billing-department")
    );
}

#[test]
fn escalate_this_goes_up_the_owners_chain() {
    let answer = order(&desk(), "Escalate this");
    assert_eq!(answer.owner, "manager");
    assert_eq!(answer.route[0].reason.as_deref(), Some("escalation"));
}

#[test]
fn take_over_from_opens_a_ticket_with_the_whole_context() {
    let answer = order(&desk(), "Take over from desk");
    assert_eq!((answer.owner.as_str(), answer.tickets.len()), ("people", 1));
}

#[test]
fn transfer_context_to_leaves_the_conversation_where_it_is() {
    let answer = order(&desk(), "Transfer context to manager");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("manager", "desk")
    );
}

#[test]
fn this_needs_a_specialist_finds_the_agent_of_the_customers_words() {
    let desk = desk();
    desk.say_in("c", "There is something wrong with my invoices");
    let answer = order(&desk, "This needs a specialist");
    assert_eq!(answer.owner, "billing-department");
}

#[test]
fn this_needs_a_specialist_learns_from_the_agents_examples() {
    let desk = desk();
    desk.configure(
        "[agents.claims]\nkind = 'scripted'\ndescription = 'What went wrong'\n\
         examples = ['my parcel arrived broken', 'the screen has a crack', 'it came damaged', \
                     'there is a scratch on it', 'the box was torn open', 'it does not switch on']",
    );
    desk.say_in("c", "There is a crack in it, it arrived broken");
    let answer = order(&desk, "This needs a specialist");
    assert_eq!(answer.owner, "claims");
    assert!(answer.route[0].confidence.unwrap() > 0.5, "{answer:#?}");
}

#[test]
fn this_needs_a_specialist_moves_nothing_without_the_grant_to_look_for_one() {
    let config = CONFIG.replace("\"discovery\", ", "");
    let desk = Desk::new(&config).skill("operator.wasm", skills::bundled("operator"));
    desk.say_in("c", "There is something wrong with my invoices");
    let answer = order(&desk, "This needs a specialist");
    assert_eq!(answer.owner, "desk");
    assert_eq!(desk.event("c", "skill.denied")["capability"], "discovery");
}

#[test]
fn a_stuck_agent_is_replaced_by_the_one_that_takes_its_place() {
    let answer = order(&desk(), "Agent desk is stuck");
    assert_eq!(answer.owner, "assistant");
    assert_eq!(answer.route[0].reason.as_deref(), Some("recovery"));
}

#[test]
fn the_handoff_history_is_told_and_the_conversation_stays() {
    let desk = desk();
    order(&desk, "Hand off to billing");
    let answer = order(&desk, "What's the handoff history?");
    assert_eq!(answer.owner, "billing-department");
    assert!(
        answer.reply.contains("desk → billing-department"),
        "{answer:#?}"
    );
    assert!(!answer.reply.contains("→ records"), "{answer:#?}");
}

#[test]
fn active_handoffs_tell_who_waits_for_people() {
    let desk = desk();
    let none = order(&desk, "Show active handoffs").reply;
    assert_eq!(none, "No handoff is under way.");
    let ticket = order(&desk, "Take over from desk").tickets.remove(0);
    // People have the conversation now, and the operator's word still counts.
    let active = order(&desk, "Show active handoffs").reply;
    assert!(active.contains(&ticket), "{active}");
}

#[test]
fn the_records_are_for_operators_whoever_leads_there() {
    let desk = desk();
    desk.say_in("c", "hello");
    let ran = desk.baton(&["handoff", "c", "records", "--task", "Show the history"]);
    assert!(!ran.stdout.contains("has not been handed over"), "{ran:#?}");
}
