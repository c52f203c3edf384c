//! A desk as agents of others see it: its cards, and the two bindings.

use serde_json::{Value, json};

use crate::support::{
    desk::Desk,
    served::{Received, Served},
};

/// The version that every request names.
pub const VERSION: (&str, &str) = ("a2a-version", "1.0");

pub const TOKENS: &str = "
[serve.tokens.shop]
env = 'SHOP_TOKEN'

[serve.tokens.kiosk]
# of `open`
sha256 = '2348f998744212575d85959674f9607ab26f67708a917157472832386337c904'
user = 'visitor'
";

pub const SHOP: (&str, &str) = ("authorization", "Bearer sesame");
pub const KIOSK: (&str, &str) = ("authorization", "Bearer open");

/// A call of the JSON-RPC binding.
pub fn call(served: &Served, headers: &[(&str, &str)], method: &str, params: Value) -> Received {
    call_at(served, "/a2a", headers, method, params)
}

fn call_at(
    served: &Served,
    path: &str,
    headers: &[(&str, &str)],
    method: &str,
    params: Value,
) -> Received {
    let body = json!({ "jsonrpc": "2.0", "id": 7, "method": method, "params": params });
    let headers = [&[VERSION], headers].concat();
    served.send("POST", path, &headers, &body.to_string())
}

/// The result of a call that succeeds.
#[track_caller]
pub fn result(served: &Served, method: &str, params: Value) -> Value {
    let answer = call(served, &[], method, params).json();
    assert_eq!(
        (&answer["jsonrpc"], &answer["id"]),
        (&json!("2.0"), &json!(7))
    );
    assert_eq!(answer.get("error"), None, "{answer:#}");
    answer["result"].clone()
}

/// The error of a call that does not.
#[track_caller]
pub fn error(served: &Served, method: &str, params: Value) -> (i64, String) {
    let answer = call(served, &[], method, params).json();
    assert_eq!(answer.get("result"), None, "{answer:#}");
    let error = &answer["error"];
    (
        error["code"].as_i64().unwrap(),
        error["message"].to_string(),
    )
}

/// A message with this name.
pub fn message(id: &str, text: &str) -> Value {
    json!({ "message": { "messageId": id, "role": "ROLE_USER", "parts": [{ "text": text }] } })
}

/// What a finished task answers.
#[track_caller]
pub fn reply(task: &Value) -> &str {
    assert_eq!(task["status"]["state"], "TASK_STATE_COMPLETED", "{task:#}");
    task["artifacts"][0]["parts"][0]["text"].as_str().unwrap()
}

/// Where nobody has to be anybody.
fn customer_service() -> Served {
    Served::start(&Desk::example("customer-service"))
}

#[test]
fn the_desks_card_names_its_interfaces_and_what_its_agents_can_do() {
    let served = customer_service();
    let received = served.send("GET", "/.well-known/agent-card.json", &[], "");
    assert_eq!(received.status, 200);
    let card = received.json();
    let interfaces = card["supportedInterfaces"].as_array().unwrap();
    let bindings: Vec<&Value> = interfaces.iter().map(|i| &i["protocolBinding"]).collect();
    assert_eq!(bindings, ["JSONRPC", "HTTP+JSON"]);
    assert!(interfaces.iter().all(|i| i["protocolVersion"] == "1.0"));
    assert_eq!(card["capabilities"]["streaming"], true);
    assert!(card["skills"].to_string().contains("billing"), "{card:#}");
    let old = served.send("GET", "/.well-known/agent.json", &[], "");
    assert_eq!(old.json(), card);
}

#[test]
fn a_card_that_a_client_has_is_not_sent_again() {
    let served = customer_service();
    let card = served.send("GET", "/.well-known/agent-card.json", &[], "");
    assert_eq!(card.header("cache-control"), Some("public, max-age=60"));
    let etag = card.header("etag").unwrap();
    let again = served.send(
        "GET",
        "/.well-known/agent-card.json",
        &[("if-none-match", etag)],
        "",
    );
    assert_eq!((again.status, again.body.as_str()), (304, ""));
}

#[test]
fn every_agent_has_a_card_and_an_endpoint_of_its_own() {
    let served = Served::start(&Desk::scripted(""));
    let all = served.send("GET", "/a2a/agents", &[], "").json();
    let names: Vec<&Value> = all["agents"]
        .as_array()
        .unwrap()
        .iter()
        .map(|c| &c["name"])
        .collect();
    assert_eq!(names, ["assistant", "desk", "target"]);
    let card = served.send("GET", "/a2a/agents/target", &[], "").json();
    assert_eq!(card, all["agents"][2]);
    let url = card["supportedInterfaces"][0]["url"].as_str().unwrap();
    assert!(url.ends_with("/a2a/agents/target/invoke"), "{url}");
    let path = "/a2a/agents/target/invoke";
    let answer = call_at(&served, path, &[], "SendMessage", message("m", "Hello")).json();
    assert_eq!(reply(&answer["result"]["task"]), "This is the target.");
    let rest = "/a2a/agents/target/message:send";
    let answer = served.send("POST", rest, &[VERSION], &message("n", "Hello").to_string());
    assert_eq!(reply(&answer.json()["task"]), "This is the target.");
    assert_eq!(
        served.send("GET", "/a2a/agents/nobody", &[], "").status,
        404
    );
}

#[test]
fn a_message_is_answered_by_a_task_with_the_agent_as_the_name_of_the_result() {
    let served = customer_service();
    let sent = message("m", "I was charged twice for order 4321");
    let task = result(&served, "SendMessage", sent)["task"].clone();
    assert_eq!(task["artifacts"][0]["name"], "billing-department");
    assert_eq!(task["history"][0]["messageId"], "m");
    assert!(task["contextId"].is_string());
    assert!(task["status"]["timestamp"].as_str().unwrap().ends_with('Z'));
    let id = task["id"].clone();
    assert_eq!(result(&served, "GetTask", json!({ "id": id })), task);
}

#[test]
fn a_context_goes_on_in_its_conversation() {
    let desk = Desk::scripted("");
    let served = Served::start(&desk);
    let first = result(&served, "SendMessage", message("m", "Hello"))["task"].clone();
    let mut next = message("n", "Are you there?");
    next["message"]["contextId"] = first["contextId"].clone();
    let second = result(&served, "SendMessage", next)["task"].clone();
    assert_eq!(second["contextId"], first["contextId"]);
    assert_ne!(second["id"], first["id"]);
    let conversation = first["contextId"].as_str().unwrap();
    assert_eq!(desk.count(conversation, "turn.answered"), 2);
}

#[test]
fn a_message_delivered_twice_is_the_same_task_and_answered_once() {
    let desk = Desk::scripted("");
    let served = Served::start(&desk);
    let first = result(&served, "SendMessage", message("m", "Hello"));
    assert_eq!(result(&served, "SendMessage", message("m", "Hello")), first);
    let conversation = first["task"]["contextId"].as_str().unwrap();
    assert_eq!(desk.count(conversation, "turn.started"), 1);
}

#[test]
fn a_message_with_other_words_is_another_task_whatever_its_client_calls_it() {
    let served = Served::start(&Desk::scripted(""));
    let first = result(&served, "SendMessage", message("1", "Hello"));
    let second = result(&served, "SendMessage", message("1", "Goodbye"));
    assert_ne!(first["task"]["id"], second["task"]["id"]);
    assert_eq!(second["task"]["history"][0]["messageId"], "1");
    let listed = result(&served, "ListTasks", json!({}));
    assert_eq!(listed["totalSize"], 2);
}

#[test]
fn an_endpoint_is_reached_with_a_slash_at_its_end() {
    let served = Served::start(&Desk::scripted(""));
    for path in ["/a2a/", "/a2a/agents/target/invoke/"] {
        let answer = call_at(&served, path, &[], "SendMessage", message("m", "Hello"));
        let task = answer.json()["result"]["task"].clone();
        assert_eq!(task["status"]["state"], "TASK_STATE_COMPLETED", "{path}");
    }
}

#[test]
fn fields_are_read_by_their_names_in_the_protocols_definition_too() {
    let served = Served::start(&Desk::scripted(""));
    let sent = json!({
        "message": { "message_id": "m", "role": "ROLE_USER", "parts": [{ "text": "Hello" }] },
        "configuration": { "history_length": 0 },
    });
    let task = result(&served, "SendMessage", sent.clone())["task"].clone();
    assert_eq!(task.get("history"), None);
    let context = &task["contextId"];
    let sent = served.send("POST", "/a2a/message:send", &[VERSION], &sent.to_string());
    assert_eq!(sent.json()["task"], task);
    let asked = json!({ "context_id": context, "page_size": 1, "include_artifacts": true });
    let listed = result(&served, "ListTasks", asked);
    assert_eq!(
        (&listed["totalSize"], &listed["tasks"][0]["id"]),
        (&json!(1), &task["id"])
    );
    let elsewhere = json!({ "context_id": "elsewhere" });
    assert_eq!(result(&served, "ListTasks", elsewhere)["totalSize"], 0);
    let told = json!({ "task_id": task["id"], "url": "https://example.com/hook" });
    let told = result(&served, "CreateTaskPushNotificationConfig", told);
    assert_eq!(told["taskId"], task["id"]);
}

#[test]
fn a_body_that_says_it_is_no_json_is_refused() {
    let served = Served::start(&Desk::scripted(""));
    let sent = message("m", "Hello").to_string();
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "ListTasks", "params": {} });
    let body = body.to_string();
    for kind in ["text/plain", "application/x-www-form-urlencoded", ""] {
        let headers = [VERSION, ("content-type", kind)];
        let answer = served.send("POST", "/a2a", &headers, &body).json();
        assert_eq!(answer["error"]["code"], -32005, "{kind}");
        let answer = served.send("POST", "/a2a/message:send", &headers, &sent);
        let error = &answer.json()["error"];
        assert_eq!(
            (answer.status, &error["code"]),
            (400, &json!(400)),
            "{kind}"
        );
        assert_eq!(error["status"], "INVALID_ARGUMENT");
        assert_eq!(error["details"][0]["reason"], "CONTENT_TYPE_NOT_SUPPORTED");
    }
    for kind in ["application/a2a+json", "Application/JSON; charset=utf-8"] {
        let headers = [VERSION, ("content-type", kind)];
        let answer = served.send("POST", "/a2a", &headers, &body).json();
        assert_eq!(answer.get("error"), None, "{kind}");
        let answer = served.send("POST", "/a2a/message:send", &headers, &sent);
        assert_eq!(answer.status, 200, "{kind}");
    }
}

#[test]
fn the_same_things_are_said_in_plain_http_and_json() {
    let served = Served::start(&Desk::scripted(""));
    let sent = served.send(
        "POST",
        "/a2a/message:send",
        &[VERSION],
        &message("m", "Hello").to_string(),
    );
    assert_eq!(sent.header("content-type"), Some("application/a2a+json"));
    let task = sent.json()["task"].clone();
    assert_eq!(reply(&task), "This is the desk.");
    let id = task["id"].as_str().unwrap();
    let got = served.send("GET", &format!("/a2a/tasks/{id}"), &[VERSION], "");
    assert_eq!(got.json(), task);
    let short = served.send(
        "GET",
        &format!("/a2a/tasks/{id}?historyLength=0"),
        &[VERSION],
        "",
    );
    assert_eq!(short.json().get("history"), None);
    let list = served.send(
        "GET",
        "/a2a/tasks?pageSize=5&includeArtifacts=true",
        &[VERSION],
        "",
    );
    assert_eq!(list.json()["tasks"][0], task);
    let cancel = served.send("POST", &format!("/a2a/tasks/{id}:cancel"), &[VERSION], "{}");
    assert_eq!(cancel.status, 400);
    let error = &cancel.json()["error"];
    assert_eq!(error["status"], "FAILED_PRECONDITION");
    assert_eq!(error["details"][0]["reason"], "TASK_NOT_CANCELABLE");
    assert_eq!(error["details"][0]["domain"], "a2a-protocol.org");
    let follow = served.send(
        "POST",
        &format!("/a2a/tasks/{id}:subscribe"),
        &[VERSION],
        "",
    );
    let error = &follow.json()["error"];
    assert_eq!(
        (follow.status, &error["status"]),
        (400, &json!("FAILED_PRECONDITION"))
    );
    assert_eq!(error["details"][0]["reason"], "UNSUPPORTED_OPERATION");
}

#[test]
fn a_request_of_another_version_is_refused_and_told_which_one_is_spoken() {
    let served = Served::start(&Desk::scripted(""));
    let body =
        json!({ "jsonrpc": "2.0", "id": 7, "method": "ListTasks", "params": {} }).to_string();
    for version in ["", "0.3", "2.0", "1.05"] {
        let answer = served
            .send("POST", "/a2a", &[("a2a-version", version)], &body)
            .json();
        assert_eq!(answer["error"]["code"], -32009, "{version}");
    }
    let none = served.send("POST", "/a2a/message:send", &[], "{}");
    assert_eq!(
        (none.status, &none.json()["error"]["details"][0]["reason"]),
        (400, &json!("VERSION_NOT_SUPPORTED"))
    );
    for version in ["1.0", "1.0.3"] {
        let answer = served
            .send("POST", "/a2a", &[("a2a-version", version)], &body)
            .json();
        assert_eq!(answer.get("error"), None, "{version}");
    }
    let in_query = served.send("GET", "/a2a/tasks?A2A-Version=1.0", &[], "");
    assert_eq!(in_query.status, 200);
}

#[test]
fn bad_requests_have_the_protocols_codes() {
    let served = Served::start(&Desk::scripted(""));
    let raw = |body: &str| {
        let answer = served.send("POST", "/a2a", &[VERSION], body).json();
        answer["error"]["code"].as_i64().unwrap()
    };
    assert_eq!(raw("{broken"), -32700);
    assert_eq!(raw("[]"), -32600);
    assert_eq!(
        raw(r#"{"jsonrpc":"1.0","id":1,"method":"GetTask"}"#),
        -32600
    );
    assert_eq!(
        raw(r#"{"jsonrpc":"2.0","id":{},"method":"GetTask"}"#),
        -32600
    );
    assert_eq!(raw(r#"{"jsonrpc":"2.0","id":1,"method":"Dance"}"#), -32601);
    assert_eq!(
        raw(r#"{"jsonrpc":"2.0","id":1,"method":"GetTask","params":{"id":7}}"#),
        -32602
    );
    assert_eq!(
        error(&served, "GetTask", json!({ "id": "nothing" })).0,
        -32001
    );
    assert_eq!(
        error(&served, "CancelTask", json!({ "id": "../x" })).0,
        -32001
    );
    assert_eq!(error(&served, "GetExtendedAgentCard", json!({})).0, -32004);
    assert_eq!(error(&served, "SendMessage", message("m", "  ")).0, -32602);
    assert_eq!(
        error(&served, "SendMessage", message("", "Hello")).0,
        -32602
    );
    assert_eq!(
        error(&served, "ListTasks", json!({ "pageSize": 0 })).0,
        -32602
    );
    let mut agents = message("m", "Hello");
    agents["message"]["role"] = json!("ROLE_AGENT");
    assert_eq!(error(&served, "SendMessage", agents).0, -32602);
    let mut file = message("m", "Hello");
    file["message"]["parts"] = json!([{ "raw": "AAAA", "mediaType": "image/png" }]);
    assert_eq!(error(&served, "SendMessage", file).0, -32005);
    let rest = served.send("POST", "/a2a/message:send", &[VERSION], "{broken");
    assert_eq!(rest.status, 400);
    let large = served.send("POST", "/a2a", &[VERSION], &"x".repeat(5 << 20));
    assert_eq!(large.status, 413);
}

#[test]
fn who_has_no_token_is_not_let_in_and_sees_the_public_card_alone() {
    let more = "[agents.vault]\nkind = 'scripted'\nscopes = ['staff']\n";
    let served = Served::start(&Desk::scripted(&format!("{more}{TOKENS}")));
    let card = served
        .send("GET", "/.well-known/agent-card.json", &[], "")
        .json();
    assert_eq!(
        card["securitySchemes"]["bearer"]["httpAuthSecurityScheme"]["scheme"],
        "Bearer"
    );
    assert!(!card.to_string().contains("vault"));
    let stranger = call(&served, &[], "SendMessage", message("m", "Hello"));
    assert_eq!(
        (stranger.status, stranger.header("www-authenticate")),
        (401, Some("Bearer"))
    );
    let wrong = call(
        &served,
        &[("authorization", "Bearer nope")],
        "ListTasks",
        json!({}),
    );
    assert_eq!(wrong.status, 401);
    let known = call(&served, &[SHOP], "SendMessage", message("m", "Hello"));
    assert_eq!(reply(&known.json()["result"]["task"]), "This is the desk.");
    let vault = call_at(
        &served,
        "/a2a/agents/vault/invoke",
        &[SHOP],
        "ListTasks",
        json!({}),
    );
    assert_eq!(vault.json()["error"]["code"], -32602);
}

#[test]
fn a_desk_hands_over_to_another_desk_and_tells_it_what_was_said() {
    let said = "[agents.target]\nkind = 'scripted'\nreply = 'You said {text}.'";
    let config = format!("entry = 'target'\n{said}");
    let other = Desk::new(&config);
    let served = Served::start(&other);
    let desk = super::remote::desk_at(&served.at("/.well-known/agent-card.json"), "");
    desk.say_in("c", "Hello, I am Ada.");
    let answer = desk.say_in("c", "Where is my parcel?");
    assert_eq!(answer.reply, "You said Where is my parcel?.");
    let again = desk.say_in("c", "Thanks");
    assert_eq!(
        (again.agent.as_str(), again.reply.as_str()),
        ("parcels", "You said Thanks.")
    );
    let conversations: Vec<Value> = other.json(&["conversation", "list"]);
    let [one] = conversations.as_slice() else {
        panic!("{conversations:#?}")
    };
    let id = one["id"].as_str().unwrap();
    let export: Value = other.json(&["conversation", "export", id]);
    let text = export.to_string();
    assert!(
        text.contains("I am Ada") && text.contains("Where is my parcel"),
        "{text}"
    );
}

#[test]
fn an_agent_of_another_desk_is_reached_by_its_own_card() {
    let said = "[agents.target]\nkind = 'scripted'\nreply = 'A long answer.'";
    let other = Desk::new(&format!("entry = 'target'\n{said}"));
    let served = Served::start(&other);
    let desk = super::remote::desk_at(&served.at("/a2a/agents/target"), "");
    assert_eq!(desk.say("Where is my parcel?").reply, "A long answer.");
}
