//! What skills may call, seen by those who call it.

use crate::support::{
    desk::Desk,
    skills::{bundled, hostile},
};

#[test]
fn what_a_skill_logs_is_on_record_and_shown_at_the_level_that_is_asked_for() {
    let desk = Desk::scripted("[limits]\nlog-lines = 2").skill("hostile.wasm", hostile());
    let ran = desk
        .baton(&["--log", "info", "run", "--conversation", "c", "flood"])
        .ok();
    assert_eq!(
        ran.stderr.matches("skill=hostile").count(),
        2,
        "{}",
        ran.stderr
    );
    assert_eq!(desk.count("c", "skill.log"), 2);
    assert_eq!(
        desk.baton(&["run", "flood"]).ok().stderr,
        "",
        "quiet unless asked for"
    );
}

#[test]
fn a_skill_reads_the_conversation_with_the_grant() {
    let desk = Desk::scripted("[skills.hostile]\ngrants = ['conversation']")
        .skill("hostile.wasm", hostile());
    let asked = desk.say_in("c", "ask");
    assert_eq!(asked.agent, "desk");
    assert_eq!(desk.count("c", "skill.denied"), 0);
    assert_eq!(
        desk.event("c", "skill.faulted")["why"],
        "it called the host more than 1000 times"
    );
}

#[test]
fn a_hook_that_asks_an_agent_which_never_answers_is_given_up_with_the_agents_time() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.primary-expert]\nkind = 'scripted'\nscript = 'fail'\n\
        [agents.general-assistant]\nkind = 'scripted'\nscript = 'hang'\ntimeout = '200ms'\n\
        [skills.resilient]\ngrants = ['agents']";
    let desk = Desk::new(config).skill("resilient.wasm", bundled("resilient"));
    assert_eq!(
        desk.say("an expert question").reply,
        "I'll do my best to help directly..."
    );
}
