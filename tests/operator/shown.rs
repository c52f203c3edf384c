//! Tables, colours and JSON: the same for people, pipes and programs.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    program::{baton, run},
    skills::hostile,
};

fn desk() -> Desk {
    Desk::scripted("[agents.person]\nkind = 'human'\ndescription = 'A colleague'")
        .skill("hostile.wasm", hostile())
}

#[test]
fn the_agents_are_listed_with_kind_state_and_role() {
    let desk = desk();
    desk.baton(&["agent", "list"]).ok().shows(&[
        "person",
        "human",
        "A colleague",
        "entry",
        "fallback",
        "ready",
    ]);
    let agents: Vec<Value> = desk.json(&["agent", "list"]);
    assert_eq!(agents.len(), 4);
    let entry = agents.iter().find(|agent| agent["entry"] == true).unwrap();
    assert_eq!(
        (&entry["name"], &entry["state"]),
        (&"desk".into(), &"ready".into())
    );
}

#[test]
fn prices_are_listed_where_there_are_any_and_shown_with_all_that_is_known_of_an_agent() {
    let desk = desk();
    let list = desk.baton(&["agent", "list"]).ok();
    assert!(!list.stdout.contains("PRICE"), "{list:?}");
    desk.configure(
        "[agents.dear]\nkind = 'scripted'\nprice = '0.30 USD'\ndescription = 'An analyst'\n\
         examples = ['what will rise?']\noffers = ['analysis']\nscopes = ['member']\n\
         alternatives = ['desk']\nescalation = ['person']",
    );
    let list = desk.baton(&["agent", "list"]).ok();
    list.shows(&["PRICE", "0.30 USD"]);
    let agents: Vec<Value> = desk.json(&["agent", "list"]);
    let price = |name: &str| agents.iter().find(|it| it["name"] == name).unwrap()["price"].clone();
    assert_eq!(
        (price("dear"), price("desk")),
        ("0.30 USD".into(), Value::Null)
    );
    desk.baton(&["agent", "show", "dear"]).ok().shows(&[
        "0.30 USD an answer",
        "An analyst",
        "what will rise?",
        "analysis",
        "member",
        "then desk",
        "person",
    ]);
    let shown: Value = desk.json(&["agent", "show", "dear"]);
    assert_eq!(shown["price"], "0.30 USD");
    desk.baton(&["agent", "show", "desk"])
        .ok()
        .shows(&["costs        nothing"]);
    desk.baton(&["agent", "show", "deer"])
        .with_code(1)
        .complains(&["there is no agent `deer`; did you mean `dear`?"]);
}

#[test]
fn every_command_that_shows_something_shows_it_as_json_too() {
    let desk = desk();
    desk.say_in("c", "plain");
    for command in [
        &["run", "plain"][..],
        &["explain", "plain"],
        &["skill", "list"],
        &["skill", "inspect", "hostile"],
        &["agent", "list"],
        &["agent", "show", "person"],
        &["tool", "list"],
        &["ticket", "list"],
        &["events", "c"],
    ] {
        let _: Value = desk.json(command);
        let plain = desk.baton(command).ok();
        assert!(
            !plain.stdout.contains('\u{1b}'),
            "colours in a pipe: {plain:?}"
        );
    }
}

#[test]
fn the_events_of_a_conversation_tell_its_turns_in_order() {
    let desk = desk();
    desk.say_in("c", "plain");
    let events = desk.events("c");
    let kinds: Vec<&str> = events
        .iter()
        .map(|event| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        kinds,
        [
            "turn.started",
            "handoff.initiated",
            "handoff.context_sanitized",
            "handoff.accepted",
            "handoff.completed",
            "owner.changed",
            "turn.answered",
        ]
    );
    assert!(
        events
            .iter()
            .all(|event| event["turn"] == 1 && event["time"].is_string())
    );
}

#[test]
fn a_chat_from_a_pipe_shows_who_speaks_the_route_and_its_time() {
    let desk = desk();
    let ran = desk
        .baton_reading(&["chat"], b"plain\n/history\n/agents\n/help\n/quit\n")
        .ok();
    ran.shows(&[
        "This is the target.",
        "desk → target by hostile/misbehave",
        "answered in",
        "you",
        "/explain",
    ]);
}

#[test]
fn a_chat_of_wrong_commands_goes_on_and_ends_with_the_code_for_it() {
    let ran = desk().baton_reading(&["chat"], b"/explian x\nplain\n");
    ran.with_code(1)
        .shows(&["This is the target."])
        .complains(&["did you mean /explain?"]);
}

#[test]
fn what_a_skill_says_cannot_drive_the_terminal() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = 'scripted'\nreply = '{instructions}'";
    let desk = Desk::new(config).skill("hostile.wasm", hostile());
    for command in [&["run", "hidden"][..], &["explain", "hidden"]] {
        let ran = desk.baton(command).ok();
        let obeyed = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!ran.stdout.contains(obeyed), "{ran:?}");
    }
}

#[test]
fn help_and_version_need_no_folder() {
    run(baton().arg("--version")).ok().shows(&["baton 0."]);
    run(baton().arg("--help")).ok().shows(&[
        "run",
        "chat",
        "explain",
        "skill",
        "agent",
        "Exit codes",
    ]);
}
