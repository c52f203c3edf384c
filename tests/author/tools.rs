//! Tools that fail: the caller is told, and the host goes on.

use crate::support::{
    desk::Desk,
    skills::{counter, hostile, keeper},
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

#[test]
fn arguments_that_do_not_fit_the_schema_never_reach_the_skill() {
    let desk = Desk::scripted("[skills.keeper]\ngrants = ['storage']")
        .skill("hostile.wasm", hostile())
        .skill("keeper.wasm", keeper());
    for (skill, tool, arguments, why) in [
        // It would trap.
        (
            "hostile",
            "trap",
            "[1]",
            "`arguments` is an array and must be an object",
        ),
        (
            "hostile",
            "trap",
            "null",
            "`arguments` is null and must be an object",
        ),
        (
            "keeper",
            "fill",
            r#"{"prefix":"a"}"#,
            "`arguments` lacks `count`",
        ),
        (
            "keeper",
            "fill",
            r#"{"prefix":"a","count":"many"}"#,
            "`arguments.count` is a string and must be an integer",
        ),
        (
            "keeper",
            "fill",
            r#"{"prefix":"a","count":-1}"#,
            "`arguments.count` is -1 and must be at least 0",
        ),
        (
            "keeper",
            "fill",
            r#"{"prefix":"a","count":1,"fail":7}"#,
            "`arguments.fail` is a number and must be",
        ),
    ] {
        desk.baton(&["tool", "call", skill, tool, arguments])
            .with_code(1)
            .complains(&[why, "(invalid-arguments)"]);
    }
    let list = r#"{"prefix":"","page":9}"#;
    let ran = desk.baton(&["tool", "call", "keeper", "list", list]).ok();
    assert_eq!(ran.stdout.trim(), "[]", "nothing was stored");
}

#[test]
fn an_agent_whose_arguments_do_not_fit_reads_where_and_answers() {
    let desk = Desk::new(
        "entry = 'clerk'\n[agents.clerk]\nkind = 'scripted'\nscript = 'call-tool'\n\
         call = 'keeper/fill'\narguments = { prefix = 'a', count = 'many' }\n\
         tools = ['keeper']\nreply = 'I hear: {result}'\n\
         [skills.keeper]\ngrants = ['storage']",
    )
    .skill("keeper.wasm", keeper());
    let answer = desk.say_in("c", "please do");
    assert_eq!(
        answer.reply,
        "I hear: error: `arguments.count` is a string and must be an integer (invalid-arguments)"
    );
    assert_eq!(desk.event("c", "tool.called")["outcome"], "not-made");
    assert_eq!(desk.count("c", "skill.faulted"), 0);
}
