//! A remote agent's question, as the desk's own clients meet it.

use std::{thread, time::Duration};

use serde_json::{Value, json};

use super::{
    front_door::{error, message, reply, result},
    remote::desk,
    tasks::{at_once, stream, until},
};
use crate::support::{
    a2a::{Peer, Says, done, task, text},
    served::Served,
};

/// It asks for a number, and then knows.
fn asker() -> Peer {
    thoughtful(Duration::ZERO)
}

/// The same, which takes its time to find out.
fn thoughtful(time: Duration) -> Peer {
    Peer::that(false, move |_, params| {
        let task = match params["message"]["taskId"].as_str() {
            None => task("INPUT_REQUIRED", "What is its number?"),
            Some(_) => {
                thread::sleep(time);
                done(&format!("Found: {}", text(params)))
            }
        };
        Says::Result(json!({ "task": task }))
    })
}

/// The same message as part of this task.
fn in_task(task: &Value, mut message: Value) -> Value {
    message["message"]["taskId"] = task["id"].clone();
    message
}

fn asked(served: &Served) -> Value {
    let sent = message("m1", "Where is my parcel?");
    let task = result(served, "SendMessage", sent)["task"].clone();
    let status = &task["status"];
    assert_eq!(status["state"], "TASK_STATE_INPUT_REQUIRED", "{task:#}");
    assert_eq!(status["message"]["parts"][0]["text"], "What is its number?");
    task
}

#[test]
fn a_question_is_the_clients_to_answer_in_the_same_task_also_after_a_restart() {
    let peer = asker();
    let desk = desk(&peer, "");
    let task = {
        let served = Served::start(&desk);
        asked(&served)
    };
    let served = Served::start(&desk);
    let got = result(&served, "GetTask", json!({ "id": task["id"] }));
    assert_eq!(got, task);
    let sent = in_task(&task, message("m2", "4321"));
    let over = result(&served, "SendMessage", sent)["task"].clone();
    assert_eq!((&over["id"], reply(&over)), (&task["id"], "Found: 4321"));
    assert_eq!(over["contextId"], task["contextId"]);
    assert_eq!(
        result(&served, "GetTask", json!({ "id": task["id"] })),
        over
    );
    peer.asked("SendMessage");
    let second = peer.asked("SendMessage");
    assert_eq!(second.params["message"]["taskId"], "task-1");
    let late = in_task(&task, message("m3", "4322"));
    assert_eq!(error(&served, "SendMessage", late).0, -32004);
}

#[test]
fn whoever_does_not_wait_finds_the_question_and_then_the_answer() {
    let peer = asker();
    let served = Served::start(&desk(&peer, ""));
    let sent = at_once("m1", "Where is my parcel?");
    let task = result(&served, "SendMessage", sent)["task"].clone();
    until(&served, &task["id"], "INPUT_REQUIRED");
    let sent = in_task(&task, at_once("m2", "4321"));
    let continued = result(&served, "SendMessage", sent)["task"].clone();
    let state = continued["status"]["state"].as_str().unwrap();
    assert!(
        ["TASK_STATE_WORKING", "TASK_STATE_COMPLETED"].contains(&state),
        "{state}"
    );
    let over = until(&served, &task["id"], "COMPLETED");
    assert_eq!(reply(&over), "Found: 4321");
}

#[test]
fn a_stream_ends_with_the_question_and_whoever_subscribes_hears_the_end() {
    // Whoever subscribes has come by then.
    let peer = thoughtful(Duration::from_secs(2));
    let served = Served::start(&desk(&peer, ""));
    let sent = message("m1", "Where is my parcel?");
    let events = stream(&served, "SendStreamingMessage", sent);
    let last = &events.last().unwrap()["statusUpdate"];
    assert_eq!(
        last["status"]["state"], "TASK_STATE_INPUT_REQUIRED",
        "{events:#?}"
    );
    let task = &events[0]["task"];
    let heard = thread::scope(|scope| {
        let heard = scope.spawn(|| stream(&served, "SubscribeToTask", json!({ "id": task["id"] })));
        let sent = in_task(task, message("m2", "4321"));
        let events = stream(&served, "SendStreamingMessage", sent);
        let last = &events.last().unwrap()["statusUpdate"]["status"]["state"];
        assert_eq!(*last, "TASK_STATE_COMPLETED", "{events:#?}");
        heard.join().unwrap()
    });
    assert_eq!(heard[0]["task"]["id"], task["id"]);
    let last = &heard.last().unwrap()["statusUpdate"]["status"]["state"];
    assert_eq!(*last, "TASK_STATE_COMPLETED", "{heard:#?}");
}

#[test]
fn a_question_that_a_client_passes_over_was_the_answer() {
    let served = Served::start(&desk(&asker(), ""));
    let task = asked(&served);
    let mut next = message("m2", "Never mind");
    next["message"]["contextId"] = task["contextId"].clone();
    result(&served, "SendMessage", next);
    let got = result(&served, "GetTask", json!({ "id": task["id"] }));
    assert_eq!(reply(&got), "What is its number?");
}

#[test]
fn a_task_that_waits_for_its_client_can_be_called_off() {
    let served = Served::start(&desk(&asker(), ""));
    let task = asked(&served);
    let canceled = result(&served, "CancelTask", json!({ "id": task["id"] }));
    assert_eq!(canceled["status"]["state"], "TASK_STATE_CANCELED");
    until(&served, &task["id"], "CANCELED");
    let late = in_task(&task, message("m2", "4321"));
    assert_eq!(error(&served, "SendMessage", late).0, -32004);
}
