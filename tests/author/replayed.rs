//! Time and chance, which are the same when a turn is run again.

use serde_json::Value;

use crate::support::{desk::Desk, skills::keeper};

fn desk() -> Desk {
    Desk::scripted("[skills.keeper]\ngrants = ['storage']").skill("keeper.wasm", keeper())
}

fn call(desk: &Desk, tool: &str, arguments: &str) -> Value {
    let arguments = ["tool", "call", "keeper", tool, arguments];
    desk.json(&[&arguments[..], &["--conversation", "c"]].concat())
}

#[test]
fn the_clock_stands_still_within_a_turn_and_is_on_between_turns() {
    let desk = desk();
    let first = call(&desk, "time", "{}");
    let later = call(&desk, "time", "{}");
    assert_eq!(first[0], first[1]);
    assert!(later[0].as_u64() > first[0].as_u64(), "{first} {later}");
}

#[test]
fn what_is_drawn_differs_and_its_seed_is_on_record_once_for_a_turn() {
    let desk = desk();
    let drawn = call(&desk, "draw", r#"{"count":3}"#);
    let mut numbers: Vec<&str> = drawn[0]
        .as_array()
        .unwrap()
        .iter()
        .flat_map(Value::as_str)
        .collect();
    assert_eq!(drawn[1], 65_536, "a call gives no more bytes");
    let again = call(&desk, "draw", r#"{"count":3}"#);
    numbers.extend(again[0].as_array().unwrap().iter().flat_map(Value::as_str));
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 6);
    let events = desk.events("c");
    let seeds: Vec<&Value> = events
        .iter()
        .filter(|event| event["type"] == "turn.seeded")
        .map(|event| &event["seed"])
        .collect();
    assert_eq!(seeds.len(), 2);
    assert_ne!(seeds[0], seeds[1]);
}

#[test]
fn a_turn_in_which_nobody_draws_has_no_seed() {
    let desk = desk();
    desk.say_in("c", "keep");
    assert_eq!(desk.count("c", "turn.seeded"), 0);
    desk.say_in("d", "peek");
    assert_eq!(desk.count("d", "turn.seeded"), 1);
}

#[test]
fn clocks_and_chance_of_wasi_tell_the_same_and_need_no_grant() {
    let desk = Desk::scripted("").skill("keeper.wasm", keeper());
    let looked = call(&desk, "wasi", "{}");
    let (first, second) = (&looked[0], &looked[1]);
    assert_eq!(first["wall"], looked[2], "the turn's time");
    assert_eq!(first["wall"], second["wall"]);
    assert_eq!(first["monotonic"], second["monotonic"]);
    assert_eq!(first["fine"], true);
    for (one, other) in std::iter::zip(
        first["draws"].as_array().unwrap(),
        second["draws"].as_array().unwrap(),
    ) {
        assert_ne!(one, other);
    }
    let inspected: Value = desk.json(&["skill", "inspect", "keeper"]);
    assert_eq!(inspected["inert"], serde_json::json!([]));
}
