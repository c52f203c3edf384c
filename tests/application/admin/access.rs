//! Who may operate the desk, and what is refused.

use super::*;

#[test]
fn only_a_token_that_may_operate_opens_the_admin_api() {
    let tokens = "[serve.tokens.shop]\nenv = 'SHOP_TOKEN'\nmay = ['talk']";
    let served = Served::start(&Desk::scripted(tokens));
    let paths = [
        "/admin/v1/conversations",
        "/admin/v1/events?follow=true",
        "/admin/v1/skills",
    ];
    for path in paths {
        let without = served.send("GET", path, &[], "");
        assert_eq!(without.status, 401, "{without:?}");
        assert_eq!(
            without.header("content-type"),
            Some("application/problem+json")
        );
        let talker = served.send("GET", path, &[("authorization", "Bearer sesame")], "");
        assert_eq!(talker.status, 403, "{talker:?}");
        assert!(
            talker.json()["detail"]
                .as_str()
                .unwrap()
                .contains("operate")
        );
        let stranger = served.send("GET", path, &[("authorization", "Bearer x")], "");
        assert_eq!(stranger.status, 401);
    }
    let upload = served.send(
        "PUT",
        "/admin/v1/skill-files/a.wasm",
        &[("authorization", "Bearer sesame")],
        "x",
    );
    assert_eq!(upload.status, 403);
}

#[test]
fn a_page_of_another_site_cannot_operate_even_with_a_token() {
    let desk = Desk::scripted("");
    let served = Served::start(&desk);
    let bearer = format!("Bearer {}", served.operator());
    let token = ("authorization", bearer.as_str());
    for foreign in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
    ] {
        let refused = served.send("POST", "/admin/v1/reload", &[token, foreign], "");
        assert_eq!(refused.status, 403, "{foreign:?}");
    }
    let own = served.send(
        "POST",
        "/admin/v1/reload",
        &[token, ("sec-fetch-site", "same-origin")],
        "",
    );
    assert_eq!(own.status, 200);
}

#[test]
fn wrong_requests_are_refused_with_what_is_wrong() {
    let served = Served::start(&Desk::scripted(""));
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let wrong = [
        ("GET", "/events", "", 400, "name a conversation"),
        (
            "GET",
            "/events?conversation=none",
            "",
            404,
            "no conversation",
        ),
        ("GET", "/events?follow=perhaps", "", 400, "follow"),
        (
            "GET",
            "/conversations?person=x",
            "",
            400,
            "there is no parameter `person`",
        ),
        ("GET", "/conversations/none", "", 404, "none"),
        ("GET", "/tickets?state=lost", "", 400, "lost"),
        ("GET", "/skills/none", "", 404, "no loaded skill"),
        ("GET", "/handoffs/flow?since=yesterday", "", 400, "since"),
        ("POST", "/ledger/credit", "{", 400, "body"),
        (
            "POST",
            "/ledger/credit",
            r#"{"user":1,"amount":"1 USD"}"#,
            400,
            "string",
        ),
        (
            "POST",
            "/ledger/credit",
            r#"{"user":"a","amount":"1 USD","extra":1}"#,
            400,
            "extra",
        ),
        ("POST", "/ledger/credit", &deep, 400, "body"),
        ("GET", "/nowhere", "", 404, "openapi.json"),
    ];
    for (method, path, body, status, says) in wrong {
        let refused = ask(&served, method, path, body);
        assert_eq!(refused.status, status, "{path}: {refused:?}");
        let detail = refused.json()["detail"].as_str().unwrap().to_owned();
        assert!(detail.contains(says), "{path}: {detail}");
    }
    let large = "x".repeat(5 << 20);
    assert_eq!(ask(&served, "POST", "/ledger/credit", &large).status, 413);
}
