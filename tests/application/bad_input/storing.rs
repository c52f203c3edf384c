use serde_json::Value;

use super::answered;
use crate::support::{desk::Desk, skills::keeper};

fn desk() -> Desk {
    Desk::scripted("[skills.keeper]\ngrants = ['storage']\n[skills.keeper.limits]\nstorage-kib = 1")
        .skill("keeper.wasm", keeper())
}

fn stored(desk: &Desk) -> Value {
    desk.json(&["tool", "call", "keeper", "get", r#"{"key":"hook"}"#])
}

#[test]
fn a_value_over_the_quota_is_not_stored_and_the_hooks_refusal_is_answered_by_the_fallback() {
    let desk = desk();
    answered(&desk.say_in("c", "keep this"));
    let answer = desk.say_in("c", &format!("keep {}", "a".repeat(2000)));
    assert_eq!(answer.agent, "assistant");
    let why = answer.why_not("target");
    assert!(why.contains("it would be more than"), "{why}");
    assert_eq!(stored(&desk)["value"], "keep this");
    answered(&desk.say_in("c", "keep on"));
}

#[test]
fn a_value_over_the_quota_is_an_error_that_a_tools_caller_reads() {
    let desk = desk();
    let value = serde_json::json!({"key": "hook", "value": "a".repeat(2000)}).to_string();
    desk.baton(&["tool", "call", "keeper", "put", &value])
        .with_code(1)
        .complains(&["it would be more than", "1 KiB"]);
    assert_eq!(stored(&desk), Value::Null);
}
