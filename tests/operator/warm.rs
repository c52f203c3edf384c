//! Instances that the operator has kept between the turns of a conversation.

use std::{fs, io::Write};

use serde_json::Value;

use crate::support::{
    chat::Chat,
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    served::{Served, said},
    skills::{lingerer, rebuilt},
};

/// The instances that the host keeps at most.
const MOST: usize = 64;

/// A desk on which the agent that answers tells how many messages the instance
/// of `lingerer` has judged.
fn desk(settings: &str) -> Desk {
    let guests: String = (1..=4)
        .map(|n| format!("[agents.guest-{n}]\nkind = 'scripted'\n"))
        .collect();
    Desk::scripted(&format!(
        "{guests}[serve]\nmessages-per-minute = 1000\n[skills.lingerer]\n{settings}\n"
    ))
    .skill("lingerer.wasm", lingerer())
}

fn warm() -> Desk {
    desk("instances = 'warm'")
}

/// Who answers a message in a conversation of a served desk.
fn says(served: &Served, conversation: &str, text: &str) -> String {
    let headers = [("x-baton-conversation", conversation)];
    let request = said(&[("user", text)]);
    let body: Value = served.chat(&headers, &request).json();
    body["baton"]["agent"]
        .as_str()
        .unwrap_or_else(|| panic!("{body}"))
        .to_owned()
}

#[test]
fn an_instance_is_kept_for_its_conversation_only_where_the_operator_says_so() {
    let kept = warm();
    let mut chat = kept.chat("c");
    for n in 1..=3 {
        assert_eq!(chat.say("my turn").agent, format!("guest-{n}"));
    }
    for settings in ["", "instances = 'fresh'"] {
        let fresh = desk(settings);
        let mut chat = fresh.chat("c");
        for _ in 1..=3 {
            assert_eq!(chat.say("my turn").agent, "guest-1");
        }
    }
}

#[test]
fn what_an_instance_has_in_memory_is_never_seen_in_another_conversation() {
    let desk = warm();
    let served = Served::start(&desk);
    for n in 1..=3 {
        for conversation in ["ada", "bob"] {
            let agent = says(&served, conversation, "my turn");
            assert_eq!(agent, format!("guest-{n}"), "{conversation}");
        }
    }
    assert_eq!(says(&served, "eve", "my turn"), "guest-1");
}

#[test]
fn an_instance_that_failed_is_never_used_again() {
    let desk = warm();
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("my turn").agent, "guest-1");
    assert_eq!(chat.say("my turn").agent, "guest-2");
    chat.say("my turn: trap");
    desk.event("c", "skill.faulted");
    assert_eq!(chat.say("my turn").agent, "guest-1");
    assert_eq!(chat.say("my turn").agent, "guest-2");
}

#[test]
fn an_instance_that_holds_on_to_work_or_piles_up_memory_is_not_kept() {
    let desk = desk("instances = 'warm'\ngrants = ['agents']");
    let mut chat = desk.chat("c");
    for held in ["my turn: hold", "my turn: pile"] {
        assert_eq!(chat.say("my turn").agent, "guest-1", "{held}");
        assert_eq!(chat.say(held).agent, "guest-2", "{held}");
        assert_eq!(chat.say("my turn").agent, "guest-1", "{held}");
        chat.say("my turn: trap");
    }
}

#[test]
fn a_turn_that_was_broken_off_leaves_no_instance() {
    let slow = Endpoint::that(Behaviour::Hangs);
    let desk = Desk::scripted(&format!(
        "[agents.guest-1]\nkind = 'scripted'\n\
         [agents.guest-2]\nkind = 'openai'\nmodel = 'm'\nurl = '{}'\n\
         [skills.lingerer]\ninstances = 'warm'\n",
        slow.url
    ))
    .skill("lingerer.wasm", lingerer());
    let served = Served::start(&desk);
    assert_eq!(says(&served, "c", "my turn"), "guest-1");

    let body = said(&[("user", "my turn")]).to_string();
    let mut stream = served.connect();
    write!(
        stream,
        "POST /v1/chat/completions HTTP/1.1\r\nhost: {}\r\nx-baton-conversation: c\r\n\
         content-length: {}\r\n\r\n{body}",
        served.address(),
        body.len()
    )
    .unwrap();
    // Its instance has named the second guest.
    slow.request();
    drop(stream);
    assert_eq!(says(&served, "c", "my turn"), "guest-1");
}

#[test]
fn a_new_version_and_other_grants_begin_anew() {
    let desk = warm();
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("my turn").agent, "guest-1");
    assert_eq!(chat.say("my turn").agent, "guest-2");

    let file = desk.path("skills/lingerer.wasm");
    fs::write(file, rebuilt(&lingerer())).unwrap();
    chat.notice("replaced", "lingerer.wasm");
    assert_eq!(chat.say("my turn").agent, "guest-1");
    assert_eq!(chat.say("my turn").agent, "guest-2");

    desk.baton(&["skill", "grant", "lingerer", "agents"]).ok();
    chat.notice_of("grants", "lingerer");
    assert_eq!(chat.say("my turn").agent, "guest-1");
}

#[test]
fn a_conversation_that_is_deleted_by_another_process_begins_anew() {
    let desk = warm();
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("my turn").agent, "guest-1");
    assert_eq!(chat.say("my turn").agent, "guest-2");
    desk.baton(&["conversation", "delete", "c", "--yes"]).ok();
    chat.say("hello");
    assert_eq!(chat.say("my turn").agent, "guest-1");
}

#[test]
fn triggers_keep_a_skill_out_of_queries_that_are_not_its_and_its_instance_waits() {
    let desk = warm();
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("my turn").agent, "guest-1");
    for _ in 0..3 {
        chat.say("hello");
    }
    assert_eq!(
        chat.say("my turn").agent,
        "guest-2",
        "it has judged two of five"
    );
}

#[test]
fn beyond_the_limit_the_instance_that_was_unused_for_longest_is_dropped() {
    let desk = warm();
    let served = Served::start(&desk);
    for number in 0..=MOST {
        assert_eq!(says(&served, &format!("c-{number}"), "my turn"), "guest-1");
    }
    assert_eq!(says(&served, "c-1", "my turn"), "guest-2");
    assert_eq!(says(&served, &format!("c-{MOST}"), "my turn"), "guest-2");
    assert_eq!(says(&served, "c-0", "my turn"), "guest-1");
}

#[test]
fn explaining_leaves_a_warm_instance_as_it_is() {
    let desk = warm();
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("my turn").agent, "guest-1");
    assert_eq!(chat.explain("my turn").target, "guest-1");
    assert_eq!(chat.say("my turn").agent, "guest-2");
}

#[test]
fn chance_is_the_turns_own_in_an_instance_that_is_kept() {
    let desk = warm();
    let mut chat = desk.chat("c");
    let turns = [
        chat.say("my turn by chance").turn,
        chat.say("my turn by chance").turn,
    ];
    let seeds: Vec<Value> = desk
        .events("c")
        .into_iter()
        .filter(|event| event["type"] == "turn.seeded")
        .map(|event| event["seed"].clone())
        .collect();
    assert_eq!(turns, [1, 2]);
    assert_eq!(seeds.len(), 2, "each turn has drawn for itself");
    assert_ne!(seeds[0], seeds[1]);
}

#[test]
fn each_turn_of_an_instance_that_is_kept_has_its_limits_whole() {
    let desk = desk("instances = 'warm'\nlimits.log-lines = 1");
    let mut chat =
        Chat::start(desk.command(&["chat", "--json", "--conversation", "c", "--log", "info"]));
    for n in 1..=3 {
        assert_eq!(chat.say("note my turn").agent, format!("guest-{n}"));
    }
    let (_, stderr) = chat.end();
    assert_eq!(stderr.matches("it was asked").count(), 3, "{stderr}");
}

#[test]
fn a_skill_whose_instances_are_kept_is_shown_as_such() {
    let desk = warm();
    let said = ["instances are kept for the next turn of the same conversation"];
    desk.baton(&["skill", "list"]).ok().shows(&said);
    desk.baton(&["skill", "inspect", "lingerer"])
        .ok()
        .shows(&said);
    let listed: Vec<Value> = desk.json(&["skill", "list"]);
    assert_eq!(listed[0]["skill"]["instances"], "warm");

    let wrong = self::desk("instances = 'hot'");
    let ran = wrong.baton(&["skill", "list"]).with_code(3);
    ran.complains(&["unknown variant `hot`, expected `fresh` or `warm`"]);
}
