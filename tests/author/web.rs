//! Skills and the web: granted hosts, and no others by any way around.

mod secrets;
mod tls;

use std::time::Duration;

use serde_json::json;

use crate::support::{
    desk::Desk,
    skills::{surfer, wasi_surfer},
    web::{Page, Web},
};

/// A desk whose skill calls the web and tells what came of it.
fn desk(grants: &[&str], more: &str) -> Desk {
    let grants = json!(grants);
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
         [agents.target]\nkind = 'scripted'\nreply = '{{instructions}}'\n\
         [skills.surfer]\ngrants = {grants}\n{more}\n"
    );
    Desk::new(&config).skill("surfer.wasm", surfer())
}

/// Enough for a condition that waits for a server.
const PATIENT: &str = "[skills.surfer.limits]\nevaluate-wall = '20s'\nevaluate-compute = '2s'\n";

fn granted(host: &str) -> String {
    format!("http:{host}")
}

#[track_caller]
fn surf(desk: &Desk, wish: serde_json::Value) -> String {
    surf_in(desk, "c", wish)
}

/// A conversation that was handed over stays there, so each wish has its own.
#[track_caller]
fn surf_in(desk: &Desk, conversation: &str, wish: serde_json::Value) -> String {
    let answer = desk.say_in(conversation, &format!("surf {wish}"));
    assert_eq!(answer.agent, "target", "{}", answer.reply);
    told(&answer.reply).to_owned()
}

/// What the skill has said, without the message that the target is told too.
#[track_caller]
fn told(reply: &str) -> &str {
    reply.rsplit_once("told: ").unwrap().1
}

#[track_caller]
fn says(told: &str, text: &str) {
    assert!(told.contains(text), "`{text}` is not in: {told}");
}

#[test]
fn a_skill_calls_a_host_that_was_granted_and_the_call_is_on_record() {
    let web = Web::that(Page::Says("hello from there".to_owned()));
    let desk = desk(&[&granted(&web.host)], PATIENT);
    let url = format!("http://{}/private/path?and=more", web.host);
    says(&surf(&desk, json!({ "url": url })), "200 hello from there");
    let event = desk.event("c", "skill.http");
    assert_eq!(
        (
            &event["skill"],
            &event["host"],
            &event["method"],
            &event["status"],
            &event["bytes"]
        ),
        (
            &json!("surfer"),
            &json!(web.host),
            &json!("GET"),
            &json!(200),
            &json!(16)
        )
    );
    let events = json!(desk.events("c")).to_string();
    assert!(!events.contains("skill.denied"), "{events}");
    assert!(!event.to_string().contains("private/path"), "{event}");
}

#[test]
fn what_is_not_granted_is_denied_with_the_grant_that_is_missing() {
    let (web, other) = (Web::that(Page::Echoes), Web::that(Page::Echoes));
    let none = desk(&[], PATIENT);
    let one = desk(&[&granted(&web.host)], PATIENT);
    for desk in [&none, &one] {
        let told = surf(desk, json!({ "url": format!("http://{}/", other.host) }));
        says(&told, "not-granted");
        says(&told, &format!("http:{}", other.host));
        let denied = desk.event("c", "skill.denied");
        assert_eq!(denied["capability"], granted(&other.host));
    }
    assert_eq!(other.heads().len(), 0);
}

#[test]
fn no_spelling_of_an_address_leads_to_this_machine() {
    let web = Web::that(Page::Echoes);
    let port = web.port();
    // Granted is the whole of a domain, and this machine at another port.
    let desk = desk(&["http:*.example.com", "http:127.0.0.1:1"], PATIENT);
    for host in [
        "localhost",
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0177.0.0.1",
        "0.0.0.0",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]",
        "localhost.",
    ] {
        let told = surf_in(
            &desk,
            host,
            json!({ "url": format!("http://{host}:{port}/") }),
        );
        says(&told, "not-granted");
    }
    assert_eq!(web.heads().len(), 0);
}

#[test]
fn a_name_that_stands_for_this_machine_is_called_when_it_was_named() {
    let web = Web::that(Page::Says("here".to_owned()));
    let local = format!("localhost:{}", web.port());
    let desk = desk(&[&granted(&local)], PATIENT);
    says(
        &surf(&desk, json!({ "url": format!("http://{local}/") })),
        "200 here",
    );
    // The name was granted, not what it stands for.
    let told = surf_in(
        &desk,
        "d",
        json!({ "url": format!("http://{}/", web.host) }),
    );
    says(&told, "not-granted");
}

#[test]
fn a_server_that_drips_one_byte_after_the_other_is_left_when_the_time_is_up() {
    let web = Web::that(Page::Drips(Duration::from_millis(100)));
    let limits = format!("{PATIENT}http-time = '600ms'\n");
    let desk = desk(&[&granted(&web.host)], &limits);
    let url = format!("http://{}/", web.host);
    says(
        &surf(&desk, json!({ "url": url })),
        "has not answered in full within 600ms",
    );
    says(
        &surf_in(&desk, "d", json!({ "url": url, "ms": 200 })),
        "within 200ms",
    );
    says(
        &surf_in(&desk, "e", json!({ "url": url, "ms": 60_000 })),
        "within 600ms",
    );
}

#[test]
fn a_response_of_two_gigabytes_is_cut_off_at_the_limit() {
    let web = Web::that(Page::Sends(2 << 30));
    let desk = desk(&[&granted(&web.host)], PATIENT);
    let told = surf(&desk, json!({ "url": format!("http://{}/", web.host) }));
    says(&told, "longer than 1048576 bytes");
    // What fits into the system's buffers may have been on its way.
    assert!(web.sent() < 64 << 20);
}

#[test]
fn a_head_that_is_too_long_is_not_taken() {
    let web = Web::that(Page::HasHead(20_000));
    let desk = desk(&[&granted(&web.host)], PATIENT);
    let told = surf(&desk, json!({ "url": format!("http://{}/", web.host) }));
    says(&told, "the head of");
}

#[test]
fn a_redirect_leads_only_to_where_the_skill_may_go_itself() {
    let hidden = Web::that(Page::Says("internal".to_owned()));
    let open = Web::that(Page::PointsTo(format!("http://{}/", hidden.host)));
    let desk = desk(&[&granted(&open.host)], PATIENT);
    let told = surf(&desk, json!({ "url": format!("http://{}/", open.host) }));
    says(&told, "which is not granted");
    assert_eq!(hidden.heads().len(), 0);
    assert_eq!(
        desk.event("c", "skill.denied")["capability"],
        granted(&hidden.host)
    );
    for place in [
        "file:///etc/passwd",
        "http://user:pass@127.0.0.1/",
        "http://[::1",
    ] {
        let web = Web::that(Page::PointsTo(place.to_owned()));
        let desk = self::desk(&[&granted(&web.host)], PATIENT);
        says(
            &surf(&desk, json!({ "url": format!("http://{}/", web.host) })),
            "invalid",
        );
    }
}

#[test]
fn credentials_do_not_go_along_to_another_host() {
    let next = Web::that(Page::Echoes);
    let first = Web::that(Page::PointsTo(format!("http://{}/there", next.host)));
    let desk = desk(&[&granted(&first.host), &granted(&next.host)], PATIENT);
    let headers =
        json!({ "authorization": "Bearer abc", "x-api-key": "abc", "accept": "text/plain" });
    let url = format!("http://{}/", first.host);
    let told = surf(&desk, json!({ "url": url, "headers": headers }));
    says(&told, "GET /there");
    says(&told, "text/plain");
    assert!(!told.contains("abc"), "{told}");
    says(&first.heads()[0], "bearer abc");
}

#[test]
fn a_host_that_sends_in_circles_is_left() {
    let web = Web::that(Page::PointsTo("/again".to_owned()));
    let desk = desk(&[&granted(&web.host)], PATIENT);
    let told = surf(&desk, json!({ "url": format!("http://{}/", web.host) }));
    says(&told, "redirected more than 5 times");
    assert_eq!(web.heads().len(), 6);
}

#[test]
fn a_skill_that_calls_too_often_in_a_turn_is_told() {
    let web = Web::that(Page::Echoes);
    let limits = format!("{PATIENT}http-requests = 3\n");
    let desk = desk(&[&granted(&web.host)], &limits);
    let url = format!("http://{}/", web.host);
    let told = surf(&desk, json!({ "url": url, "times": 5 }));
    says(&told, "3 requests to the web in one turn are all");
    assert_eq!(web.heads().len(), 3);
}

#[test]
fn requests_of_one_turn_overlap_in_time() {
    let pause = Duration::from_millis(700);
    let web = Web::that(Page::SaysAfter(pause, "late".to_owned()));
    let desk = desk(&[&granted(&web.host)], PATIENT);
    let url = format!("http://{}/", web.host);
    let began = std::time::Instant::now();
    says(&surf(&desk, json!({ "url": url, "times": 10 })), "200 late");
    assert!(began.elapsed() < pause * 9, "{:?}", began.elapsed());
}

#[test]
fn what_could_be_read_as_another_request_is_not_sent() {
    let web = Web::that(Page::Echoes);
    let desk = desk(&[&granted(&web.host)], PATIENT);
    let url = format!("http://{}/", web.host);
    let wishes = [
        json!({ "url": url, "headers": { "a": "b\r\nhost: evil" } }),
        json!({ "url": url, "headers": { "a\r\nb": "c" } }),
        json!({ "url": url, "headers": { "Host": "evil" } }),
        json!({ "url": url, "headers": { "transfer-encoding": "chunked" } }),
        json!({ "url": url, "headers": { "content-length": "1" } }),
        json!({ "url": url, "method": "CONNECT" }),
        json!({ "url": url, "method": "GET / HTTP/1.1\r\nx: y\r\n\r\n" }),
        json!({ "url": format!("http://user:pass@{}/", web.host) }),
        json!({ "url": "no url" }),
    ];
    for (at, wish) in wishes.into_iter().enumerate() {
        says(&surf_in(&desk, &at.to_string(), wish), "invalid: ");
    }
    assert_eq!(web.heads().len(), 0);
}

#[test]
fn a_condition_reads_the_web_and_changes_nothing_there() {
    let web = Web::that(Page::Echoes);
    let desk = desk(&[&granted(&web.host)], PATIENT);
    let url = format!("http://{}/", web.host);
    says(
        &surf(&desk, json!({ "url": url, "method": "POST" })),
        "it only judges",
    );
    assert_eq!(web.heads().len(), 0);
    surf_in(&desk, "d", json!({ "url": url, "method": "HEAD" }));
    assert_eq!(web.heads().len(), 1);
}

#[test]
fn a_component_that_imports_wasi_http_goes_by_the_same_grant() {
    let (web, other) = (
        Web::that(Page::Says("hello from there".to_owned())),
        Web::that(Page::Echoes),
    );
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
         [agents.target]\nkind = 'scripted'\nreply = '{{instructions}}'\n\
         [skills.wasi-surfer]\ngrants = ['{}']\n\
         [skills.wasi-surfer.limits]\nevaluate-wall = '20s'\nevaluate-compute = '2s'\n",
        granted(&web.host)
    );
    let desk = Desk::new(&config).skill("surfer.wasm", wasi_surfer());
    let answer = desk.say_in("c", &format!("surf {}", web.host));
    says(told(&answer.reply), "200 hello from there");
    assert_eq!(desk.event("c", "skill.http")["status"], 200);
    let answer = desk.say_in("d", &format!("surf {}", other.host));
    says(&told(&answer.reply).to_lowercase(), "denied");
    assert_eq!(
        desk.event("d", "skill.denied")["capability"],
        granted(&other.host)
    );
    assert_eq!(other.heads().len(), 0);
}

#[test]
fn the_web_without_a_host_is_no_grant() {
    for (grant, complaint) in [
        ("http", "write it as in \"http:crm.example.com\""),
        ("http:*", "names no host"),
        ("http:a.example/path", "leave out"),
        ("agents:all", "write \"agents\""),
    ] {
        desk(&[grant], "")
            .baton(&["run", "x"])
            .with_code(3)
            .complains(&[complaint]);
    }
}
