//! Clients of the Model Context Protocol, over HTTP and over a pipe.

use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
};

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    served::{Received, Served},
};

const VERSION: &str = "2025-06-18";

const TOKENS: &str = "
[serve.tokens.shop]
env = 'SHOP_TOKEN'

[serve.tokens.toolbox]
# of `open`
sha256 = '2348f998744212575d85959674f9607ab26f67708a917157472832386337c904'
may = ['call']
";

fn request(method: &str, params: &Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params })
}

fn send(served: &Served, headers: &[(&str, &str)], body: &str) -> Received {
    let own = [
        ("content-type", "application/json"),
        ("accept", "application/json, text/event-stream"),
        ("mcp-protocol-version", VERSION),
    ];
    served.send("POST", "/mcp", &[&own, headers].concat(), body)
}

fn call(served: &Served, headers: &[(&str, &str)], tool: &str, arguments: &Value) -> Value {
    let params = json!({ "name": tool, "arguments": arguments });
    let body = request("tools/call", &params).to_string();
    send(served, headers, &body).json()
}

fn tools(served: &Served, headers: &[(&str, &str)]) -> Vec<String> {
    let body = request("tools/list", &json!({})).to_string();
    let listed = send(served, headers, &body).json();
    let tools = listed["result"]["tools"].as_array().unwrap().iter();
    tools
        .map(|tool| tool["name"].as_str().unwrap().to_owned())
        .collect()
}

fn text(answer: &Value) -> &str {
    let text = answer["result"]["content"][0]["text"].as_str();
    text.unwrap_or_else(|| panic!("{answer:#}"))
}

#[test]
fn a_client_asks_the_desk_and_goes_on_with_the_conversation_it_was_told() {
    let served = Served::start(&Desk::example("customer-service"));
    let params = json!({
        "protocolVersion": VERSION,
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let begun = send(&served, &[], &request("initialize", &params).to_string()).json();
    assert_eq!(begun["result"]["serverInfo"]["name"], "baton");
    let asked = json!({ "message": "I was charged twice for order 4321" });
    let first = call(&served, &[], "ask", &asked);
    let story = &first["result"]["structuredContent"];
    assert_eq!(story["agent"], "billing-department");
    assert_eq!(story["reply"], text(&first));
    assert_eq!(story["handoffs"][0]["state"], "completed");
    let next = json!({ "message": "Thank you", "conversation": story["conversation"] });
    let next = call(&served, &[], "ask", &next);
    assert_eq!(next["result"]["structuredContent"]["turn"], 2);
    let other = json!({ "message": "And me", "conversation": story["conversation"] });
    let other = call(&served, &[("x-baton-user", "bob")], "ask", &other);
    assert_eq!(other["result"]["isError"], true);
    assert!(
        text(&other).contains("belongs to another user"),
        "{other:#}"
    );
}

#[test]
fn the_tools_of_skills_are_called_with_what_they_say_of_themselves() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let names = tools(&served, &[]);
    let tool = "customer-service_escalate-to-human";
    assert!(names.contains(&"ask".to_owned()), "{names:?}");
    assert!(names.contains(&tool.to_owned()), "{names:?}");
    let made = call(
        &served,
        &[],
        tool,
        &json!({ "reason": "The third complaint" }),
    );
    assert_eq!(made["result"]["isError"], false, "{made:#}");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    assert_eq!(tickets.len(), 1);
    assert_eq!(tickets[0]["reason"], "The third complaint");
    let wrong = call(&served, &[], tool, &json!({}));
    assert_eq!(wrong["result"]["isError"], true);
    assert!(text(&wrong).contains("lacks `reason`"), "{wrong:#}");
    let none = call(&served, &[], "customer-service_nothing", &json!({}));
    assert_eq!(none["error"]["code"], -32602);
}

#[test]
fn a_token_sees_and_calls_what_it_may_and_nothing_else() {
    let desk = Desk::example("customer-service");
    desk.configure(TOKENS);
    let served = Served::start(&desk);
    let asked = json!({ "message": "hello" });
    let body = request("tools/call", &json!({ "name": "ask", "arguments": asked })).to_string();
    let nobody = send(&served, &[], &body);
    assert_eq!(nobody.status, 401);
    assert_eq!(nobody.header("www-authenticate"), Some("Bearer"));
    let wrong = [("authorization", "Bearer guess")];
    assert_eq!(send(&served, &wrong, &body).status, 401);

    let shop = [("authorization", "Bearer sesame")];
    assert_eq!(tools(&served, &shop), ["ask"]);
    assert_eq!(
        call(&served, &shop, "ask", &asked)["result"]["isError"],
        false
    );
    let tool = "customer-service_escalate-to-human";
    let reason = json!({ "reason": "The third complaint" });
    let refused = call(&served, &shop, tool, &reason);
    let why = refused["error"]["message"].as_str().unwrap();
    assert!(why.contains("its `may` needs \"call\""), "{why}");

    let toolbox = [("authorization", "Bearer open")];
    assert!(!tools(&served, &toolbox).contains(&"ask".to_owned()));
    let refused = call(&served, &toolbox, "ask", &asked);
    let why = refused["error"]["message"].as_str().unwrap();
    assert!(why.contains("its `may` needs \"talk\""), "{why}");
    assert_eq!(
        call(&served, &toolbox, tool, &reason)["result"]["isError"],
        false
    );
}

#[test]
fn what_an_agent_says_goes_out_as_progress_before_the_answer() {
    let endpoint = Endpoint::that(Behaviour::Streams(&["One ", "two ", "three."]));
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'openai'\nmodel = 'm'\nurl = '{}'",
        endpoint.url
    );
    let served = Served::start(&Desk::new(&config));
    let params = json!({
        "name": "ask",
        "arguments": { "message": "count" },
        "_meta": { "progressToken": "p-1" },
    });
    let answer = send(&served, &[], &request("tools/call", &params).to_string());
    let events: Vec<Value> = answer
        .data()
        .iter()
        .filter_map(|data| serde_json::from_str(data).ok())
        .collect();
    let (end, parts) = events.split_last().unwrap();
    let said: String = parts
        .iter()
        .filter_map(|part| part["params"]["message"].as_str())
        .collect();
    assert_eq!(said, "One two three.", "{answer:?}");
    assert_eq!(parts[0]["params"]["progressToken"], "p-1");
    assert_eq!(text(end), "One two three.");
}

#[test]
fn the_user_and_the_key_of_a_call_are_the_clients_word_and_not_its_models() {
    let served = Served::start(&Desk::scripted(""));
    let keyed = |text: &str| {
        let params = json!({
            "name": "ask",
            "arguments": { "message": text },
            "_meta": { "baton/user": "ada", "baton/idempotency-key": "order-1" },
        });
        send(&served, &[], &request("tools/call", &params).to_string()).json()
    };
    let first = keyed("hello");
    assert_eq!(first["result"], keyed("hello")["result"]);
    let other = keyed("something else");
    assert!(
        text(&other).contains("was used for another text"),
        "{other:#}"
    );
    let user = json!({ "message": "hello", "user": "bob" });
    let refused = call(&served, &[], "ask", &user);
    assert!(
        text(&refused).contains("unknown field `user`"),
        "{refused:#}"
    );
}

#[test]
fn what_is_no_request_of_the_protocol_is_refused() {
    let served = Served::start(&Desk::scripted("[serve]\nmax-request = 2000"));
    assert!((400..500).contains(&send(&served, &[], "{").status));
    assert!((400..500).contains(&send(&served, &[], "[]").status));
    let long = request("ping", &json!({ "x": "x".repeat(5_000) })).to_string();
    assert_eq!(send(&served, &[], &long).status, 413);
    let page = [("origin", "https://evil.example")];
    let list = request("tools/list", &json!({})).to_string();
    assert_eq!(send(&served, &page, &list).status, 403);
    let unknown = send(&served, &[], &request("no/such", &json!({})).to_string());
    assert_eq!(unknown.json()["error"]["code"], -32601);
    assert_eq!(served.send("GET", "/mcp", &[], "").status, 405);
    let missing = call(&served, &[], "ask", &json!({}));
    assert!(
        text(&missing).contains("missing field `message`"),
        "{missing:#}"
    );
    assert_eq!(tools(&served, &[]), ["ask"]);
}

#[test]
fn a_user_who_asks_too_often_is_told_when_to_come_again() {
    let served = Served::start(&Desk::scripted("[serve]\nmessages-per-minute = 2"));
    let asked = json!({ "message": "hello" });
    let ends: Vec<Value> = (0..3)
        .map(|_| call(&served, &[], "ask", &asked)["result"]["isError"].clone())
        .collect();
    assert_eq!(ends, [false, false, true]);
}

#[test]
fn a_program_that_starts_the_desk_reaches_it_over_a_pipe() {
    let desk = Desk::example("customer-service");
    let mut program = desk
        .command(&["mcp", "--user", "ada"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut ask = |body: &Value| {
        writeln!(input, "{body}").unwrap();
        let line = lines.next().unwrap().unwrap();
        serde_json::from_str::<Value>(&line).unwrap()
    };
    let params = json!({
        "protocolVersion": VERSION,
        "capabilities": {},
        "clientInfo": { "name": "test", "version": "1" },
    });
    let begun = ask(&request("initialize", &params));
    assert_eq!(begun["result"]["serverInfo"]["name"], "baton");
    let listed = ask(&request("tools/list", &json!({})));
    assert_eq!(listed["result"]["tools"][0]["name"], "ask");
    let params = json!({ "name": "ask", "arguments": { "message": "I was charged twice" } });
    let answer = ask(&request("tools/call", &params));
    let story = &answer["result"]["structuredContent"];
    assert_eq!(story["agent"], "billing-department");
    drop(input);
    assert!(program.wait().unwrap().success());
    let id = story["conversation"].as_str().unwrap();
    let kept: Value = desk.json(&["conversation", "show", id]);
    assert_eq!(kept["user"], "ada");
}
