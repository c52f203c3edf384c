//! Hooks that refuse or fail: before-hooks stop their own handoff, after-hooks
//! stop nothing, and the host goes on.

use serde_json::Value;

use crate::support::{desk::Desk, shapes::Answer, skills::hostile};

/// Has a running host answer the message, then a good one.
#[track_caller]
fn answer(limits: &str, text: &str) -> (Answer, Vec<Value>) {
    let desk = Desk::scripted(limits).skill("hostile.wasm", hostile());
    let mut chat = desk.chat("c");
    let answer = chat.say(text);
    let events = desk.events("c");
    assert_eq!(chat.say("plain").agent, "target", "the host went on");
    assert_eq!(chat.end().0, 0);
    (answer, events)
}

#[track_caller]
fn why<'a>(events: &'a [Value], kind: &str) -> &'a str {
    let event = events.iter().find(|event| event["type"] == kind);
    let event = event.unwrap_or_else(|| panic!("no {kind} in {events:#?}"));
    event["why"].as_str().unwrap()
}

#[test]
fn a_before_hook_that_refuses_ends_that_handoff_and_the_fallback_agent_answers() {
    let (answer, events) = answer("", "refuse");
    assert_eq!(
        answer.legs(),
        [("target", "rejected"), ("assistant", "answered")]
    );
    assert_eq!(
        (answer.stand_in.as_str(), answer.owner.as_str()),
        ("agent", "desk")
    );
    assert_eq!(why(&events, "handoff.rejected"), "not today");
    assert_eq!(answer.why_not("target"), "hostile/before: not today");
}

#[test]
fn a_before_hook_that_fails_ends_that_handoff_too() {
    for (text, said) in [
        ("before-trap", "it trapped"),
        ("before-panic", "it trapped"),
        ("before-loop", "it computed for longer than 100ms"),
        ("before-garbled", "`garbled` is not JSON"),
    ] {
        let (answer, events) = answer("", text);
        assert_eq!(
            answer.legs(),
            [("target", "rejected"), ("assistant", "answered")],
            "{text}"
        );
        assert!(why(&events, "skill.faulted").contains(said), "{events:#?}");
        assert!(
            why(&events, "handoff.rejected").contains(said),
            "{events:#?}"
        );
    }
}

#[test]
fn a_before_hook_cannot_put_a_reply_in_place_of_the_targets() {
    let (answer, events) = answer("", "before-reply");
    assert_eq!(
        (answer.agent.as_str(), answer.reply.as_str()),
        ("target", "This is the target.")
    );
    assert!(!events.iter().any(|event| event["type"] == "reply.replaced"));
}

#[test]
fn an_after_hook_that_fails_leaves_the_answer_as_it_is() {
    for (text, said) in [
        ("after-trap", "it trapped"),
        ("after-loop", "it computed for longer than 100ms"),
    ] {
        let (answer, events) = answer("", text);
        assert_eq!(
            (answer.agent.as_str(), answer.reply.as_str()),
            ("target", "This is the target.")
        );
        assert_eq!(
            (answer.stand_in.as_str(), answer.owner.as_str()),
            ("none", "target")
        );
        assert!(why(&events, "skill.faulted").contains(said), "{events:#?}");
    }
}

#[test]
fn a_reply_of_a_hundred_megabytes_is_not_taken_and_the_targets_stands() {
    let (small, events) = answer("", "shout");
    assert_eq!(small.reply, "This is the target.");
    assert!(
        why(&events, "skill.faulted").contains("64 MiB of memory"),
        "{events:#?}"
    );
    let room = "[limits]\nmemory-mib = 256\nhook-compute = '5s'";
    let (large, events) = answer(room, "shout");
    assert_eq!(large.reply, "This is the target.");
    let said = "it passed more than 1048576 bytes to the host at once";
    assert_eq!(why(&events, "skill.faulted"), said);
}
