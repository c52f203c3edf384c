//! Tools that fail: the caller is told, and the host goes on.

use crate::support::{
    desk::Desk,
    skills::{counter, hostile},
};

const FAULTS: [(&str, &str); 4] = [
    ("loop", "it computed for longer than 1s"),
    ("trap", "it trapped"),
    ("garbled", "its result is not JSON"),
    ("shout", "64 MiB of memory"),
];

#[test]
fn a_tool_that_fails_is_told_with_its_reason_and_leaves_nothing_behind() {
    let desk = Desk::scripted("").skill("hostile.wasm", hostile());
    for (tool, why) in FAULTS {
        desk.baton(&["tool", "call", "hostile", tool])
            .with_code(1)
            .complains(&[why]);
    }
}

#[test]
fn a_chat_goes_on_after_a_tool_that_fails() {
    let desk = Desk::scripted("").skill("hostile.wasm", hostile());
    let mut chat = desk.chat("c");
    for (tool, _) in FAULTS {
        chat.write(&format!("/tool hostile {tool}"));
    }
    assert_eq!(chat.say("plain").agent, "target");
    let (code, stderr) = chat.end();
    assert_eq!(code, 1);
    for (_, why) in FAULTS {
        assert!(stderr.contains(why), "`{why}` is not in {stderr}");
    }
}

#[test]
fn a_result_of_a_hundred_megabytes_that_fits_the_skills_memory_is_refused_too() {
    let desk = Desk::scripted("[limits]\nmemory-mib = 256\ntool-compute = '5s'")
        .skill("hostile.wasm", hostile());
    desk.baton(&["tool", "call", "hostile", "shout"])
        .with_code(1)
        .complains(&["it passed more than 1048576 bytes to the host at once"]);
}

#[test]
fn a_tool_gives_its_result() {
    let desk = Desk::scripted("").skill("counter.wasm", counter(""));
    let ran = desk
        .baton(&["tool", "call", "counter", "count", "--conversation", "c"])
        .ok();
    assert_eq!(ran.stdout, "1\n");
}
