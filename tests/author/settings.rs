//! What the operator configures for a skill.

use serde_json::{Value, json};

use crate::support::{desk::Desk, skills::keeper};

fn desk(config: &str) -> Desk {
    Desk::scripted(config).skill("keeper.wasm", keeper())
}

fn settings(desk: &Desk) -> Value {
    desk.json(&["tool", "call", "keeper", "settings"])
}

#[test]
fn a_skill_reads_its_configuration_as_its_type_with_no_grant() {
    let desk = desk("[skills.keeper.config]\nlimit = 7\nnames = ['a', 'b']");
    let all = json!({"limit": 7, "names": ["a", "b"], "key": null});
    assert_eq!(settings(&desk)["all"], all);
}

#[test]
fn what_is_not_configured_is_as_the_author_said() {
    let all = json!({"limit": 3, "names": [], "key": null});
    assert_eq!(settings(&desk(""))["all"], all);
}

#[test]
fn a_secret_reaches_the_skill_as_a_reference_only() {
    let desk = desk("[skills.keeper.config]\nkey = { secret = \"CRM_KEY\" }");
    let read = settings(&desk);
    assert_eq!(read["key"], "secret:CRM_KEY");
    assert_eq!(read["all"]["key"], "secret:CRM_KEY");
}

#[test]
fn a_value_that_the_skill_does_not_read_is_shown_with_its_line_and_the_skill_not_loaded() {
    for (config, line, why) in [
        (
            "limit = 12",
            "limit = 12",
            "`limit` is 12 and must be at most 9",
        ),
        (
            "limit = 'x'",
            "limit = 'x'",
            "`limit` is a string and must be an integer",
        ),
        (
            "names = ['a', 5]",
            "names = ['a', 5]",
            "`names.1` is a number and must be a string",
        ),
        (
            "lmit = 5",
            "lmit = 5",
            "`lmit` is not known; known are: key, limit, names",
        ),
    ] {
        let desk = desk(&format!("[skills.keeper.config]\n{config}"));
        let refusal = desk.refusal("keeper.wasm");
        assert!(
            refusal.contains(&format!("the configuration of the skill `keeper`: {why}")),
            "{refusal}"
        );
        let text = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
        let number = text.lines().position(|l| l == line).unwrap() + 1;
        assert!(
            refusal.contains(&format!("baton.toml:{number}:")),
            "{refusal}"
        );
    }
}

#[test]
fn what_a_skill_reads_is_seen_when_it_is_inspected() {
    let desk = desk("");
    let inspected: Value = desk.json(&["skill", "inspect", "keeper"]);
    let schema = &inspected["manifest"]["config-schema"];
    assert_eq!(schema["properties"]["limit"]["maximum"], 9, "{schema}");
}
