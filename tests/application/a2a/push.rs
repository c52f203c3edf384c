//! Whoever wants to be told of a task is told, at places that may be called.

use serde_json::{Value, json};

use super::{
    front_door::{VERSION, error, message, reply, result},
    tasks::person,
};
use crate::support::{
    a2a::{Peer, Says},
    desk::Desk,
    served::Served,
};

fn hooked(peer: &Peer) -> Desk {
    let desk = person();
    desk.configure(&format!("[serve]\nnotify = ['{}']", peer.host));
    desk
}

fn with_hook(peer: &Peer) -> Value {
    let mut message = message("m", "Help me");
    message["configuration"] = json!({ "taskPushNotificationConfig": {
        "url": format!("http://{}/hook", peer.host),
        "token": "for-you",
        "authentication": { "scheme": "Bearer", "credentials": "sesame" },
    }});
    message
}

#[test]
fn whoever_wants_to_be_told_is_told_how_the_task_stands_with_what_they_registered() {
    let peer = Peer::that(false, |_, _| {
        Says::Raw("200 OK", "text/plain", String::new())
    });
    let desk = hooked(&peer);
    let served = Served::start(&desk);
    let task = result(&served, "SendMessage", with_hook(&peer))["task"].clone();
    let told = peer.asked("/hook");
    assert_eq!(told.params["task"]["id"], task["id"]);
    assert_eq!(
        told.params["task"]["status"]["state"],
        "TASK_STATE_SUBMITTED"
    );
    assert!(
        told.head.contains("authorization: bearer sesame"),
        "{}",
        told.head
    );
    assert!(
        told.head.contains("x-a2a-notification-token: for-you"),
        "{}",
        told.head
    );
    drop(served);
    let ticket = task["metadata"]["ticket"].as_str().unwrap();
    desk.baton(&["ticket", "reply", ticket, "--as", "ana", "Done."])
        .ok();
    let _later = Served::start(&desk);
    assert_eq!(reply(&peer.asked("/hook").params["task"]), "Done.");
}

#[test]
fn whoever_cannot_be_told_at_first_is_told_again() {
    let tries = std::sync::atomic::AtomicUsize::new(0);
    let peer = Peer::that(false, move |_, _| {
        let first = tries.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0;
        let status = if first { "500 Oh" } else { "200 OK" };
        Says::Raw(status, "text/plain", String::new())
    });
    let served = Served::start(&hooked(&peer));
    result(&served, "SendMessage", with_hook(&peer));
    peer.asked("/hook");
    peer.asked("/hook");
}

#[test]
fn push_notification_configs_are_made_read_listed_and_removed() {
    let peer = Peer::that(false, |_, _| {
        Says::Raw("200 OK", "text/plain", String::new())
    });
    let served = Served::start(&hooked(&peer));
    let task = result(&served, "SendMessage", message("m", "Help me"))["task"].clone();
    let id = task["id"].as_str().unwrap();
    let config = json!({ "taskId": id, "id": "mine", "url": format!("http://{}/hook", peer.host) });
    let made = result(&served, "CreateTaskPushNotificationConfig", config.clone());
    assert_eq!(made, config);
    let named = json!({ "taskId": id, "id": "mine" });
    assert_eq!(
        result(&served, "GetTaskPushNotificationConfig", named.clone()),
        config
    );
    let path = format!("/a2a/tasks/{id}/pushNotificationConfigs");
    assert_eq!(
        served.send("GET", &path, &[VERSION], "").json()["configs"],
        json!([config])
    );
    result(&served, "DeleteTaskPushNotificationConfig", named.clone());
    assert_eq!(
        error(&served, "GetTaskPushNotificationConfig", named).0,
        -32001
    );
    assert_eq!(
        served
            .send("GET", &path, &[VERSION], "")
            .json()
            .get("configs"),
        None
    );
}

#[test]
fn private_places_that_the_operator_does_not_name_are_not_told() {
    let served = Served::start(&person());
    for url in [
        "http://127.0.0.1:9/",
        "https://10.0.0.1/",
        "http://example.com/",
        "file:///etc",
        "https://localhost/",
    ] {
        let mut sent = message("m", "Help me");
        sent["configuration"] = json!({ "taskPushNotificationConfig": { "url": url } });
        let (code, why) = error(&served, "SendMessage", sent);
        assert_eq!(code, -32602, "{url}: {why}");
    }
}
