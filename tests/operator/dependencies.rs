//! A skill that cannot do without something waits until it is there.

use std::fs;

use crate::support::{
    desk::Desk,
    shapes::Loaded,
    skills::{counter, hostile, hostile_with},
};

fn loaded(desk: &Desk, name: &str) -> Loaded {
    let mut loaded = desk.skills().into_iter().filter_map(|listed| listed.skill);
    loaded.find(|loaded| loaded.name == name).unwrap()
}

#[test]
fn a_skill_without_the_tool_it_depends_on_is_not_asked_and_the_reason_is_shown() {
    let desk = Desk::scripted("").skill("h.wasm", hostile_with("needs"));
    let ran = desk.baton(&["run", "plain"]).ok();
    let ran = ran.complains(&["not ready", "skill `counter`, which is not loaded"]);
    assert!(ran.stdout.contains("This is the desk."), "{ran:#?}");
    for command in ["list", "inspect"] {
        let name = (command == "inspect").then_some("hostile");
        let arguments: Vec<&str> = ["skill", command].into_iter().chain(name).collect();
        desk.baton(&arguments)
            .ok()
            .shows(&["not ready: it cannot do without the skill `counter`"]);
    }
    let desk = desk.skill("c.wasm", counter(""));
    assert!(loaded(&desk, "hostile").lacks.is_empty());
    assert_eq!(desk.say("plain").agent, "target");
}

#[test]
fn a_running_host_makes_a_skill_ready_when_what_it_depends_on_appears_and_goes() {
    let desk = Desk::scripted("").skill("h.wasm", hostile_with("needs"));
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("plain").agent, "desk");
    let desk = desk.skill("c.wasm", counter(""));
    let notice = chat.notice_of("readiness", "hostile");
    assert_eq!(notice["lacks"], serde_json::json!([]));
    assert_eq!(chat.say("plain").agent, "target");
    fs::remove_file(desk.path("skills/c.wasm")).unwrap();
    let notice = chat.notice_of("readiness", "hostile");
    assert_eq!(notice["lacks"].as_array().unwrap().len(), 1);
    assert!(chat.explain("plain").conditions.is_empty());
}

#[test]
fn an_application_developer_registers_dependencies_and_a_missing_grant_is_one() {
    let desk = Desk::scripted("[skills.hostile]\ndepends = ['tickets']").skill("h.wasm", hostile());
    let lacks = loaded(&desk, "hostile").lacks;
    assert!(
        lacks[0].contains("baton skill grant hostile tickets"),
        "{lacks:?}"
    );
    desk.baton(&["skill", "grant", "hostile", "tickets"]).ok();
    assert_eq!(desk.say("plain").agent, "target");
}

#[test]
fn skills_that_depend_on_each_other_are_named_in_order() {
    let desk = Desk::scripted("[skills.counter]\ndepends = ['hostile']")
        .skill("h.wasm", hostile_with("needs"))
        .skill("c.wasm", counter(""));
    let lacks = loaded(&desk, "counter").lacks;
    assert!(
        lacks[0].contains("counter → hostile → counter"),
        "{lacks:?}"
    );
    assert_eq!(desk.say("plain").agent, "desk");
}
