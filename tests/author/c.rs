//! Skills in C.

use crate::{support::program::baton, versatile};

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
        .arg(crate::support::repository().join("tests/skills/versatile-c"));
    crate::support::program::run(&mut command)
        .with_code(1)
        .complains(&["`clang` is missing; run `apt-get install clang lld"]);
}

#[test]
fn the_guides_code_in_c_is_built_and_runs() {
    let manifest = "language = \"c\"\nname = \"finance\"\nversion = \"0.1.0\"";
    versatile::the_guides_code_is_a_skill("c", ("skill.toml", manifest));
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
