//! What tools do outside is done once, whenever the host dies.

use std::{
    process::Child,
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    program::PATIENCE,
    skills::surfer,
    web::{Page, Web},
};

const KEY: [&str; 7] = [
    "run",
    "--user",
    "ada",
    "--key",
    "order-1",
    "--conversation",
    "c",
];

/// A desk whose clerk orders at this place, and then says what came of it.
fn config(web: &Web, clerk: &str) -> String {
    let url = url(web);
    format!(
        "entry = 'clerk'\n[agents.clerk]\ntools = ['surfer/order']\n{clerk}\n\
         [skills.surfer]\ngrants = ['http:{host}']\n\
         [skills.surfer.limits]\ntool-wall = '30s'\n",
        clerk = clerk.replace("URL", &url),
        host = web.host,
    )
}

fn url(web: &Web) -> String {
    format!("http://{}/orders", web.host)
}

const SCRIPTED: &str = "kind = 'scripted'\nscript = 'call-tool'\ncall = 'surfer/order'\n\
                        reply = 'That is: {result}'\narguments = { url = 'URL' }\ntimeout = '30s'";

/// The host of a message that is on its way.
fn begin(desk: &Desk) -> Child {
    let arguments = [&KEY[..], &["order it"]].concat();
    desk.command(&arguments).spawn().unwrap()
}

fn kill(mut host: Child) {
    host.kill().unwrap();
    host.wait().unwrap();
}

fn again(desk: &Desk) -> Value {
    desk.json(&[&KEY[..], &["order it"]].concat())
}

fn ends(desk: &Desk) -> Vec<Value> {
    let events = desk.events("c");
    let called = events.into_iter().filter(|e| e["type"] == "tool.called");
    called.map(|event| event["outcome"].clone()).collect()
}

#[track_caller]
fn until<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let began = Instant::now();
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(began.elapsed() < PATIENCE, "not in time: {what}");
        thread::sleep(Duration::from_millis(20));
    }
}

#[track_caller]
fn one_request(web: &Web) {
    let head = until("the order is there", || web.heads().pop());
    assert!(head.starts_with("post /orders"), "{head}");
}

#[test]
fn a_write_that_was_under_way_when_the_host_died_is_unknown_and_not_made_twice() {
    let web = Web::that(Page::SaysAfter(PATIENCE, "ordered".to_owned()));
    let desk = Desk::new(&config(&web, SCRIPTED)).skill("surfer.wasm", surfer());
    let host = begin(&desk);
    one_request(&web);
    kill(host);

    let answer = again(&desk);
    let reply = answer["reply"].as_str().unwrap();
    assert!(reply.contains("may or may not have been done"), "{reply}");
    assert_eq!(web.heads(), Vec::<String>::new(), "it was ordered again");
    assert_eq!(ends(&desk), [json!("unknown"), json!("repeated")]);
    desk.baton(&["events", "c"])
        .ok()
        .shows(&["surfer/order by clerk: unknown"]);
}

#[test]
fn a_turn_that_is_taken_up_again_does_not_repeat_a_write_that_was_finished() {
    let web = Web::that(Page::Says("ordered".to_owned()));
    let arguments = json!({ "url": url(&web) }).to_string();
    let hangs = Behaviour::UsesToolAndHangs("surfer_order", arguments);
    let model = Endpoint::that(hangs);
    let clerk = format!(
        "kind = 'openai'\nurl = '{}'\nmodel = 'm'\ntimeout = '60s'",
        model.url
    );
    let desk = Desk::new(&config(&web, &clerk)).skill("surfer.wasm", surfer());
    let host = begin(&desk);
    model.request();
    let told = model.request();
    assert!(told.to_string().contains("200 ordered"), "{told}");
    kill(host);
    one_request(&web);

    // Whoever works on it now wants the same.
    std::fs::write(desk.path("baton.toml"), config(&web, SCRIPTED)).unwrap();
    let answer = again(&desk);
    let reply = answer["reply"].as_str().unwrap();
    assert!(reply.contains("not done again"), "{reply}");
    assert_eq!(web.heads(), Vec::<String>::new(), "it was ordered again");
    assert_eq!(ends(&desk), [json!("unknown"), json!("repeated")]);
    // And an answered message is not worked on at all.
    assert_eq!(again(&desk)["reply"], reply);
}

#[test]
fn a_write_of_a_message_that_nobody_sends_again_is_told_to_the_next_agent_as_unknown() {
    let web = Web::that(Page::SaysAfter(PATIENCE, "ordered".to_owned()));
    let desk = Desk::new(&config(&web, SCRIPTED)).skill("surfer.wasm", surfer());
    let host = begin(&desk);
    one_request(&web);
    kill(host);

    let model = Endpoint::that(Behaviour::Streams(&["I do not know."]));
    let clerk = format!("kind = 'openai'\nurl = '{}'\nmodel = 'm'", model.url);
    std::fs::write(desk.path("baton.toml"), config(&web, &clerk)).unwrap();
    let said = desk.json::<Value>(&["run", "--user", "ada", "--conversation", "c", "is it done?"]);
    assert_eq!(said["reply"], "I do not know.");
    let request = model.request();
    let told = request["messages"].to_string();
    assert!(
        told.contains("may or may not have had its effect"),
        "{told}"
    );
    assert_eq!(ends(&desk), [json!("unknown")]);
}
