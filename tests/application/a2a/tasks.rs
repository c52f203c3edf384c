//! Tasks: how they stand, who may see them, and what can be done with them.

use std::{
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::front_door::{KIOSK, SHOP, TOKENS, VERSION, call, error, message, reply, result};
use crate::support::{desk::Desk, program::PATIENCE, served::Served};

const SLOW: &str = "[agents.target]\nkind = 'scripted'\nreply = 'At last.'\ndelay = '1500ms'";

fn slow() -> Desk {
    Desk::new(&format!("entry = 'target'\n{SLOW}"))
}

/// A desk where a person answers.
pub fn person() -> Desk {
    Desk::new(
        "entry = 'ana'\n[agents.ana]\nkind = 'human'\nacknowledgement = 'Ticket {ticket} it is.'",
    )
}

pub fn at_once(id: &str, text: &str) -> Value {
    let mut message = message(id, text);
    message["configuration"] = json!({ "returnImmediately": true });
    message
}

/// Asks until the task is in this state.
#[track_caller]
pub fn until(served: &Served, id: &Value, state: &str) -> Value {
    let end = Instant::now() + PATIENCE;
    loop {
        let task = result(served, "GetTask", json!({ "id": id }));
        if task["status"]["state"] == format!("TASK_STATE_{state}") {
            return task;
        }
        assert!(Instant::now() < end, "{task:#}");
        thread::sleep(Duration::from_millis(100));
    }
}

/// The events of a stream in the JSON-RPC binding.
pub fn stream(served: &Served, method: &str, params: Value) -> Vec<Value> {
    let received = call(served, &[], method, params);
    let events = received.data().into_iter();
    events
        .map(|data| serde_json::from_str::<Value>(data).unwrap())
        .map(|event| event.get("result").unwrap_or(&event).clone())
        .collect()
}

#[test]
fn a_client_that_does_not_wait_has_a_task_that_ends_later() {
    let served = Served::start(&slow());
    let began = Instant::now();
    let task = result(&served, "SendMessage", at_once("m", "Hello"))["task"].clone();
    assert!(
        began.elapsed() < Duration::from_millis(1200),
        "{:?}",
        began.elapsed()
    );
    let state = task["status"]["state"].as_str().unwrap();
    assert!(
        ["TASK_STATE_SUBMITTED", "TASK_STATE_WORKING"].contains(&state),
        "{state}"
    );
    assert_eq!(reply(&until(&served, &task["id"], "COMPLETED")), "At last.");
}

#[test]
fn a_stream_begins_with_the_task_and_ends_with_its_state() {
    let served = Served::start(&Desk::scripted(""));
    let events = stream(&served, "SendStreamingMessage", message("m", "Hello"));
    assert!(events[0]["task"]["id"].is_string(), "{events:#?}");
    let artifact = &events[1]["artifactUpdate"];
    assert_eq!(artifact["artifact"]["name"], "desk");
    assert_eq!(
        artifact["artifact"]["parts"][0]["text"],
        "This is the desk."
    );
    let last = &events.last().unwrap()["statusUpdate"];
    assert_eq!(last["status"]["state"], "TASK_STATE_COMPLETED");
    assert_eq!(last["taskId"], events[0]["task"]["id"]);
    assert_eq!(events.len(), 3, "{events:#?}");
    let rest = served.send(
        "POST",
        "/a2a/message:stream",
        &[VERSION],
        &message("n", "Hello").to_string(),
    );
    let first: Value = serde_json::from_str(rest.data()[0]).unwrap();
    assert!(first["task"].is_object(), "{first:#}");
}

#[test]
fn whoever_subscribes_to_a_task_hears_its_end() {
    let served = Served::start(&slow());
    let task = result(&served, "SendMessage", at_once("m", "Hello"))["task"].clone();
    let events = stream(&served, "SubscribeToTask", json!({ "id": task["id"] }));
    assert_eq!(events[0]["task"]["id"], task["id"]);
    let last = &events.last().unwrap()["statusUpdate"]["status"]["state"];
    assert_eq!(*last, "TASK_STATE_COMPLETED", "{events:#?}");
    assert_eq!(
        error(&served, "SubscribeToTask", json!({ "id": task["id"] })).0,
        -32004
    );
}

#[test]
fn a_task_that_is_called_off_is_broken_off_and_stays_so() {
    let desk = slow();
    let served = Served::start(&desk);
    let task = result(&served, "SendMessage", at_once("m", "Hello"))["task"].clone();
    until(&served, &task["id"], "WORKING");
    let canceled = result(&served, "CancelTask", json!({ "id": task["id"] }));
    assert_eq!(canceled["status"]["state"], "TASK_STATE_CANCELED");
    assert_eq!(
        error(&served, "CancelTask", json!({ "id": task["id"] })).0,
        -32002
    );
    let again = result(&served, "SendMessage", message("m", "Hello"))["task"].clone();
    assert_eq!(again["status"]["state"], "TASK_STATE_CANCELED");
    drop(served);
    let later = Served::start(&desk);
    until(&later, &task["id"], "CANCELED");
    let conversation = task["contextId"].as_str().unwrap();
    assert_eq!(desk.count(conversation, "turn.answered"), 0);
    desk.event(conversation, "turn.cut-off");
}

#[test]
fn a_client_that_leaves_finds_the_answer_when_it_comes_back() {
    let served = Served::start(&slow());
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "SendStreamingMessage", "params": message("m", "Hello") });
    served.hang_up("POST", "/a2a", &[VERSION], &body.to_string());
    let task = result(&served, "SendMessage", message("m", "Hello"))["task"].clone();
    assert_eq!(reply(&task), "At last.");
}

#[test]
fn a_task_that_waits_for_a_person_is_done_when_they_answer_also_after_a_restart() {
    let desk = person();
    let served = Served::start(&desk);
    let task = result(&served, "SendMessage", message("m", "Help me"))["task"].clone();
    assert_eq!(task["status"]["state"], "TASK_STATE_SUBMITTED");
    let ticket = task["metadata"]["ticket"].as_str().unwrap();
    let says = task["status"]["message"]["parts"][0]["text"]
        .as_str()
        .unwrap();
    assert_eq!(says, format!("Ticket {ticket} it is."));
    desk.baton(&["ticket", "claim", ticket, "--as", "ana"]).ok();
    until(&served, &task["id"], "WORKING");
    drop(served);
    desk.baton(&["ticket", "reply", ticket, "--as", "ana", "Done."])
        .ok();
    let later = Served::start(&desk);
    let done = until(&later, &task["id"], "COMPLETED");
    assert_eq!(
        (reply(&done), &done["artifacts"][0]["name"]),
        ("Done.", &json!("ana"))
    );
}

#[test]
fn a_message_to_a_waiting_task_goes_to_the_same_person_and_the_task_stays_the_same() {
    let desk = person();
    let served = Served::start(&desk);
    let task = result(&served, "SendMessage", message("m", "Help me"))["task"].clone();
    let mut more = message("n", "It is urgent");
    more["message"]["taskId"] = task["id"].clone();
    let same = result(&served, "SendMessage", more.clone())["task"].clone();
    assert_eq!(
        (&same["id"], &same["contextId"]),
        (&task["id"], &task["contextId"])
    );
    more["message"]["contextId"] = json!("another");
    assert_eq!(error(&served, "SendMessage", more.clone()).0, -32602);
    let listed = result(&served, "ListTasks", json!({}));
    assert_eq!(listed["totalSize"], 1);
    let ticket = task["metadata"]["ticket"].as_str().unwrap();
    desk.baton(&["ticket", "reply", ticket, "--as", "ana", "Done."])
        .ok();
    until(&served, &task["id"], "COMPLETED");
    let mut late = message("o", "Thanks");
    late["message"]["taskId"] = task["id"].clone();
    assert_eq!(error(&served, "SendMessage", late).0, -32004);
    let mut unknown = message("p", "Thanks");
    unknown["message"]["taskId"] = json!("abcdef");
    assert_eq!(error(&served, "SendMessage", unknown).0, -32001);
}

#[test]
fn a_task_that_waits_for_a_person_can_be_taken_back() {
    let desk = person();
    let served = Served::start(&desk);
    let task = result(&served, "SendMessage", message("m", "Help me"))["task"].clone();
    let canceled = result(&served, "CancelTask", json!({ "id": task["id"] }));
    assert_eq!(canceled["status"]["state"], "TASK_STATE_CANCELED");
    desk.baton(&["ticket", "list"])
        .ok()
        .shows(&["No ticket is open."]);
}

#[test]
fn a_task_that_waits_for_approval_is_done_when_it_is_given() {
    let more = "policy.supervisor = 'lead'\n[agents.lead]\nkind = 'human'\nacknowledgement = 'Ana must approve this.'";
    let desk = crate::protocol::desk("reply = 'The expert speaking.'", more);
    let served = Served::start(&desk);
    let task = result(&served, "SendMessage", message("m", "supervised please"))["task"].clone();
    assert_eq!(task["status"]["state"], "TASK_STATE_SUBMITTED", "{task:#}");
    let ticket = task["metadata"]["ticket"].as_str().unwrap();
    desk.baton(&["ticket", "approve", ticket, "--as", "ana"])
        .ok();
    assert_eq!(
        reply(&until(&served, &task["id"], "COMPLETED")),
        "The expert speaking."
    );
}

#[test]
fn tasks_and_contexts_of_another_user_are_neither_shown_nor_continued() {
    let served = Served::start(&Desk::scripted(TOKENS));
    let sent = call(&served, &[SHOP], "SendMessage", message("m", "Hello")).json();
    let task = &sent["result"]["task"];
    let ada = [SHOP, ("x-baton-user", "ada")];
    for headers in [&ada[..], &[KIOSK]] {
        let got = call(&served, headers, "GetTask", json!({ "id": task["id"] })).json();
        assert_eq!(got["error"]["code"], -32001);
        let listed = call(&served, headers, "ListTasks", json!({})).json();
        assert_eq!(listed["result"]["totalSize"], 0);
        let mut forged = message("n", "Hello");
        forged["message"]["contextId"] = task["contextId"].clone();
        let refused = call(&served, headers, "SendMessage", forged);
        assert_eq!(refused.status, 403, "{refused:?}");
    }
    let own = call(&served, &[SHOP], "GetTask", json!({ "id": task["id"] })).json();
    assert_eq!(own["result"]["id"], task["id"]);
}

#[test]
fn tasks_are_listed_by_page_the_latest_first() {
    let served = Served::start(&Desk::scripted(""));
    for id in ["a", "b", "c"] {
        result(&served, "SendMessage", message(id, "Hello"));
    }
    let first = result(&served, "ListTasks", json!({ "pageSize": 2 }));
    assert_eq!(
        (&first["totalSize"], &first["pageSize"]),
        (&json!(3), &json!(2))
    );
    let named = |list: &Value| -> Vec<String> {
        let tasks = list["tasks"].as_array().unwrap().iter();
        tasks
            .map(|task| task["history"][0]["messageId"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(named(&first), ["c", "b"]);
    assert_eq!(first["tasks"][0].get("artifacts"), None);
    let token = &first["nextPageToken"];
    let second = result(
        &served,
        "ListTasks",
        json!({ "pageSize": 2, "pageToken": token }),
    );
    assert_eq!(
        (named(&second), &second["nextPageToken"]),
        (vec!["a".to_owned()], &json!(""))
    );
    // How long a page can be, not how long this one is.
    assert_eq!(second["pageSize"], 2);
    let context = &second["tasks"][0]["contextId"];
    let one = result(&served, "ListTasks", json!({ "contextId": context }));
    assert_eq!(named(&one), ["a"]);
    let working = result(
        &served,
        "ListTasks",
        json!({ "status": "TASK_STATE_WORKING" }),
    );
    assert_eq!(working["totalSize"], 0);
    assert_eq!(
        error(&served, "ListTasks", json!({ "pageToken": "nonsense" })).0,
        -32602
    );
}
