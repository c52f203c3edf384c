//! A skill may find somebody else when its target fails.

use crate::support::{desk::Desk, skills::bundled};

fn desk(assistant: &str, grants: &str) -> Desk {
    let config = format!(
        r#"
entry = "desk"
[agents.desk]
kind = "scripted"
[agents.primary-expert]
kind = "scripted"
script = "fail"
[agents.general-assistant]
kind = "scripted"
{assistant}
[skills.resilient]
grants = [{grants}]
"#
    );
    Desk::new(&config).skill("resilient.wasm", bundled("resilient"))
}

#[test]
fn an_after_hook_sees_the_failure_asks_another_agent_and_puts_its_reply_in_place() {
    let desk = desk("reply = 'About {text}: yes.'", "'agents'");
    let answer = desk.say_in("c", "an expert question");
    assert_eq!(answer.reply, "About an expert question: yes.");
    assert_eq!(
        (answer.agent.as_str(), answer.stand_in.as_str()),
        ("general-assistant", "hook")
    );
    assert_eq!(
        answer.owner, "desk",
        "a stand-in does not take the conversation over"
    );
    assert_eq!(desk.event("c", "reply.replaced")["skill"], "resilient");
    assert_eq!(desk.event("c", "turn.answered")["fallback"], true);
}

#[test]
fn when_that_agent_fails_too_the_skill_answers_by_itself_marked_as_a_stand_in() {
    for assistant in [
        "script = 'fail'",
        "script = 'panic'",
        "script = 'hang'\ntimeout = '100ms'",
    ] {
        let answer = desk(assistant, "'agents'").say("an expert question");
        assert_eq!(
            answer.reply, "I'll do my best to help directly...",
            "{assistant}"
        );
        assert_eq!(
            (answer.agent.as_str(), answer.stand_in.as_str()),
            ("resilient", "hook")
        );
    }
}

#[test]
fn a_skill_asks_no_agent_that_the_policy_keeps_from_the_conversation() {
    let desk = desk("reply = 'no'", "'agents'");
    desk.configure("[policy.paths]\ndesk = ['primary-expert']");
    assert_eq!(desk.say("an expert question").agent, "resilient");
}
