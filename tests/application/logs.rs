//! What the program writes for whoever operates it.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    program::run,
    served::{Served, said},
};

/// What a desk has logged, as objects, after one turn with a handoff.
fn logged(filter: &str) -> Vec<Value> {
    let desk = Desk::scripted("[[rules]]\ntarget = 'target'\nkeywords = ['parcel']");
    let served = Served::start_with(&desk, |command| {
        command.args(["--log", filter, "--log-format", "json"])
    });
    let headers = [("x-baton-conversation", "c-1")];
    served.chat(&headers, &said(&[("user", "my secret parcel")]));
    let log = served.log();
    let lines = log.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

#[test]
fn a_turn_is_one_line_of_json_that_does_not_say_what_was_said() {
    let lines = logged("info");
    let of_turn = |line: &&Value| line["target"] == "baton::turn";
    let turns: Vec<&Value> = lines.iter().filter(of_turn).collect();
    let [turn] = turns.as_slice() else {
        panic!("{lines:#?}");
    };
    assert_eq!(turn["level"], "INFO");
    assert_eq!(turn["conversation"], "c-1");
    assert_eq!(turn["turn"], 1);
    assert_eq!(turn["agent"], "target");
    assert_eq!(turn["handoffs"], 1);
    assert_eq!(turn["fallback"], false);
    assert!(turn["milliseconds"].as_f64().unwrap() > 0.0);
    assert!(turn["timestamp"].is_string());
    let all = format!("{lines:?}");
    assert!(!all.contains("secret") && !all.contains("This is"), "{all}");
}

#[test]
fn what_was_said_is_logged_for_whoever_asks_for_it_by_name() {
    let lines = logged("baton::content=trace");
    let [content] = lines.as_slice() else {
        panic!("{lines:#?}");
    };
    assert_eq!(content["message"], "what was said");
    assert_eq!(content["said"], "my secret parcel");
    assert_eq!(content["reply"], "This is the target.");
}

#[test]
fn logs_are_quiet_and_for_people_unless_something_else_is_asked_for() {
    let desk = Desk::scripted("");
    assert_eq!(desk.baton(&["run", "hello"]).ok().stderr, "");
    let mut asked = desk.command(&["run", "hello"]);
    run(asked.env("BATON_LOG", "info"))
        .ok()
        .complains(&["a turn has ended", "agent=desk"]);
    desk.baton(&["run", "hello", "--log-format", "xml"])
        .with_code(2)
        .complains(&["xml", "json"]);
}
