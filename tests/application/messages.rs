//! Messages that are no messages, or hold what a terminal would obey.

use crate::support::{desk::Desk, skills};

fn desk() -> Desk {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\nreply = 'You wrote: {text}'\n[agents.target]\nkind = 'scripted'";
    Desk::new(config).skill("hostile.wasm", skills::hostile())
}

#[test]
fn an_empty_message_is_refused_with_what_to_do() {
    let desk = desk();
    for empty in ["", "   ", "\n\t\n", "\u{7}"] {
        for command in ["run", "explain"] {
            let ran = desk.baton(&[command, empty]).with_code(1);
            ran.complains(&["the message is empty; write what you would like to know"]);
        }
    }
}

#[test]
fn an_empty_message_leaves_no_trace_in_its_conversation() {
    let desk = desk();
    desk.baton(&["run", "--conversation", "c", " "])
        .with_code(1);
    assert_eq!(desk.say_in("c", "hello").turn, 1);
}

#[test]
fn a_message_of_ten_megabytes_is_refused_with_its_size_and_the_host_goes_on() {
    let desk = desk();
    let long = "x".repeat(10_000_000);
    desk.baton_reading(&["run", "-"], long.as_bytes())
        .with_code(1)
        .complains(&["the message has 10000000 bytes and at most 262144 are taken"]);
    let mut chat = desk.chat("c");
    chat.write(&long);
    assert_eq!(chat.say("hello").reply, "You wrote: hello");
    let (code, stderr) = chat.end();
    assert_eq!(code, 1);
    assert!(stderr.contains("has 10000000 bytes"), "{stderr}");
}

#[test]
fn the_longest_message_is_answered() {
    let longest = format!("{}plain", "x ".repeat(128 * 1024 - 3));
    let ran = desk()
        .baton_reading(&["run", "--json"], longest.as_bytes())
        .ok();
    assert_eq!(ran.json()["agent"], "target");
}

#[test]
fn control_characters_of_a_message_reach_neither_agents_nor_the_terminal() {
    let desk = desk();
    let text = "\u{1b}[2Jclear\u{7} \u{0}and\r\nnext\u{9b}31m line";
    let ran = desk
        .baton_reading(&["run", "--conversation", "c", "--json"], text.as_bytes())
        .ok();
    assert_eq!(ran.json()["reply"], "You wrote: [2Jclear and\nnext31m line");
    for arguments in [&["run", "-"][..], &["explain", "-"]] {
        let ran = desk.baton_reading(arguments, text.as_bytes()).ok();
        let obeyed = |c: char| c.is_control() && c != '\n' && c != '\t';
        assert!(!ran.stdout.contains(obeyed), "{ran:?}");
    }
}

#[test]
fn what_is_not_utf_8_is_refused_and_not_guessed() {
    desk()
        .baton_reading(&["run"], b"caf\xe9")
        .with_code(1)
        .complains(&["is not UTF-8 text"]);
}

#[test]
fn an_identifier_that_cannot_be_shown_is_refused_as_wrong_usage() {
    let desk = desk();
    for wrong in ["", "two words", "bell\u{7}", &"x".repeat(1000)] {
        desk.baton(&["run", "--user", wrong, "hello"]).with_code(2);
        desk.baton(&["run", "--conversation", wrong, "hello"])
            .with_code(2);
    }
}
