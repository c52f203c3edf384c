//! A wrong configuration is answered with the file, the line and column, what is
//! wrong, and the nearest right name.

use crate::support::{desk::Desk, program::baton_with};

const GOOD: &str = r#"entry    = "desk"
fallback = "assistant"

[agents.desk]
kind = "scripted"

[agents.assistant]
kind = "scripted"
"#;

/// The good configuration with a change, and what is to be said of it.
#[track_caller]
fn expect(from: &str, to: &str, place: &str, texts: &[&str]) {
    assert!(GOOD.contains(from));
    let desk = Desk::new(&GOOD.replacen(from, to, 1));
    let ran = desk.baton(&["run", "hello"]).with_code(3);
    assert_eq!(ran.stdout, "");
    ran.complains(&[&format!("baton.toml:{place}")])
        .complains(texts);
}

#[test]
fn the_good_configuration_is_good() {
    assert_eq!(Desk::new(GOOD).say("hello").agent, "desk");
}

#[test]
fn an_unknown_key() {
    expect(
        "fallback",
        "fallbak",
        "2:1",
        &["unknown field `fallbak`", "did you mean `fallback`?"],
    );
}

#[test]
fn an_unknown_key_of_an_agent() {
    let to = "kind = \"scripted\"\nreplay = \"x\"";
    expect(
        "kind = \"scripted\"",
        to,
        "6:1",
        &["unknown field `replay`", "did you mean `reply`?"],
    );
}

#[test]
fn an_unknown_kind_of_agent() {
    expect(
        "\"scripted\"",
        "\"scriptet\"",
        "5:8",
        &["unknown variant `scriptet`", "did you mean `scripted`?"],
    );
}

#[test]
fn a_wrong_type() {
    expect(
        "\"desk\"",
        "3",
        "1:12",
        &["invalid type: integer `3`, expected a string"],
    );
}

#[test]
fn a_missing_entry() {
    expect("entry    = \"desk\"\n", "", "", &["missing field `entry`"]);
}

#[test]
fn what_is_not_toml() {
    expect("\"desk\"", "\"desk", "1:", &["error"]);
}

#[test]
fn an_entry_that_is_not_there() {
    expect(
        "\"desk\"",
        "\"dest\"",
        "1:12",
        &["there is no agent `dest`", "did you mean `desk`?"],
    );
}

#[test]
fn a_fallback_that_is_not_there() {
    expect(
        "\"assistant\"",
        "\"asistant\"",
        "2:12",
        &["there is no agent `asistant`", "did you mean `assistant`?"],
    );
    expect(
        "\"assistant\"",
        "\"weather\"",
        "2:12",
        &["add a section [agents.weather]"],
    );
}

#[test]
fn a_fallback_that_points_at_itself() {
    let to = "[agents.assistant]\nalternatives = [\"assistant\"]";
    expect(
        "[agents.assistant]",
        to,
        "8:17",
        &[
            "the fallback `assistant` points at itself",
            "name another agent",
        ],
    );
}

#[test]
fn an_alternative_that_is_not_there_or_is_the_agent_itself() {
    let to = "[agents.desk]\nalternatives = [\"asistant\"]";
    expect(
        "[agents.desk]",
        to,
        "5:17",
        &["there is no agent `asistant`", "`assistant`"],
    );
    let to = "[agents.desk]\nalternatives = [\"desk\"]";
    expect(
        "[agents.desk]",
        to,
        "5:17",
        &["`desk` is named as its own alternative"],
    );
}

#[test]
fn a_folder_or_file_that_is_not_there() {
    let to = "kind = \"knowledge\"\npath = \"knowlege\"";
    expect(
        "kind = \"scripted\"",
        to,
        "6:8",
        &[
            "knowlege does not exist",
            "paths start at the folder of this file",
        ],
    );
    let to = "users = \"customers.toml\"\nentry    =";
    expect("entry    =", to, "1:9", &["customers.toml does not exist"]);
    let to = "skills-folder = \"plugins\"\nentry    =";
    expect("entry    =", to, "1:17", &["plugins does not exist"]);
}

#[test]
fn a_field_that_a_kind_needs_or_does_not_have() {
    expect(
        "kind = \"scripted\"",
        "kind = \"knowledge\"",
        "",
        &["`desk` is of kind \"knowledge\" and needs `path`"],
    );
    let to = "kind = \"scripted\"\nmodel = \"m\"";
    expect(
        "kind = \"scripted\"",
        to,
        "",
        &["`model` belongs to agents of kind \"openai\""],
    );
}

#[test]
fn an_unknown_grant_target_path_or_limit() {
    let add = |more: &str| format!("{more}\n[agents.desk]");
    let with = |more: &str, place: &str, texts: &[&str]| {
        expect("[agents.desk]", &add(more), place, texts);
    };
    with(
        "[skills.x]\ngrants = [\"tickts\"]",
        "5:11",
        &["there is no grant `tickts`", "did you mean `tickets`?"],
    );
    with(
        "[skills.x]\ntargets = [\"assistent\"]",
        "5:12",
        &["there is no agent `assistent`", "`assistant`"],
    );
    with(
        "[policy.paths]\ndesk = [\"assistent\"]",
        "5:9",
        &["there is no agent `assistent`"],
    );
    with(
        "[policy.paths]\ndisk = [\"*\"]",
        "5:1",
        &["there is no agent `disk`", "did you mean `desk`?"],
    );
    with(
        "[limits]\nmemory-mib = 100000",
        "5:14",
        &["100000 MiB are not possible", "choose from 1 to"],
    );
    with(
        "[limits]\nhook-wall = \"soon\"",
        "5:13",
        &["`soon` is no span of time", "write \"30s\""],
    );
    with(
        "[limits]\nhost-cals = 3",
        "5:1",
        &["unknown field `host-cals`", "did you mean `host-calls`?"],
    );
}

#[test]
fn an_unknown_store_or_admission() {
    let to = "store = \"mysql:x\"\nentry    =";
    expect(
        "entry    =",
        to,
        "1:9",
        &["`mysql:x` is no store", "sqlite:FILE"],
    );
    let to = "admission = \"shade\"\nentry    =";
    expect(
        "entry    =",
        to,
        "1:13",
        &["unknown variant `shade`", "did you mean `shadow`?"],
    );
}

#[test]
fn a_folder_without_a_configuration_says_how_to_choose_another() {
    let folder = tempfile::tempdir().unwrap();
    baton_with(["-C", folder.path().to_str().unwrap(), "run", "hello"])
        .with_code(3)
        .complains(&[
            "there is no baton.toml in",
            "choose a folder that has one with -C FOLDER",
        ]);
    baton_with(["-C", "/nowhere/at/all", "run", "hello"])
        .with_code(3)
        .complains(&["cannot open the folder /nowhere/at/all"]);
}

#[test]
fn users_that_are_no_tables_are_refused() {
    let desk = Desk::new(&GOOD.replacen("entry", "users = 'users.toml'\nentry", 1));
    desk.file("users.toml", "ann = 3")
        .baton(&["run", "x"])
        .with_code(3)
        .complains(&["users.toml"]);
}

#[test]
fn for_programs_the_message_is_json() {
    let ran = Desk::new("entry = 'x'")
        .baton(&["run", "hello", "--json"])
        .with_code(3);
    let error: serde_json::Value = serde_json::from_str(&ran.stderr).unwrap();
    assert!(
        error["error"]
            .as_str()
            .unwrap()
            .contains("there is no agent `x`"),
        "{error}"
    );
}

#[test]
fn wrong_arguments_have_a_code_of_their_own() {
    baton_with(["rum", "hello"])
        .with_code(2)
        .complains(&["'run'"]);
    baton_with(["run", "--colour", "hello"]).with_code(2);
}

#[test]
fn the_scan_for_injections_cannot_be_switched_off() {
    expect(
        "[agents.desk]",
        "[policy]\nsanitize = \"off\"\n\n[agents.desk]",
        "5:12",
        &["unknown variant `off`", "`flag`, `strip`, `refuse`"],
    );
}
