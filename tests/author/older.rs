//! Components that were built by an SDK as it was, or as it will be.

use serde_json::Value;

use crate::support::desk::Desk;

/// Built by the first SDK for Rust, and never again.
const FIRST: &[u8] = include_bytes!("older/customer-service.wasm");

#[test]
fn a_component_of_an_older_sdk_routes_and_its_hook_and_tool_run_as_ever() {
    let desk = Desk::example("customer-service").skill("customer-service.wasm", FIRST);
    let answer = desk.say_in("c", "I was charged twice for order 4321");
    assert_eq!(answer.agent, "billing-department");
    let contexts: Value = desk.json(&["context", "show", "--conversation", "c"]);
    let shown = contexts.to_string();
    assert!(
        shown.contains(r#""customer_tier""#),
        "its hook adds it: {shown}"
    );
    let reason = r#"{"reason": "The third complaint"}"#;
    desk.baton(&[
        "tool",
        "call",
        "customer-service",
        "escalate-to-human",
        reason,
    ])
    .ok()
    .shows(&["ticket"]);
}

#[test]
fn a_component_of_a_later_contract_is_refused_with_what_to_do() {
    let text = b"baton:skill/manifest@0.1.0";
    let mut later = FIRST.to_vec();
    let mut at = 0;
    while let Some(found) = later[at..]
        .windows(text.len())
        .position(|part| part == text)
    {
        at += found + text.len();
        // The contract's minor version, 0.1.0: an incompatible one before 1.0.
        later[at - 3] = b'9';
    }
    let desk = Desk::scripted("").skill("later.wasm", later);
    let why = desk.refusal("later.wasm");
    assert!(why.contains("0.9.0") && why.contains("0.1"), "{why}");
}
