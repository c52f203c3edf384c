//! What a skill does that is written the same way in each language.

use std::{fs, process::Command, sync::Arc, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    program::{Ran, baton, run_within},
    repository, shared, skills,
};

/// A compiler's first run fills its cache.
pub const BUILD: Duration = Duration::from_secs(600);

const AGENTS: &str = r#"
[agents.one]
kind  = "scripted"
reply = "one: {text}"
delay = "600ms"
[agents.two]
kind  = "scripted"
reply = "two: {text}"
delay = "600ms"
[agents.three]
kind  = "scripted"
reply = "three: {text}"
delay = "600ms"
[skills.versatile]
grants = ["agents"]
"#;

/// A desk with the skill in this language.
pub fn desk(language: &str) -> Desk {
    let config = crate::support::desk::SCRIPTED.replace("This is the target.", "{instructions}");
    Desk::new(&format!("{config}{AGENTS}")).skill("versatile.wasm", component(language))
}

pub fn component(language: &str) -> Arc<[u8]> {
    skills::versatile(language)
}

#[track_caller]
fn call(desk: &Desk, tool: &str, arguments: Value) -> Ran {
    desk.baton(&["tool", "call", "versatile", tool, &arguments.to_string()])
}

#[track_caller]
pub fn a_condition_routes_and_a_hook_enriches(language: &str) {
    let desk = desk(language);
    assert_eq!(desk.say("Good morning").agent, "desk");
    assert_eq!(desk.say("A shortcut").agent, "target");
    let answer = desk.say("Now, please");
    assert_eq!(answer.agent, "target");
    assert_eq!(
        answer.chosen_by(),
        Some(("versatile", "goes-by-the-message"))
    );
    for part in ["Be brief.", "target is to answer.", "tier: \"gold\""] {
        assert!(answer.reply.contains(part), "{part}: {}", answer.reply);
    }
    let leg = answer.route.iter().find(|leg| leg.agent == "target");
    assert_eq!(leg.and_then(|leg| leg.confidence), Some(0.75));
}

#[track_caller]
pub fn a_hook_refuses_with_its_reason(language: &str) {
    let answer = desk(language).say("refuse, please");
    assert_eq!(answer.agent, "assistant");
    assert_eq!(answer.why_not("target"), "versatile/enrich: not \"today\"");
}

#[track_caller]
pub fn memory_lasts_from_turn_to_turn_of_one_conversation(language: &str) {
    let desk = desk(language);
    for (conversation, handoffs) in [("c", 0), ("c", 1), ("d", 0)] {
        let answer = desk.say_in(conversation, "please");
        let said = format!("handoffs: {handoffs}\n");
        assert!(answer.reply.contains(&said), "{}", answer.reply);
    }
}

#[track_caller]
pub fn a_tool_answers_and_refuses_arguments_that_make_no_sense(language: &str) {
    let desk = desk(language);
    let sum = call(&desk, "add-up", json!({"a": 1.5, "b": -2})).ok();
    assert_eq!(
        serde_json::from_str::<Value>(&sum.stdout).unwrap(),
        json!({"sum": -0.5, "for": "person"})
    );
    let text = "Ä 😀 \"\\\n\u{1}";
    let echoed: Value = desk.json(&[
        "tool",
        "call",
        "versatile",
        "echo",
        &json!({ "text": text }).to_string(),
    ]);
    assert_eq!(echoed, text);
    call(&desk, "add-up", json!({"a": 1}))
        .with_code(1)
        .complains(&["invalid-arguments"]);
}

#[track_caller]
pub fn agents_that_are_asked_together_take_the_time_of_one(language: &str) {
    let desk = desk(language);
    // Loads what is to be loaded.
    call(&desk, "echo", json!({"text": ""})).ok();
    let ran = call(&desk, "ask-all", json!({})).ok();
    assert_eq!(ran.stdout, "one: a;two: b;error 2;three: d;\n");
    assert!(ran.took < Duration::from_millis(1700), "{:?}", ran.took);
}

/// The messages each break the skill; the turn is answered all the same.
#[track_caller]
pub fn what_breaks_is_a_fault_and_the_turn_is_answered(language: &str, breaks: &[(&str, &str)]) {
    let desk = desk(language);
    for (message, why) in breaks {
        let conversation = format!("{message}-1");
        let answer = desk.say_in(&conversation, message);
        assert_eq!(answer.agent, "desk", "{message}");
        let fault = desk.event(&conversation, "skill.faulted");
        let said = fault["why"].as_str().unwrap();
        assert!(said.contains(why), "{message}: {said}");
    }
}

#[track_caller]
pub fn two_builds_at_different_places_give_the_same_bytes(language: &str) {
    let sources = repository().join(format!("tests/skills/versatile-{language}"));
    let folder = tempfile::tempdir().unwrap();
    let copied = folder.path().join("elsewhere");
    fs::create_dir(&copied).unwrap();
    for item in fs::read_dir(sources).unwrap().map(Result::unwrap) {
        fs::copy(item.path(), copied.join(item.file_name())).unwrap();
    }
    let file = folder.path().join("again.wasm");
    let mut command = build(language);
    command.arg(&copied).arg("-o").arg(&file);
    run_within(BUILD, &mut command, None).ok();
    assert!(
        fs::read(file).unwrap() == *component(language),
        "they differ"
    );
}

/// A new folder is built and passes its own tests.
#[track_caller]
pub fn a_new_folder_passes_its_tests(language: &str) {
    let folder = tempfile::tempdir().unwrap();
    let mut new = baton();
    new.current_dir(folder.path());
    new.args(["skill", "new", "refunds", "--lang", language]);
    run_within(BUILD, &mut new, None).ok();
    let mut test = command(language);
    test.args(["skill", "test"])
        .arg(folder.path().join("refunds"));
    run_within(BUILD, &mut test, None)
        .ok()
        .shows(&["5 cases passed"]);
}

/// The example decides as the bundled skill in Rust does, and says the same of
/// its conditions.
#[track_caller]
pub fn the_example_is_the_same_skill_as_in_rust(language: &str, name: &str, texts: &[&str]) {
    skills::have_tools(language);
    let example = skills::example(language, name);
    let there = Desk::scripted("").skill("skill.wasm", example);
    let here = Desk::scripted("").skill("skill.wasm", skills::bundled(name));
    let said = |desk: &Desk| -> Value {
        let inspected: Value = desk.json(&["skill", "inspect", name]);
        let handoffs = inspected["manifest"]["handoffs"].as_array().unwrap();
        let kept = handoffs.iter().map(|handoff| {
            let mut handoff = handoff.clone();
            handoff.as_object_mut().unwrap().remove("description");
            handoff
        });
        kept.collect()
    };
    assert_eq!(said(&there), said(&here));
    for text in texts {
        let decided = |desk: &Desk| {
            let explained = desk.explain(text);
            let verdicts = explained.conditions.iter();
            verdicts
                .map(|one| (one.condition.clone(), one.verdict.clone()))
                .collect::<Vec<_>>()
        };
        assert_eq!(decided(&there), decided(&here), "{text}");
    }
}

/// What the compiler says of this source.
#[track_caller]
pub fn a_build_that_fails(language: &str, files: &[(&str, &str)]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        fs::write(folder.path().join(name), text).unwrap();
    }
    let mut command = build(language);
    command.arg(folder.path()).current_dir(shared("nowhere"));
    run_within(BUILD, &mut command, None).with_code(1)
}

/// Builds the skill with these settings.
pub fn build_of(language: &str, arguments: &[&str]) -> Ran {
    let mut command = build(language);
    command.arg(repository().join(format!("tests/skills/versatile-{language}")));
    run_within(BUILD, command.args(arguments), None)
}

fn build(language: &str) -> Command {
    let mut command = command(language);
    command.args(["skill", "build"]);
    command
}

/// The program, with the tools of the language there.
fn command(language: &str) -> Command {
    skills::have_tools(language);
    baton()
}
