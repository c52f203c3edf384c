//! A skill has no authority but what was granted.

use crate::support::{
    desk::Desk,
    skills::{self, bundled, counter, hostile},
};

#[test]
fn what_is_not_granted_is_denied_on_record_and_the_skill_goes_on_without() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.billing-department]\nkind = 'scripted'\nreply = '{instructions}'";
    let desk = Desk::new(config).skill("cs.wasm", bundled("customer-service"));
    let answer = desk.say_in("c", "a charge");
    assert_eq!(
        (answer.agent.as_str(), answer.stand_in.as_str()),
        ("billing-department", "none")
    );
    let told = answer.reply;
    assert!(
        told.contains("open_tickets: []") && !told.contains("customer_tier"),
        "{told}"
    );
    let events = desk.events("c");
    let mut denied: Vec<&str> = events
        .iter()
        .filter(|event| event["type"] == "skill.denied")
        .map(|event| event["capability"].as_str().unwrap())
        .collect();
    denied.dedup();
    assert_eq!(denied, ["conversation", "tickets", "conversation"]);
    assert_eq!(desk.count("c", "skill.faulted"), 0);
}

#[test]
fn a_tool_without_its_grant_says_how_to_give_it() {
    let desk = Desk::scripted("").skill("cs.wasm", bundled("customer-service"));
    let call = [
        "tool",
        "call",
        "customer-service",
        "escalate-to-human",
        r#"{"reason":"x"}"#,
    ];
    desk.baton(&call)
        .with_code(1)
        .complains(&["run `baton skill grant customer-service tickets`"]);
    desk.baton(&["ticket", "list"])
        .ok()
        .shows(&["No ticket is open."]);
}

#[test]
fn a_skill_that_may_not_ask_agents_answers_without() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.primary-expert]\nkind = 'scripted'\nscript = 'fail'\n\
        [agents.general-assistant]\nkind = 'scripted'";
    let desk = Desk::new(config).skill("resilient.wasm", bundled("resilient"));
    let answer = desk.say_in("c", "an expert question");
    assert_eq!(answer.reply, "I'll do my best to help directly...");
    assert_eq!(desk.event("c", "skill.denied")["capability"], "agents");
}

#[test]
fn a_skills_hooks_do_not_run_on_other_skills_handoffs() {
    let desk = Desk::scripted("[agents.first-agent]\nkind = 'scripted'")
        .skill("counter.wasm", counter(""))
        .skill("hostile.wasm", hostile());
    let answer = desk.say_in("c", "count refuse");
    assert_eq!(
        (answer.agent.as_str(), answer.stand_in.as_str()),
        ("first-agent", "none")
    );
    assert_eq!(desk.count("c", "handoff.rejected"), 0);
}

/// `hostile` in a variant whose hooks want to run on everybody's handoffs.
fn with_meddler(grants: &str) -> Desk {
    let agents = "[agents.first-agent]\nkind = 'scripted'\n";
    Desk::scripted(&format!("{agents}[skills.hostile]\ngrants = [{grants}]"))
        .skill("counter.wasm", counter(""))
        .skill("hostile.wasm", skills::hostile_with("meddles"))
}

#[test]
fn hooks_that_want_everybodys_handoffs_get_them_with_the_grant_only() {
    let without = with_meddler("");
    assert_eq!(without.say("count refuse").agent, "first-agent");
    let missing = without.skills().remove(1).skill.unwrap().missing;
    assert!(missing.contains(&"hooks-on-all".to_owned()), "{missing:?}");
    let with = with_meddler("'hooks-on-all'");
    let ran = with.baton(&["run", "count refuse", "--json"]);
    let leg = &ran.json()["route"][0];
    assert_eq!(
        (&leg["agent"], &leg["end"]),
        (&"first-agent".into(), &"rejected".into())
    );
    assert_eq!(leg["why"], "hostile/before: not today");
}

#[test]
fn a_name_that_is_no_grant_is_a_mistake_in_the_configuration() {
    let desk = Desk::scripted("[skills.hostile]\ngrants = ['ticket']");
    desk.baton(&["run", "x"])
        .with_code(3)
        .complains(&["there is no grant `ticket`", "did you mean `tickets`?"]);
}
