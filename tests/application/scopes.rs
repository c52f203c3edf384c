//! Scopes, paths and lists of targets hold on every way to an agent.

use crate::support::{
    desk::Desk,
    shapes::{Answer, Explained},
    skills::{self, counter},
};

#[test]
fn a_condition_with_a_scope_is_not_even_asked_for_callers_who_lack_it() {
    let desk = Desk::scripted("[agents.office]\nkind = 'scripted'").skill("c.wasm", counter(""));
    assert_eq!(desk.say("to the office").agent, "desk");
    let explained = desk.explain("to the office");
    let office = explained
        .conditions
        .iter()
        .find(|c| c.condition == "office")
        .unwrap();
    assert_eq!(
        (office.verdict.as_str(), office.microseconds),
        ("out-of-scope", None)
    );
    let answer: Answer = desk.json(&["run", "--scope", "operator", "to the office"]);
    assert_eq!(answer.agent, "office");
}

fn with_scoped_target() -> Desk {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = 'scripted'\nscopes = ['vip']";
    Desk::new(config).skill("hostile.wasm", skills::hostile())
}

#[test]
fn an_agent_with_a_scope_is_reached_only_by_callers_who_have_it() {
    let desk = with_scoped_target();
    assert_eq!(desk.say_in("c", "plain").agent, "desk");
    let rejected = desk.event("c", "verdict.rejected");
    assert_eq!(
        rejected["why"],
        "`target` is only for callers with the scope `vip`"
    );
    let answer: Answer = desk.json(&["run", "--scope", "other", "--scope", "vip", "plain"]);
    assert_eq!(answer.agent, "target");
}

#[test]
fn an_alternative_with_a_scope_is_passed_over_for_callers_who_lack_it() {
    let config = "entry = 'desk'\nfallback = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.target]\nkind = 'scripted'\nscript = 'fail'\nalternatives = ['vip-desk']\n\
        [agents.vip-desk]\nkind = 'scripted'\nscopes = ['vip']";
    let desk = Desk::new(config).skill("hostile.wasm", skills::hostile());
    assert_eq!(
        desk.say("plain").legs(),
        [("target", "failed"), ("desk", "answered")]
    );
    let answer: Answer = desk.json(&["run", "--scope", "vip", "plain"]);
    assert_eq!(
        answer.legs(),
        [("target", "failed"), ("vip-desk", "answered")]
    );
}

#[test]
fn a_path_that_the_policy_does_not_list_is_not_taken() {
    let desk = Desk::scripted("[policy.paths]\ndesk = ['assistant']")
        .skill("hostile.wasm", skills::hostile());
    assert_eq!(desk.say_in("c", "plain").agent, "desk");
    let why = "policy.paths does not let `desk` hand over to `target`";
    assert_eq!(desk.event("c", "verdict.rejected")["why"], why);
}

#[test]
fn a_skill_hands_over_to_the_listed_targets_only() {
    let desk = Desk::scripted("[skills.hostile]\ntargets = ['assistant']")
        .skill("hostile.wasm", skills::hostile());
    assert_eq!(desk.say("plain").agent, "desk");
    let explained = desk.explain("plain");
    assert_eq!(explained.of("hostile").verdict, "rejected");
    assert!(
        explained
            .of("hostile")
            .why
            .contains("add it to skills.hostile.targets")
    );
}

#[test]
fn a_skill_that_an_agent_lists_sees_only_that_agents_conversations() {
    let desk = Desk::scripted("").skill("hostile.wasm", skills::hostile());
    let config = crate::support::desk::SCRIPTED.replace(
        "[agents.assistant]",
        "[agents.assistant]\nskills = ['hostile']",
    );
    let desk = desk.file("baton.toml", config);
    assert_eq!(desk.say("plain").agent, "desk");
    let explained: Explained = desk.explain("plain");
    assert_eq!(explained.of("hostile").verdict, "not-its-agent");
}
