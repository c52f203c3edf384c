//! Which agent is for what: `baton agent find`.

use serde_json::Value;

use crate::support::desk::Desk;

#[test]
fn an_operator_sees_which_agents_are_for_a_wish_and_how_sure_that_is() {
    let desk = Desk::example("customer-service");
    let find = ["agent", "find", "my parcel was damaged on its way"];
    let shown = desk.baton(&find).ok();
    shown.shows(&["AGENT", "SCORE", "shipping-department"]);
    let found: Vec<Value> = desk.json(&find);
    assert_eq!(found[0]["agent"], "shipping-department", "{found:?}");
    let scores: Vec<f64> = found.iter().filter_map(|f| f["score"].as_f64()).collect();
    assert_eq!(scores.len(), found.len());
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
}

#[test]
fn a_wish_that_says_nothing_finds_nobody() {
    let desk = Desk::example("customer-service");
    desk.baton(&["agent", "find", ""])
        .ok()
        .shows(&["no agent has anything in common with that"]);
    let found: Vec<Value> = desk.json(&["agent", "find", "我的包裹在哪里"]);
    assert_eq!(found, [] as [Value; 0]);
}
