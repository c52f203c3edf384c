use std::collections::HashSet;

use serde_json::json;

use super::{Heard, Tools};
use crate::{
    agent::model::client::{ChatCall, ChatReply},
    contract::Reason,
    conversation::{Colleague, Readiness},
    handoff::{CALLABLE_NAME, HandoffCall, Purpose},
    id::AgentName,
};

pub fn colleague(name: &str) -> Colleague {
    Colleague {
        name: AgentName::from(name),
        description: "Knows all about it.".to_owned(),
        examples: vec!["I was charged twice".to_owned()],
        skills: vec!["refunds".to_owned()],
        readiness: Readiness::Ready,
        kind: "scripted",
        alternatives: Vec::new(),
        escalation: Vec::new(),
        price: None,
    }
}

fn tools(names: &[&str]) -> Tools {
    let colleagues: Vec<Colleague> = names.iter().map(|name| colleague(name)).collect();
    Tools::new(&colleagues, Vec::new(), Purpose::Answer)
}

fn reply(calls: &[(&str, &str)]) -> ChatReply {
    ChatReply {
        text: "I hand you over to shipping.".to_owned(),
        calls: calls
            .iter()
            .map(|(name, arguments)| ChatCall {
                id: "1".to_owned(),
                name: (*name).to_owned(),
                arguments: (*arguments).to_owned(),
            })
            .collect(),
        usage: None,
        model: "m".to_owned(),
        truncated: false,
    }
}

fn handed(heard: Heard) -> HandoffCall {
    match heard {
        Heard::HandOver(call, _) => call,
        _ => panic!("no handoff"),
    }
}

fn wrong(heard: Heard) -> Vec<String> {
    match heard {
        Heard::Wrong(round) => round.calls.into_iter().map(|call| call.result).collect(),
        _ => panic!("not wrong"),
    }
}

#[test]
fn a_tool_tells_whom_it_hands_over_to_what_they_do_and_who_needs_them() {
    let tools = tools(&["billing"]);
    assert_eq!(tools.offered[0].name, "hand_over_to_billing");
    let description = &tools.offered[0].description;
    for part in ["billing", "Knows all about it.", "refunds", "charged twice"] {
        assert!(description.contains(part), "{description}");
    }
    let properties = tools.offered[0].parameters["properties"]
        .as_object()
        .unwrap();
    for name in ["reason", "instructions", "findings", "confidence"] {
        assert!(properties.contains_key(name), "{name}");
    }
}

#[test]
fn names_that_no_provider_allows_are_replaced_and_still_mean_their_own_agents() {
    let long = "x".repeat(80);
    let names = ["a b", "a/b", "büro", "部", "客", &long, &format!("{long}y")];
    let tools = tools(&names);
    let mut seen = HashSet::new();
    for (tool, expected) in tools.offered.iter().zip(names) {
        let allowed = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        assert!(
            tool.name.len() <= CALLABLE_NAME && tool.name.chars().all(allowed),
            "{}",
            tool.name
        );
        assert!(seen.insert(&tool.name), "{} is there twice", tool.name);
        let call = handed(tools.hear(&reply(&[(&tool.name, "{}")])));
        assert_eq!(call.target.as_str(), expected);
    }
}

#[test]
fn the_arguments_of_a_call_become_the_handoff() {
    let arguments = json!({
        "reason": "escalation",
        "instructions": "refund it",
        "findings": { "order": 7 },
        "confidence": 0.5,
    });
    let heard =
        tools(&["billing"]).hear(&reply(&[("hand_over_to_billing", &arguments.to_string())]));
    let call = handed(heard);
    assert_eq!(call.reason, Some(Reason::Escalation));
    assert_eq!(call.instructions, "refund it");
    assert_eq!(call.findings["order"], 7);
    assert!((call.confidence.value() - 0.5).abs() < f64::EPSILON);
}

#[test]
fn a_call_without_arguments_is_a_handoff_unless_the_reply_was_cut_off() {
    let tools = tools(&["billing"]);
    let mut reply = reply(&[("hand_over_to_billing", "")]);
    assert_eq!(handed(tools.hear(&reply)).target.as_str(), "billing");
    reply.truncated = true;
    assert_eq!(wrong(tools.hear(&reply)).len(), 1);
}

#[test]
fn of_several_calls_the_first_valid_one_wins() {
    let heard = tools(&["billing", "shipping"]).hear(&reply(&[
        ("hand_over_to_nobody", "{}"),
        ("hand_over_to_shipping", "{}"),
        ("hand_over_to_billing", "{}"),
    ]));
    assert_eq!(handed(heard).target.as_str(), "shipping");
}

#[test]
fn what_is_wrong_with_a_call_is_said() {
    let tools = tools(&["billing"]);
    for (name, arguments, why) in [
        ("refund", "{}", "there is no tool `refund`"),
        ("hand_over_to_billing", r#"{"reason":"#, "no JSON object"),
        ("hand_over_to_billing", "[1]", "no JSON object"),
        ("hand_over_to_billing", r#"{"reason":"boredom"}"#, "boredom"),
        (
            "hand_over_to_billing",
            r#"{"confidence":95}"#,
            "from 0 to 1",
        ),
        ("hand_over_to_billing", r#"{"findings":"many"}"#, "many"),
    ] {
        let told = wrong(tools.hear(&reply(&[(name, arguments)])));
        assert!(told[0].contains(why), "{}", told[0]);
    }
}
