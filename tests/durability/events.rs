//! What happens can be watched.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use serde_json::Value;

use crate::support::desk::Desk;

fn desk() -> Desk {
    Desk::scripted("[[rules]]\ntarget = 'target'\nkeywords = ['expert']")
}

#[test]
fn events_of_a_type_are_shown_for_several_conversations() {
    let desk = desk();
    desk.say_in("a", "an expert, please");
    desk.say_in("b", "an expert, please");
    let events: Vec<Value> = desk.json(&[
        "events",
        "--conversation",
        "a",
        "--conversation",
        "b",
        "--type",
        "handoff.",
    ]);
    let shown: Vec<(&str, &str)> = events
        .iter()
        .map(|event| {
            (
                event["conversation"].as_str().unwrap(),
                event["type"].as_str().unwrap(),
            )
        })
        .collect();
    let of = |id| {
        [
            "handoff.initiated",
            "handoff.context_sanitized",
            "handoff.accepted",
            "handoff.completed",
        ]
        .map(|kind| (id, kind))
    };
    assert_eq!(shown, [of("a"), of("b")].concat());
}

#[test]
fn whoever_follows_sees_what_another_host_does() {
    let desk = desk();
    let mut command = desk.command(&[
        "events",
        "--conversation",
        "c",
        "--type",
        "turn.",
        "--follow",
        "--json",
    ]);
    let mut follower = command.stdout(Stdio::piped()).spawn().unwrap();
    desk.say_in("c", "hello");
    let lines = BufReader::new(follower.stdout.take().unwrap()).lines();
    let kinds: Vec<Value> = lines
        .take(2)
        .map(|line| serde_json::from_str::<Value>(&line.unwrap()).unwrap()["type"].clone())
        .collect();
    follower.kill().unwrap();
    follower.wait().unwrap();
    assert_eq!(kinds, ["turn.started", "turn.answered"]);
}

#[test]
fn a_message_delivered_again_by_its_key_is_answered_from_the_store() {
    let desk = desk();
    let run = || -> Value { desk.json(&["run", "--conversation", "c", "--key", "k-1", "hello"]) };
    let strip = |mut answer: Value| {
        answer["microseconds"] = Value::Null;
        answer
    };
    assert_eq!(strip(run()), strip(run()));
    assert_eq!(desk.count("c", "turn.started"), 1);
    let other = desk.baton(&[
        "run",
        "--conversation",
        "c",
        "--key",
        "k-1",
        "something else",
    ]);
    other
        .with_code(1)
        .complains(&["the key `k-1` was used for another text"]);
}
