//! What a skill remembers: from turn to turn of one conversation, and hidden
//! from every other conversation and skill.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    skills::{counter, renamed},
};

const AGENTS: &str = r#"
[agents.first-agent]
kind = "scripted"
reply = "I was told: {instructions}"
[agents.later-agent]
kind = "scripted"
reply = "I was told: {instructions}"
"#;

fn desk() -> Desk {
    Desk::scripted(AGENTS).skill("counter.wasm", counter(""))
}

/// Calls a tool of the skill.
#[track_caller]
fn call(desk: &Desk, skill: &str, tool: &str, conversation: &str) -> Value {
    desk.json(&["tool", "call", skill, tool, "--conversation", conversation])
}

#[test]
fn what_a_hook_has_noted_decides_the_next_turn_in_another_process() {
    let desk = desk();
    let first = desk.say_in("c", "count");
    assert_eq!(first.agent, "first-agent");
    assert!(first.reply.contains("- handoffs: 1"), "{}", first.reply);
    let second = desk.say_in("c", "count again");
    assert_eq!(second.agent, "later-agent");
    assert!(
        second.reply.contains("- handoffs: 1\n"),
        "the finding counts those before: {}",
        second.reply
    );
    assert!(second.reply.contains("- handoffs: 2\n"), "{}", second.reply);
}

#[test]
fn what_a_hook_remembers_is_no_better_than_the_context_it_was_given() {
    let desk = desk();
    let trust = || {
        let db = rusqlite::Connection::open(desk.path("baton.db")).unwrap();
        let sql = "SELECT trust FROM state WHERE skill = 'counter' AND conversation = 'c'";
        db.query_row(sql, [], |row| row.get::<_, u8>(0)).unwrap()
    };
    desk.say_in("c", "count");
    assert_eq!(trust(), 80, "the user's words and a skill's code");
    // An agent's answer is in the summary now, and may be a model's.
    desk.say_in("c", "count again");
    assert_eq!(trust(), 70);
}

#[test]
fn another_conversation_knows_nothing_of_it() {
    let desk = desk();
    desk.say_in("c", "count");
    assert_eq!(desk.say_in("d", "count").agent, "first-agent");
    call(&desk, "counter", "count", "c");
    call(&desk, "counter", "count", "c");
    assert_eq!(call(&desk, "counter", "recall", "c"), 2);
    assert_eq!(call(&desk, "counter", "recall", "d"), 0);
}

#[test]
fn two_conversations_in_one_host_do_not_see_each_others() {
    let desk = desk();
    let (mut one, mut other) = (desk.chat("one"), desk.chat("other"));
    assert_eq!(one.say("count").agent, "first-agent");
    assert_eq!(other.say("count").agent, "first-agent");
    assert_eq!(one.say("count").agent, "later-agent");
}

#[test]
fn another_skill_knows_nothing_of_it() {
    let twin = renamed(&counter(""), "counter", "counted");
    let desk = desk().skill("twin.wasm", twin);
    call(&desk, "counter", "count", "c");
    assert_eq!(call(&desk, "counter", "recall", "c"), 1);
    assert_eq!(call(&desk, "counted", "recall", "c"), 0);
}

#[test]
fn a_message_that_is_only_explained_changes_nothing() {
    let desk = desk();
    desk.say_in("c", "count");
    for _ in 0..2 {
        let _: Value = desk.json(&["explain", "--conversation", "c", "count"]);
    }
    assert!(desk.say_in("c", "count").reply.contains("- handoffs: 2\n"));
}

#[test]
fn a_new_version_of_the_same_shape_goes_on_with_it() {
    let desk = desk();
    desk.say_in("c", "count");
    let desk = desk.skill("counter.wasm", renamed(&counter(""), "1.0.0", "1.0.1"));
    assert_eq!(desk.say_in("c", "count").agent, "later-agent");
    assert_eq!(desk.count("c", "skill.state-reset"), 0);
}

#[test]
fn a_version_that_says_it_cannot_read_it_starts_empty_with_an_event() {
    let desk = desk();
    desk.say_in("c", "count");
    call(&desk, "counter", "count", "c");
    let desk = desk.skill("counter.wasm", counter("v2"));
    assert_eq!(
        desk.say_in("c", "count").agent,
        "first-agent",
        "it counts from zero"
    );
    let event = desk.event("c", "skill.state-reset");
    assert_eq!(
        (&event["skill"], &event["turn"]),
        (&"counter".into(), &2.into())
    );
    let why = event["why"].as_str().unwrap();
    assert!(
        why.contains("schema version 1, and this one reads 2"),
        "{why}"
    );
    assert_eq!(call(&desk, "counter", "count", "c"), 1);
    assert_eq!(
        call(&desk, "counter", "count", "c"),
        2,
        "from then on it remembers again"
    );
    assert_eq!(desk.count("c", "skill.state-reset"), 1, "it is said once");
}

#[test]
fn a_version_that_cannot_read_it_without_knowing_starts_empty_with_an_event() {
    let desk = desk();
    desk.say_in("c", "count");
    call(&desk, "counter", "count", "c");
    let desk = desk.skill("counter.wasm", counter("unreadable"));
    assert_eq!(
        call(&desk, "counter", "count", "c"),
        1,
        "it counts from zero"
    );
    assert_eq!(desk.event("c", "skill.state-reset")["skill"], "counter");
    assert_eq!(
        call(&desk, "counter", "count", "c"),
        2,
        "from then on it remembers again"
    );
    assert_eq!(desk.count("c", "skill.state-reset"), 1);
}

#[test]
fn a_version_dropped_into_a_running_host_starts_empty_too() {
    let desk = desk();
    let mut chat = desk.chat("c");
    chat.say("count");
    std::fs::write(desk.path("skills/counter.wasm"), counter("v2")).unwrap();
    chat.notice("replaced", "counter.wasm");
    chat.say("count");
    assert_eq!(desk.count("c", "skill.state-reset"), 1);
}
