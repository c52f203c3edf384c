//! The Admin API on the wire.

use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    served::{Received, Served},
    skills,
};

const PEOPLE: &str = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = \
                      'human'\nacknowledgement = 'Ticket {ticket} it is.'";

/// Asks with the operator's token.
fn ask(served: &Served, method: &str, path: &str, body: &str) -> Received {
    let bearer = format!("Bearer {}", served.operator());
    let path = format!("/admin/v1{path}");
    served.send(method, &path, &[("authorization", &bearer)], body)
}

#[track_caller]
fn get(served: &Served, path: &str) -> Value {
    let received = ask(served, "GET", path, "");
    assert_eq!(received.status, 200, "{path}: {received:?}");
    received.json()
}

#[track_caller]
fn post(served: &Served, path: &str, body: &Value) -> Value {
    let received = ask(served, "POST", path, &body.to_string());
    assert_eq!(received.status, 200, "{path}: {received:?}");
    received.json()
}

/// Has a message answered, and names its conversation.
fn says(served: &Served, text: &str) -> String {
    let answer = served.says(text);
    answer.header("x-baton-conversation").unwrap().to_owned()
}

#[test]
fn each_operation_answers_what_the_command_of_the_same_name_prints() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let id = says(&served, "I was charged twice for order 4321");
    says(&served, "I want to talk to a person");
    let pairs: [(String, &[&str]); 9] = [
        ("/conversations".to_owned(), &["conversation", "list"]),
        (
            format!("/conversations/{id}"),
            &["conversation", "show", &id],
        ),
        (format!("/conversations/{id}/handoffs"), &["history", &id]),
        (
            format!("/events?conversation={id}&type=handoff."),
            &["events", &id, "--type", "handoff."],
        ),
        ("/tickets".to_owned(), &["ticket", "list"]),
        ("/handoffs/active".to_owned(), &["history", "--active"]),
        ("/ledger/balance".to_owned(), &["ledger", "balance"]),
        ("/ledger/check".to_owned(), &["ledger", "check"]),
        ("/dead-letters".to_owned(), &["deadletter", "list"]),
    ];
    for (path, command) in pairs {
        let printed: Value = desk.json(command);
        assert_eq!(get(&served, &path), printed, "{path}");
    }
    let mut printed: Value = desk.json(&["skill", "list"]);
    let mut answered = get(&served, "/skills");
    for list in [&mut printed, &mut answered] {
        // How long it took to load is nobody's to repeat.
        list[0]["skill"]["microseconds"] = Value::Null;
    }
    assert_eq!(answered, printed);
    let inspected: Value = desk.json(&["skill", "inspect", "customer-service"]);
    assert_eq!(
        get(&served, "/skills/customer-service")["manifest"],
        inspected["manifest"]
    );
    let agents = get(&served, "/agents");
    let billing = agents.as_array().unwrap().iter();
    let mut billing = billing.filter(|agent| agent["name"] == "billing-department");
    let billing = billing.next().unwrap();
    assert_eq!(
        (&billing["state"], &billing["breaker"], &billing["load"]),
        (&json!("ready"), &json!("closed"), &json!(0))
    );
}

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
fn a_person_claims_answers_and_hands_back_a_ticket() {
    let desk = Desk::new(PEOPLE).skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    let conversation = says(&served, "plain and I want a person");
    let ticket = get(&served, "/tickets")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let at = |act: &str| format!("/tickets/{ticket}/{act}");
    assert_eq!(
        post(&served, &at("claim"), &json!({ "as": "ana" }))["ticket"]["claimed-by"],
        "ana"
    );
    let taken = ask(&served, "POST", &at("claim"), r#"{"as":"bob"}"#);
    assert_eq!(taken.status, 409, "{taken:?}");
    post(
        &served,
        &at("reply"),
        &json!({ "as": "ana", "text": "Ana here." }),
    );
    let shown = get(&served, &format!("/tickets/{ticket}"));
    assert_eq!(shown["transcript"][2]["content"], "Ana here.");
    let back = post(&served, &at("hand-back"), &json!({ "as": "ana" }));
    assert_eq!(
        (&back["ticket"]["state"], &back["owner"]),
        (&json!("closed"), &json!("desk"))
    );
    assert_eq!(get(&served, "/tickets"), json!([]));
    assert_eq!(
        get(&served, "/tickets?state=closed")[0]["id"],
        ticket.as_str()
    );
    assert_eq!(desk.event(&conversation, "ticket.replied")["by"], "ana");
    assert_eq!(
        ask(&served, "POST", "/tickets/T-NONE/close", "").status,
        404
    );
}

#[test]
fn events_are_followed_across_conversations_and_taken_up_again_where_a_client_was_cut_off() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let mut all = Follower::of(&served, "follow=true&type=turn.", None);
    let first = says(&served, "I was charged twice for order 4321");
    let second = says(&served, "Where is my parcel?");
    let seen: Vec<(String, Value)> = (0..4).map(|_| all.next()).collect();
    let types: Vec<_> = seen
        .iter()
        .map(|(_, event)| event["type"].as_str().unwrap())
        .collect();
    assert_eq!(
        types,
        [
            "turn.started",
            "turn.answered",
            "turn.started",
            "turn.answered"
        ]
    );
    assert_eq!(seen[0].1["conversation"], first.as_str());
    assert_eq!(seen[3].1["conversation"], second.as_str());
    // Somebody else's process works in the same folder.
    desk.say_in("elsewhere", "Where is my parcel?");
    assert_eq!(all.next().1["conversation"], "elsewhere");
    let mut again = Follower::of(&served, "follow=true&type=turn.answered", Some(&seen[1].0));
    assert_eq!(again.next().1["conversation"], second.as_str());
    let one = format!("follow=true&after=0&conversation={second}&type=turn.");
    assert_eq!(
        Follower::of(&served, &one, None).next().1["conversation"],
        second.as_str()
    );
}

/// Reads server-sent events as they come.
struct Follower(BufReader<TcpStream>);

impl Follower {
    fn of(served: &Served, query: &str, last: Option<&str>) -> Self {
        let mut stream = TcpStream::connect(served.address()).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .unwrap();
        let last = last
            .map(|id| format!("last-event-id: {id}\r\n"))
            .unwrap_or_default();
        let request = format!(
            "GET /admin/v1/events?{query} HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {}\r\n{last}\r\n",
            served.address(),
            served.operator()
        );
        stream.write_all(request.as_bytes()).unwrap();
        let mut follower = Self(BufReader::new(stream));
        // The head is there when the place to begin at is known.
        while follower.line().trim() != "" {}
        follower
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(
            self.0.read_line(&mut line).unwrap() > 0,
            "the stream has ended"
        );
        line
    }

    /// The next event and its id.
    fn next(&mut self) -> (String, Value) {
        let (mut id, mut data): (String, Option<Value>) = (String::new(), None);
        loop {
            let line = self.line();
            if let Some(text) = line.strip_prefix("id: ") {
                id = text.trim().to_owned();
            }
            if let Some(text) = line.strip_prefix("data: ") {
                data = Some(serde_json::from_str(text.trim()).unwrap());
            }
            if line.trim().is_empty()
                && let Some(data) = data.take()
            {
                return (id, data);
            }
        }
    }
}

#[test]
fn a_skill_is_uploaded_granted_and_taken_back_while_the_desk_works() {
    let desk = Desk::example("customer-service");
    let bytes = std::fs::read(desk.path("skills/customer-service.wasm")).unwrap();
    std::fs::remove_file(desk.path("skills/customer-service.wasm")).unwrap();
    let served = Served::start(&desk);
    let bearer = format!("Bearer {}", served.operator());
    let put = |file: &str, bytes: &[u8]| {
        served.send_bytes(
            "PUT",
            &format!("/admin/v1/skill-files/{file}"),
            &[("authorization", &bearer)],
            bytes,
        )
    };
    let uploaded = put("customer-service.wasm", &bytes);
    assert_eq!(uploaded.status, 200, "{uploaded:?}");
    assert_eq!(uploaded.json()["manifest"]["name"], "customer-service");
    let answer = served.says("I was charged twice for order 4321");
    assert_eq!(answer.header("x-baton-agent"), Some("billing-department"));
    let double = put("another.wasm", &bytes);
    assert_eq!(double.status, 422, "{double:?}");
    assert!(!desk.path("skills/another.wasm").exists());
    let granted = post(
        &served,
        "/skills/customer-service/grant",
        &json!({ "grants": ["agents"] }),
    );
    assert!(
        granted["granted"]
            .as_array()
            .unwrap()
            .contains(&json!("agents")),
        "{granted}"
    );
    let revoked = ask(
        &served,
        "POST",
        "/skills/customer-service/revoke",
        r#"{"grants":["agents"]}"#,
    );
    assert!(matches!(revoked.status, 200 | 409), "{revoked:?}");
    let wrong = ask(
        &served,
        "POST",
        "/skills/customer-service/grant",
        r#"{"grants":["everything"]}"#,
    );
    assert_eq!(wrong.status, 400, "{wrong:?}");
}

#[test]
fn an_upload_whose_name_leads_elsewhere_or_that_is_no_skill_leaves_nothing_behind() {
    let desk = Desk::scripted("");
    let served = Served::start(&desk);
    let bearer = format!("Bearer {}", served.operator());
    let component = skills::hostile();
    for name in [
        "..%2Fevil.wasm",
        "%2Fevil.wasm",
        "..%5Cevil.wasm",
        ".evil.wasm",
        "evil.sh",
        "%2e%2e",
        "a%00.wasm",
        ".wasm",
        "skills%2F..%2F..%2Fevil.wasm",
    ] {
        let path = format!("/admin/v1/skill-files/{name}");
        let refused = served.send_bytes("PUT", &path, &[("authorization", &bearer)], &component);
        assert!(matches!(refused.status, 400 | 404), "{name}: {refused:?}");
    }
    for wrong in [&b"no wasm at all"[..], &component[..component.len() / 2]] {
        let path = "/admin/v1/skill-files/wrong.wasm";
        let refused = served.send_bytes("PUT", path, &[("authorization", &bearer)], wrong);
        assert_eq!(refused.status, 422, "{refused:?}");
    }
    let left: Vec<_> = std::fs::read_dir(desk.path("skills")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!desk.path("evil.wasm").exists());
}

#[test]
fn a_quarantine_is_lifted_and_the_skill_asked_again() {
    let desk = Desk::scripted("").skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    for _ in 0..5 {
        says(&served, "trap");
    }
    let lifted = post(&served, "/skills/hostile/lift-quarantine", &json!({}));
    assert_eq!(lifted["lifted"], true, "{lifted}");
    let again = post(&served, "/skills/hostile/lift-quarantine", &json!({}));
    assert_eq!(again["lifted"], false);
    assert_eq!(served.says("plain").header("x-baton-agent"), Some("target"));
}

#[test]
fn handoffs_of_a_period_and_money_are_told() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    says(&served, "I was charged twice for order 4321");
    let flow = get(&served, "/handoffs/flow");
    let stream = &flow["streams"][0];
    assert_eq!(
        (&stream["target"], &stream["handoffs"]),
        (&json!("billing-department"), &json!(1))
    );
    let before = get(
        &served,
        "/handoffs/flow?since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z",
    );
    assert_eq!(before["streams"], json!([]));
    let credit = json!({ "user": "c-1001", "amount": "5 USD", "key": "k" });
    post(&served, "/ledger/credit", &credit);
    post(&served, "/ledger/credit", &credit);
    let printed: Value = desk.json(&["ledger", "balance", "--user", "c-1001"]);
    assert_eq!(get(&served, "/ledger/balance?user=c-1001"), printed);
    assert_eq!(
        get(&served, "/ledger/entries?user=c-1001")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let nothing = ask(
        &served,
        "POST",
        "/ledger/credit",
        r#"{"user":"a","amount":"0 USD"}"#,
    );
    assert_eq!(nothing.status, 400);
}

#[test]
fn a_dead_letter_is_shown_tried_again_and_dropped() {
    let more = "[agents.broken]\nkind = 'scripted'\nscript = 'fail'\n[[rules]]\ntarget = 'broken'\nkeywords = ['go']";
    let served = Served::start(&Desk::scripted(more));
    says(&served, "go");
    let letters = get(&served, "/dead-letters");
    let id = letters[0]["context"]["id"].as_str().unwrap();
    assert_eq!(
        get(&served, &format!("/dead-letters/{id}"))["outcome"],
        "failed"
    );
    let answer = post(&served, &format!("/dead-letters/{id}/retry"), &json!({}));
    assert_eq!(answer["stand-in"], "agent", "{answer}");
    let letters = get(&served, "/dead-letters");
    let id = letters[0]["context"]["id"].as_str().unwrap().to_owned();
    let dropped = ask(&served, "DELETE", &format!("/dead-letters/{id}"), "");
    assert_eq!(dropped.json(), json!({ "dropped": id }));
    assert_eq!(
        ask(&served, "DELETE", &format!("/dead-letters/{id}"), "").status,
        404
    );
}

#[test]
fn what_was_said_is_exported_and_deleted() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let id = says(&served, "I was charged twice for order 4321");
    let exported = get(&served, &format!("/conversations/{id}/export"));
    assert_eq!(
        exported["conversations"][0]["messages"][0]["content"],
        "I was charged twice for order 4321"
    );
    assert_eq!(
        ask(&served, "DELETE", &format!("/conversations/{id}"), "").json(),
        json!({ "deleted": [id] })
    );
    assert_eq!(get(&served, "/conversations"), json!([]));
    assert_eq!(
        ask(&served, "GET", &format!("/conversations/{id}/export"), "").status,
        404
    );
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

#[test]
fn the_description_names_every_operation_and_each_of_them_is_there() {
    let served = Served::start(&Desk::scripted(""));
    let described = served.send("GET", "/admin/v1/openapi.json", &[], "").json();
    assert_eq!(described["openapi"], "3.1.0");
    let paths = described["paths"].as_object().unwrap();
    assert!(paths.len() >= 25, "{}", paths.len());
    for (path, methods) in paths {
        let path = path.replace(['{', '}'], "");
        for method in methods.as_object().unwrap().keys() {
            let refused = served.send(&method.to_uppercase(), &path, &[], "");
            assert_eq!(refused.status, 401, "{method} {path}: {refused:?}");
        }
    }
}

#[test]
fn a_client_that_follows_does_not_keep_the_desk_from_closing() {
    let mut served = Served::start(&Desk::scripted(""));
    let follower = Follower::of(&served, "follow=true", None);
    let began = Instant::now();
    served.interrupt();
    assert!(
        began.elapsed() < Duration::from_secs(10),
        "{:?}",
        began.elapsed()
    );
    drop(follower);
}
