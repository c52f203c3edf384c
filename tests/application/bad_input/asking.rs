use std::time::{Duration, Instant};

use serde_json::{Value, json};

use super::answered;
use crate::support::{desk::Desk, shapes::Answer, skills::asker};

fn desk(more: &str) -> Desk {
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\nreply = 'I am the desk.'\n\
         [agents.target]\nkind = 'scripted'\n[skills.asker]\ngrants = ['agents']\n{more}"
    );
    Desk::new(&config).skill("asker.wasm", asker())
}

/// What was said by those whom the hook asked.
#[track_caller]
fn heard(desk: &Desk, answer: &Answer) -> Value {
    answered(answer);
    let handoff = answer.route[0].handoff.as_deref().unwrap();
    let shown: Value = desk.json(&["context", "show", handoff]);
    shown["context"]["findings"]["heard"].clone()
}

#[test]
fn a_query_to_whoever_is_about_to_answer_is_a_query_like_any_other() {
    let desk = desk("");
    let answer = desk.say("ask target desk");
    assert_eq!(
        heard(&desk, &answer),
        json!(["This is target.", "I am the desk."])
    );
}

#[test]
fn an_agent_that_has_itself_asked_by_a_tool_is_asked_without_tools_and_answers() {
    let config = "entry = 'clerk'\n[agents.clerk]\nkind = 'scripted'\nscript = 'call-tool'\n\
        call = 'asker/ask'\narguments = { agent = 'clerk' }\ntools = ['asker']\n\
        reply = 'I hear: {result}'\n[skills.asker]\ngrants = ['agents']";
    let answer = Desk::new(config).skill("asker.wasm", asker()).say("Hello");
    assert_eq!(answer.agent, "clerk");
    assert!(answer.reply.contains("failed"), "{}", answer.reply);
}

#[test]
fn an_agent_that_queries_back_has_no_tools_to_do_so_and_the_query_ends() {
    let agent = |name: &str, other: &str| {
        format!(
            "[agents.{name}]\nkind = 'scripted'\nscript = 'call-tool'\ncall = 'asker/ask'\n\
             arguments = {{ agent = '{other}' }}\ntools = ['asker']\nreply = 'I hear: {{result}}'\n"
        )
    };
    let config = format!(
        "entry = 'clerk'\n{}{}[skills.asker]\ngrants = ['agents']",
        agent("clerk", "colleague"),
        agent("colleague", "clerk")
    );
    let desk = Desk::new(&config).skill("asker.wasm", asker());
    let answer = desk.say_in("c", "Hello");
    assert_eq!(answer.agent, "clerk");
    assert!(answer.reply.contains("failed"), "{}", answer.reply);
    assert_eq!(desk.count("c", "tool.called"), 1, "nobody called back");
}

#[test]
fn fifty_queries_at_once_are_as_many_as_are_allowed_and_errors_for_the_rest() {
    let slow = "[agents.slow]\nkind = 'scripted'\ndelay = '300ms'\nreply = 'Late.'";
    let desk = desk(slow);
    desk.skills();
    let began = Instant::now();
    let answer = desk.say("ask slow*50");
    let took = began.elapsed();
    let heard = heard(&desk, &answer);
    let said: Vec<&str> = heard
        .as_array()
        .unwrap()
        .iter()
        .map(|said| said.as_str().unwrap())
        .collect();
    let of = |text: &str| said.iter().filter(|said| **said == text).count();
    assert_eq!((of("Late."), of("limit")), (32, 18), "{said:?}");
    assert!(
        took < Duration::from_secs(9),
        "one after the other: {took:?}"
    );
}

#[test]
fn queries_to_nobody_and_to_agents_that_fail_are_errors_beside_the_answers() {
    let more = "[agents.broken]\nkind = 'scripted'\nscript = 'fail'\n\
        [agents.mad]\nkind = 'scripted'\nscript = 'panic'\n\
        [agents.slow]\nkind = 'scripted'\nscript = 'hang'\ntimeout = '200ms'";
    let desk = desk(more);
    let answer = desk.say("ask nobody broken mad slow desk");
    assert_eq!(
        heard(&desk, &answer),
        json!(["not-found", "failed", "failed", "timeout", "I am the desk."])
    );
}
