use super::desk;
use crate::support::shapes::Answer;

/// Agents that hand on by calls of their own: expert → b → c → d.
const CALLS: &str = r#"
[agents.b]
kind = "scripted"
script = "hand-to"
hand-to = "c"
[agents.c]
kind = "scripted"
script = "hand-to"
hand-to = "d"
[agents.d]
kind = "scripted"
"#;

const TO_B: &str = "script = 'hand-to'\nhand-to = 'b'";

#[test]
fn agents_hand_on_by_calls_until_the_depth_limit_and_the_last_one_answers_itself() {
    let answer = desk(TO_B, CALLS).say("warm");
    assert_eq!(answer.agent, "c");
    assert!(
        answer
            .reply
            .contains("at most 3 handoffs are made for one message"),
        "{answer:#?}"
    );
    let deeper = format!("policy.max-depth = 4\n{CALLS}");
    assert_eq!(desk(TO_B, &deeper).say("warm").agent, "d");
}

#[test]
fn a_handoff_back_to_somebody_who_has_had_the_task_is_refused_and_told_to_the_agent() {
    let more = "[agents.b]\nkind = 'scripted'\nscript = 'hand-to'\nhand-to = 'expert'";
    let desk = desk(TO_B, more);
    let answer = desk.say("warm");
    assert_eq!(answer.agent, "b");
    assert!(
        answer.reply.contains("`expert` has had this task already"),
        "{answer:#?}"
    );
}

#[test]
fn a_conversation_that_is_handed_over_again_and_again_within_a_minute_stays_where_it_is() {
    let desk = desk("", "policy.max-per-minute = 2");
    assert_eq!(desk.chat("c").say("briefly").agent, "expert");
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("briefly").agent, "expert");
    assert_eq!(chat.say("briefly").agent, "expert");
    assert_eq!(chat.say("briefly").agent, "desk");
}

#[test]
fn attempts_for_one_task_are_limited_and_then_the_owner_answers() {
    let expert = "script = 'fail'\nalternatives = ['other']";
    let answer = desk(expert, "policy.max-per-task = 1").say("warm");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("desk", "desk")
    );
}

#[test]
fn completed_work_goes_back_to_the_agent_that_gave_it() {
    let more = "[agents.b]\nkind = 'scripted'\nscript = 'hand-to'\nhand-to = 'expert'\nreason = 'completion'";
    let answer = desk(TO_B, more).say("warm");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("expert", "expert")
    );
}

#[test]
fn an_operator_hands_a_conversation_along_a_chain_and_findings_go_with_it() {
    let desk = desk("reply = '{instructions}'", "");
    desk.say_in("c", "hello");
    let order = [
        "handoff",
        "c",
        "other",
        "expert",
        "--task",
        "Look into it",
        "--reason",
    ];
    let findings = r#"{"p99_ms": 5000}"#;
    let order = [&order[..], &["escalation", "--findings", findings]].concat();
    let answers: Vec<Answer> = desk.json(&order);
    let agents: Vec<&str> = answers.iter().map(|answer| answer.agent.as_str()).collect();
    assert_eq!(agents, ["other", "expert"]);
    assert_eq!(answers[1].owner, "expert");
    assert_eq!(answers[1].route[0].by.as_deref(), Some("operator"));
    assert!(answers[1].reply.contains("5000"), "{answers:#?}");
}

#[test]
fn an_order_for_a_conversation_that_is_not_there_is_an_error() {
    let order = ["handoff", "nowhere", "expert", "--task", "Look into it"];
    desk("", "")
        .baton(&order)
        .with_code(1)
        .complains(&["there is no conversation nowhere"]);
}

#[test]
fn an_order_that_names_an_agent_that_is_not_there_names_the_nearest_and_stores_nothing() {
    let desk = desk("", "");
    desk.say_in("c", "hello");
    let before = desk.events("c").len();
    for targets in [["exprt", "other"], ["other", "exprt"]] {
        let order = [&["handoff", "c"], &targets[..], &["--task", "Look into it"]].concat();
        desk.baton(&order)
            .with_code(1)
            .complains(&["there is no agent `exprt`", "did you mean `expert`?"]);
    }
    assert_eq!(desk.events("c").len(), before);
    let shown: serde_json::Value = desk.json(&["conversation", "show", "c"]);
    assert_eq!(shown["messages"].as_array().unwrap().len(), 2, "{shown:#}");
}

/// Each target of an order is a turn of its own; what an agent calls by itself
/// within one is held to the depth.
#[test]
fn an_operators_chain_is_an_order_and_as_long_as_they_like_but_each_step_is_held_to_the_depth() {
    let desk = desk(TO_B, &format!("policy.max-depth = 2\n{CALLS}"));
    desk.say_in("c", "hello");
    let order = ["handoff", "c", "other", "assistant", "other", "d", "expert"];
    let answers: Vec<Answer> = desk.json(&[&order[..], &["--task", "Look into it"]].concat());
    let agents: Vec<&str> = answers.iter().map(|answer| answer.agent.as_str()).collect();
    assert_eq!(agents, ["other", "assistant", "other", "d", "b"]);
    let last = &answers[4].reply;
    assert!(last.contains("at most 2 handoffs are made"), "{last}");
}

#[test]
fn confidence_follows_the_chain_and_is_as_low_as_its_weakest_link() {
    let more = "[agents.b]\nkind = 'scripted'";
    let answer = desk(TO_B, more).say("warm");
    let confidence: Vec<Option<f64>> = answer.route.iter().map(|leg| leg.confidence).collect();
    assert_eq!(confidence, [Some(0.6), Some(0.6)]);
}
