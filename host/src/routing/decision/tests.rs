use super::{Choice, Decision, Standing, StayReason};
use crate::{
    contract::Verdict,
    handoff::Incoming,
    id::AgentName,
    routing::{Admission, Member, Terms},
    testing::{Native, answering, desk, proposal},
};

async fn decision(skills: Vec<Member>) -> Decision {
    let desk = desk(vec![answering("a"), answering("b")], None, skills);
    let incoming = Incoming {
        text: "hello".to_owned(),
        ..Incoming::default()
    };
    desk.explain(incoming).await.unwrap().decision
}

fn winner(decision: &Decision) -> Option<&str> {
    decision.winner().map(|winner| winner.skill.as_str())
}

#[tokio::test]
async fn the_higher_priority_wins_where_it_is_granted_and_is_lowered_where_it_is_not() {
    let eager = || Native::wants("z-eager", "a").condition(|c| c.priority = 100);
    let modest = || Native::wants("modest", "b").on(Terms::default());
    let granted = Terms {
        priority_cap: i32::MAX,
        ..Terms::default()
    };
    assert_eq!(
        winner(&decision(vec![eager().on(granted), modest()]).await),
        Some("z-eager")
    );
    let lowered = decision(vec![eager().on(Terms::default()), modest()]).await;
    assert_eq!(winner(&lowered), Some("modest"));
}

#[tokio::test]
async fn among_equal_priorities_confidence_decides_and_then_the_name() {
    let sure = |name: &str, confidence| {
        Native::wants(name, "a")
            .says(proposal("a", confidence))
            .on(Terms::default())
    };
    let by_confidence = decision(vec![sure("first", 0.5), sure("second", 0.9)]).await;
    assert_eq!(winner(&by_confidence), Some("second"));
    let by_name = decision(vec![sure("second", 0.9), sure("first", 0.9)]).await;
    assert_eq!(winner(&by_name), Some("first"));
    let reason = by_name.candidates[1].outranked_by(&by_name.candidates[0]);
    assert!(
        reason.contains("first/condition comes first by name"),
        "{reason}"
    );
}

#[tokio::test]
async fn a_target_that_does_not_exist_loses_to_any_other() {
    let wrong = Native::wants("a-wrong", "aa").on(Terms::default());
    let decision = decision(vec![
        wrong,
        Native::wants("right", "b").on(Terms::default()),
    ])
    .await;
    assert_eq!(winner(&decision), Some("right"));
    let Standing::Rejected(why) = &decision.candidates[1].standing else {
        panic!("not rejected")
    };
    assert!(why.contains("there is no agent `aa`"), "{why}");
}

#[tokio::test]
async fn a_target_beyond_the_operators_list_is_not_followed() {
    let held = Terms {
        targets: Some(vec![AgentName::from("b")]),
        ..Terms::default()
    };
    let decision = decision(vec![Native::wants("s", "a").on(held)]).await;
    assert_eq!(decision.choice, Choice::Stay(StayReason::NoVerdict));
}

#[tokio::test]
async fn a_skill_in_the_shadow_is_heard_and_not_followed() {
    let shadow = Terms {
        admission: Admission::Shadow,
        ..Terms::default()
    };
    let decision = decision(vec![Native::wants("s", "a").on(shadow)]).await;
    assert_eq!(decision.choice, Choice::Stay(StayReason::NoVerdict));
    assert_eq!(decision.candidates[0].standing, Standing::Shadow);
}

#[tokio::test]
async fn a_verdict_that_names_the_owner_means_stay() {
    let decision = decision(vec![Native::wants("s", "front-desk").on(Terms::default())]).await;
    assert_eq!(decision.choice, Choice::Stay(StayReason::NamesOwner));
}

#[tokio::test]
async fn a_verdict_that_makes_no_sense_counts_as_a_pass() {
    let confused = Native::wants("s", "a").says(Verdict::Invalid("confidence is NaN".to_owned()));
    let decision = decision(vec![confused.on(Terms::default())]).await;
    assert!(decision.candidates.is_empty());
}
