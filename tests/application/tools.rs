//! What a skill's tools do for those who call them.

use serde_json::Value;

use crate::support::desk::Desk;

const REASON: &str = r#"{"reason": "The third complaint"}"#;

fn escalate<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [
        &["tool", "call", "customer-service", "escalate-to-human"],
        more,
    ]
    .concat()
}

#[test]
fn the_escalation_tool_opens_a_ticket_that_the_list_shows() {
    let desk = Desk::example("customer-service");
    desk.say_in("c", "My station is broken");
    let ran = desk.baton(&escalate(&[REASON, "--conversation", "c"])).ok();
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let [ticket] = tickets.as_slice() else {
        panic!("{tickets:#?}")
    };
    assert!(
        ran.stdout.contains(ticket["id"].as_str().unwrap()),
        "{ran:?}"
    );
    assert_eq!(
        (&ticket["reason"], &ticket["opened-by"]),
        (&"The third complaint".into(), &"customer-service".into())
    );
    assert_eq!(ticket["conversation"], "c");
    let history = ticket["details"]["history"].as_str().unwrap();
    assert!(history.contains("user: My station is broken"), "{history}");
}

#[test]
fn the_tools_are_listed_with_what_they_take() {
    let desk = Desk::example("customer-service");
    desk.baton(&["tool", "list"])
        .ok()
        .shows(&["escalate-to-human", "reason: string", "write"]);
    let tools: Vec<Value> = desk.json(&["tool", "list"]);
    assert_eq!(
        tools[0]["parameters"]["required"],
        serde_json::json!(["reason"])
    );
}

#[test]
fn wrong_arguments_are_answered_with_what_is_wrong_and_open_no_ticket() {
    let desk = Desk::example("customer-service");
    for (arguments, why) in [
        ("{}", "`arguments` lacks `reason` (invalid-arguments)"),
        (r#"{"reason": " "}"#, "argument `reason` must say something"),
        ("{reason", "the arguments are not JSON"),
    ] {
        desk.baton(&escalate(&[arguments]))
            .with_code(1)
            .complains(&[why]);
    }
    desk.baton(&["ticket", "list"])
        .ok()
        .shows(&["No ticket is open."]);
}

#[test]
fn a_skill_or_tool_that_is_not_there_is_answered_with_the_nearest_name() {
    let desk = Desk::example("customer-service");
    let ran = desk.baton(&[
        "tool",
        "call",
        "customer-servise",
        "escalate-to-human",
        "{}",
    ]);
    ran.with_code(1)
        .complains(&["did you mean `customer-service`?"]);
    let ran = desk.baton(&["tool", "call", "customer-service", "escalate", "{}"]);
    ran.with_code(1)
        .complains(&["has no tool `escalate`; it has: escalate-to-human"]);
}

#[test]
fn a_chat_calls_tools_too() {
    let desk = Desk::example("customer-service");
    let mut chat = desk.chat("c");
    chat.write(&format!(
        "/tool customer-service escalate-to-human {REASON}"
    ));
    assert_eq!(chat.say("Good morning").turn, 1);
    assert_eq!(desk.json::<Vec<Value>>(&["ticket", "list"]).len(), 1);
}
