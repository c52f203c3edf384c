//! Skills in Go.

use crate::{
    support::{desk::Desk, program::baton, repository, shared},
    versatile,
};

#[test]
fn a_skill_in_go_routes_and_enriches() {
    versatile::a_condition_routes_and_a_hook_enriches("go");
}

#[test]
fn a_hook_in_go_refuses_with_its_reason() {
    versatile::a_hook_refuses_with_its_reason("go");
}

#[test]
fn a_skill_in_go_remembers_a_conversation() {
    versatile::memory_lasts_from_turn_to_turn_of_one_conversation("go");
}

#[test]
fn a_tool_in_go_answers_and_refuses_arguments_that_make_no_sense() {
    versatile::a_tool_answers_and_refuses_arguments_that_make_no_sense("go");
}

#[test]
fn agents_that_goroutines_ask_take_the_time_of_one() {
    versatile::agents_that_are_asked_together_take_the_time_of_one("go");
}

#[test]
fn a_panic_in_go_is_a_fault_and_the_turn_is_answered() {
    versatile::what_breaks_is_a_fault_and_the_turn_is_answered(
        "go",
        &[("null", "it trapped"), ("loop", "it computed for longer")],
    );
}

#[test]
fn a_panic_in_go_is_logged_with_the_line_of_the_skill() {
    let desk: Desk = versatile::desk("go");
    desk.baton(&["run", "null"]).ok().complains(&[
        "panic: runtime error: invalid memory address or nil pointer dereference",
        "versatile/versatile.go:35",
    ]);
}

#[test]
fn goroutines_that_nothing_can_wake_any_more_are_a_fault_with_the_line_they_wait_in() {
    let desk = versatile::desk("go");
    let ran = desk.baton(&["run", "for ever"]).ok();
    ran.complains(&["all goroutines are asleep", "versatile/versatile.go:42"])
        .shows(&["This is the desk."]);
}

#[test]
fn a_goroutine_that_sleeps_wakes_at_once_and_what_is_printed_is_logged() {
    let desk = versatile::desk("go");
    desk.baton(&["--log", "info", "run", "sleep, please"])
        .ok()
        .complains(&["slept, and it is true true"]);
}

#[test]
fn two_builds_in_go_at_different_places_give_the_same_bytes() {
    versatile::two_builds_at_different_places_give_the_same_bytes("go");
}

#[test]
fn a_new_folder_in_go_is_built_and_passes_its_tests() {
    versatile::a_new_folder_passes_its_tests("go");
}

#[test]
fn a_mistake_in_go_is_told_in_the_compilers_words() {
    let module = "module x\n\ngo 1.27\n\nrequire baton.dev/skill v0.1.0\n";
    let source = "package main\n\nimport \"baton.dev/skill\"\n\nfunc main() {}\n\nfunc f() int { return 1 }\n\nvar _ = skill.New(\"x\").Handoff(\"b\", f)\n";
    versatile::a_build_that_fails("go", &[("go.mod", module), ("x.go", source)]).complains(&[
        "the skill does not compile",
        "x.go:9:",
        "cannot use f",
    ]);
}

#[test]
fn a_go_that_is_missing_is_told_with_the_command_that_installs_it() {
    let mut command = baton();
    command
        .env("BATON_TOOLS", shared("no-tools"))
        .env("PATH", "/nowhere")
        .args(["skill", "build"])
        .arg(repository().join("tests/skills/versatile-go"));
    crate::support::program::run(&mut command)
        .with_code(1)
        .complains(&["`go 1.27 or later` is missing; run `baton doctor --install go`"]);
}

#[test]
fn a_component_in_go_imports_no_wasi_and_only_the_capabilities_that_it_calls() {
    let desk = versatile::desk("go");
    let inspected: serde_json::Value = desk.json(&["skill", "inspect", "versatile"]);
    let imports: Vec<&str> = inspected["imports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|import| import.as_str().unwrap())
        .filter_map(|import| import.strip_prefix("baton:skill/"))
        .filter_map(|import| import.strip_suffix("@0.1.0"))
        .collect();
    assert_eq!(
        inspected["imports"].as_array().unwrap().len(),
        imports.len()
    );
    for wanted in ["agents", "state", "log", "clock", "random"] {
        assert!(imports.contains(&wanted), "{imports:?}");
    }
    for other in ["tickets", "storage", "http", "payments"] {
        assert!(!imports.contains(&other), "{imports:?}");
    }
}

#[test]
fn the_specialist_in_go_decides_as_the_one_in_rust() {
    let long = "and then it stopped ".repeat(16);
    let texts = ["A COMPLEX matter", "Explain in depth", &long, "Hello"];
    versatile::the_example_is_the_same_skill_as_in_rust("go", "specialist", &texts);
}

#[test]
fn the_workflow_in_go_decides_as_the_one_in_rust() {
    let texts = ["Analyze the sales", "Write the report", "Hello"];
    versatile::the_example_is_the_same_skill_as_in_rust("go", "workflow", &texts);
}

#[test]
fn every_package_of_the_sdk_compiles() {
    let packages = [
        "agents",
        "clock",
        "config",
        "conversation",
        "discovery",
        "handoffs",
        "http",
        "log",
        "payments",
        "random",
        "storage",
        "tickets",
    ];
    let imports: String = packages
        .iter()
        .map(|package| format!("\t_ \"baton.dev/skill/{package}\"\n"))
        .collect();
    let source = format!(
        "package main\n\nimport (\n\t\"baton.dev/skill\"\n{imports})\n\nfunc main() {{}}\n\n\
         func init() {{ skill.New(\"x\").Keywords(\"target\", \"by-a-word\", \"word\") }}\n"
    );
    let module = "module x\n\ngo 1.27\n\nrequire baton.dev/skill v0.1.0\n";
    let desk = Desk::scripted("")
        .file("x/go.mod", module)
        .file("x/x.go", source);
    crate::support::skills::have_tools("go");
    let file = desk.path("skills/x.wasm");
    let folder = desk.path("x");
    let mut command = baton();
    command
        .args(["skill", "build"])
        .arg(folder)
        .arg("-o")
        .arg(file);
    crate::support::program::run_within(versatile::BUILD, &mut command, None).ok();
    assert_eq!(desk.say("a word").agent, "target");
}
