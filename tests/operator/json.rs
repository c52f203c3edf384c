//! `--json` gives what docs/operators.md says.

use std::{collections::BTreeSet, fs};

use serde_json::Value;

use crate::support::{desk::Desk, repository, skills::hostile};

fn documentation() -> String {
    let text = fs::read_to_string(repository().join("docs/operators.md")).unwrap();
    let (_, section) = text.split_once("\n## JSON\n").expect("a section on JSON");
    section.split("\n## ").next().unwrap().to_owned()
}

fn desk() -> Desk {
    Desk::scripted("[agents.person]\nkind = 'human'").skill("hostile.wasm", hostile())
}

#[test]
fn an_answer_has_the_fields_that_the_documentation_shows_and_it_describes_all_of_them() {
    let documentation = documentation();
    let (_, example) = documentation.split_once("```json\n").unwrap();
    let example: Value = serde_json::from_str(example.split("```").next().unwrap()).unwrap();
    let answer: Value =
        Desk::example("customer-service").json(&["run", "a question about a charge"]);
    for (given, shown) in [
        (&answer, &example),
        (&answer["route"][0], &example["route"][0]),
        (&answer["sources"][0], &example["sources"][0]),
    ] {
        let (given, shown) = (fields(given), fields(shown));
        assert!(shown.is_subset(&given), "{shown:?} is not all in {given:?}");
        for field in given.difference(&shown) {
            assert!(
                documentation.contains(&format!("`{field}`")),
                "`{field}` is not described"
            );
        }
    }
}

#[test]
fn every_other_commands_fields_are_in_the_documentation() {
    let desk = desk();
    let config = fs::read_to_string(desk.path("baton.toml")).unwrap();
    let config = config.replace(
        "[agents.target]\nkind  = \"scripted\"\nreply = \"This is the target.\"",
        "[agents.target]\nkind = 'human'",
    );
    let desk = desk
        .file("baton.toml", config)
        .skill("notes.txt", "Buy milk.");
    desk.say_in("c", "plain");
    let documentation = documentation();
    for command in [
        &["explain", "plain"][..],
        &["skill", "list"],
        &["skill", "inspect", "hostile"],
        &["skill", "admit", "hostile"],
        &["agent", "list"],
        &["tool", "list"],
        &["ticket", "list"],
    ] {
        let name = if command[0] == "explain" {
            "explain".to_owned()
        } else {
            command[..2].join(" ")
        };
        let row = documentation
            .lines()
            .find(|line| line.starts_with(&format!("| `{name}`")));
        let row = row.unwrap_or_else(|| panic!("no row for `{name}`"));
        let value: Value = desk.json(command);
        let mut given = fields(&value);
        for part in ["conditions", "skill"] {
            let parts = value.as_array().map_or(vec![&value[part]], |list| {
                list.iter().map(|item| &item[part]).collect()
            });
            given.extend(parts.into_iter().flat_map(fields));
        }
        for field in given {
            assert!(
                row.contains(&format!("`{field}`")),
                "`{field}` of `{name}` is not in:\n{row}"
            );
        }
    }
}

/// The names in an object, or in the objects of a list.
fn fields(value: &Value) -> BTreeSet<String> {
    match value {
        Value::Object(object) => object.keys().cloned().collect(),
        Value::Array(list) => list.iter().flat_map(fields).collect(),
        _ => BTreeSet::new(),
    }
}
