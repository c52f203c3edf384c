//! An agent that fails, however it fails, does not leave the user without an answer.

use crate::support::{desk::Desk, skills};

/// A desk whose target does `script`, with more about the target and others.
fn desk(target: &str, more: &str) -> Desk {
    let config = format!(
        r#"
entry    = "desk"
fallback = "assistant"
[agents.desk]
kind = "scripted"
[agents.assistant]
kind  = "scripted"
reply = "The assistant helps."
[agents.target]
kind = "scripted"
{target}
{more}
"#
    );
    Desk::new(&config).skill("hostile.wasm", skills::hostile())
}

const SCRIPTS: [(&str, &str, &str); 4] = [
    (
        "script = 'fail'\nreply = 'the printer is on fire'",
        "failed",
        "the printer is on fire",
    ),
    (
        "script = 'hang'\ntimeout = '150ms'",
        "failed",
        "has not answered within 150ms",
    ),
    ("script = 'panic'", "failed", "internal error"),
    ("script = 'busy'", "rejected", "it is busy"),
];

#[test]
fn when_the_target_fails_the_fallback_agent_answers_and_the_owner_stays() {
    for (script, end, why) in SCRIPTS {
        let answer = desk(script, "").say("plain");
        assert_eq!(
            answer.legs(),
            [("target", end), ("assistant", "answered")],
            "{script}"
        );
        assert!(answer.why_not("target").contains(why), "{answer:#?}");
        assert_eq!(answer.reply, "The assistant helps.");
        assert_eq!(
            (answer.stand_in.as_str(), answer.owner.as_str()),
            ("agent", "desk")
        );
    }
}

#[test]
fn an_alternative_of_the_target_comes_before_the_fallback_and_becomes_the_owner() {
    for (script, end, _) in SCRIPTS {
        let target = format!("{script}\nalternatives = ['second']");
        let answer = desk(&target, "[agents.second]\nkind = 'scripted'").say("plain");
        assert_eq!(answer.legs(), [("target", end), ("second", "answered")]);
        assert_eq!(
            (answer.stand_in.as_str(), answer.owner.as_str()),
            ("none", "second")
        );
        let reason = if script.contains("busy") {
            "load-shedding"
        } else {
            "failure"
        };
        assert_eq!(answer.route[1].reason.as_deref(), Some(reason));
    }
}

#[test]
fn when_the_fallback_fails_too_a_local_reply_is_given_and_the_exit_code_says_so() {
    let config = r#"
entry    = "desk"
fallback = "assistant"
[policy]
local-reply = "Please call 0800 1234."
[agents.desk]
kind = "scripted"
script = "fail"
[agents.assistant]
kind = "scripted"
script = "panic"
"#;
    let desk = Desk::new(config);
    let ran = desk
        .baton(&["run", "--conversation", "c", "hello", "--json"])
        .with_code(4);
    assert_eq!(ran.json()["reply"], "Please call 0800 1234.");
    assert_eq!(ran.json()["stand-in"], "local");
    assert_eq!(desk.event("c", "turn.answered")["fallback"], true);
    desk.baton(&["run", "hello"]).with_code(4).shows(&[
        "Please call 0800 1234.",
        "desk could not answer",
        "assistant could not answer",
        "nobody could answer",
    ]);
}

#[test]
fn without_a_fallback_a_failure_ends_in_the_local_reply() {
    let desk = Desk::new("entry = 'desk'\n[agents.desk]\nkind = 'scripted'\nscript = 'fail'");
    let ran = desk.baton(&["run", "hello", "--json"]).with_code(4);
    assert_eq!(ran.json()["stand-in"], "local");
}

#[test]
fn a_fallback_that_owns_the_conversation_and_fails_is_not_asked_twice() {
    let config =
        "entry = 'desk'\nfallback = 'desk'\n[agents.desk]\nkind = 'scripted'\nscript = 'fail'";
    let ran = Desk::new(config)
        .baton(&["run", "hello", "--json"])
        .with_code(4);
    assert_eq!(ran.json()["route"].as_array().unwrap().len(), 1);
}

#[test]
fn a_knowledge_agent_that_knows_nothing_of_the_matter_says_what_it_was_told_to_or_passes_on() {
    let config = |otherwise: &str| {
        let agents =
            "[agents.assistant]\nkind = 'scripted'\n[agents.desk]\nkind = 'knowledge'\npath = 'k'";
        format!("entry = 'desk'\nfallback = 'assistant'\n{agents}\n{otherwise}")
    };
    let fact = ("k/parcels.md", "# Parcels\n\nA parcel takes three days.\n");
    let silent = Desk::new(&config("")).file(fact.0, fact.1);
    assert_eq!(silent.say("parcels").agent, "desk");
    assert_eq!(
        silent.say("quantum chromodynamics").legs()[1],
        ("assistant", "answered")
    );
    let honest = Desk::new(&config("otherwise = 'No idea.'")).file(fact.0, fact.1);
    assert_eq!(honest.say("quantum chromodynamics").reply, "No idea.");
}

#[test]
fn what_failed_is_on_record() {
    let desk = desk("script = 'fail'\nreply = 'out of order'", "");
    desk.say_in("c", "plain");
    assert_eq!(desk.event("c", "handoff.failed")["why"], "out of order");
    assert_eq!(desk.event("c", "turn.answered")["agent"], "assistant");
    assert_eq!(desk.count("c", "owner.changed"), 0);
}

#[test]
fn when_the_owner_fails_its_alternatives_come_before_the_fallback() {
    let config = "entry = 'desk'\nfallback = 'assistant'\n[agents.assistant]\nkind = 'scripted'\n\
        [agents.desk]\nkind = 'scripted'\nscript = 'fail'\nalternatives = ['second']\n\
        [agents.second]\nkind = 'scripted'";
    let answer = Desk::new(config).say("hello");
    assert_eq!(answer.legs(), [("desk", "failed"), ("second", "answered")]);
}
