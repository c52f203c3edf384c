//! Skills whose tools ask experts, beside the conversation.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    skills::bundled,
};

const EXPERTS: &str = r#"
[agents.finance-expert]
kind  = "scripted"
reply = "On '{text}': buy bonds."
[agents.legal-advisor]
kind   = "scripted"
script = "fail"
[skills.collaboration]
grants = ["agents"]
"#;

fn collaboration(front_desk: &str) -> Desk {
    let config = format!("entry = \"front-desk\"\n[agents.front-desk]\n{front_desk}\n{EXPERTS}");
    Desk::new(&config).skill("collaboration.wasm", bundled("collaboration"))
}

#[test]
fn a_tool_consults_the_expert_for_the_topic_and_the_conversation_does_not_move() {
    let desk = collaboration("kind = 'scripted'");
    for (topic, expected) in [
        ("finance", "On 'What now?': buy bonds."),
        ("astrology", "No expert available for this topic"),
        ("legal", "Expert unavailable"),
        ("health", "Expert unavailable"),
    ] {
        let arguments = format!(r#"{{"topic": "{topic}", "question": "What now?"}}"#);
        desk.baton(&[
            "tool",
            "call",
            "collaboration",
            "consult-expert",
            &arguments,
        ])
        .ok()
        .shows(&[expected]);
    }
}

#[test]
fn a_model_consults_an_expert_by_a_tool_and_answers_itself() {
    let arguments = r#"{"topic":"finance","question":"What now?"}"#;
    let tool = "collaboration_consult-expert";
    let endpoint = Endpoint::that(Behaviour::UsesTool(tool, arguments, "Bonds, I hear."));
    let model = format!(
        "kind = 'openai'\nurl = '{}'\nmodel = 'm'\nskills = ['collaboration']",
        endpoint.url
    );
    let answer = collaboration(&model).say("I have some money");
    assert_eq!(
        (
            answer.agent.as_str(),
            answer.owner.as_str(),
            answer.reply.as_str()
        ),
        ("front-desk", "front-desk", "Bonds, I hear.")
    );
    endpoint.request();
    let request = endpoint.request();
    let told = request["messages"].as_array().unwrap().last().unwrap();
    let told = told["content"].as_str().unwrap();
    assert!(told.contains("On 'What now?': buy bonds."), "{told}");
    assert!(
        told.contains("trust=\"0.7\""),
        "it has asked a model: {told}"
    );
}

#[test]
fn three_experts_are_researched_at_the_same_time_and_their_perspectives_joined() {
    let expert = |name: &str| {
        format!(
            "[agents.{name}-expert]\nkind = 'scripted'\nreply = '{name}: {{text}}'\ndelay = '2s'\n"
        )
    };
    let config = format!(
        "entry = 'front-desk'\n[agents.front-desk]\nkind = 'scripted'\n{}{}{}\
         [skills.research]\ngrants = ['agents']\n",
        expert("science"),
        expert("history"),
        expert("culture")
    );
    let desk = Desk::new(&config).skill("research.wasm", bundled("research"));
    // Loads and compiles, so that the clock below measures the call.
    desk.skills();
    let began = Instant::now();
    let arguments = r#"{"topic": "tea"}"#;
    let found: Value = desk.json(&["tool", "call", "research", "research-topic", arguments]);
    let took = began.elapsed();
    assert_eq!(found["topic"], "tea");
    for name in ["science", "history", "culture"] {
        let expected = format!("{name}: Tell me about tea");
        assert_eq!(found["perspectives"][format!("{name}-expert")], expected);
    }
    let one_after_another = Duration::from_secs(6);
    assert!(
        took < one_after_another,
        "they were asked one after another: {took:?}"
    );
}
