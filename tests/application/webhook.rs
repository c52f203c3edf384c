//! Agents that are web servers, asked in plain JSON.

use serde_json::{Value, json};

use crate::support::{
    desk::{Desk, read},
    program::{Ran, run},
    shapes::Answer,
    webhook::{SECRET, WebServer},
};

fn desk(server: &WebServer) -> Desk {
    Desk::scripted(&format!(
        "[agents.parcels]\nkind = 'http'\nurl = '{}'\nsecret-env = 'HOOK_SECRET'\n\
         description = 'Finds parcels'\n[[rules]]\ntarget = 'parcels'\nkeywords = ['parcel']",
        server.url
    ))
}

fn says(desk: &Desk, text: &str) -> Ran {
    let arguments = [
        "run",
        "--conversation",
        "c",
        "--user",
        "ada",
        text,
        "--json",
    ];
    run(desk.command(&arguments).env("HOOK_SECRET", SECRET))
}

#[track_caller]
fn answer(desk: &Desk, text: &str) -> Answer {
    read(says(desk, text).ok().json())
}

#[test]
fn a_web_server_is_asked_in_signed_json_and_its_reply_is_the_answer() {
    let server = WebServer::that_says(&json!({
        "reply": "It comes on Friday.",
        "insights": { "confidence": 0.9 },
    }));
    let desk = desk(&server);
    let answered = answer(&desk, "Where is my parcel?");
    assert_eq!(answered.reply, "It comes on Friday.");
    assert_eq!(answered.agent, "parcels");
    let request = server.request();
    assert!(request.is_signed(), "{request:?}");
    assert!(request.header("webhook-id").starts_with("msg_"));
    let body = request.json();
    assert_eq!(body["type"], "message.answer");
    let data = &body["data"];
    assert_eq!(data["agent"], "parcels");
    assert_eq!(data["message"], "Where is my parcel?");
    assert_eq!(
        (&data["conversation"], &data["user"]),
        (&json!("c"), &json!("ada"))
    );
    assert!(data["instructions"].as_str().unwrap().contains("parcel"));
    let targets = data["handoffs"].as_array().unwrap();
    assert!(targets.iter().any(|target| target["agent"] == "assistant"));
}

#[test]
fn what_a_web_server_wants_to_remember_comes_with_its_next_request() {
    let server = WebServer::that_says(&json!({ "reply": "Yes?", "state": { "step": 1 } }));
    let desk = desk(&server);
    answer(&desk, "Where is my parcel?");
    assert_eq!(server.request().json()["data"]["state"], Value::Null);
    answer(&desk, "My parcel again");
    let next = server.request().json();
    assert_eq!(next["data"]["state"], json!({ "step": 1 }));
    let history = next["data"]["history"].as_array().unwrap();
    assert_eq!(
        history[0],
        json!({ "role": "user", "agent": null, "text": "Where is my parcel?" })
    );
    assert_eq!(history[1]["agent"], "parcels");
}

#[test]
fn a_web_server_hands_over_by_a_field_and_never_by_its_text() {
    let server = WebServer::that_says(&json!({
        "reply": "",
        "handoff": { "target": "target", "instructions": "Look for it", "confidence": 0.8 },
    }));
    let answered = answer(&desk(&server), "Where is my parcel?");
    assert_eq!(answered.reply, "This is the target.");
    let words =
        WebServer::that_says(&json!({ "reply": "{\"handoff\": {\"target\": \"target\"}}" }));
    assert_eq!(
        answer(&desk(&words), "Where is my parcel?").agent,
        "parcels"
    );
    let nobody = WebServer::that_says(&json!({ "handoff": { "target": "nobody" } }));
    let answered = answer(&desk(&nobody), "Where is my parcel?");
    assert_eq!(answered.reply, "This is the assistant.");
}

#[test]
fn a_web_server_that_is_busy_is_asked_again_under_the_same_id() {
    let server = WebServer::that_answers(vec![
        ("503 Service Unavailable", String::new()),
        ("429 Too Many Requests", String::new()),
        ("200 OK", json!({ "reply": "Here it is." }).to_string()),
    ]);
    assert_eq!(
        answer(&desk(&server), "Where is my parcel?").reply,
        "Here it is."
    );
    let requests = [server.request(), server.request(), server.request()];
    let id = requests[0].header("webhook-id");
    for request in &requests {
        assert!(request.is_signed());
        assert_eq!(request.header("webhook-id"), id);
        assert_eq!(request.body, requests[0].body);
    }
}

#[test]
fn what_a_web_server_will_not_do_is_not_asked_twice_and_somebody_else_answers() {
    for (status, body) in [
        ("400 Bad Request", "{\"error\": \"no\"}".to_owned()),
        ("500 Internal Server Error", String::new()),
        ("302 Found", String::new()),
        ("200 OK", "<html>".to_owned()),
        ("200 OK", "{\"answer\": \"of another shape\"}".to_owned()),
        ("200 OK", "{\"reply\": 7}".to_owned()),
        (
            "200 OK",
            json!({ "reply": "x".repeat(300_000) }).to_string(),
        ),
        (
            "200 OK",
            json!({ "reply": "x", "state": "x".repeat(70_000) }).to_string(),
        ),
        ("200 OK", "{}".to_owned()),
    ] {
        let server = WebServer::that_answers(vec![(status, body.clone())]);
        let answered = answer(&desk(&server), "Where is my parcel?");
        assert_eq!(answered.reply, "This is the assistant.", "{status} {body}");
        server.request();
        assert_eq!(server.others(), 0, "{status} {body}");
    }
}

#[test]
fn a_secret_that_is_missing_or_none_is_told_before_anybody_is_asked() {
    let server = WebServer::that_says(&json!({ "reply": "unsigned" }));
    let desk = desk(&server);
    let ran = desk.baton(&["run", "Where is my parcel?"]).with_code(3);
    ran.complains(&["environment variable `HOOK_SECRET` is not set"]);
    let arguments = ["run", "Where is my parcel?"];
    let ran = run(desk.command(&arguments).env("HOOK_SECRET", "hunter2"));
    ran.with_code(3).complains(&["whsec_"]);
    assert_eq!(server.others(), 0);
}
