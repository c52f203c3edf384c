use super::*;
use crate::departments::{DEPARTMENTS, PHRASES};
use baton_sdk::testing::{Conversation, Desk, describe};

fn route(text: &str) -> Option<String> {
    let proposal = CustomerService.route_to_department(&Query::new(text))?;
    Some(proposal.target().to_owned())
}

fn context(desk: &Desk, task: &str) -> Patch {
    let handoff = HandoffContext::sample("billing-department", task);
    desk.run(|| CustomerService.add_customer_context(&handoff))
}

#[test]
fn each_department_gets_its_messages() {
    for text in [
        "I was charged twice for order 4321",
        "BILLING address",
        "An invoice",
        "overcharged!",
    ] {
        assert_eq!(route(text).as_deref(), Some("billing-department"), "{text}");
    }
    for text in [
        "My lamp arrived broken",
        "An error message",
        "technical question",
    ] {
        assert_eq!(route(text).as_deref(), Some("technical-support"), "{text}");
    }
    for text in [
        "When does it ship?",
        "Delivery to Oslo",
        "track my order",
        "no parcel yet",
    ] {
        assert_eq!(
            route(text).as_deref(),
            Some("shipping-department"),
            "{text}"
        );
    }
}

#[test]
fn a_message_about_several_departments_goes_to_the_first() {
    assert_eq!(
        route("The refund for my broken parcel").as_deref(),
        Some("billing-department")
    );
    assert_eq!(
        route("It was broken on delivery").as_deref(),
        Some("technical-support")
    );
}

#[test]
fn a_message_for_no_department_stays() {
    for text in [
        "Hello",
        "",
        "our friendship",
        "a billion stars",
        "terror",
        "my charger",
    ] {
        assert_eq!(route(text), None, "{text}");
    }
    assert_eq!(
        route("My charger is broken").as_deref(),
        Some("technical-support")
    );
}

#[test]
fn a_department_is_told_the_word_and_the_order_that_was_named() {
    let findings = |text| {
        let proposal = CustomerService
            .route_to_department(&Query::new(text))
            .unwrap();
        let found = proposal.findings();
        (found.text("word"), found.text("order"))
    };
    let some = |text: &str| Some(text.to_owned());
    assert_eq!(
        findings("I was Charged twice for order 4321"),
        (some("Charged"), some("4321"))
    );
    assert_eq!(
        findings("refund Order No. #A4321, please"),
        (some("refund"), some("A4321"))
    );
    assert_eq!(
        findings("an order of 2 parcels for 4321 kroner"),
        (some("parcels"), None)
    );
}

#[test]
fn whatever_makes_a_department_responsible_is_covered_by_a_trigger() {
    let manifest = describe::<CustomerService>();
    let handoff = &manifest.handoffs[0];
    for (department, stems) in DEPARTMENTS {
        let phrases = PHRASES.iter().filter(|(whose, _)| *whose == department);
        let stems = stems.iter().chain(phrases.map(|(_, said)| said));
        assert!(manifest.targets.iter().any(|target| target == department));
        for stem in stems {
            assert!(
                handoff
                    .triggers
                    .iter()
                    .any(|trigger| stem.contains(trigger)),
                "{stem}"
            );
        }
    }
}

#[test]
fn a_department_learns_who_is_asking_and_what_was_said_before() {
    let desk = Desk::new()
        .profile("tier", "gold")
        .profile("open_tickets", ["17"])
        .user_says("Hello")
        .agent_says("front-desk", "How can I\n help?")
        .user_says("I was charged twice");
    let patch = context(&desk, "I was charged twice");
    let told = patch.handoff_metadata();
    assert_eq!(told.text("customer_tier").as_deref(), Some("gold"));
    assert_eq!(
        told.read::<Vec<String>>("open_tickets"),
        Some(vec!["17".to_owned()])
    );
    assert_eq!(
        told.text("history_summary").as_deref(),
        Some("user: Hello\nfront-desk: How can I help?")
    );
}

#[test]
fn a_stranger_is_a_standard_customer_without_a_history() {
    let patch = context(&Desk::new().ticket("Wants a call"), "I was charged twice");
    let told = patch.handoff_metadata();
    assert_eq!(told.text("customer_tier").as_deref(), Some("standard"));
    assert_eq!(told.json("history_summary"), None);
    assert_eq!(told.json("open_tickets"), Some(r#"["1"]"#));
}

#[test]
fn without_any_grant_nothing_is_told_and_nothing_fails() {
    let patch = context(&Desk::denying(), "I was charged twice");
    assert_eq!(patch.handoff_metadata().json("customer_tier"), None);
    assert_eq!(patch.handoff_metadata().json("open_tickets"), Some("[]"));
}

#[test]
fn a_long_message_is_shortened() {
    let desk = Desk::new().user_says(&"ö".repeat(500));
    let history = desk.run(|| context::history(None)).unwrap();
    assert_eq!(history.chars().filter(|letter| *letter == 'ö').count(), 120);
}

#[test]
fn escalating_opens_a_ticket_and_says_its_number() {
    let desk = Desk::new().user_says("I want a person");
    let conversation = Conversation::<CustomerService>::at(desk.clone());
    let answer = conversation.call("escalate-to-human", r#"{"reason":"Wants a person"}"#);
    assert_eq!(
        answer.unwrap(),
        "\"I've created support ticket #1. A human agent will contact you within 24 hours.\""
    );
    let (reason, details) = &desk.opened()[0];
    assert_eq!(reason, "Wants a person");
    assert_eq!(
        details.text("history").as_deref(),
        Some("user: I want a person")
    );
}

#[test]
fn escalating_for_no_reason_or_without_the_grant_says_what_is_wrong() {
    let call = |desk, arguments| {
        Conversation::<CustomerService>::at(desk)
            .call("escalate-to-human", arguments)
            .unwrap_err()
            .to_string()
    };
    assert_eq!(call(Desk::new(), "{}"), "argument `reason` is missing");
    assert_eq!(
        call(Desk::new(), r#"{"reason":" "}"#),
        "argument `reason` must say something"
    );
    assert_eq!(
        call(Desk::denying(), r#"{"reason":"x"}"#),
        "`tickets` is not granted"
    );
}

#[test]
fn the_tool_explains_its_argument() {
    let tool = &describe::<CustomerService>().tools[0];
    assert_eq!(
        (tool.name.as_str(), tool.effect.as_str()),
        ("escalate-to-human", "write")
    );
    assert_eq!(tool.description, "Escalate to human support.");
    assert_eq!(
        tool.parameters,
        r#"{"properties":{"reason":{"description":"Why a person is needed, in the customer's words.","type":"string"}},"required":["reason"],"type":"object"}"#
    );
}
