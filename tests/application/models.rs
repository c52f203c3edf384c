//! Agents that are models hand over by calls.

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
};

/// A desk that a model answers, with an expert to whom it may hand over.
fn desk(behaviour: Behaviour) -> (Desk, Endpoint) {
    let endpoint = Endpoint::that(behaviour);
    let config = format!(
        r#"
entry    = "model"
[agents.model]
kind  = "openai"
url   = "{}"
model = "llama3.3"
[agents.expert]
kind        = "scripted"
description = "Knows about refunds."
reply       = "The expert helps: {{instructions}}"
"#,
        endpoint.url
    );
    (Desk::new(&config), endpoint)
}

#[test]
fn a_model_hands_over_by_a_call_and_the_text_beside_it_is_not_shown() {
    let arguments = r#"{"instructions":"Refund order 7."}"#;
    let calls = Behaviour::Calls("I hand you over.", "hand_over_to_expert", arguments);
    let (desk, endpoint) = desk(calls);
    let answer = desk.say("my money, please");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("expert", "expert")
    );
    assert!(answer.reply.contains("Refund order 7."), "{}", answer.reply);
    assert!(!answer.reply.contains("I hand you over."));
    let tool = &endpoint.request()["tools"][0]["function"];
    assert_eq!(tool["name"], "hand_over_to_expert");
    assert!(tool["description"].as_str().unwrap().contains("refunds"));
}

#[test]
fn a_model_that_only_writes_of_a_handoff_keeps_the_conversation() {
    let (desk, _endpoint) = desk(Behaviour::Streams(&["hand off to expert"]));
    let answer = desk.say("my money, please");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("model", "model")
    );
}
