//! Skills in C.

use crate::{
    support::{
        desk::Desk,
        program::{baton, run},
        repository, shared,
    },
    versatile,
};

#[test]
fn a_skill_in_c_routes_and_enriches() {
    versatile::a_condition_routes_and_a_hook_enriches("c");
}

#[test]
fn a_hook_in_c_refuses_with_its_reason() {
    versatile::a_hook_refuses_with_its_reason("c");
}

#[test]
fn a_skill_in_c_remembers_a_conversation() {
    versatile::memory_lasts_from_turn_to_turn_of_one_conversation("c");
}

#[test]
fn a_tool_in_c_answers_and_refuses_arguments_that_make_no_sense() {
    versatile::a_tool_answers_and_refuses_arguments_that_make_no_sense("c");
}

#[test]
fn agents_that_a_skill_in_c_asks_together_take_the_time_of_one() {
    versatile::agents_that_are_asked_together_take_the_time_of_one("c");
}

#[test]
fn a_null_dereference_in_c_is_a_fault_that_names_the_function_and_the_turn_is_answered() {
    versatile::what_breaks_is_a_fault_and_the_turn_is_answered(
        "c",
        &[
            ("null", "in goes_by_the_message"),
            ("loop", "it computed for longer"),
        ],
    );
}

#[test]
fn two_builds_in_c_at_different_places_give_the_same_bytes() {
    versatile::two_builds_at_different_places_give_the_same_bytes("c");
}

#[test]
fn a_new_folder_in_c_is_built_and_passes_its_tests() {
    versatile::a_new_folder_passes_its_tests("c");
}

#[test]
fn a_mistake_in_c_is_told_in_the_compilers_words() {
    let manifest = "language = \"c\"\nname = \"x\"\nversion = \"0.1.0\"";
    let source =
        "#include <baton.h>\nstatic bool f(int a) { return a; }\nBATON_HANDOFF(\"b\", f);\n";
    versatile::a_build_that_fails("c", &[("skill.toml", manifest), ("x.c", source)]).complains(&[
        "the skill does not compile",
        "x.c:3:20",
        "incompatible",
    ]);
    versatile::a_build_that_fails("c", &[("skill.toml", "language = \"zig\"")])
        .complains(&["missing field `name`"]);
    versatile::a_build_that_fails("c", &[("skill.toml", manifest)])
        .complains(&["no file in C beside its skill.toml"]);
}

#[test]
fn a_clang_that_is_missing_is_told_with_the_command_that_installs_it() {
    let mut command = baton();
    command
        .env("BATON_CLANG", "/nowhere/clang")
        .args(["skill", "build"])
        .arg(repository().join("tests/skills/versatile-c"));
    run(&mut command)
        .with_code(1)
        .complains(&["`clang` is missing; run `apt-get install clang lld"]);
}

#[test]
fn the_finance_skill_in_c_decides_as_the_one_in_rust() {
    let texts = ["My STOCK fell", "Is day trading risky?", "Hello"];
    versatile::the_example_is_the_same_skill_as_in_rust("c", "finance", &texts);
}

#[test]
fn the_router_in_c_decides_as_the_one_in_rust() {
    let texts = [
        "LEGAL advice",
        "a technical question about legal texts",
        "illegal",
    ];
    versatile::the_example_is_the_same_skill_as_in_rust("c", "router", &texts);
}

#[test]
fn a_trap_in_c_is_told_with_its_line_when_it_is_built_with_debug() {
    let file = shared("skills").join("versatile-c-debug.wasm");
    versatile::build_of("c", &["--debug", "-o", file.to_str().unwrap()]).ok();
    let desk = Desk::scripted("").skill("versatile.wasm", std::fs::read(file).unwrap());
    let why = desk.explain("null").of("versatile").why.clone();
    assert!(
        why.contains("in goes_by_the_message at versatile.c:18"),
        "{why}"
    );
}

#[test]
fn every_function_of_the_header_is_there() {
    let header = std::fs::read_to_string(repository().join("sdk/c/baton.h")).unwrap();
    // What is declared outside of `static inline` functions and macros.
    let names: Vec<&str> = header
        .lines()
        .filter(|line| !line.starts_with([' ', '#', '/', '*']) && !line.starts_with("typedef"))
        .filter(|line| !line.starts_with("static"))
        .filter_map(|line| line.split_once('('))
        .filter_map(|(before, _)| before.rsplit([' ', '*']).next())
        .filter(|name| name.starts_with("baton_"))
        .collect();
    assert!(names.len() > 60, "{names:?}");
    let list = names.join(", (void *)");
    let source = format!(
        "#include <baton.h>\nvoid *volatile all[] = {{(void *){list}}};\n\
         static bool f(const baton_query *q, baton_proposal *p) {{ (void)p; return all[q->turn] != 0; }}\n\
         BATON_HANDOFF(\"target\", f);\n"
    );
    let folder = tempfile::tempdir().unwrap();
    let manifest = "language = \"c\"\nname = \"x\"\nversion = \"0.1.0\"";
    std::fs::write(folder.path().join("skill.toml"), manifest).unwrap();
    std::fs::write(folder.path().join("x.c"), source).unwrap();
    let desk = Desk::scripted("");
    let file = desk.path("skills/x.wasm");
    desk.baton(&[
        "skill",
        "build",
        folder.path().to_str().unwrap(),
        "-o",
        file.to_str().unwrap(),
    ])
    .ok();
    let inspected: serde_json::Value = desk.json(&["skill", "inspect", "x"]);
    // All but `state`, which comes with memory.
    let imports = inspected["imports"].to_string();
    for capability in [
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
        "waiting",
    ] {
        assert!(
            imports.contains(&format!("baton:skill/{capability}@")),
            "{imports}"
        );
    }
}
