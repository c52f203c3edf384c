//! What a skill may use up, and that the operator can say otherwise.

use std::time::{Duration, Instant};

use crate::support::{
    desk::Desk,
    skills::{bundled, hostile},
};

fn desk(limits: &str) -> Desk {
    Desk::scripted(limits).skill("hostile.wasm", hostile())
}

/// What the fault of the message's misdeed was.
#[track_caller]
fn fault(desk: &Desk, text: &str) -> String {
    let conversation = desk.say(text).conversation;
    desk.event(&conversation, "skill.faulted")["why"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[test]
fn the_time_to_compute_can_be_set_for_all_skills_and_for_one() {
    assert_eq!(fault(&desk(""), "loop"), "it computed for longer than 50ms");
    let all = desk("[limits]\nevaluate-compute = '20ms'");
    assert_eq!(fault(&all, "loop"), "it computed for longer than 20ms");
    let one = desk(
        "[limits]\nevaluate-compute = '20ms'\n[skills.hostile.limits]\nevaluate-compute = '80ms'",
    );
    assert_eq!(fault(&one, "loop"), "it computed for longer than 80ms");
    let other = desk("[skills.finance.limits]\nevaluate-compute = '80ms'");
    assert_eq!(fault(&other, "loop"), "it computed for longer than 50ms");
}

#[test]
fn each_export_has_a_time_of_its_own() {
    let desk =
        desk("[limits]\nevaluate-compute = '10ms'\nhook-compute = '30ms'\ntool-compute = '60ms'");
    assert_eq!(fault(&desk, "loop"), "it computed for longer than 10ms");
    assert_eq!(
        fault(&desk, "before-loop"),
        "it computed for longer than 30ms"
    );
    desk.baton(&["tool", "call", "hostile", "loop"])
        .with_code(1)
        .complains(&["it computed for longer than 60ms"]);
}

#[test]
fn waiting_for_the_host_is_not_computing_but_counts_for_the_whole() {
    let config = "entry = 'desk'\nfallback = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.primary-expert]\nkind = 'scripted'\nscript = 'fail'\n\
        [agents.general-assistant]\nkind = 'scripted'\nreply = 'late'\ndelay = '700ms'\n\
        [skills.resilient]\ngrants = ['agents']\n";
    let patient = Desk::new(&format!("{config}limits = {{ hook-compute = '50ms' }}"))
        .skill("resilient.wasm", bundled("resilient"));
    assert_eq!(
        patient.say("an expert question").reply,
        "late",
        "it waited and did not compute"
    );

    let hasty = Desk::new(&format!("{config}limits = {{ hook-wall = '200ms' }}"))
        .skill("resilient.wasm", bundled("resilient"));
    let began = Instant::now();
    assert_eq!(
        fault(&hasty, "an expert question"),
        "it took longer than 200ms, waiting included"
    );
    assert!(began.elapsed() < Duration::from_secs(5));
}

#[test]
fn memory_is_limited() {
    assert_eq!(
        fault(&desk("[limits]\nevaluate-compute = '5s'"), "allocate"),
        "it wanted more than 64 MiB of memory"
    );
    let less = desk("[skills.hostile.limits]\nmemory-mib = 8\nevaluate-compute = '5s'");
    assert_eq!(
        fault(&less, "allocate"),
        "it wanted more than 8 MiB of memory"
    );
}

#[test]
fn tables_are_limited() {
    let less = desk("[skills.hostile.limits]\ntable-elements = 1");
    assert_eq!(
        fault(&less, "plain"),
        "it wanted more than 1 elements of table space"
    );
}

#[test]
fn queries_to_other_agents_at_the_same_time_are_limited() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.primary-expert]\nkind = 'scripted'\nscript = 'fail'\n\
        [agents.general-assistant]\nkind = 'scripted'\n\
        [skills.resilient]\ngrants = ['agents']\nlimits = { pending = 0 }";
    let desk = Desk::new(config).skill("resilient.wasm", bundled("resilient"));
    let answer = desk.say("an expert question");
    assert_eq!(
        answer.reply, "I'll do my best to help directly...",
        "an error, and no fault"
    );
}

#[test]
fn calls_of_the_host_are_limited() {
    assert_eq!(
        fault(&desk(""), "ask"),
        "it called the host more than 1000 times"
    );
    let less = desk("[limits]\nhost-calls = 7");
    assert_eq!(fault(&less, "ask"), "it called the host more than 7 times");
}

#[test]
fn what_crosses_to_the_host_at_once_is_limited() {
    let less = desk(
        "[limits]\ndata-kib = 64\nmemory-mib = 250\nevaluate-compute = '5s'\nevaluate-wall = '5s'",
    );
    assert_eq!(
        fault(&less, "verbose"),
        "it passed more than 65536 bytes to the host at once"
    );
}

#[test]
fn lines_in_the_log_are_limited() {
    let desk = desk(
        "[limits]\nlog-lines = 3\nhost-calls = 200000\nevaluate-compute = '5s'\nevaluate-wall = '5s'",
    );
    let answer = desk.say_in("c", "flood");
    assert_eq!(
        answer.agent, "target",
        "a skill that says too much is not wrong"
    );
    assert_eq!(desk.count("c", "skill.log"), 3);
}

#[test]
fn a_skill_that_waits_keeps_no_other_message_waiting() {
    let desk = desk("[agents.slow]\nkind = 'scripted'");
    let mut chat = desk.chat("c");
    let began = Instant::now();
    for _ in 0..3 {
        assert_eq!(chat.say("loop").agent, "desk");
    }
    assert!(
        began.elapsed() < Duration::from_secs(3),
        "{:?}",
        began.elapsed()
    );
}
