//! A new version before it takes the old one's place: judged, and run on what
//! users have written.

use std::fs;

use serde_json::Value;

use crate::support::{
    desk::Desk,
    program::{baton_with, run},
    skills::{counter, keeper, rebuilt, renamed},
};

fn desk() -> Desk {
    let agents = "[agents.first-agent]\nkind = 'scripted'\n[agents.later-agent]\nkind = 'scripted'";
    let desk = Desk::scripted(agents).skill("counter.wasm", counter(""));
    for text in ["count this", "good morning"] {
        desk.baton(&["run", "--conversation", "c", text]).ok();
    }
    desk
}

#[test]
fn a_conversation_becomes_cases_that_pass_and_nothing_is_overwritten() {
    let desk = desk();
    let tests = desk.path("tests");
    let arguments = ["skill", "record", "c", "--skill", "counter", "-o"];
    let record = || desk.baton(&[&arguments[..], &[tests.to_str().unwrap()]].concat());
    record().ok().shows(&["counter-c.toml", "has 2 cases"]);
    record().with_code(1).complains(&["nothing is overwritten"]);
    let file = desk.path("skills/counter.wasm");
    let folder = desk.path("");
    let test = [
        "skill",
        "test",
        folder.to_str().unwrap(),
        "--file",
        file.to_str().unwrap(),
    ];
    baton_with(test)
        .ok()
        .shows(&["ok   1: count this", "2 cases passed"]);
}

#[test]
fn what_was_not_kept_is_not_recorded() {
    let desk = desk();
    desk.baton(&["skill", "record", "nowhere"])
        .with_code(1)
        .complains(&["there is no conversation `nowhere`"]);
    desk.baton(&["skill", "record", "c", "--skill", "countr"])
        .with_code(1)
        .complains(&["did you mean `counter`?"]);
}

#[test]
fn another_version_is_run_on_what_users_wrote_and_shows_whose_routing_changes() {
    let desk = desk();
    let cases = desk.path("cases");
    let cases = cases.to_str().unwrap();
    desk.baton(&["skill", "record", "c", "--skill", "counter", "-o", cases])
        .ok();
    let same = desk.path("same.wasm");
    fs::write(&same, rebuilt(&counter(""))).unwrap();
    let same = same.to_str().unwrap();
    baton_with(["skill", "replay", same, cases, "--fail-on-change"])
        .ok()
        .shows(&["count this", "No routing changes in 2 queries."]);
    let other = desk.path("other.wasm");
    fs::write(&other, renamed(&counter(""), "first-agent", "other-agent")).unwrap();
    let other = other.to_str().unwrap();
    baton_with(["skill", "replay", other, cases]).ok().shows(&[
        "first-agent (count)",
        "other-agent (count)",
        "The routing of 1 of 2 queries changes.",
    ]);
    let strict = run(crate::support::program::baton().args([
        "skill",
        "replay",
        other,
        cases,
        "--fail-on-change",
        "--json",
    ]));
    let replayed: Value = strict.with_code(1).json();
    assert_eq!(replayed["changed"], 1);
    assert_eq!(replayed["queries"][0]["now"]["count"], "other-agent");
}

#[test]
fn a_version_that_breaks_what_relies_on_the_old_one_is_found_out() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let old = file("old.wasm", &counter(""));
    let same = file("same.wasm", &rebuilt(&counter("")));
    baton_with(["skill", "check", &old, &same])
        .ok()
        .shows(&["Nothing breaks."]);
    let later = file("later.wasm", &counter("v2"));
    baton_with(["skill", "check", &old, &later])
        .with_code(1)
        .shows(&["It breaks", "every conversation starts over"]);
    let other = file("other.wasm", &keeper());
    let judged: Value = baton_with(["skill", "check", &old, &other, "--json"])
        .with_code(1)
        .json();
    let reasons = judged["breaks"].to_string();
    for reason in ["no grant and no memory", "`count` is gone", "it wants more"] {
        assert!(reasons.contains(reason), "{reason}: {reasons}");
    }
}
