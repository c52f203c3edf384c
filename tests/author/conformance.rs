//! The same skill in every language does the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use serde_json::Value;

use crate::support::{
    desk::Desk,
    program::{baton, run_within},
    repository, skills,
};
use crate::versatile::BUILD;

/// The first is what the others are compared with.
const LANGUAGES: [&str; 5] = ["rust", "python", "typescript", "go", "c"];

/// The case of which the runtime of Go, which draws first, makes another.
const CHANCE: &str = "chance.toml";

fn component(language: &str) -> Arc<[u8]> {
    skills::conformance(language)
}

/// What each case saw, by its name, as JSON.
fn results(language: &str) -> BTreeMap<String, String> {
    static DONE: LazyLock<Mutex<BTreeMap<String, BTreeMap<String, String>>>> =
        LazyLock::new(Mutex::default);
    let mut done = DONE.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(results) = done.get(language) {
        return results.clone();
    }
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("conformance.wasm");
    fs::write(&file, component(language)).unwrap();
    fs::create_dir(folder.path().join("tests")).unwrap();
    let cases = fs::read_dir(repository().join("tests/skills/conformance/cases")).unwrap();
    for case in cases.map(Result::unwrap) {
        if language != "go" || case.file_name() != CHANCE {
            let copy = folder.path().join("tests").join(case.file_name());
            fs::copy(case.path(), copy).unwrap();
        }
    }
    let mut test = baton();
    test.current_dir(folder.path());
    test.args(["--json", "skill", "test", "--file"]).arg(file);
    let tested: Value = run_within(BUILD, &mut test, None).ok().json();
    let cases = tested["cases"].as_array().unwrap();
    assert!(cases.len() >= 20, "{}", cases.len());
    let results: BTreeMap<String, String> = cases
        .iter()
        .map(|case| {
            let name = case["name"].as_str().unwrap().to_owned();
            let mut observed = case["observed"].clone();
            // Memory in C is the bytes of a variable.
            observed.as_object_mut().unwrap().remove("state");
            (name, observed.to_string())
        })
        .collect();
    done.insert(language.to_owned(), results.clone());
    results
}

/// The cases pass, and all that was seen, expected or not, is the same bytes.
#[track_caller]
fn does_the_same_as_in_rust(language: &str) {
    let expected = results(LANGUAGES[0]);
    let found = results(language);
    for (name, found) in &found {
        assert_eq!(Some(found), expected.get(name), "{language}: {name}");
    }
    let draws = usize::from(language == "go");
    assert_eq!(found.len() + draws, expected.len());
    let (ours, theirs) = (manifest(language), manifest(LANGUAGES[0]));
    assert_eq!(ours, theirs, "{language}");
}

/// What the skill says of itself, and which parts it exports, in whichever order
/// its tools write them.
fn manifest(language: &str) -> String {
    let desk = Desk::scripted("").skill("conformance.wasm", component(language));
    let inspected: Value = desk.json(&["skill", "inspect", "conformance"]);
    let exports = inspected["exports"].as_array().unwrap().iter();
    let exports: BTreeSet<&str> = exports.filter_map(Value::as_str).collect();
    let said = serde_json::to_string_pretty(&inspected["manifest"]).unwrap();
    assert!(said.contains("needs-expert"), "{said}");
    format!("{exports:?}\n{said}")
}

#[test]
fn a_skill_in_python_does_byte_for_byte_what_it_does_in_rust() {
    does_the_same_as_in_rust("python");
}

#[test]
fn a_skill_in_typescript_does_byte_for_byte_what_it_does_in_rust() {
    does_the_same_as_in_rust("typescript");
}

#[test]
fn a_skill_in_go_does_byte_for_byte_what_it_does_in_rust() {
    does_the_same_as_in_rust("go");
}

#[test]
fn a_skill_in_c_does_byte_for_byte_what_it_does_in_rust() {
    does_the_same_as_in_rust("c");
}

#[test]
fn every_capability_of_the_contract_is_called_in_every_language() {
    let world = fs::read_to_string(repository().join("wit/baton-skill-0.1/worlds.wit")).unwrap();
    let (_, host) = world.split_once("world host {").unwrap();
    let (host, _) = host.split_once('}').unwrap();
    let offered: Vec<&str> = host
        .lines()
        .filter_map(|line| line.trim().strip_prefix("import ")?.strip_suffix(';'))
        // These are what the others speak of.
        .filter(|interface| *interface != "types")
        .collect();
    assert!(offered.len() >= 14, "{offered:?}");
    for language in LANGUAGES {
        let desk = Desk::scripted("").skill("conformance.wasm", component(language));
        let inspected: Value = desk.json(&["skill", "inspect", "conformance"]);
        let imports = inspected["imports"].to_string();
        for capability in &offered {
            let import = format!("baton:skill/{capability}@");
            assert!(imports.contains(&import), "{language}: {capability}");
        }
    }
}

#[test]
fn memory_lasts_from_turn_to_turn_in_every_language() {
    let expert = "[agents.expert]\nkind = 'scripted'\nreply = '{instructions}'\n";
    for language in LANGUAGES {
        let desk = Desk::scripted(expert).skill("conformance.wasm", component(language));
        for (conversation, answered) in [("one", 0), ("one", 1), ("two", 0)] {
            let answer = desk.say_in(conversation, "An expert, please");
            assert_eq!(answer.chosen_by(), Some(("conformance", "needs-expert")));
            let said = format!("answered: {answered}");
            assert!(answer.reply.contains(&said), "{language}: {}", answer.reply);
        }
    }
}
