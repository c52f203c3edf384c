//! An agent of somebody else is asked once, or again under the same id if it
//! says that it does the same thing once, whenever the host dies.

use std::sync::atomic::{AtomicUsize, Ordering};

use serde_json::Value;

use crate::support::{
    a2a::{Peer, Says, done},
    desk::Desk,
};

const KEY: [&str; 7] = [
    "run",
    "--user",
    "ada",
    "--key",
    "parcel-1",
    "--conversation",
    "c",
];
const TEXT: &str = "Send my parcel back";

/// A remote agent that is still at work on the first message when everybody
/// looks, and answers the next ones.
fn peer() -> Peer {
    let asked = AtomicUsize::new(0);
    Peer::that(false, move |_, _| {
        match asked.fetch_add(1, Ordering::SeqCst) {
            0 => Says::Nothing,
            _ => Says::Result(serde_json::json!({ "task": done("It is sent back.") })),
        }
    })
}

fn desk(peer: &Peer, entry: &str, more: &str) -> Desk {
    Desk::new(&format!(
        "entry = '{entry}'\nfallback = 'assistant'\n[agents.desk]\nkind = 'scripted'\n\
         [agents.assistant]\nkind = 'scripted'\n\
         [agents.parcels]\nkind = 'a2a'\ncard = '{}'\n{more}\n\
         [[rules]]\ntarget = 'parcels'\nowner = 'desk'\nkeywords = ['parcel']",
        peer.card()
    ))
}

/// A host that is killed while the remote agent works; the id of the message
/// that the agent has got.
fn killed_at_work(desk: &Desk, peer: &Peer) -> Value {
    let arguments = [&KEY[..], &[TEXT]].concat();
    let mut host = desk.command(&arguments).spawn().unwrap();
    let id = message_id(peer);
    host.kill().unwrap();
    host.wait().unwrap();
    id
}

fn message_id(peer: &Peer) -> Value {
    peer.asked("SendMessage").params["message"]["messageId"].clone()
}

/// The same message is delivered again.
fn again(desk: &Desk) -> Value {
    desk.json(&[&KEY[..], &[TEXT]].concat())
}

fn letters(desk: &Desk) -> Vec<Value> {
    desk.json(&["deadletter", "list"])
}

#[test]
fn a_remote_agent_that_was_at_work_when_the_host_died_is_unknown_and_not_asked_again() {
    let peer = peer();
    let desk = desk(&peer, "desk", "");
    let id = killed_at_work(&desk, &peer);

    let answer = again(&desk);
    assert_eq!(answer["agent"], "assistant", "{answer:#}");
    let why = answer["route"][0]["why"].to_string();
    assert!(why.contains("[unknown]"), "{answer:#}");
    assert_eq!(peer.count("SendMessage"), 0, "it was asked again");
    assert_eq!(desk.event("c", "handoff.expired")["outcome"], "unknown");
    let kept = letters(&desk);
    assert_eq!(kept[0]["outcome"], "unknown", "{kept:#?}");
    // Delivered once more it is answered from the store.
    assert_eq!(again(&desk)["reply"], answer["reply"]);
    assert_eq!(peer.count("SendMessage"), 0, "it was asked again");

    // An operator may decide otherwise; the agent can tell that it is the same.
    let letter = kept[0]["context"]["id"].as_str().unwrap();
    let retried: Value = desk.json(&["deadletter", "retry", letter]);
    assert_eq!(retried["reply"], "It is sent back.", "{retried:#}");
    assert_eq!(message_id(&peer), id);
}

#[test]
fn a_remote_agent_that_honours_our_key_is_asked_again_with_the_same_key() {
    let peer = peer();
    let desk = desk(&peer, "desk", "idempotent = true");
    let id = killed_at_work(&desk, &peer);

    let answer = again(&desk);
    assert_eq!(
        (&answer["agent"], &answer["reply"]),
        (&"parcels".into(), &"It is sent back.".into())
    );
    assert_eq!(message_id(&peer), id);
    assert_eq!(desk.event("c", "handoff.expired")["outcome"], "unknown");
    // And an answered message is not worked on at all.
    assert_eq!(again(&desk)["reply"], "It is sent back.");
    assert_eq!(peer.count("SendMessage"), 0, "it was asked again");
}

#[test]
fn a_remote_agent_that_has_the_conversation_is_not_asked_again_either() {
    for (more, expected) in [("", "assistant"), ("idempotent = true", "parcels")] {
        let peer = peer();
        let desk = desk(&peer, "parcels", more);
        let id = killed_at_work(&desk, &peer);
        let answer = again(&desk);
        assert_eq!(answer["agent"], expected, "{answer:#}");
        if expected == "parcels" {
            assert_eq!(message_id(&peer), id);
            continue;
        }
        assert_eq!(peer.count("SendMessage"), 0, "it was asked again");
        let why = desk.event("c", "agent.failed")["why"].to_string();
        assert!(why.contains("[unknown]"), "{why}");
        // The next message is another one.
        let next = ["run", "--user", "ada", "--conversation", "c", "And now?"];
        assert_eq!(desk.json::<Value>(&next)["agent"], "parcels");
        assert_ne!(message_id(&peer), id);
    }
}
