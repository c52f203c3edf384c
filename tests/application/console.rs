//! The console on the wire: who may see it, what its forms do, and that nothing
//! that was said becomes a part of its pages.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::Duration,
};

use serde_json::Value;

use crate::support::{
    desk::Desk,
    served::{Received, Served},
    skills,
};

const PEOPLE: &str = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = \
                      'human'\nacknowledgement = 'Ticket {ticket} it is.'";

/// Somebody who is signed in.
struct Person<'a> {
    served: &'a Served,
    cookie: String,
}

fn encoded(fields: &[(&str, &str)]) -> String {
    let mut form = url::form_urlencoded::Serializer::new(String::new());
    form.extend_pairs(fields);
    form.finish()
}

impl<'a> Person<'a> {
    fn signs_in(served: &'a Served, name: &str) -> Self {
        let fields = encoded(&[("token", served.operator()), ("name", name)]);
        let received = served.send("POST", "/console/sign-in", &[], &fields);
        assert_eq!(received.status, 303, "{received:?}");
        let cookie = received.header("set-cookie").unwrap();
        for promise in ["HttpOnly", "SameSite=Strict", "Path=/console"] {
            assert!(cookie.contains(promise), "{cookie}");
        }
        let cookie = cookie.split(';').next().unwrap().to_owned();
        Self { served, cookie }
    }

    #[track_caller]
    fn sees(&self, path: &str) -> String {
        let received = self
            .served
            .send("GET", path, &[("cookie", &self.cookie)], "");
        assert_eq!(received.status, 200, "{path}: {received:?}");
        received.body
    }

    fn csrf(&self) -> String {
        let page = self.sees("/console/agents");
        let (_, rest) = page.split_once("name=\"csrf\" content=\"").unwrap();
        rest.split('"').next().unwrap().to_owned()
    }

    fn sends(&self, path: &str, fields: &[(&str, &str)]) -> Received {
        let csrf = self.csrf();
        let fields = [fields, &[("csrf", csrf.as_str())]].concat();
        self.served
            .send("POST", path, &[("cookie", &self.cookie)], &encoded(&fields))
    }

    #[track_caller]
    fn does(&self, path: &str, fields: &[(&str, &str)]) {
        let received = self.sends(path, fields);
        assert_eq!(received.status, 303, "{path}: {received:?}");
    }
}

const PAGES: [&str; 7] = [
    "/console",
    "/console/inbox",
    "/console/skills",
    "/console/agents",
    "/console/flow",
    "/console/ledger",
    "/console/dead-letters",
];

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
fn a_person_claims_reads_answers_and_hands_back_in_the_inbox() {
    let desk = Desk::new(PEOPLE).skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    served.says("plain and I want a person");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let id = tickets[0]["id"].as_str().unwrap();
    let at = |act: &str| format!("/console/inbox/{id}{act}");
    let ana = Person::signs_in(&served, "ana");
    assert!(ana.sees("/console/inbox").contains(id));
    let page = ana.sees(&at(""));
    assert!(
        page.contains("plain and I want a person") && page.contains("Context"),
        "{page}"
    );
    ana.does(&at("/claim"), &[]);
    let reply = [("text", "Ana here.\r\nHow can I help?"), ("key", "k")];
    ana.does(&at("/reply"), &reply);
    ana.does(&at("/reply"), &reply);
    let shown: Value = desk.json(&["ticket", "show", id]);
    assert_eq!(shown["claimed-by"], "ana");
    assert_eq!(shown["transcript"].as_array().unwrap().len(), 3);
    assert_eq!(
        shown["transcript"][2]["content"],
        "Ana here.\nHow can I help?"
    );
    let bob = Person::signs_in(&served, "bob");
    let taken = bob.sends(&at("/reply"), &[("text", "Bob too.")]);
    assert_eq!(taken.status, 409);
    assert!(taken.body.contains("claimed by ana"), "{}", taken.body);
    ana.does(&at("/hand-back"), &[("to", "")]);
    assert!(ana.sees(&at("")).contains("It is done."));
}

#[test]
fn a_handoff_that_waits_for_approval_is_approved_with_one_click() {
    let config = "entry = 'desk'\npolicy.supervisor = 'lead'\n[agents.desk]\nkind = 'scripted'\n\
                  [agents.expert]\nkind = 'scripted'\nreply = 'Done.'\n\
                  [agents.lead]\nkind = 'human'";
    let desk = Desk::new(config).skill("modes.wasm", skills::modes());
    let served = Served::start(&desk);
    served.says("supervised, please");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let waiting = tickets.iter().find(|ticket| !ticket["approval"].is_null());
    let id = waiting.unwrap_or_else(|| panic!("{tickets:?}"))["id"]
        .as_str()
        .unwrap();
    let ana = Person::signs_in(&served, "ana");
    let page = ana.sees(&format!("/console/inbox/{id}"));
    assert!(
        page.contains("Approve") && page.contains("Refuse"),
        "{page}"
    );
    let silent = ana.sends(&format!("/console/inbox/{id}/refuse"), &[("reason", " ")]);
    assert_eq!(silent.status, 400);
    ana.does(&format!("/console/inbox/{id}/approve"), &[]);
    let shown: Value = desk.json(&["ticket", "show", id]);
    assert_eq!(shown["approval"]["decision"], "approved");
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
fn a_skill_is_dropped_on_the_page_granted_and_let_out_of_quarantine() {
    let desk = Desk::scripted("");
    let served = Served::start(&desk);
    let ana = Person::signs_in(&served, "ana");
    let csrf = ana.csrf();
    let path = "/console/skill-files/hostile.wasm";
    let cookie = ("cookie", ana.cookie.as_str());
    let without = served.send_bytes("PUT", path, &[cookie], &skills::hostile());
    assert_eq!(without.status, 403);
    let headers = [cookie, ("x-csrf-token", csrf.as_str())];
    let uploaded = served.send_bytes("PUT", path, &headers, &skills::hostile());
    assert_eq!(uploaded.json()["skill"], "hostile", "{uploaded:?}");
    let outside = served.send_bytes("PUT", "/console/skill-files/..%2Fx.wasm", &headers, b"x");
    assert_eq!(outside.status, 400);
    let page = ana.sees("/console/skills");
    assert!(
        page.contains("hostile.wasm") && page.contains("What it asks for"),
        "{page}"
    );
    ana.does("/console/skills/hostile/grant", &[("words", "agents")]);
    assert!(ana.sees("/console/skills").contains("<code>agents</code>"));
    ana.does("/console/skills/hostile/revoke", &[("words", "agents")]);
    assert!(!ana.sees("/console/skills").contains("<code>agents</code>"));
    for _ in 0..5 {
        served.says("trap");
    }
    assert!(ana.sees("/console/skills").contains("In quarantine:"));
    ana.does("/console/skills/hostile/lift-quarantine", &[]);
    assert!(!ana.sees("/console/skills").contains("In quarantine:"));
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

#[test]
fn money_is_given_and_a_dead_letter_is_tried_again_and_dropped() {
    let more = "[agents.broken]\nkind = 'scripted'\nscript = 'fail'\n[[rules]]\ntarget = 'broken'\nkeywords = ['go']";
    let desk = Desk::scripted(more);
    let served = Served::start(&desk);
    let ana = Person::signs_in(&served, "ana");
    let credit = [
        ("user", "c-1"),
        ("amount", "5 USD"),
        ("key", "k"),
        ("for", ""),
    ];
    ana.does("/console/ledger", &credit);
    ana.does("/console/ledger", &credit);
    let page = ana.sees("/console/ledger");
    assert!(
        page.contains("the books are right") && page.contains("c-1"),
        "{page}"
    );
    assert_eq!(desk.json::<Vec<Value>>(&["ledger", "entries"]).len(), 1);
    assert_eq!(
        ana.sends("/console/ledger", &[("user", "a b"), ("amount", "5 USD")])
            .status,
        400
    );
    served.says("go");
    let letter = || {
        let letters: Vec<Value> = desk.json(&["deadletter", "list"]);
        letters
            .first()
            .map(|letter| letter["context"]["id"].as_str().unwrap().to_owned())
    };
    let first = letter().unwrap();
    assert!(ana.sees("/console/dead-letters").contains(&first));
    ana.does(&format!("/console/dead-letters/{first}/retry"), &[]);
    let second = letter().unwrap();
    assert_ne!(first, second);
    ana.does(&format!("/console/dead-letters/{second}/drop"), &[]);
    assert_eq!(letter(), None);
}

#[test]
fn whoever_signs_out_is_out() {
    let served = Served::start(&Desk::scripted(""));
    let ana = Person::signs_in(&served, "ana");
    ana.does("/console/sign-out", &[]);
    let again = served.send("GET", "/console", &[("cookie", &ana.cookie)], "");
    assert_eq!(again.status, 303);
}
