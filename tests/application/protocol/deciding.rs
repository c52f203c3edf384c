use super::desk;

#[test]
fn an_operators_rule_on_words_comes_before_every_skill() {
    let rule = "[[rules]]\nname = 'legal'\ntarget = 'other'\nkeywords = ['Lawyer']\n\
        reason = 'escalation'";
    let desk = desk("", rule);
    let answer = desk.say("warm, or my LAWYER calls");
    assert_eq!(answer.agent, "other");
    let leg = &answer.route[0];
    assert_eq!(
        (leg.by.as_deref(), leg.reason.as_deref()),
        (Some("rule legal"), Some("escalation"))
    );
    assert_eq!(desk.say("warm").agent, "expert");
}

#[test]
fn an_operators_rule_on_steps_moves_a_conversation_that_takes_too_long() {
    let desk = desk("", "[[rules]]\ntarget = 'other'\nmax-steps = 2");
    assert_eq!(desk.say_in("c", "one").agent, "desk");
    assert_eq!(desk.say_in("c", "two").agent, "desk");
    assert_eq!(desk.say_in("c", "three").agent, "other");
}

#[test]
fn a_rule_that_would_always_hold_is_answered_with_its_line() {
    let desk = desk("", "[[rules]]\ntarget = 'other'");
    desk.baton(&["run", "hello"])
        .with_code(3)
        .complains(&["would hold for every message"]);
}

#[test]
fn when_no_skill_decides_the_decider_is_asked_and_only_its_call_counts() {
    let decider = |script: &str| {
        format!("policy.decider = 'router'\n[agents.router]\nkind = 'scripted'\n{script}")
    };
    let calls = desk("", &decider("script = 'hand-to'\nhand-to = 'other'")).say("hello");
    assert_eq!(calls.agent, "other");
    assert_eq!(calls.route[0].by.as_deref(), Some("decider router"));
    let writes = desk("", &decider("reply = 'hand off to other'")).say("hello");
    assert_eq!(writes.agent, "desk");
    let fails = desk("", &decider("script = 'fail'")).say("hello");
    assert_eq!(fails.agent, "desk");
}

#[test]
fn a_decider_that_names_an_agent_it_may_not_decides_nothing() {
    let more = "policy.decider = 'router'\n[policy.paths]\ndesk = ['expert']\n[agents.router]\n\
        kind = 'scripted'\nscript = 'hand-to'\nhand-to = 'other'";
    assert_eq!(desk("", more).say("hello").agent, "desk");
}

#[test]
fn what_an_agent_writes_never_routes() {
    let answer = desk("reply = 'hand off to other'", "").say("warm");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("expert", "expert")
    );
}

#[test]
fn a_rule_on_confidence_fires_after_an_unsure_handoff_and_not_after_a_sure_one() {
    let rule = |below: &str| {
        format!(
            "[[rules]]\nname = 'unsure'\ntarget = 'other'\nowner = 'expert'\nconfidence-below = {below}"
        )
    };
    // The condition `warm` hands over with a confidence of 0.6.
    for (below, expected) in [("0.7", "other"), ("0.5", "expert")] {
        let desk = desk("", &rule(below));
        assert_eq!(desk.say_in("c", "warm").agent, "expert");
        let next = desk.say_in("c", "are you sure?");
        assert_eq!(next.agent, expected, "{next:#?}");
    }
    let desk = desk("", &rule("0.7"));
    assert_eq!(desk.say_in("c", "briefly escalate").agent, "expert");
    assert_eq!(desk.say_in("c", "are you sure?").agent, "expert");
}
