//! Agents that are models behind an endpoint.

use std::time::Duration;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    skills,
};

/// A desk whose target is the model at this address.
fn desk(url: &str) -> Desk {
    let config = format!(
        r#"
entry    = "desk"
fallback = "assistant"
[agents.desk]
kind  = "scripted"
reply = "Good morning."
[agents.assistant]
kind  = "scripted"
reply = "The assistant helps."
[agents.target]
kind    = "openai"
url     = "{url}"
model   = "llama3.3"
timeout = "1500ms"
instructions = "You are brief."
parameters = {{ temperature = 0.25 }}
"#
    );
    Desk::new(&config).skill("hostile.wasm", skills::hostile())
}

#[test]
fn a_model_answers_with_all_parts_of_its_stream_and_what_it_took() {
    let endpoint = Endpoint::that(Behaviour::Streams(&["It is ", "raining", "."]));
    let answer = desk(&endpoint.url).say("plain");
    assert_eq!(
        (answer.agent.as_str(), answer.reply.as_str()),
        ("target", "It is raining.")
    );
    let usage = answer.usage.unwrap();
    assert_eq!(
        (&usage["prompt-tokens"], &usage["completion-tokens"]),
        (&12.into(), &7.into())
    );
}

#[test]
fn a_model_is_sent_its_instructions_the_handoff_and_the_conversation_and_no_routing_chatter() {
    let endpoint = Endpoint::that(Behaviour::Streams(&["Yes."]));
    let desk = desk(&endpoint.url);
    desk.say_in("c", "hello");
    desk.say_in("c", "plain");
    let request = endpoint.request();
    assert_eq!(
        (&request["model"], &request["stream"]),
        // Nobody reads along in a pipe.
        (&"llama3.3".into(), &false.into())
    );
    assert_eq!(request["temperature"], 0.25);
    let messages = request["messages"].as_array().unwrap();
    let roles: Vec<&str> = messages
        .iter()
        .map(|m| m["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["system", "user", "assistant", "user"]);
    let system = messages[0]["content"].as_str().unwrap();
    assert!(system.starts_with("You are brief."), "{system}");
    assert!(system.contains("You take over from desk"), "{system}");
    let said: Vec<&str> = messages[1..]
        .iter()
        .map(|m| m["content"].as_str().unwrap())
        .collect();
    assert_eq!((said[0], said[2]), ("hello", "plain"));
    // The model has not said it itself, so it reads who has.
    let other: Vec<&str> = said[1].lines().collect();
    assert!(
        other[0].ends_with("source=\"answer of desk\" trust=\"0.7\">"),
        "{other:?}"
    );
    assert_eq!(other[1], "Good morning.");
}

#[test]
fn a_slow_stream_is_waited_for_within_the_agents_time() {
    let pause = Duration::from_millis(100);
    let endpoint = Endpoint::that(Behaviour::StreamsSlowly(&["one ", "two ", "three"], pause));
    assert_eq!(desk(&endpoint.url).say("plain").reply, "one two three");
}

#[test]
fn whatever_is_wrong_with_the_endpoint_the_fallback_agent_answers_and_it_says_why() {
    let cases = [
        (Behaviour::Hangs, "1.5s"),
        (
            Behaviour::Refuses(
                "500 Internal Server Error",
                r#"{"error":{"message":"no memory"}}"#,
            ),
            "no memory",
        ),
        (
            Behaviour::Refuses("401 Unauthorized", r#"{"error":{"message":"who?"}}"#),
            "refuses the API key",
        ),
        (
            Behaviour::Refuses("404 Not Found", r#"{"error":{"message":"pull it"}}"#),
            "llama3.3",
        ),
        (
            Behaviour::Refuses("429 Too Many Requests", "{}"),
            "limits the rate",
        ),
        (
            Behaviour::Refuses("200 OK", r#"{"choices":[]}"#),
            "does not answer as a chat",
        ),
        (Behaviour::Babbles, "cannot be reached"),
        (Behaviour::StreamsGarbage, "does not answer as a chat"),
        (Behaviour::BreaksOff("It is "), "broke off"),
        (Behaviour::Streams(&[]), "empty reply"),
    ];
    for (behaviour, why) in cases {
        let endpoint = Endpoint::that(behaviour);
        expect_fallback(&endpoint.url, why);
    }
    expect_fallback(&Endpoint::that_is_down(), "cannot be reached");
}

#[track_caller]
fn expect_fallback(url: &str, why: &str) {
    let answer = desk(url).say("plain");
    assert_eq!(
        answer.legs(),
        [("target", "failed"), ("assistant", "answered")],
        "{why}"
    );
    assert!(
        answer.why_not("target").contains(why),
        "`{why}` is not in {answer:#?}"
    );
    assert_eq!(
        answer.reply, "The assistant helps.",
        "nothing of the broken reply is left"
    );
    assert_eq!(
        (answer.stand_in.as_str(), answer.owner.as_str()),
        ("agent", "desk")
    );
}

#[test]
fn when_the_fallback_is_an_endpoint_that_is_down_too_a_local_reply_is_given() {
    let url = Endpoint::that_is_down();
    let config = format!(
        "entry = 'desk'\nfallback = 'other'\n[agents.desk]\nkind = 'openai'\nurl = '{url}'\nmodel = 'm'\n\
         [agents.other]\nkind = 'openai'\nurl = '{url}'\nmodel = 'm'"
    );
    let ran = Desk::new(&config)
        .baton(&["run", "hello", "--json"])
        .with_code(4);
    assert_eq!(ran.json()["stand-in"], "local");
}

#[test]
fn a_key_in_the_environment_is_needed_only_by_the_agent_that_names_it() {
    let endpoint = Endpoint::that(Behaviour::Streams(&["Yes."]));
    let desk = desk(&endpoint.url);
    assert_eq!(
        desk.say("plain").reply,
        "Yes.",
        "none is named, none is needed"
    );
    let config = std::fs::read_to_string(desk.path("baton.toml")).unwrap();
    let config = config.replace("model   =", "api-key-env = 'BATON_TEST_KEY'\nmodel   =");
    let desk = desk.file("baton.toml", config);
    desk.baton(&["run", "plain"])
        .with_code(3)
        .complains(&["`BATON_TEST_KEY` is not set"]);
}
