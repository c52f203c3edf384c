//! What a department is told of the customer before it answers.

use serde_json::Value;

use crate::support::{desk::Desk, shapes::Answer, skills};

/// The example with departments that repeat what they were told.
fn desk() -> Desk {
    let desk = Desk::example("customer-service");
    let config = r#"
entry = "front-desk"
users = "customers.toml"
[agents.front-desk]
kind = "scripted"
[agents.billing-department]
kind = "scripted"
reply = "{instructions}"
[agents.technical-support]
kind = "scripted"
[agents.shipping-department]
kind = "scripted"
reply = "{instructions}"
[skills.customer-service]
grants = ["conversation", "tickets"]
"#;
    desk.file("baton.toml", config)
}

fn asked_by(desk: &Desk, user: &str, text: &str) -> Answer {
    desk.json(&["run", "--user", user, text])
}

#[test]
fn the_department_is_told_who_hands_over_and_what_the_condition_found() {
    let told = desk().say("I was charged twice for order 4321").reply;
    for part in [
        "You take over from front-desk",
        "order: \"4321\"",
        "word: \"charged\"",
    ] {
        assert!(told.contains(part), "`{part}` is not in:\n{told}");
    }
}

#[test]
fn the_department_is_told_the_tier_of_the_customer() {
    let desk = desk();
    let gold = asked_by(&desk, "c-1001", "a question about a charge").reply;
    assert!(gold.contains("customer_tier: \"gold\""), "{gold}");
    let stranger = desk.say("a question about a charge").reply;
    assert!(
        stranger.contains("customer_tier: \"standard\""),
        "{stranger}"
    );
}

#[test]
fn the_department_is_told_of_the_tickets_in_the_customers_file() {
    let told = asked_by(&desk(), "c-1001", "a question about a charge").reply;
    assert!(told.contains("T-3107"), "{told}");
}

#[test]
fn the_department_is_told_of_tickets_that_the_desk_has_opened() {
    let desk = desk();
    let reason = r#"{"reason": "is angry"}"#;
    let arguments = [
        "tool",
        "call",
        "customer-service",
        "escalate-to-human",
        reason,
        "--user",
        "c-1002",
    ];
    desk.baton(&arguments).ok();
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let told = asked_by(&desk, "c-1002", "a question about a charge").reply;
    assert!(told.contains(tickets[0]["id"].as_str().unwrap()), "{told}");
}

#[test]
fn the_department_is_told_what_was_said_before() {
    let desk = desk();
    desk.say_in("c", "Good morning");
    let told = desk.say_in("c", "a question about a charge").reply;
    assert!(
        told.contains("history_summary") && told.contains("Good morning"),
        "{told}"
    );
}

#[test]
fn the_ticket_of_a_person_holds_the_whole_context() {
    let desk = Desk::scripted("").skill("hostile.wasm", skills::hostile());
    let config =
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = 'human'";
    let desk = desk.file("baton.toml", config);
    let _: Answer = desk.json(&["run", "--user", "ann", "--conversation", "c", "plain"]);
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let context = &tickets[0]["details"]["context"];
    for (field, value) in [
        ("source", "desk"),
        ("target", "target"),
        ("reason", "specialization"),
        ("original-task", "plain"),
        ("user", "ann"),
        ("conversation", "c"),
    ] {
        assert_eq!(context[field], value, "{context:#}");
    }
    for field in [
        "id",
        "task",
        "summary",
        "facts",
        "decisions",
        "findings",
        "chain",
        "created",
    ] {
        assert!(
            context.get(field).is_some(),
            "{field} is not in {context:#}"
        );
    }
    assert_eq!(
        (&context["confidence"], &context["trust"]),
        (&1.0.into(), &90.into())
    );
}
