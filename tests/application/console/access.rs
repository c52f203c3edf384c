//! Who may see the console, and whose forms count.

use serde_json::Value;

use super::*;
use crate::support::skills;

#[test]
fn nobody_sees_a_page_before_they_have_signed_in() {
    let served = Served::start(&Desk::scripted(""));
    for path in PAGES
        .iter()
        .chain(&["/console/live", "/console/conversations/c"])
    {
        let stranger = served.send("GET", path, &[], "");
        assert_eq!(stranger.status, 303, "{path}: {stranger:?}");
        assert_eq!(stranger.header("location"), Some("/console/sign-in"));
        let forged = [("cookie", "baton-console=0123456789abcdef")];
        assert_eq!(served.send("GET", path, &forged, "").status, 303, "{path}");
    }
    let wrong = encoded(&[("token", "nobody's")]);
    let refused = served.send("POST", "/console/sign-in", &[], &wrong);
    assert_eq!(refused.status, 403);
    assert!(refused.header("set-cookie").is_none());
    assert!(refused.body.contains("role=\"alert\""), "{}", refused.body);
}

#[test]
fn a_token_that_may_only_talk_does_not_open_the_console() {
    let tokens = "[serve.tokens.shop]\nenv = 'SHOP_TOKEN'\nmay = ['talk']";
    let served = Served::start(&Desk::scripted(tokens));
    let fields = encoded(&[("token", "sesame")]);
    assert_eq!(
        served.send("POST", "/console/sign-in", &[], &fields).status,
        403
    );
}

#[test]
fn a_form_without_its_token_or_from_another_site_changes_nothing() {
    let desk = Desk::new(PEOPLE).skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    served.says("plain and I want a person");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let path = format!(
        "/console/inbox/{}/claim",
        tickets[0]["id"].as_str().unwrap()
    );
    let ana = Person::signs_in(&served, "ana");
    let csrf = ana.csrf();
    let good = encoded(&[("csrf", &csrf)]);
    let cookie = ("cookie", ana.cookie.as_str());
    let attempts: [(&[(&str, &str)], &str); 4] = [
        (&[cookie], ""),
        (&[cookie], "csrf=guessed"),
        (&[cookie, ("origin", "https://evil.example")], &good),
        (&[cookie, ("sec-fetch-site", "cross-site")], &good),
    ];
    for (headers, body) in attempts {
        let refused = served.send("POST", &path, headers, body);
        assert_eq!(refused.status, 403, "{headers:?} {body}");
    }
    let bob = Person::signs_in(&served, "bob");
    let others = served.send("POST", &path, &[("cookie", &bob.cookie)], &good);
    assert_eq!(others.status, 403);
    assert_eq!(served.send("POST", &path, &[], &good).status, 303);
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    assert_eq!(tickets[0]["state"], "open");
}

#[test]
fn whoever_signs_out_is_out() {
    let served = Served::start(&Desk::scripted(""));
    let ana = Person::signs_in(&served, "ana");
    ana.does("/console/sign-out", &[]);
    let again = served.send("GET", "/console", &[("cookie", &ana.cookie)], "");
    assert_eq!(again.status, 303);
}
