//! What is kept of conversations, taken along and removed.

use std::fs;

use serde_json::Value;

use crate::support::{desk::Desk, skills};

const SECRET: &str = "My name is Ada Lovelace";

/// Two conversations of one person, in which something was handed over, a
/// person was asked and something failed, and one of another.
fn desk() -> Desk {
    let desk = Desk::scripted(
        "[agents.person]\nkind = 'human'\n[agents.broken]\nkind = 'scripted'\nscript = 'fail'\nreply = 'cannot read Ada'",
    );
    for (conversation, user) in [("one", "ada"), ("two", "ada"), ("three", "bob")] {
        desk.baton(&[
            "run",
            "--conversation",
            conversation,
            "--user",
            user,
            SECRET,
        ])
        .ok();
    }
    for target in ["person", "broken"] {
        desk.baton(&["handoff", "one", target, "--task", SECRET]);
    }
    desk
}

fn ids(listed: &[Value]) -> Vec<&str> {
    let mut ids: Vec<&str> = listed.iter().map(|c| c["id"].as_str().unwrap()).collect();
    ids.sort_unstable();
    ids
}

#[test]
fn conversations_are_listed_all_or_those_of_one_person() {
    let desk = desk();
    let all: Vec<Value> = desk.json(&["conversation", "list"]);
    assert_eq!(ids(&all), ["one", "three", "two"]);
    let own: Vec<Value> = desk.json(&["conversation", "list", "--user", "ada"]);
    assert_eq!(ids(&own), ["one", "two"]);
    desk.baton(&["conversation", "list"])
        .ok()
        .shows(&["OWNER", "ada", "three"]);
    desk.baton(&["conversation", "show", "two"])
        .ok()
        .shows(&[SECRET, "This is the desk."]);
}

#[test]
fn an_export_has_everything_that_is_kept_of_a_conversation() {
    let desk = desk();
    let export = desk.baton(&["conversation", "export", "one"]).ok().json();
    assert_eq!(export["version"], 1);
    let conversation = &export["conversations"][0];
    assert_eq!(
        (&conversation["id"], &conversation["user"]),
        (&"one".into(), &"ada".into())
    );
    assert_eq!(conversation["messages"][0]["content"], SECRET);
    assert_eq!(
        conversation["handoffs"][0]["context"]["original-task"],
        SECRET
    );
    assert_eq!(conversation["tickets"][0]["conversation"], "one");
    let events = conversation["events"].as_array().unwrap();
    assert!(
        events
            .iter()
            .any(|e| e["event"]["type"] == "handoff.initiated")
    );
}

#[test]
fn an_export_has_what_skills_have_stored_in_the_persons_conversations_and_deleting_removes_it() {
    let desk = Desk::scripted("[skills.keeper]\ngrants = ['storage']")
        .skill("keeper.wasm", skills::keeper());
    for (conversation, user) in [("one", "ada"), ("two", "ada"), ("three", "bob")] {
        let key = serde_json::json!({"key": format!("of/{conversation}"), "value": {"user": user}});
        let (key, who) = (
            key.to_string(),
            ["--conversation", conversation, "--user", user],
        );
        desk.baton(&[&["run"][..], &who, &["hello"]].concat()).ok();
        let put = ["tool", "call", "keeper", "put", &key];
        desk.baton(&[&put[..], &who].concat()).ok();
    }
    let stored = |which: &[&str]| -> Vec<String> {
        let command = [&["conversation", "export"], which].concat();
        let export = desk.baton(&command).ok().json();
        let conversations = export["conversations"].as_array().unwrap().iter();
        let mut stored: Vec<String> = conversations
            .flat_map(|it| it["stored"].as_array().unwrap())
            .map(|it| it.to_string())
            .collect();
        stored.sort();
        stored
    };
    let line = |conversation: &str, user: &str| {
        format!(r#"{{"key":"of/{conversation}","skill":"keeper","value":{{"user":"{user}"}}}}"#)
    };
    assert_eq!(stored(&["one"]), [line("one", "ada")]);
    assert_eq!(
        stored(&["--user", "ada"]),
        [line("one", "ada"), line("two", "ada")]
    );
    desk.baton(&["conversation", "delete", "--user", "ada", "--yes"])
        .ok();
    let get = |conversation: &str| -> Value {
        let key = format!(r#"{{"key":"of/{conversation}"}}"#);
        desk.json(&["tool", "call", "keeper", "get", &key])
    };
    assert_eq!((get("one"), get("two")), (Value::Null, Value::Null));
    assert_eq!(get("three")["value"]["user"], "bob");
}

#[test]
fn an_export_of_a_person_has_all_their_conversations_and_nobody_elses() {
    let desk = desk();
    let file = desk.path("ada.json");
    desk.baton(&[
        "conversation",
        "export",
        "--user",
        "ada",
        "-o",
        file.to_str().unwrap(),
    ])
    .ok();
    let export: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
    assert_eq!(
        ids(export["conversations"].as_array().unwrap()),
        ["one", "two"]
    );
}

#[test]
fn a_person_who_is_deleted_leaves_events_without_content_and_not_a_word_on_disk() {
    let desk = desk();
    let before = desk.events("one");
    desk.baton(&["conversation", "delete", "--user", "ada", "--yes"])
        .ok()
        .shows(&["2 conversations"]);
    let left: Vec<Value> = desk.json(&["conversation", "list"]);
    assert_eq!(ids(&left), ["three"]);
    let after = desk.events("one");
    assert_eq!(after.len(), before.len() + 1);
    assert_eq!(after.last().unwrap()["type"], "conversation.erased");
    assert_eq!(desk.event("one", "handoff.failed")["why"], "");
    let types = |events: &[Value]| events.iter().map(|e| e["type"].clone()).collect::<Vec<_>>();
    assert_eq!(types(&after[..before.len()]), types(&before));
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    assert_eq!(tickets, [] as [Value; 0]);
    desk.baton(&["conversation", "delete", "three", "--yes"])
        .ok();
    for item in fs::read_dir(desk.path("")).unwrap() {
        let path = item.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if name.starts_with("baton.db") {
            let bytes = fs::read(&path).unwrap();
            let text = String::from_utf8_lossy(&bytes);
            assert!(!text.contains("Ada"), "{} still tells it", path.display());
        }
    }
}

#[test]
fn nothing_is_deleted_that_nobody_agreed_to() {
    let desk = desk();
    desk.baton(&["conversation", "delete", "one"])
        .with_code(1)
        .complains(&["--yes"]);
    desk.baton(&["conversation", "delete", "--yes"])
        .with_code(2);
    desk.baton(&["conversation", "delete", "four", "--yes"])
        .with_code(1)
        .complains(&["nothing is kept of a conversation `four`"]);
    let all: Vec<Value> = desk.json(&["conversation", "list"]);
    assert_eq!(all.len(), 3);
}

#[test]
fn pruning_removes_what_is_older_than_the_operator_keeps_and_nothing_else() {
    let desk = desk();
    desk.baton(&["conversation", "prune"])
        .with_code(1)
        .complains(&["[retention]"]);
    desk.configure("[retention]\ndays = 1");
    let pruned: Value = desk.json(&["conversation", "prune"]);
    assert_eq!(
        (
            &pruned["days"],
            pruned["conversations"].as_array().unwrap().len()
        ),
        (&1.into(), 0)
    );
    let all: Vec<Value> = desk.json(&["conversation", "list"]);
    assert_eq!(all.len(), 3);
}
