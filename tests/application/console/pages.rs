//! What its pages show.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use super::*;
use crate::support::skills;

#[test]
fn every_page_is_made_and_allows_no_foreign_or_inline_script() {
    let served = Served::start(&Desk::example("customer-service"));
    served.says("I was charged twice for order 4321");
    let ana = Person::signs_in(&served, "ana");
    for path in PAGES {
        let received = served.send("GET", path, &[("cookie", &ana.cookie)], "");
        assert_eq!(received.status, 200, "{path}: {received:?}");
        let policy = received.header("content-security-policy").unwrap();
        assert!(
            policy.contains("default-src 'none'") && !policy.contains("unsafe"),
            "{policy}"
        );
        assert_eq!(received.header("cache-control"), Some("no-store"));
        assert_eq!(received.header("x-frame-options"), Some("DENY"));
        let page = received.body;
        for inline in [
            " style=",
            "<style",
            " onclick=",
            " onload=",
            "javascript:",
            "<script>",
        ] {
            assert!(!page.contains(inline), "{path}: {inline}");
        }
        assert_eq!(page.matches("<h1").count(), 1, "{path}");
        for landmark in [
            "<main id=\"main\"",
            "<nav aria-label",
            "lang=\"en\"",
            "class=\"skip\"",
        ] {
            assert!(page.contains(landmark), "{path}: {landmark}");
        }
        assert_eq!(page.matches("aria-current=\"page\"").count(), 1, "{path}");
    }
    for asset in [
        "console.css",
        "console.js",
        "htmx.min.js",
        "htmx-sse.min.js",
        "icon.svg",
    ] {
        let path = format!("/console/assets/{asset}");
        assert_eq!(served.send("GET", &path, &[], "").status, 200, "{asset}");
    }
    assert_eq!(
        served
            .send("GET", "/console/assets/..%2Fpage.rs", &[], "")
            .status,
        404
    );
}

#[test]
fn html_in_messages_names_and_reasons_is_shown_as_text() {
    let desk = Desk::new(PEOPLE).skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    let attack = "plain <script>alert(1)</script> <img src=x onerror=alert(2)> \"'>";
    let user = [("x-baton-user", "<b>eve</b>")];
    let request = crate::support::served::said(&[("user", attack)]);
    let answer = served.chat(&user, &request);
    let conversation = answer.header("x-baton-conversation").unwrap().to_owned();
    let ana = Person::signs_in(&served, "ana");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let ticket = tickets[0]["id"].as_str().unwrap();
    for path in [
        "/console".to_owned(),
        "/console/inbox".to_owned(),
        format!("/console/inbox/{ticket}"),
        format!("/console/conversations/{conversation}"),
        format!("/console/conversations/{conversation}/why/1"),
    ] {
        let page = ana.sees(&path);
        assert!(!page.contains("<script>alert"), "{path}: {page}");
        assert!(!page.contains("<img src=x"), "{path}");
        assert!(!page.contains("<b>eve"), "{path}");
    }
    let shown = ana.sees(&format!("/console/conversations/{conversation}"));
    assert!(shown.contains("&lt;script&gt;alert(1)"), "{shown}");
}

#[test]
fn turns_appear_live_as_they_end() {
    let served = Served::start(&Desk::example("customer-service"));
    let ana = Person::signs_in(&served, "ana");
    let mut stream = TcpStream::connect(served.address()).unwrap();
    stream
        .set_read_timeout(Some(Duration::from_secs(20)))
        .unwrap();
    let (address, cookie) = (served.address(), &ana.cookie);
    let request = format!(
        "GET /console/live?after=0 HTTP/1.1\r\nhost: {address}\r\ncookie: {cookie}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).unwrap();
    served.says("I was charged twice for order 4321");
    let mut text = String::new();
    let mut lines = BufReader::new(stream);
    while !text.contains("</article>") {
        assert!(lines.read_line(&mut text).unwrap() > 0, "{text}");
    }
    for shown in [
        "event: turn",
        "handoff.initiated",
        "billing-department",
        "I was charged twice",
        "Why not another?",
    ] {
        assert!(text.contains(shown), "{shown}: {text}");
    }
}

#[test]
fn why_others_lost_is_told_condition_by_condition() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let answer = served.says("I was charged twice for order 4321");
    let id = answer.header("x-baton-conversation").unwrap();
    let ana = Person::signs_in(&served, "ana");
    let why = ana.sees(&format!("/console/conversations/{id}/why/1"));
    assert!(
        why.contains(">won<") && why.contains("route-to-department"),
        "{why}"
    );
    let path = format!("/console/conversations/{id}/why/9");
    assert_eq!(
        served
            .send("GET", &path, &[("cookie", &ana.cookie)], "")
            .status,
        404
    );
}

#[test]
fn the_flow_is_drawn_and_said_in_a_table() {
    let served = Served::start(&Desk::example("customer-service"));
    let ana = Person::signs_in(&served, "ana");
    assert!(
        ana.sees("/console/flow")
            .contains("Nothing was handed over")
    );
    served.says("I was charged twice for order 4321");
    let page = ana.sees("/console/flow?period=week");
    assert!(
        page.contains("<path class=\"band") && page.contains("<table>"),
        "{page}"
    );
    assert!(
        page.contains("front-desk → billing-department: 1, 1 answered"),
        "{page}"
    );
}
