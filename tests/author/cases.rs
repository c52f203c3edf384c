//! Cases run against a component in its sandbox, and its capabilities answer as
//! each case says.

use std::{
    fs,
    io::{BufRead, BufReader},
    path::Path,
    process::Stdio,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::support::{
    files,
    program::{Ran, baton, run},
    repository,
    skills::{bundled, counter, hostile, keeper, surfer},
};

/// A folder with this component and these cases.
struct Folder(TempDir);

impl Folder {
    fn new(component: impl AsRef<[u8]>, cases: &str) -> Self {
        let folder = TempDir::with_prefix("cases-").unwrap();
        fs::write(folder.path().join("skill.wasm"), component).unwrap();
        fs::create_dir(folder.path().join("tests")).unwrap();
        let folder = Self(folder);
        folder.write(cases);
        folder
    }

    fn write(&self, cases: &str) {
        fs::write(self.path().join("tests/first.toml"), cases).unwrap();
    }

    fn path(&self) -> &Path {
        self.0.path()
    }

    fn test(&self, arguments: &[&str]) -> Ran {
        let mut command = baton();
        command.current_dir(self.path());
        command.args(["skill", "test", "--file", "skill.wasm"]);
        run(command.args(arguments))
    }
}

#[track_caller]
fn passes(component: impl AsRef<[u8]>, cases: &str) {
    Folder::new(component, cases)
        .test(&[])
        .ok()
        .shows(&["passed"]);
}

#[test]
fn agents_answer_at_the_same_time_as_a_case_says() {
    let folder = Folder::new(
        bundled("research"),
        r#"
[[case]]
name = "two of three experts answer"
tool = { name = "research-topic", arguments = { topic = "tea" } }
agents.science-expert = { reply = "Leaves.", after-ms = 300 }
agents.history-expert = { reply = "China.", after-ms = 300 }
agents.culture-expert = { fails = "on leave", after-ms = 300 }

[case.expect]
result.perspectives = { science-expert = "Leaves.", history-expert = "China." }
calls = [
    "ask science-expert: Tell me about tea",
    "ask history-expert: Tell me about tea",
    "ask culture-expert: Tell me about tea",
]

[[case]]
name = "without the grant nobody is asked"
tool = { name = "research-topic", arguments = { topic = "tea" } }
grants = []

[case.expect]
result.topic = "tea"
calls = []
denied = ["agents", "agents", "agents"]
"#,
    );
    let tested: Value = folder.test(&["--json"]).ok().json();
    let took = tested["cases"][0]["microseconds"].as_u64().unwrap();
    assert!(
        (300_000..600_000).contains(&took),
        "one after the other: {took} µs"
    );
    assert!(tested["cases"][0]["memory"].as_u64().unwrap() > 0);
}

#[test]
fn money_storage_and_the_web_answer_as_a_case_says() {
    passes(
        bundled("paid-handoff"),
        r#"
[[case]]
name = "who can pay is handed over"
query = "A premium analysis, please"
user = "ada"
agents.premium-analyst = { price = "0.05 USD" }
wallet = { balance = ["0.08 USD"] }

[case.expect]
context.metadata = { receipt = "receipt-1" }
calls = ["charge 0.05 USD: Consultation with premium-analyst"]

[[case]]
name = "who cannot is refused"
query = "A premium analysis, please"
user = "ada"
agents.premium-analyst = { price = "0.05 USD" }

[case.expect]
refusal.code = "payment-required"
"#,
    );
    passes(
        keeper(),
        r#"
[[case]]
name = "a value is read and another kept"
storage = { old = 1, gone = 2 }
tool = { name = "put", arguments = { key = "new", value = "x" } }

[case.expect.storage]
old = 1
new = "x"
"#,
    );
    passes(
        surfer(),
        r#"
[[case]]
name = "a server answers"
query = 'surf {"url": "https://rates.example.com/eur"}'
http = [{ url = "https://rates.example.com/eur", status = 203, body = "1.5" }]

[case.expect]
verdicts.surf.instructions = "told: 203 1.5"
calls = ["GET https://rates.example.com/eur"]
"#,
    );
}

#[test]
fn what_a_skill_remembers_is_given_and_looked_at() {
    passes(
        counter(""),
        r#"
[[case]]
name = "the first is counted"
query = "count"

[case.expect]
verdicts.count = { target = "first-agent", findings = { handoffs = 0 } }
state.handoffs = 1

[[case]]
name = "the second goes elsewhere"
query = "count"
state = { handoffs = 1, calls = 0 }

[case.expect]
verdicts.count.target = "later-agent"
state = { handoffs = 2, calls = 0 }

[[case]]
name = "who lacks the scope is not let in"
query = "office"

[case.expect]
verdicts.office = "pass"
"#,
    );
}

#[test]
fn an_after_hook_sees_the_outcome_of_the_case_and_may_replace_the_reply() {
    passes(
        bundled("resilient"),
        r#"
[[case]]
name = "when the expert fails another answers"
query = "Why?"
handoff = { target = "primary-expert" }
outcome = { error = "unreachable" }
agents.general-assistant = { reply = "Because." }

[case.expect]
outcome.reply = "Because."
calls = ["ask general-assistant: Why?"]
"#,
    );
}

#[test]
fn the_case_in_the_guide_passes() {
    let guide = fs::read_to_string(repository().join("docs/skills.md")).unwrap();
    let mut blocks = guide.split("```toml\n").skip(1);
    let block = blocks.find(|block| block.starts_with("[[case]]")).unwrap();
    passes(bundled("resilient"), block.split("```").next().unwrap());
}

#[test]
fn a_case_that_fails_is_shown_at_its_place_with_what_was_there_instead() {
    let folder = Folder::new(
        counter(""),
        "[[case]]\nname = 'x'\nquery = 'count'\n\n[case.expect]\nverdicts.count.target = 'nobody'\n",
    );
    folder.test(&[]).with_code(1).shows(&[
        "FAIL",
        "tests/first.toml:6:",
        "expected \"nobody\", was \"first-agent\"",
        "1 of 1 case failed",
    ]);
    let tested: Value = folder.test(&["--json"]).with_code(1).json();
    let difference = &tested["cases"][0]["differences"][0];
    assert_eq!(
        difference["path"],
        serde_json::json!(["verdicts", "count", "target"])
    );
    assert_eq!(difference["found"], "first-agent");
}

#[test]
fn a_broken_file_of_cases_is_refused_with_the_line() {
    let folder = Folder::new(counter(""), "[[case]]\nname = 'x'\nqery = 'count'\n");
    folder
        .test(&[])
        .with_code(1)
        .complains(&["tests/first.toml:3", "did you mean `query`?"]);
    folder.write("[[case]\nname = 'x'\n");
    folder
        .test(&[])
        .with_code(1)
        .complains(&["tests/first.toml:1"]);
    folder.write("[[case]]\nname = 'x'\nquery = 'count'\ngrants = ['everything']\n");
    folder
        .test(&[])
        .with_code(1)
        .complains(&["grants what is no grant", "`everything`"]);
    fs::remove_file(folder.path().join("tests/first.toml")).unwrap();
    folder
        .test(&[])
        .with_code(1)
        .complains(&["there are no cases in"]);
}

#[test]
fn a_skill_that_loops_or_traps_in_a_case_fails_it_and_the_others_go_on() {
    let folder = Folder::new(
        hostile(),
        "[[case]]\nname = 'it loops'\nquery = 'loop'\n\n\
         [[case]]\nname = 'it says nothing'\nquery = 'good morning'\n",
    );
    folder.test(&[]).with_code(1).shows(&[
        "FAIL it loops",
        "no fault was expected, and there was \"it computed for longer than",
        "ok   it says nothing",
    ]);
    folder.write(
        "[[case]]\nname = 'it loops'\nquery = 'loop'\nexpect.fault = 'computed for longer'\n",
    );
    folder.test(&[]).ok();
}

#[test]
fn a_component_of_another_contract_is_refused_with_the_reason() {
    let folder = Folder::new(
        files::of_a_later_contract(),
        "[[case]]\nname = 'x'\nquery = 'y'\n",
    );
    folder.test(&[]).with_code(1).complains(&[
        "skill.wasm is not loaded",
        "build it again with the SDK of this host",
    ]);
}

#[test]
fn whatever_is_saved_is_tested_again() {
    let folder = Folder::new(counter(""), "[[case]]\nname = 'x'\nquery = 'count'\n");
    let mut command = baton();
    command
        .current_dir(folder.path())
        .args(["--json", "skill", "test"]);
    command
        .args(["--file", "skill.wasm", "--watch"])
        .stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value {
        let line = lines.next().unwrap().unwrap();
        serde_json::from_str(&line).unwrap()
    };
    assert_eq!(next()["passed"], 1);
    folder.write("[[case]]\nname = 'x'\nquery = 'count'\nexpect.verdicts.count = 'pass'\n");
    let again = next();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!(again["failed"], 1, "{again}");
}
