//! An agent of somebody else answers a desk's conversations.

use std::{
    sync::atomic::{AtomicUsize, Ordering},
    time::Duration,
};

use serde_json::{Value, json};

use crate::support::{
    a2a::{Peer, Says, card, done, task, text},
    desk::Desk,
    served::{Served, said},
};

/// A desk whose entry hands everything about parcels to the remote agent.
pub fn desk(peer: &Peer, more: &str) -> Desk {
    desk_at(&peer.card(), more)
}

/// The same, with the card at this place.
pub fn desk_at(place: &str, more: &str) -> Desk {
    Desk::scripted(&format!(
        "[agents.parcels]\nkind = 'a2a'\ncard = '{place}'\n{more}\n
[[rules]]\nname = 'parcels'\ntarget = 'parcels'\nkeywords = ['parcel']\n"
    ))
}

fn answers(_: &str, params: &Value) -> Says {
    Says::Result(json!({ "task": done(&format!("Found: {}", text(params))) }))
}

#[test]
fn a_remote_agent_answers_and_is_told_of_the_handoff_beside_the_message() {
    let peer = Peer::that(false, answers);
    let desk = desk(&peer, "");
    let answer = desk.say_in("c", "Where is my parcel?");
    assert_eq!(answer.reply, "Found: Where is my parcel?");
    assert_eq!(
        (answer.agent.as_str(), answer.owner.as_str()),
        ("parcels", "parcels")
    );
    let asked = peer.asked("SendMessage");
    assert!(asked.head.contains("a2a-version: 1.0"), "{}", asked.head);
    let message = &asked.params["message"];
    assert_eq!(message["role"], "ROLE_USER");
    assert_eq!(
        message["parts"][0],
        json!({ "text": "Where is my parcel?" })
    );
    let told = &message["parts"][1]["data"];
    let instructions = told["instructions"].as_str().unwrap();
    assert!(instructions.contains("desk"), "{instructions}");
}

#[test]
fn the_next_message_goes_on_in_the_remote_agents_own_context() {
    let peer = Peer::that(false, answers);
    let desk = desk(&peer, "");
    desk.say_in("c", "Where is my parcel?");
    desk.say_in("c", "And when will it come?");
    let first = peer.asked("SendMessage").params;
    let second = peer.asked("SendMessage").params;
    assert_eq!(first["message"].get("contextId"), None);
    assert_eq!(second["message"]["contextId"], "context-1");
    assert_ne!(
        first["message"]["messageId"],
        second["message"]["messageId"]
    );
    // It has heard the first message itself, and its own answer.
    assert_eq!(second["message"]["parts"].as_array().unwrap().len(), 1);
}

#[test]
fn what_was_said_before_the_handoff_comes_along_as_data() {
    let peer = Peer::that(false, answers);
    let desk = desk(&peer, "");
    desk.say_in("c", "Hello, I am Ada.");
    desk.say_in("c", "Where is my parcel?");
    let asked = peer.asked("SendMessage").params;
    let history = &asked["message"]["parts"][1]["data"]["history"];
    assert_eq!(
        *history,
        json!([
            { "role": "user", "text": "Hello, I am Ada." },
            { "role": "agent", "text": "This is the desk." },
        ])
    );
}

#[test]
fn an_agent_that_reads_text_alone_is_told_of_the_handoff_in_metadata() {
    let plain = |host: &str| {
        let mut card = card(host, false);
        card["defaultInputModes"] = json!(["text/plain"]);
        card
    };
    let peer = Peer::with(plain, answers);
    desk(&peer, "").say("Where is my parcel?");
    let message = &peer.asked("SendMessage").params["message"];
    assert_eq!(message["parts"].as_array().unwrap().len(), 1);
    assert!(message["metadata"]["urn:baton:a2a:handoff:1"]["instructions"].is_string());
}

#[test]
fn an_answer_that_streams_is_put_together_and_passed_on_as_it_comes() {
    let part = |text: &str, append: bool| {
        let artifact = json!({ "artifactId": "a", "parts": [{ "text": text }] });
        json!({ "artifactUpdate": {
            "taskId": "task-1", "contextId": "context-1", "artifact": artifact, "append": append,
        }})
    };
    let peer = Peer::that(true, move |method, _| {
        assert_eq!(method, "SendStreamingMessage");
        let events = vec![
            json!({ "task": task("WORKING", "") }),
            part("It is ", false),
            part("in Oslo.", true),
            json!({ "statusUpdate": {
                "taskId": "task-1", "contextId": "context-1",
                "status": { "state": "TASK_STATE_COMPLETED" },
            }}),
        ];
        Says::Events(events, Duration::from_millis(20))
    });
    let desk = desk(&peer, "");
    let served = Served::start(&desk);
    let mut request = said(&[("user", "Where is my parcel?")]);
    request["stream"] = json!(true);
    let received = served.chat(&[], &request);
    let parts: Vec<Value> = (received.data().iter())
        .filter_map(|data| serde_json::from_str(data).ok())
        .map(|chunk: Value| chunk["choices"][0]["delta"]["content"].clone())
        .filter(Value::is_string)
        .collect();
    assert_eq!(parts, ["It is ", "in Oslo."]);
}

#[test]
fn a_task_that_takes_time_is_asked_after_until_it_is_done() {
    let looks = AtomicUsize::new(0);
    let peer = Peer::that(false, move |method, _| match method {
        "SendMessage" => Says::Result(json!({ "task": task("SUBMITTED", "") })),
        "GetTask" if looks.fetch_add(1, Ordering::Relaxed) < 2 => {
            Says::Result(task("WORKING", "still looking"))
        }
        _ => Says::Result(done("In Oslo.")),
    });
    assert_eq!(desk(&peer, "").say("Where is my parcel?").reply, "In Oslo.");
    assert_eq!(peer.count("GetTask"), 3);
}

#[test]
fn the_remote_agents_question_is_the_reply_and_the_next_message_continues_its_task() {
    let peer = Peer::that(false, |_, params| {
        match params["message"]["taskId"].as_str() {
            None => Says::Result(json!({ "task": task("INPUT_REQUIRED", "What is its number?") })),
            Some(_) => answers("", params),
        }
    });
    let desk = desk(&peer, "");
    let asked = desk.say_in("c", "Where is my parcel?");
    assert_eq!(
        (asked.reply.as_str(), asked.stand_in.as_str()),
        ("What is its number?", "none")
    );
    assert_eq!(desk.say_in("c", "4321").reply, "Found: 4321");
    peer.asked("SendMessage");
    assert_eq!(
        peer.asked("SendMessage").params["message"]["taskId"],
        "task-1"
    );
    desk.say_in("c", "Thank you");
    assert_eq!(
        peer.asked("SendMessage").params["message"].get("taskId"),
        None
    );
}

#[test]
fn a_question_whose_task_is_gone_is_answered_in_a_new_one() {
    let peer = Peer::that(false, |_, params| match text(params) {
        "4321" if params["message"].get("taskId").is_some() => Says::Error(-32001, "no such task"),
        "4321" => answers("", params),
        _ => Says::Result(json!({ "task": task("INPUT_REQUIRED", "What is its number?") })),
    });
    let desk = desk(&peer, "");
    desk.say_in("c", "Where is my parcel?");
    assert_eq!(desk.say_in("c", "4321").reply, "Found: 4321");
}

#[test]
fn a_task_that_comes_to_nothing_leads_to_the_fallback_with_its_state_as_the_reason() {
    for (state, code) in [
        ("REJECTED", "rejected"),
        ("FAILED", "failed"),
        ("CANCELED", "canceled"),
        ("AUTH_REQUIRED", "auth-required"),
    ] {
        let peer = Peer::that(false, move |_, _| {
            Says::Result(json!({ "task": task(state, "not like this") }))
        });
        let desk = desk(&peer, "");
        let answer = desk.say_in("c", "Where is my parcel?");
        assert_eq!(
            (answer.agent.as_str(), answer.stand_in.as_str()),
            ("assistant", "agent")
        );
        let failed = desk.event("c", "handoff.failed");
        let why = failed["why"].as_str().unwrap();
        assert!(
            why.contains(&format!("[{code}]")) && why.contains("not like this"),
            "{why}"
        );
    }
}

#[test]
fn a_task_for_which_nobody_waits_any_longer_is_called_off() {
    let working = Peer::that(false, |method, _| match method {
        "SendMessage" => Says::Result(json!({ "task": task("WORKING", "") })),
        _ => Says::Result(task("WORKING", "")),
    });
    let desk = desk(&working, "timeout = '500ms'");
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("Where is my parcel?").agent, "assistant");
    assert_eq!(working.asked("CancelTask").params["id"], "task-1");
}

#[test]
fn a_busy_agent_is_asked_again_under_the_same_name_of_the_message() {
    let tries = AtomicUsize::new(0);
    let peer = Peer::that(false, move |method, params| {
        match tries.fetch_add(1, Ordering::Relaxed) {
            0 => Says::Raw("503 Service Unavailable", "text/plain", "later".to_owned()),
            _ => answers(method, params),
        }
    });
    assert_eq!(desk(&peer, "").say("Where is my parcel?").agent, "parcels");
    let first = peer.asked("SendMessage").params;
    let second = peer.asked("SendMessage").params;
    assert_eq!(
        first["message"]["messageId"],
        second["message"]["messageId"]
    );
}

#[test]
fn the_plain_http_interface_is_spoken_when_the_card_prefers_it() {
    let http = |host: &str| {
        let mut card = card(host, false);
        card["supportedInterfaces"] = json!([{
            "url": format!("http://{host}/rest/"), "protocolBinding": "HTTP+JSON", "protocolVersion": "1.0",
        }]);
        card
    };
    let peer = Peer::with(http, |path, params| {
        assert_eq!(path, "/rest/message:send");
        let task = done(&format!("Found: {}", text(params)));
        let body = json!({ "task": task }).to_string();
        Says::Raw("200 OK", "application/a2a+json", body)
    });
    assert_eq!(desk(&peer, "").say("my parcel").reply, "Found: my parcel");
}

#[test]
fn the_token_goes_to_the_agent_as_its_header() {
    let peer = Peer::that(false, answers);
    let desk = desk(&peer, "api-key-env = 'SHOP_TOKEN'");
    let mut command = desk.command(&["run", "Where is my parcel?"]);
    crate::support::program::run(command.env("SHOP_TOKEN", "sesame")).ok();
    assert!(
        peer.asked("SendMessage")
            .head
            .contains("authorization: bearer sesame")
    );
}
