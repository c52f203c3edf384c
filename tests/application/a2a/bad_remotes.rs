//! Whatever a remote agent does, the customer is answered, and the record says why.

use std::time::Duration;

use serde_json::{Value, json};

use super::remote::{desk, desk_at};
use crate::support::{
    a2a::{Peer, Says, card, task},
    desk::Desk,
};

/// The fallback answers, and this is in the reason.
#[track_caller]
fn falls_back(desk: &Desk, code: &str) -> String {
    let answer = desk.say_in("c", "Where is my parcel?");
    assert_eq!(
        (answer.agent.as_str(), answer.stand_in.as_str()),
        ("assistant", "agent")
    );
    let events = desk.events("c");
    let ended = |event: &&Value| {
        ["handoff.failed", "handoff.rejected"].contains(&event["type"].as_str().unwrap())
    };
    let ended = events.iter().find(ended);
    let why = ended.unwrap_or_else(|| panic!("{events:#?}"))["why"].to_string();
    assert!(why.contains(code), "{why}");
    why
}

fn falls_back_for(streams: bool, says: fn() -> Says, code: &str) -> String {
    let peer = Peer::that(streams, move |_, _| says());
    falls_back(&desk(&peer, "timeout = '5s'"), code)
}

#[test]
fn broken_json_leads_to_the_fallback() {
    let broken = || Says::Raw("200 OK", "application/json", "{\"jsonrpc\": ".to_owned());
    falls_back_for(false, broken, "[bad-answer]");
    falls_back_for(
        true,
        || Says::Stream("data: {broken\n\n".to_owned()),
        "[bad-answer]",
    );
}

#[test]
fn wrong_types_lead_to_the_fallback() {
    for result in [
        json!(7),
        json!({ "task": { "id": 7 } }),
        json!({ "neither": {} }),
        json!(null),
    ] {
        let peer = Peer::that(false, move |_, _| Says::Result(result.clone()));
        falls_back(&desk(&peer, ""), "[bad-answer]");
    }
    let state = || {
        let mut odd = task("WORKING", "");
        odd["status"]["state"] = json!("TASK_STATE_ON_HOLIDAY");
        Says::Result(json!({ "task": odd }))
    };
    falls_back_for(false, state, "[bad-answer]");
}

#[test]
fn a_page_of_html_leads_to_the_fallback_and_is_quoted_in_short() {
    let page = || Says::Raw("200 OK", "text/html", "<html>".repeat(10_000));
    let why = falls_back_for(false, page, "text/html");
    assert!(why.len() < 1000, "{}", why.len());
    falls_back_for(true, page, "text/html");
}

#[test]
fn a_stream_without_end_is_cut_and_leads_to_the_fallback() {
    let endless = || {
        let artifact =
            json!({ "artifactId": "a", "parts": [{ "text": "and so on ".repeat(100) }] });
        Says::Endlessly(json!({ "artifactUpdate": {
            "taskId": "t", "contextId": "c", "artifact": artifact, "append": true,
        }}))
    };
    falls_back_for(true, endless, "[too-long]");
}

#[test]
fn a_stream_of_nothing_but_news_is_left_after_its_time() {
    let peer = Peer::that(true, |_, _| {
        Says::Endlessly(json!({ "statusUpdate": {
            "taskId": "t", "contextId": "c", "status": { "state": "TASK_STATE_WORKING" },
        }}))
    });
    falls_back(&desk(&peer, "timeout = '1s'"), "within 1s");
}

#[test]
fn a_line_without_end_is_cut() {
    let line = || Says::Stream(format!("data: {}", "x".repeat(3 << 20)));
    falls_back_for(true, line, "[too-long]");
}

#[test]
fn an_answer_that_is_too_large_leads_to_the_fallback() {
    let large =
        || Says::Result(json!({ "task": super::super::support::a2a::done(&"x".repeat(2 << 20)) }));
    falls_back_for(false, large, "[too-long]");
}

#[test]
fn a_stream_that_breaks_off_without_a_task_leads_to_the_fallback() {
    falls_back_for(
        true,
        || Says::Events(Vec::new(), Duration::ZERO),
        "[interrupted]",
    );
}

#[test]
fn an_error_of_the_protocol_is_named_with_its_code() {
    falls_back_for(false, || Says::Error(-32603, "out of order"), "-32603");
    let refused = || Says::Raw("401 Unauthorized", "text/plain", "who are you".to_owned());
    falls_back_for(false, refused, "[unauthorized]");
}

#[test]
fn a_slow_agent_is_left_after_its_time() {
    let peer = Peer::that(false, |_, _| Says::Nothing);
    falls_back(&desk(&peer, "timeout = '300ms'"), "within 300ms");
}

#[test]
fn an_agent_that_is_down_leads_to_the_fallback_before_anything_is_sent() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("http://{}/card.json", listener.local_addr().unwrap());
    drop(listener);
    falls_back(&desk_at(&place, ""), "[unreachable]");
}

#[test]
fn a_card_that_is_of_no_use_is_refused_with_what_is_wrong() {
    let old =
        |_: &str| json!({ "name": "Old", "url": "http://old.example", "protocolVersion": "0.3.0" });
    let peer = Peer::with(old, |_, _| Says::Nothing);
    falls_back(&desk(&peer, ""), "[bad-card]");
    let foreign = |host: &str| {
        let mut card = card(host, false);
        card["supportedInterfaces"] = json!([{
            "url": "https://h", "protocolBinding": "GRPC", "protocolVersion": "1.0",
        }]);
        card
    };
    let peer = Peer::with(foreign, |_, _| Says::Nothing);
    falls_back(&desk(&peer, ""), "JSONRPC");
}

#[test]
fn a_card_cannot_send_the_message_and_the_token_to_another_host() {
    let elsewhere = |host: &str| {
        let mut card = card(host, false);
        card["supportedInterfaces"][1]["url"] = json!("http://10.0.0.1/steal");
        card
    };
    let peer = Peer::with(elsewhere, |_, _| Says::Nothing);
    falls_back(&desk(&peer, ""), "10.0.0.1/steal");
}
