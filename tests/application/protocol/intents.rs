use super::desk;

#[test]
fn of_several_intents_the_first_alone_is_followed_unless_the_policy_says_otherwise() {
    let answer = desk("", "").say("both");
    assert_eq!(answer.legs(), [("expert", "answered")]);
}

#[test]
fn several_agents_are_asked_at_the_same_time_and_each_ones_view_is_kept() {
    let slow = "delay = '400ms'";
    let more = "policy.intents = 'all'";
    let began = std::time::Instant::now();
    let answer = desk(slow, &format!("{more}\n[agents.unused]\nkind = 'scripted'")).say("both");
    assert!(began.elapsed() < std::time::Duration::from_secs(5));
    assert_eq!(
        answer.reply,
        "expert: This is expert.\n\nother: This is other."
    );
    assert_eq!(answer.owner, "desk");
}

#[test]
fn one_of_several_that_fails_is_named_and_the_others_still_answer() {
    let answer = desk(
        "script = 'fail'\nreply = 'no paper'",
        "policy.intents = 'all'",
    )
    .say("both");
    assert!(
        answer.reply.contains("expert has not answered"),
        "{}",
        answer.reply
    );
    assert!(
        answer.reply.contains("other: This is other."),
        "{}",
        answer.reply
    );
}

#[test]
fn one_after_another_the_last_has_the_conversation() {
    let answer = desk("", "policy.intents = 'sequence'").say("both");
    assert_eq!(
        answer.legs(),
        [("expert", "answered"), ("other", "answered")]
    );
    assert_eq!(answer.owner, "other");
}
