//! What a skill keeps beyond a conversation.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    skills::{keeper, renamed},
};

fn desk(more: &str) -> Desk {
    let config = format!("[skills.keeper]\ngrants = ['storage', 'conversation']\n{more}");
    Desk::scripted(&config).skill("keeper.wasm", keeper())
}

/// Calls a tool of the skill, in a conversation of its own.
#[track_caller]
fn call(desk: &Desk, tool: &str, arguments: Value) -> Value {
    desk.json(&["tool", "call", "keeper", tool, &arguments.to_string()])
}

/// Calls a tool that refuses.
#[track_caller]
fn refused(desk: &Desk, tool: &str, arguments: Value, why: &str) {
    desk.baton(&["tool", "call", "keeper", tool, &arguments.to_string()])
        .with_code(1)
        .complains(&[why]);
}

#[test]
fn a_value_is_there_in_every_later_conversation_and_process() {
    let desk = desk("");
    let put = call(&desk, "put", json!({"key": "a", "value": {"x": [1]}}));
    let pending = json!({"value": {"x": [1]}, "version": null, "trust": 80});
    assert_eq!(put, pending, "a turn reads its own writes");
    let stored = call(&desk, "get", json!({"key": "a"}));
    assert_eq!(stored["value"], json!({"x": [1]}));
    assert!(stored["version"].is_u64(), "{stored}");
    assert_eq!(call(&desk, "delete", json!({"key": "a"})), Value::Null);
    assert_eq!(call(&desk, "get", json!({"key": "a"})), Value::Null);
}

#[test]
fn another_skill_knows_nothing_of_what_one_has_stored() {
    let desk = desk("[skills.sleepr]\ngrants = ['storage']")
        .skill("twin.wasm", renamed(&keeper(), "keeper", "sleepr"));
    call(&desk, "put", json!({"key": "a", "value": 1}));
    let twin: Value = desk.json(&["tool", "call", "sleepr", "get", r#"{"key":"a"}"#]);
    assert_eq!(twin, Value::Null);
}

#[test]
fn without_the_grant_nothing_is_stored_and_the_caller_is_told_how_to_give_it() {
    let desk = Desk::scripted("").skill("keeper.wasm", keeper());
    let how = "add \"storage\" to skills.keeper.grants in baton.toml";
    refused(&desk, "put", json!({"key": "a", "value": 1}), how);
}

#[test]
fn keys_are_listed_by_prefix_and_page_in_order() {
    let desk = desk("");
    call(&desk, "fill", json!({"prefix": "a/", "count": 25}));
    call(&desk, "fill", json!({"prefix": "b/", "count": 3}));
    let all = call(&desk, "list", json!({"prefix": "a/", "page": 4}));
    let expected: Vec<String> = (0..25).map(|number| format!("a/{number:04}")).collect();
    assert_eq!(all, json!(expected));
    assert_eq!(
        call(&desk, "list", json!({"prefix": "c", "page": 4})),
        json!([])
    );
    let both = call(&desk, "list", json!({"prefix": "", "page": 1000}));
    assert_eq!(both.as_array().unwrap().len(), 28);
}

#[test]
fn a_list_shows_what_the_turn_has_written_and_not_what_it_has_deleted() {
    let desk = desk("");
    call(&desk, "fill", json!({"prefix": "k", "count": 3}));
    let keys = call(&desk, "swap", json!({"delete": "k0001", "put": "k0000a"}));
    assert_eq!(keys, json!(["k0000", "k0000a", "k0002"]));
}

#[test]
fn a_tool_that_fails_has_stored_nothing() {
    let desk = desk("");
    let arguments = json!({"prefix": "k", "count": 3, "fail": true});
    refused(&desk, "fill", arguments, "as asked");
    assert_eq!(
        call(&desk, "list", json!({"prefix": "", "page": 9})),
        json!([])
    );
}

#[test]
fn what_is_over_the_quota_is_refused_and_nothing_stored_is_lost() {
    let desk = desk("[skills.keeper.limits]\nstorage-keys = 3\nstorage-kib = 1");
    call(&desk, "fill", json!({"prefix": "k", "count": 3}));
    let too_many = json!({"key": "x", "value": 1});
    let limit = "it would be more than 3 keys or 1 KiB";
    refused(&desk, "put", too_many, limit);
    let long = "a".repeat(1100);
    let too_long = json!({"key": "k0000", "value": long});
    refused(&desk, "put", too_long, limit);
    let at_once = json!({"key": "k0000", "version": null, "value": 1});
    assert_eq!(call(&desk, "replace", at_once), Value::Null, "it is there");
    refused(&desk, "count", json!({"key": "x"}), limit);
    assert_eq!(call(&desk, "get", json!({"key": "k0000"}))["value"], 0);
    assert_eq!(call(&desk, "used", json!({})), json!([3, 18, 3, 1024]));
    // What makes room makes it in the same turn.
    let keys = call(&desk, "swap", json!({"delete": "k0001", "put": "x"}));
    assert_eq!(keys, json!(["k0000", "k0002", "x"]));
}

#[test]
fn a_key_that_is_none_is_refused() {
    let desk = desk("");
    for key in ["", "a\nb", &"k".repeat(257)] {
        let why = "a key has from 1 to 256 bytes and no control characters";
        refused(&desk, "put", json!({"key": key, "value": 1}), why);
    }
}

#[test]
fn of_those_that_change_a_value_at_once_none_is_lost() {
    let desk = desk("");
    thread::scope(|scope| {
        for _ in 0..6 {
            scope.spawn(|| call(&desk, "count", json!({"key": "n"})));
        }
    });
    assert_eq!(call(&desk, "get", json!({"key": "n"}))["value"], 6);
}

#[test]
fn whoever_was_second_writes_nothing_and_an_old_version_never_fits_again() {
    let desk = desk("");
    let replace = |version: Value, value: u32| {
        let arguments = json!({"key": "k", "version": version, "value": value});
        call(&desk, "replace", arguments)
    };
    let first = replace(Value::Null, 1);
    assert!(first.is_u64(), "{first}");
    assert_eq!(replace(Value::Null, 2), Value::Null);
    let second = replace(first.clone(), 2);
    assert_eq!(replace(first.clone(), 3), Value::Null);
    call(&desk, "delete", json!({"key": "k"}));
    assert_eq!(replace(second, 4), Value::Null);
    call(&desk, "put", json!({"key": "k", "value": 5}));
    assert_eq!(replace(first, 6), Value::Null, "it is another value now");
    assert_eq!(call(&desk, "get", json!({"key": "k"}))["value"], 5);
}

#[test]
fn a_key_is_written_with_the_turn_or_at_once_and_not_both() {
    let why = "this turn has written `k` already, which comes with its answer";
    refused(&desk(""), "mixed", json!({"key": "k"}), why);
}

#[test]
fn a_condition_writes_nothing_that_lasts() {
    let desk = desk("");
    let handoff = desk.say_in("c", "peek").route[0].handoff.clone().unwrap();
    let context: Value = desk.json(&["context", "show", &handoff]);
    let findings = &context["context"]["findings"];
    assert_eq!(
        (&findings["set"], &findings["note"]),
        (&json!("not-allowed"), &json!("not-allowed"))
    );
    assert_eq!(
        call(&desk, "get", json!({"key": "peeked"})),
        Value::Null,
        "nor is anything stored"
    );
}

#[test]
fn what_is_stored_comes_with_the_answer_and_what_is_written_at_once_is_there_before() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.target]\nkind = 'scripted'\nscript = 'hang'\ntimeout = '60s'\n\
        [skills.keeper]\ngrants = ['storage']";
    let desk = Desk::new(config).skill("keeper.wasm", keeper());
    let mut command = desk.command(&["run", "--conversation", "c", "keep this"]);
    let mut host = command.spawn().unwrap();
    let key = |key: &str| call(&desk, "get", json!({ "key": key }));
    while key("hooks").is_null() {
        thread::sleep(Duration::from_millis(20));
    }
    host.kill().unwrap();
    host.wait().unwrap();
    assert_eq!(key("hook"), Value::Null, "the turn was cut off");
    assert_eq!(key("hooks")["value"], 1);

    let config = config.replace("script = 'hang'", "reply = 'Done.'");
    let desk = desk.file("baton.toml", config);
    assert_eq!(desk.say_in("c", "keep that").agent, "target");
    let key = |key: &str| call(&desk, "get", json!({ "key": key }));
    assert_eq!(key("hook")["value"], "keep that");
    assert_eq!(key("hooks")["value"], 2);
}

#[test]
fn a_message_that_is_delivered_again_has_stored_once() {
    let desk = desk("");
    for _ in 0..2 {
        let arguments = ["run", "--conversation", "c", "--key", "1", "keep"];
        let answer: Value = desk.json(&arguments);
        assert_eq!(answer["agent"], "target");
    }
    assert_eq!(call(&desk, "get", json!({"key": "hooks"}))["value"], 1);
}

#[test]
fn a_value_is_no_more_to_be_believed_than_what_the_skill_had_heard() {
    let desk = desk("");
    call(&desk, "put", json!({"key": "own", "value": 1}));
    // An agent's words in the conversation are what the tool reads first.
    desk.say_in("c", "Hello");
    let told = |key: &str| {
        let arguments = json!({"key": key, "value": 1}).to_string();
        let put: Value = desk.json(&[
            "tool",
            "call",
            "keeper",
            "overhear",
            &arguments,
            "--conversation",
            "c",
        ]);
        put["trust"].clone()
    };
    assert_eq!(told("heard"), 70);
    assert_eq!(call(&desk, "get", json!({"key": "own"}))["trust"], 80);
    assert_eq!(call(&desk, "get", json!({"key": "heard"}))["trust"], 70);
    desk.say_in("d", "keep this");
    let reply = call(&desk, "get", json!({"key": "reply"}));
    assert_eq!(reply["value"], "This is the target.");
    assert_eq!(reply["trust"], 70, "an agent's words");
    let copied = call(&desk, "copy", json!({"from": "heard", "to": "copy"}));
    assert_eq!(copied["trust"], 70);
}

#[test]
fn what_was_stored_in_a_conversation_is_erased_with_it() {
    let desk = desk("");
    desk.say_in("c", "keep my secret words");
    call(&desk, "put", json!({"key": "other", "value": 1}));
    desk.baton(&["conversation", "delete", "c", "--yes"]).ok();
    assert_eq!(call(&desk, "get", json!({"key": "hook"})), Value::Null);
    assert_eq!(call(&desk, "get", json!({"key": "other"}))["value"], 1);
}

#[test]
fn a_memory_store_keeps_values_as_long_as_the_host_runs() {
    let desk = Desk::scripted(
        "[skills.keeper]\ngrants = ['storage']\n[skills.keeper.limits]\nstorage-keys = 3",
    )
    .skill("keeper.wasm", keeper());
    let config = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
    let desk = desk.file("baton.toml", format!("store = 'memory:'\n{config}"));
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("keep this").agent, "target");
    chat.write("/tool keeper put {\"key\":\"k\",\"value\":1}");
    chat.write("/tool keeper fill {\"prefix\":\"x\",\"count\":2}");
    chat.write("/tool keeper count {\"key\":\"hooks\"}");
    assert_eq!(chat.say("keep on").agent, "target");
    let (_, stderr) = chat.end();
    assert!(stderr.contains("more than 3 keys"), "{stderr}");
}
