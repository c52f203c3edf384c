//! What changes from one component to another.

use crate::support::{
    desk::Desk,
    skills::{counter, hostile, hostile_with, rebuilt},
};

#[test]
fn what_a_new_version_would_wait_for_is_shown_before_it_is_there() {
    let desk = Desk::scripted("")
        .file("old.wasm", hostile())
        .file("new.wasm", hostile_with("meddles"));
    let (old, new) = (desk.path("old.wasm"), desk.path("new.wasm"));
    let diff = [
        "skill",
        "diff",
        old.to_str().unwrap(),
        new.to_str().unwrap(),
    ];
    desk.baton(&diff).ok().shows(&[
        "hook `before`, handoffs: own → all",
        "new want `hooks-on-all`",
        "Would wait for approval",
        "(newly wanted)",
        "baton skill grant hostile hooks-on-all",
    ]);
    let shown: serde_json::Value = desk.json(&diff);
    assert_eq!(shown["waits"][0]["grant"], "hooks-on-all");
    assert_eq!(shown["waits"][0]["newly-wanted"], true);
    assert_eq!(shown["same"], false);
}

#[test]
fn a_loaded_skill_is_compared_by_its_name_and_a_new_state_version_is_seen() {
    let desk = Desk::scripted("")
        .skill("c.wasm", counter(""))
        .file("v2.wasm", counter("v2"));
    let new = desk.path("v2.wasm");
    desk.baton(&["skill", "diff", "counter", new.to_str().unwrap()])
        .ok()
        .shows(&[
            "version: 1.0.0 → 2.0.0",
            "state version: ",
            "Nothing would wait for approval.",
        ]);
}

#[test]
fn the_same_bytes_and_mere_other_code_are_told_apart() {
    let desk = Desk::scripted("")
        .file("old.wasm", counter(""))
        .file("new.wasm", rebuilt(&counter("")));
    let (old, new) = (desk.path("old.wasm"), desk.path("new.wasm"));
    let (old, new) = (old.to_str().unwrap(), new.to_str().unwrap());
    desk.baton(&["skill", "diff", old, old])
        .ok()
        .shows(&["The bytes are the same."]);
    desk.baton(&["skill", "diff", old, new])
        .ok()
        .shows(&["only the code differs"]);
    desk.baton(&["skill", "diff", old, "nothing.wasm"])
        .with_code(1)
        .complains(&["there is nothing to compare with"]);
}
