//! Skills whose tools ask experts, beside the conversation.

use std::time::{Duration, Instant};

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    shapes::Answer,
    skills::{asker, bundled},
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

/// What the skill heard from those whom it asked, in this order.
#[track_caller]
fn heard(desk: &Desk, who: &[&str], named: &str) -> Value {
    let text = format!("ask {named}");
    let answer: Answer = desk.json(&[&["run"], who, &[text.as_str()]].concat());
    assert_eq!(answer.agent, "target", "{answer:#?}");
    let handoff = answer.route[0].handoff.as_deref().unwrap();
    let shown: Value = desk.json(&["context", "show", handoff]);
    shown["context"]["findings"]["heard"].clone()
}

fn asking(more: &str) -> Desk {
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = 'scripted'\n\
         [agents.expert]\nkind = 'scripted'\nreply = 'Yes.'\n[skills.asker]\ngrants = ['agents']\n{more}"
    );
    Desk::new(&config).skill("asker.wasm", asker())
}

#[test]
fn a_query_goes_only_where_the_policys_paths_lead() {
    let desk = asking("[policy.paths]\ndesk = ['target']");
    assert_eq!(
        heard(&desk, &[], "expert target"),
        json!(["not-allowed", "This is target."])
    );
}

#[test]
fn a_query_reaches_an_agent_with_a_scope_only_for_users_who_have_it() {
    let desk = asking("[agents.lawyer]\nkind = 'scripted'\nreply = 'No.'\nscopes = ['member']");
    assert_eq!(heard(&desk, &[], "lawyer"), json!(["not-allowed"]));
    assert_eq!(
        heard(&desk, &["--scope", "member"], "lawyer"),
        json!(["No."])
    );
}

#[test]
fn a_query_costs_the_user_the_agents_price_and_nothing_when_the_money_is_gone() {
    let desk = asking("[agents.dear]\nkind = 'scripted'\nreply = 'Up.'\nprice = '0.60 USD'");
    desk.baton(&["ledger", "credit", "ada", "1 USD"]).ok();
    let ada = ["--user", "ada"];
    assert_eq!(heard(&desk, &ada, "dear"), json!(["Up."]));
    assert_eq!(
        heard(&desk, &ada, "dear expert"),
        json!(["payment-required", "Yes."])
    );
    assert_eq!(
        heard(&desk, &[], "dear"),
        json!(["payment-required"]),
        "a visitor"
    );
    let balances: Vec<Value> = desk.json(&["ledger", "balance", "--user", "ada"]);
    assert_eq!(balances[0]["balance"], "0.40 USD");
    desk.baton(&["ledger", "check"]).ok();
}

#[test]
fn an_agent_that_is_asked_can_neither_hand_on_nor_move_the_conversation() {
    let desk = asking(
        "[agents.pusher]\nkind = 'scripted'\nscript = 'hand-to'\nhand-to = 'expert'\n\
         [agents.second]\nkind = 'scripted'\nscript = 'hand-to'\nhand-to = 'pusher'",
    );
    let heard = heard(&desk, &["--conversation", "c"], "pusher second");
    for said in heard.as_array().unwrap() {
        assert!(!said.as_str().unwrap().contains("Yes."), "{heard}");
    }
    let history: Vec<Value> = desk.json(&["history", "c"]);
    assert_eq!(history.len(), 1, "{history:#?}");
    assert_eq!(desk.say_in("c", "hello").agent, "desk");
}

#[test]
fn queries_of_one_hook_overlap_in_time() {
    let slow = |name: &str| {
        format!("[agents.{name}]\nkind = 'scripted'\nreply = '{name}'\ndelay = '2s'\n")
    };
    let desk = asking(&["a", "b", "c", "d"].map(slow).concat());
    desk.skills();
    let began = Instant::now();
    assert_eq!(heard(&desk, &[], "a b c d"), json!(["a", "b", "c", "d"]));
    let took = began.elapsed();
    assert!(
        took < Duration::from_secs(8),
        "one after the other: {took:?}"
    );
}
