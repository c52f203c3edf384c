//! Conditions that do what they must not: the message is answered all the same,
//! the event says why, and the host goes on with the same skill.

use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{desk::Desk, shapes::Answer, skills::hostile};

/// A desk that gives a skill more time than any misdeed but looping takes, even
/// on a machine that is busy with something else.
fn desk() -> Desk {
    Desk::scripted("[limits]\nevaluate-compute = '5s'\nevaluate-wall = '5s'")
        .skill("hostile.wasm", hostile())
}

/// Has a running host answer the misdeed, then a good message. Gives the answer
/// to the former and the one event of this type about it.
#[track_caller]
fn misdeed(desk: &Desk, text: &str, event: &str) -> (Answer, Value) {
    let mut chat = desk.chat("c");
    let began = Instant::now();
    let answer = chat.say(text);
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    assert_eq!(chat.say("plain").agent, "target", "the host went on");
    assert_eq!(chat.end().0, 0);
    (answer, desk.event("c", event))
}

/// Expects a fault that counts as a pass.
#[track_caller]
fn expect_fault(text: &str, why: &str) {
    expect_fault_at(&desk(), text, why);
}

#[track_caller]
fn expect_fault_at(desk: &Desk, text: &str, why: &str) {
    let (answer, event) = misdeed(desk, text, "skill.faulted");
    assert_eq!(
        (answer.agent.as_str(), answer.stand_in.as_str()),
        ("desk", "none")
    );
    assert_eq!(
        (&event["skill"], &event["during"]),
        (&"hostile".into(), &"evaluate".into())
    );
    let said = event["why"].as_str().unwrap();
    assert!(said.contains(why), "`{why}` is not in `{said}`");
}

/// Expects a verdict that is not followed.
#[track_caller]
fn expect_rejection(text: &str, why: &str) {
    let (answer, event) = misdeed(&desk(), text, "verdict.rejected");
    assert_eq!(
        (answer.agent.as_str(), answer.stand_in.as_str()),
        ("desk", "none")
    );
    assert_eq!(
        (&event["skill"], &event["handoff"]),
        (&"hostile".into(), &"misbehave".into())
    );
    let said = event["why"].as_str().unwrap();
    assert!(said.contains(why), "`{why}` is not in `{said}`");
}

#[test]
fn a_skill_that_loops_is_stopped_and_the_message_still_answered() {
    let desk = Desk::scripted("").skill("hostile.wasm", hostile());
    expect_fault_at(&desk, "loop", "it computed for longer than 50ms");
}

#[test]
fn a_skill_that_traps_is_dropped_and_the_message_still_answered() {
    expect_fault(
        "trap",
        "it trapped: wasm trap: wasm `unreachable` instruction executed",
    );
}

#[test]
fn a_skill_that_panics_is_dropped_and_its_message_is_in_the_log() {
    let desk = desk();
    assert_eq!(desk.say_in("c", "panic").agent, "desk");
    assert!(
        desk.event("c", "skill.faulted")["why"]
            .as_str()
            .unwrap()
            .contains("it trapped")
    );
    assert!(
        desk.event("c", "skill.log")["text"]
            .as_str()
            .unwrap()
            .contains("as asked")
    );
}

#[test]
fn a_skill_that_recurses_without_end_uses_up_its_own_stack_only() {
    expect_fault(
        "descend",
        "it used up its stack, most likely by endless recursion",
    );
    expect_fault(
        "recurse",
        "out of bounds memory access, which endless recursion leads to",
    );
}

#[test]
fn a_skill_that_allocates_without_end_gets_no_more_than_its_limit() {
    expect_fault("allocate", "it wanted more than 64 MiB of memory");
}

#[test]
fn a_skill_that_calls_the_host_without_end_is_stopped() {
    expect_fault("ask", "it called the host more than 1000 times");
}

#[test]
fn a_skill_that_floods_the_log_is_stopped_and_its_first_lines_are_kept() {
    expect_fault("flood", "it called the host more than 1000 times");
    let desk = desk();
    desk.say_in("c", "flood");
    assert_eq!(desk.count("c", "skill.log"), 100);
}

#[test]
fn more_or_fewer_verdicts_than_conditions_are_a_fault() {
    expect_fault("many", "it was asked for 1 verdicts and gave 4");
    expect_fault("few", "it was asked for 1 verdicts and gave 0");
}

#[test]
fn a_result_of_a_hundred_megabytes_is_a_fault() {
    let desk =
        Desk::scripted("[limits]\nmemory-mib = 256\nevaluate-compute = '5s'\nevaluate-wall = '5s'")
            .skill("hostile.wasm", hostile());
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("verbose").agent, "desk");
    assert_eq!(chat.say("plain").agent, "target");
    let event = desk.event("c", "skill.faulted");
    assert_eq!(
        event["why"],
        "it passed more than 1048576 bytes to the host at once"
    );
}

#[test]
fn a_result_that_does_not_even_fit_its_memory_is_a_fault() {
    expect_fault("verbose", "it wanted more than 64 MiB of memory");
}

#[test]
fn a_target_that_does_not_exist_is_rejected() {
    expect_rejection("nobody", "there is no agent `no-such-agent`");
    expect_rejection("nameless", "there is no agent ``");
}

#[test]
fn a_confidence_that_is_no_number_from_0_to_1_is_rejected() {
    expect_rejection("nan", "its confidence is NaN, and must be from 0 to 1");
    expect_rejection("seven", "its confidence is 7, and must be from 0 to 1");
}

#[test]
fn findings_that_are_not_json_are_rejected() {
    expect_rejection("garbled", "`garbled` is not JSON");
}

#[test]
fn control_characters_of_a_verdict_reach_neither_the_target_nor_the_record() {
    expect_rejection("hidden", "its reason is wrong");
    let desk = desk();
    desk.say_in("c", "hidden");
    let record = desk.event("c", "verdict.rejected")["why"]
        .as_str()
        .unwrap()
        .to_owned();
    assert!(!record.contains(char::is_control), "{record:?}");
}

#[test]
fn another_skill_that_is_right_is_heard_beside_one_that_fails() {
    let desk = Desk::scripted("[agents.legal-advisor]\nkind = 'scripted'")
        .skill("hostile.wasm", hostile())
        .skill("router.wasm", crate::support::skills::bundled("router"));
    for word in ["loop", "trap", "nan", "many"] {
        let answer = desk.say(&format!("{word} legal"));
        assert_eq!(answer.agent, "legal-advisor", "{word}");
    }
}
