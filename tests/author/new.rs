//! From a new folder to a skill that passes its cases, in every language.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    program::{Ran, baton, run, run_within},
    shared,
    skills::have_tools,
    terminal::Terminal,
};

/// Tools are fetched and dependencies compiled from nothing.
pub const BUILD: Duration = Duration::from_secs(900);

/// The program as it is for somebody who has nothing but it. Tools and what is
/// compiled are shared by the tests.
pub fn stranger(place: &Path) -> Command {
    let mut command = baton();
    command
        .current_dir(place)
        .env("BATON_TOOLS", shared("data").join("baton/tools"))
        .env("CARGO_TARGET_DIR", shared("author-target"))
        .env_remove("CARGO")
        .env_remove("RUSTC");
    command
}

/// The same without any tool in its path.
fn without_tools(place: &Path) -> Command {
    let mut command = stranger(place);
    let none = place.join("none");
    fs::create_dir_all(&none).unwrap();
    command.env("PATH", &none).env("BATON_TOOLS", &none);
    command
}

fn new(language: &str) -> (TempDir, PathBuf) {
    let place = TempDir::with_prefix("author-").unwrap();
    let made = run(stranger(place.path()).args(["skill", "new", "refunds", "--lang", language]));
    made.ok().shows(&["baton skill test"]);
    let folder = place.path().join("refunds");
    (place, folder)
}

fn test(folder: &Path, arguments: &[&str]) -> Ran {
    let mut command = stranger(folder);
    command.args(["skill", "test"]).args(arguments);
    run_within(BUILD, &mut command, None)
}

/// Its cases pass, and it is called as it was to be called.
fn passes(folder: &Path) {
    let tested: Value = test(folder, &["--json"]).ok().json();
    assert_eq!(tested["skill"], "refunds");
    assert_eq!(
        (&tested["passed"], &tested["failed"]),
        (&5.into(), &0.into())
    );
    let built = run_within(BUILD, stranger(folder).args(["skill", "build"]), None).ok();
    assert!(built.stdout.contains("refunds.wasm"), "{built:?}");
    assert!(folder.join("refunds.wasm").is_file());
}

#[test]
fn a_new_skill_in_rust_passes_its_cases_and_a_trap_is_told_with_its_line() {
    let (_place, folder) = new("rust");
    passes(&folder);
    let source = folder.join("src/lib.rs");
    let text = fs::read_to_string(&source).unwrap();
    let broken = text.replace(
        "order_in(&text).ok",
        "panic!(\"no idea\");\n        order_in(&text).ok",
    );
    fs::write(&source, broken).unwrap();
    test(&folder, &[]).with_code(1).shows(&[
        "in find_order at src/lib.rs:",
        "panicked at src/lib.rs",
        "no idea",
        "tests/first.toml:",
    ]);
    fs::write(&source, text.replace("-> bool {", "-> bool {{")).unwrap();
    test(&folder, &[])
        .with_code(1)
        .complains(&["does not compile", "src/lib.rs"]);
}

#[test]
fn a_new_skill_in_python_passes_its_cases_and_an_exception_is_told_with_its_line() {
    let (_place, folder) = new("python");
    have_tools("python");
    passes(&folder);
    let source = folder.join("skill.py");
    let text = fs::read_to_string(&source).unwrap();
    fs::write(
        &source,
        text.replace("if order is None", "if order.is_none("),
    )
    .unwrap();
    test(&folder, &[])
        .with_code(1)
        .complains(&["does not compile", "skill.py"]);
    let broken = text.replace(
        "        order = order_in(text)\n",
        "        order = [][len(text)]\n",
    );
    fs::write(&source, broken).unwrap();
    test(&folder, &[])
        .with_code(1)
        .shows(&["it logged error", "IndexError", "skill.py"]);
}

#[test]
fn a_new_skill_in_typescript_passes_its_cases_and_an_exception_is_told_with_its_line() {
    let (place, folder) = new("typescript");
    // Those of a stranger lie beside the SDK that is in the program.
    let mut install = stranger(place.path());
    install.args(["doctor", "--install", "typescript"]);
    run_within(BUILD, &mut install, None).ok();
    passes(&folder);
    let source = folder.join("src/skill.ts");
    let text = fs::read_to_string(&source).unwrap();
    fs::write(&source, text.replace("extends Skill {", "extends Skill")).unwrap();
    test(&folder, &[])
        .with_code(1)
        .complains(&["does not compile", "skill.ts"]);
    let broken = text
        .replace(
            "    return query.mentions",
            "    if (query.text.includes(\"4711\")) throw new Error(\"no condition\");\n    return query.mentions",
        )
        .replace(
            "    const order = orderIn(handoff",
            "    if (handoff.target) throw new Error(\"no hook\");\n    const order = orderIn(handoff",
        )
        .replace(
            "    const order = orderIn(input",
            "    if (input.text) throw new Error(\"no tool\");\n    const order = orderIn(input",
        );
    fs::write(&source, &broken).unwrap();
    let line = |what: &str| {
        let at = broken.lines().position(|line| line.contains(what));
        format!("skill.ts:{}", at.unwrap() + 1)
    };
    test(&folder, &[]).with_code(1).shows(&[
        "it logged error",
        "Error: no condition",
        &line("no condition"),
        "Error: no hook",
        &line("no hook"),
        "no tool",
    ]);
}

#[test]
fn whoever_says_too_little_is_asked_at_a_terminal_and_told_elsewhere() {
    let place = tempfile::tempdir().unwrap();
    let mut command = stranger(place.path());
    command.args(["skill", "new"]);
    let mut terminal = Terminal::start(command, 80);
    terminal.expect("What is the skill called?");
    terminal.types("refunds\r");
    terminal.expect("In which language");
    terminal.types("rust\r");
    terminal.expect("baton skill test");
    assert_eq!(terminal.end().0, 0);
    assert!(place.path().join("refunds/src/lib.rs").is_file());
    run(stranger(place.path()).args(["skill", "new"]))
        .with_code(1)
        .complains(&["there is no name", "baton skill new NAME --lang rust"]);
    run(stranger(place.path()).args(["skill", "new", "x"]))
        .with_code(1)
        .complains(&["there is no language; add --lang rust"]);
}

#[test]
fn a_folder_that_exists_is_not_overwritten() {
    let (place, folder) = new("rust");
    fs::write(folder.join("src/lib.rs"), "mine").unwrap();
    run(stranger(place.path()).args(["skill", "new", "refunds", "--lang", "python"]))
        .with_code(1)
        .complains(&["`refunds` is there already, and nothing is overwritten"]);
    assert_eq!(
        fs::read_to_string(folder.join("src/lib.rs")).unwrap(),
        "mine"
    );
}

#[test]
fn an_unknown_language_and_a_name_that_is_none_are_refused() {
    let place = tempfile::tempdir().unwrap();
    run(stranger(place.path()).args(["skill", "new", "x", "--lang", "cobol"]))
        .with_code(2)
        .complains(&["skills are written in rust, python, typescript"]);
    for name in ["Refunds", "../refunds", "a--b", "9lives"] {
        run(stranger(place.path()).args(["skill", "new", name, "--lang", "rust"]))
            .with_code(1)
            .complains(&["is no name for a skill"]);
    }
    assert_eq!(fs::read_dir(place.path()).unwrap().count(), 0);
}

#[test]
fn a_tool_that_is_missing_is_named_with_what_installs_it() {
    for (language, tool, install) in [
        ("rust", "`rustc` is missing", "https://rustup.rs"),
        ("python", "`python3` is missing", "apt-get install python3"),
        ("typescript", "`node` is missing", "https://nodejs.org"),
    ] {
        let (_place, folder) = new(language);
        let built = run(without_tools(&folder).args(["skill", "build"])).with_code(1);
        assert!(built.stderr.contains("is missing"), "{built:?}");
        let rust = language == "rust";
        let named = built.stderr.contains(tool) || (rust && built.stderr.contains("`cargo`"));
        assert!(named && built.stderr.contains(install), "{built:?}");
    }
}

#[test]
fn what_an_sdk_needs_and_is_not_there_yet_is_installed_by_the_doctor() {
    for (language, missing) in [
        ("python", "componentize-py"),
        ("typescript", "componentize-qjs"),
    ] {
        let (place, folder) = new(language);
        let tools = place.path().join("tools");
        let mut command = stranger(&folder);
        command.env("BATON_TOOLS", &tools).args(["skill", "build"]);
        let install = format!("run `baton doctor --install {language}`");
        run(&mut command)
            .with_code(1)
            .complains(&[missing, &install]);
        let mut command = stranger(&folder);
        command
            .env("BATON_TOOLS", &tools)
            .args(["doctor", language]);
        run(&mut command)
            .with_code(1)
            .shows(&[missing, "missing", &install]);
    }
}

#[test]
fn the_doctor_tells_programs_of_every_tool() {
    let place = tempfile::tempdir().unwrap();
    let health: Value = run(stranger(place.path()).args(["doctor", "rust", "--json"]))
        .ok()
        .json();
    assert_eq!(health["healthy"], true);
    let target = health["tools"].as_array().unwrap().iter();
    let target: Vec<&Value> = target
        .filter(|it| it["tool"] == "wasm32-unknown-unknown")
        .collect();
    assert_eq!(target[0]["fits"], true, "{health}");
}

#[test]
fn an_sdk_that_the_environment_names_and_that_is_none_is_refused() {
    let (_place, folder) = new("python");
    let mut command = stranger(&folder);
    command.env("BATON_SDK", &folder).args(["skill", "build"]);
    run(&mut command)
        .with_code(1)
        .complains(&["BATON_SDK names", "not the folder of the SDKs"]);
}
