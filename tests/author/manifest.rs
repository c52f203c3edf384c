//! What a skill says of itself is checked before anything of it is used.

use crate::support::{
    desk::Desk,
    skills::{hostile, hostile_with},
};

/// Why the skill with this feature is refused. A good one beside it works.
#[track_caller]
fn refusal(feature: &str) -> String {
    let desk = Desk::scripted("")
        .skill("bad.wasm", hostile_with(feature))
        .skill("good.wasm", hostile());
    assert_eq!(desk.say("plain").agent, "target", "the host goes on");
    desk.refusal("bad.wasm")
}

#[test]
fn two_conditions_of_one_name_are_refused() {
    let why = refusal("duplicate-names");
    assert_eq!(
        why,
        "its manifest is wrong: it has two handoffs named `misbehave`; give one another name"
    );
}

#[test]
fn an_empty_name_is_refused() {
    let why = refusal("empty-name");
    assert!(
        why.starts_with("its manifest is wrong: the name \"\" of the skill is not one to 64"),
        "{why}"
    );
}

#[test]
fn lies_are_refused_with_the_first_of_them() {
    let why = refusal("lies");
    assert!(
        why.starts_with("its manifest is wrong: version: `newest` is no semantic version"),
        "{why}"
    );
}

#[test]
fn a_skill_that_cannot_describe_itself_is_refused() {
    let why = refusal("describe-traps");
    assert!(
        why.starts_with("it could not describe itself: it trapped"),
        "{why}"
    );
}
