//! What a skill learns of the conversation it works on, and what it tells.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::support::{desk::Desk, skills::keeper};

fn desk(more: &str) -> Desk {
    Desk::scripted(&format!(
        "[skills.keeper]\ngrants = ['storage', 'conversation', 'handoffs']\n{more}"
    ))
    .skill("keeper.wasm", keeper())
}

#[track_caller]
fn call(desk: &Desk, tool: &str, arguments: &str) -> Value {
    let arguments = ["tool", "call", "keeper", tool, arguments];
    desk.json(&[&arguments[..], &["--conversation", "c"]].concat())
}

#[test]
fn the_handoffs_of_the_conversation_are_read_by_the_page() {
    let desk = desk("");
    assert_eq!(call(&desk, "past", r#"{"page":2}"#), json!([[], [], []]));
    for target in ["target", "assistant", "desk"] {
        desk.baton(&["handoff", "c", target, "--task", "Look at it"])
            .ok();
    }
    desk.say_in("d", "keep");
    let past = call(&desk, "past", r#"{"page":2}"#);
    let older = json!(["desk target specialization completed"]);
    let newest = json!([
        "target assistant specialization completed",
        "assistant desk specialization completed",
    ]);
    assert_eq!(past, json!([older, newest, []]));
}

#[test]
fn without_the_grant_no_handoff_is_told() {
    let desk = Desk::scripted("").skill("keeper.wasm", keeper());
    desk.baton(&["tool", "call", "keeper", "past", r#"{"page":2}"#])
        .with_code(1)
        .complains(&["add \"handoffs\" to skills.keeper.grants in baton.toml"]);
}

#[test]
fn a_conversation_of_several_hundred_messages_is_read_whole_by_the_page() {
    let desk = desk("");
    let mut input = String::new();
    for number in 0..180 {
        writeln!(input, "message {number}").unwrap();
    }
    desk.baton_reading(&["chat", "--conversation", "c"], input.as_bytes())
        .ok();
    let read = call(&desk, "read", "{}");
    assert_eq!(read[0], 4, "a page has 100 messages at most");
    let expected: Vec<String> = (0..180)
        .flat_map(|number| [format!("message {number}"), "This is the desk.".to_owned()])
        .collect();
    assert_eq!(read[1], json!(expected));
}

#[test]
fn a_tool_notes_metadata_that_later_turns_find() {
    let desk = desk("");
    let noted = call(&desk, "note", r#"{"name":"tier","value":"gold"}"#);
    assert_eq!(noted, "gold");
    assert_eq!(call(&desk, "noted", r#"{"name":"tier"}"#), "gold");
    let handoff = desk.say_in("c", "keep").route[0].handoff.clone().unwrap();
    let context: Value = desk.json(&["context", "show", &handoff]);
    assert_eq!(context["context"]["snapshot"]["tier"], "gold");
}

#[test]
fn lines_are_tagged_with_skill_and_conversation() {
    let desk = desk("");
    let arguments = ["--log", "info", "run", "--conversation", "c", "keep log"];
    let ran = desk.baton(&arguments).ok();
    let lines: Vec<&str> = ran
        .stderr
        .lines()
        .filter(|line| line.contains("line 3"))
        .collect();
    assert_eq!(lines.len(), 1, "{}", ran.stderr);
    assert!(
        lines[0].contains("skill=keeper") && lines[0].contains("conversation=\"c\""),
        "{lines:?}"
    );
}

#[test]
fn a_flood_of_lines_over_many_turns_does_not_fill_the_log() {
    let desk = desk("[limits]\nlog-lines-per-minute = 12");
    let input = "keep log\n".repeat(6);
    let arguments = ["--log", "info", "chat", "--conversation", "c"];
    let ran = desk.baton_reading(&arguments, input.as_bytes()).ok();
    assert_eq!(ran.stderr.matches("line ").count(), 12, "{}", ran.stderr);
    assert_eq!(
        ran.stderr.matches("12 lines within a minute").count(),
        1,
        "it is said once: {}",
        ran.stderr
    );
    assert_eq!(desk.count("c", "skill.log"), 12, "nor the record");
}
