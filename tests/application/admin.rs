//! The Admin API on the wire.

mod access;
mod events;
mod operations;
mod skills;
mod work;

use serde_json::Value;

use crate::support::{
    desk::Desk,
    served::{Received, Served},
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
