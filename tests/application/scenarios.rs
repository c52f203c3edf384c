//! Whole conversations, each told by a file: a desk, what is said and ordered,
//! and what must come of it. Every scenario says the route, the final answer and
//! the history of its conversation, so that nothing moves unseen.

mod notebook;
mod skills;

use std::{collections::BTreeMap, fs};

use serde::Deserialize;
use serde_json::Value;

use crate::support::{desk::Desk, repository, shapes::Answer, skills as components};

/// The conversation that all steps are about.
const CONVERSATION: &str = "c";

/// One file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Scenario {
    /// `baton.toml`.
    desk: String,
    /// Skills of `skills/` in the folder.
    #[serde(default)]
    skills: Vec<String>,
    /// Skills of `tests/skills/` in the folder.
    #[serde(default)]
    test_skills: Vec<String>,
    /// Other files of the folder.
    #[serde(default)]
    files: BTreeMap<String, String>,
    step: Vec<Step>,
    /// The conversation's handoffs in the end, each as
    /// `source → target: reason, end`.
    history: Vec<String>,
}

/// Something said or ordered, and what comes of it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Step {
    /// What the user writes.
    say: Option<String>,
    /// Or a command, which gives JSON.
    run: Option<Vec<String>>,
    /// Options of the command: who speaks, for example.
    #[serde(default, rename = "as")]
    who: Vec<String>,
    /// Whom the message went to, each as `agent end`; of those that hand on, the
    /// last comes first.
    route: Option<Vec<String>>,
    /// The skill and condition that chose who answers, as `skill/condition`.
    chosen_by: Option<String>,
    /// The whole reply.
    reply: Option<String>,
    /// Parts of the reply.
    #[serde(default)]
    replies: Vec<String>,
    /// Who has the conversation afterwards.
    owner: Option<String>,
    /// What is at these places of the context that whoever answered was given.
    #[serde(default)]
    context: BTreeMap<String, Value>,
    /// Parts of what it was told.
    #[serde(default)]
    told: Vec<String>,
    /// What it was not told.
    #[serde(default)]
    not_told: Vec<String>,
    /// What is at these places of the result.
    #[serde(default)]
    gives: BTreeMap<String, Value>,
    /// Parts of the texts at these places of the result.
    #[serde(default)]
    has: BTreeMap<String, String>,
    /// The exit code.
    #[serde(default)]
    code: i32,
}

/// Plays the scenario of this file.
#[track_caller]
fn play(file: &str) {
    let path = repository()
        .join("tests/application/scenarios")
        .join(file)
        .with_extension("toml");
    let text = fs::read_to_string(&path).unwrap_or_else(|why| panic!("{}: {why}", path.display()));
    let scenario: Scenario = toml::from_str(&text).unwrap_or_else(|why| panic!("{file}: {why}"));
    let desk = scenario.desk();
    for (number, step) in scenario.step.iter().enumerate() {
        step.play(&desk, &format!("step {} of {file}", number + 1));
    }
    let links: Vec<Value> = desk.json(&["history", CONVERSATION]);
    let word = |link: &Value, name: &str| link[name].as_str().unwrap_or_default().to_owned();
    let history: Vec<String> = links
        .iter()
        .map(|link| {
            let [source, target, reason, end] =
                ["source", "target", "reason", "end"].map(|name| word(link, name));
            format!("{source} → {target}: {reason}, {end}")
        })
        .collect();
    assert_eq!(history, scenario.history, "the history of {file}");
}

impl Scenario {
    fn desk(&self) -> Desk {
        let mut desk = Desk::new(&self.desk);
        for name in &self.skills {
            desk = desk.skill(&format!("{name}.wasm"), components::bundled(name));
        }
        for name in &self.test_skills {
            let component = match name.as_str() {
                "modes" => components::modes(),
                "counter" => components::counter(""),
                other => panic!("no scenario uses the skill `{other}` so far"),
            };
            desk = desk.skill(&format!("{name}.wasm"), component);
        }
        for (name, content) in &self.files {
            desk = desk.file(name, content);
        }
        desk
    }
}

impl Step {
    #[track_caller]
    fn play(&self, desk: &Desk, place: &str) {
        let mut arguments = match (&self.say, &self.run) {
            (Some(text), None) => vec!["run", "--conversation", CONVERSATION, text],
            (None, Some(command)) => command.iter().map(String::as_str).collect(),
            _ => panic!("{place} needs `say` or `run`"),
        };
        arguments.extend(self.who.iter().map(String::as_str));
        arguments.push("--json");
        let ran = desk.baton(&arguments).with_code(self.code);
        // An error is told where errors belong.
        let result = match self.code {
            1 => serde_json::from_str(&ran.stderr).unwrap(),
            _ => ran.json(),
        };
        for (pointer, expected) in &self.gives {
            same(&result, pointer, expected, place);
        }
        for (pointer, part) in &self.has {
            let found = result.pointer(pointer).and_then(Value::as_str);
            let found = found.unwrap_or_else(|| panic!("{pointer} after {place}: {result:#}"));
            assert!(
                found.contains(part),
                "{place}: `{part}` is not in:\n{found}"
            );
        }
        if self.say.is_some() {
            self.check(desk, &crate::support::desk::read(result), place);
        }
    }

    #[track_caller]
    fn check(&self, desk: &Desk, answer: &Answer, place: &str) {
        let legs = answer.legs();
        let route: Vec<String> = legs
            .iter()
            .map(|(agent, end)| format!("{agent} {end}"))
            .collect();
        let expected = self.route.as_ref();
        assert_eq!(Some(&route), expected, "the route of {place}: {answer:#?}");
        if let Some(reply) = &self.reply {
            assert_eq!(answer.reply, *reply, "the reply of {place}");
        }
        for part in &self.replies {
            let reply = &answer.reply;
            assert!(
                reply.contains(part),
                "{place}: `{part}` is not in:\n{reply}"
            );
        }
        if let Some(owner) = &self.owner {
            assert_eq!(answer.owner, *owner, "the owner after {place}");
        }
        if let Some(chosen) = &self.chosen_by {
            let (skill, condition) = answer.chosen_by().unwrap_or(("nobody", "nothing"));
            assert_eq!(format!("{skill}/{condition}"), *chosen, "{place}");
        }
        if !self.context.is_empty() || !self.told.is_empty() || !self.not_told.is_empty() {
            self.check_context(desk, answer, place);
        }
    }

    #[track_caller]
    fn check_context(&self, desk: &Desk, answer: &Answer, place: &str) {
        let answered = answer.route.iter().filter(|leg| leg.agent == answer.agent);
        let handoff = answered.rev().find_map(|leg| leg.handoff.clone());
        let handoff = handoff.unwrap_or_else(|| panic!("{place} made no handoff: {answer:#?}"));
        let shown: Value = desk.json(&["context", "show", &handoff]);
        for (pointer, expected) in &self.context {
            same(&shown["context"], pointer, expected, place);
        }
        let told = shown["instructions"].as_str().unwrap();
        for part in &self.told {
            assert!(told.contains(part), "{place}: `{part}` is not in:\n{told}");
        }
        for part in &self.not_told {
            assert!(!told.contains(part), "{place}: `{part}` is in:\n{told}");
        }
    }
}

#[track_caller]
fn same(value: &Value, pointer: &str, expected: &Value, place: &str) {
    let found = value.pointer(pointer);
    assert_eq!(found, Some(expected), "{pointer} after {place}: {value:#}");
}
