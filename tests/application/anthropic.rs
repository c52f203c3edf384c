//! Models that speak Anthropic's protocol, and what all models have in common:
//! they are asked again when that may help, and a cheaper one may decide.

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    served::{Served, said},
    webhook::WebServer,
};

const FULL: &str = "529 Overloaded";

fn stream(events: &[Value]) -> (&'static str, String) {
    let usage = json!({ "input_tokens": 10, "output_tokens": 1 });
    let start =
        json!({ "type": "message_start", "message": { "model": "claude-1", "usage": usage } });
    let events = std::iter::once(&start).chain(events);
    let events: String = events.map(|event| format!("data: {event}\n\n")).collect();
    ("200 OK", events)
}

fn text(text: &str) -> Value {
    let delta = json!({ "type": "text_delta", "text": text });
    json!({ "type": "content_block_delta", "index": 0, "delta": delta })
}

fn stop(reason: &str) -> Value {
    let delta = json!({ "stop_reason": reason });
    json!({ "type": "message_delta", "delta": delta, "usage": { "output_tokens": 7 } })
}

fn says(words: &str) -> (&'static str, String) {
    stream(&[text(words), stop("end_turn")])
}

fn calls(tool: &str, arguments: &Value) -> (&'static str, String) {
    let block = json!({ "type": "tool_use", "id": "t1", "name": tool, "input": arguments });
    let call = json!({ "type": "content_block_start", "index": 0, "content_block": block });
    stream(&[call, stop("tool_use")])
}

fn refuses(status: &'static str) -> (&'static str, String) {
    let error = json!({ "type": "overloaded_error", "message": "Overloaded" });
    (
        status,
        json!({ "type": "error", "error": error }).to_string(),
    )
}

/// A desk whose agent `claude` is at this server, with this besides.
fn desk(server: &WebServer, more: &str) -> Desk {
    let config = format!(
        "entry = 'claude'\nfallback = 'other'\n\
         [agents.other]\nkind = 'scripted'\nreply = 'This is the other.'\n\
         [agents.claude]\nkind = 'anthropic'\nmodel = 'big'\nurl = '{}'\n{more}",
        server.url.replace("/agent", "/v1")
    );
    Desk::new(&config)
}

#[test]
fn an_anthropic_model_answers_and_its_tokens_are_on_record() {
    let server = WebServer::that_answers(vec![says("Hello, Ada.")]);
    let desk = desk(&server, "parameters = { max_tokens = 300 }");
    assert_eq!(desk.say_in("c", "Hi").reply, "Hello, Ada.");
    let body = server.request().json();
    assert_eq!(
        (&body["model"], &body["max_tokens"]),
        (&json!("big"), &json!(300))
    );
    let event = desk.event("c", "model.called");
    assert_eq!(event["model"], "claude-1");
    assert_eq!(
        (&event["prompt_tokens"], &event["completion_tokens"]),
        (&json!(10), &json!(7))
    );
}

#[test]
fn an_anthropic_model_calls_tools_and_hands_over_as_any_other_does() {
    let reason = json!({ "reason": "The third complaint" });
    let server = WebServer::that_answers(vec![
        calls("customer-service_escalate-to-human", &reason),
        says("I have opened a ticket."),
        calls("hand_over_to_billing-department", &json!({})),
    ]);
    let desk = Desk::example("customer-service");
    desk.configure(&format!(
        "[agents.claude]\nkind = 'anthropic'\nmodel = 'big'\nurl = '{}'\n\
         tools = ['customer-service']\n[[rules]]\ntarget = 'claude'\nkeywords = ['xyzzy']",
        server.url.replace("/agent", "/v1")
    ));
    let answer = desk.say_in("c", "xyzzy, again!");
    assert_eq!(answer.reply, "I have opened a ticket.");
    server.request();
    let messages = server.request().json()["messages"].clone();
    let result = &messages.as_array().unwrap().last().unwrap()["content"][0];
    assert_eq!(result["type"], "tool_result");
    assert_eq!(desk.json::<Vec<Value>>(&["ticket", "list"]).len(), 1);
    assert_eq!(
        desk.say_in("d", "xyzzy, I was charged twice").agent,
        "billing-department"
    );
}

#[test]
fn a_model_that_is_overloaded_is_asked_again_and_each_try_is_on_record() {
    let server = WebServer::that_answers(vec![
        refuses(FULL),
        stream(&[json!({ "type": "error", "error": { "type": "overloaded_error" } })]),
        says("Here I am."),
    ]);
    let desk = desk(&server, "");
    assert_eq!(desk.say_in("c", "Hi").reply, "Here I am.");
    assert_eq!(desk.count("c", "model.called"), 3);
}

#[test]
fn what_asking_again_does_not_help_is_asked_once() {
    for answer in [
        refuses("400 Bad Request"),
        refuses("401 Unauthorized"),
        ("200 OK", "data: {not JSON\n\n".to_owned()),
    ] {
        let server = WebServer::that_answers(vec![answer]);
        assert_eq!(desk(&server, "").say("Hi").reply, "This is the other.");
        server.request();
        assert_eq!(server.others(), 0);
    }
}

#[test]
fn a_model_whose_words_are_out_is_not_asked_again() {
    let server = WebServer::that_answers(vec![stream(&[text("Well, ")]), says("Something else.")]);
    let desk = desk(&server, "alternatives = []");
    // With nobody to hand over to, nothing waits: its words go out as they come.
    desk.configure("[policy.paths]\nclaude = []");
    let served = Served::start(&desk);
    let mut request = said(&[("user", "Hi")]);
    request["stream"] = json!(true);
    let answer = served.chat(&[], &request);
    assert!(answer.body.contains("Well, "), "{answer:?}");
    assert!(answer.body.contains("This is the other."), "{answer:?}");
    assert!(answer.body.contains("\"broken-off\":true"), "{answer:?}");
    server.request();
    assert_eq!(server.others(), 0);
}

#[test]
fn a_cheaper_seat_decides_and_the_first_one_where_it_fails() {
    let decides = "triage = 'small'\n[policy]\ndecider = 'claude'";
    let hand_over = || calls("hand_over_to_other", &json!({}));
    let server = WebServer::that_answers(vec![hand_over()]);
    let decided = desk(&server, decides);
    assert_eq!(decided.say_in("c", "Hi").agent, "other");
    assert_eq!(server.request().json()["model"], "small");
    assert_eq!(server.others(), 0);

    for failure in [refuses("400 Bad Request"), says("I would say so.")] {
        let server = WebServer::that_answers(vec![failure, hand_over()]);
        let decided = desk(&server, decides);
        assert_eq!(decided.say_in("c", "Hi").agent, "other");
        let models = [
            server.request().json()["model"].clone(),
            server.request().json()["model"].clone(),
        ];
        assert_eq!(models, ["small", "big"]);
        assert_eq!(decided.count("c", "model.called"), 2);
    }
}

#[test]
fn what_belongs_to_models_is_refused_for_agents_that_are_none() {
    let desk = Desk::scripted("[agents.x]\nkind = 'anthropic'");
    let ran = desk.baton(&["run", "Hi"]).with_code(3);
    ran.complains(&["is of kind \"anthropic\" and needs `model`"]);
    let desk = Desk::scripted("[agents.x]\nkind = 'scripted'\ntriage = 'small'");
    let ran = desk.baton(&["run", "Hi"]).with_code(3);
    ran.complains(&["`triage` belongs to agents of kind \"openai\" or \"anthropic\""]);
}
