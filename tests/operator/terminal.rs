//! What a person at a terminal sees.

use std::time::Duration;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    skills::{bundled, hostile},
    terminal::Terminal,
};

fn desk() -> Desk {
    Desk::scripted("[agents.finance-expert]\nkind = 'scripted'").skill("hostile.wasm", hostile())
}

fn model(url: &str) -> Desk {
    let agents = "entry = 'desk'\n[agents.desk]\nkind = 'openai'\nmodel = 'm'";
    Desk::new(&format!("{agents}\nurl = '{url}'"))
}

#[test]
fn a_models_reply_is_shown_part_by_part_while_it_comes() {
    let pause = Duration::from_millis(600);
    let endpoint = Endpoint::that(Behaviour::StreamsSlowly(&["It is ", "raining."], pause));
    let desk = model(&endpoint.url);
    let mut terminal = Terminal::start(desk.command(&["run", "hello"]), 80);
    terminal.expect("It is");
    terminal.expect("raining.");
    assert!(terminal.between() > pause / 2, "both came at once");
    let (code, shown) = terminal.end();
    assert_eq!((code, shown.matches("raining.").count()), (0, 1), "{shown}");
}

#[test]
fn a_reply_that_is_broken_off_is_followed_by_the_stand_ins() {
    let endpoint = Endpoint::that(Behaviour::BreaksOff("It is not "));
    let desk = model(&endpoint.url);
    let (code, shown) = Terminal::start(desk.command(&["run", "hello"]), 80).end();
    assert_eq!(code, 4);
    assert!(
        shown.contains("broken off") && shown.contains("nobody can answer"),
        "{shown}"
    );
}

#[test]
fn colours_are_for_terminals_and_can_be_turned_off() {
    let desk = desk();
    let (_, shown) = Terminal::start(desk.command(&["run", "plain"]), 80).end();
    assert!(shown.contains("\u{1b}["), "{shown:?}");
    let mut command = desk.command(&["run", "plain"]);
    command.env("NO_COLOR", "1");
    let (_, shown) = Terminal::start(command, 80).end();
    assert!(!shown.contains('\u{1b}'), "{shown:?}");
}

#[test]
fn tables_fit_the_terminal() {
    let desk = desk()
        .skill("notes.txt", "Buy milk.")
        .skill("finance.wasm", bundled("finance"));
    for command in [
        &["agent", "list"][..],
        &["skill", "list"],
        &["explain", "plain"],
        &["tool", "list"],
    ] {
        let mut command = desk.command(command);
        command.env("NO_COLOR", "1");
        let (code, shown) = Terminal::start(command, 80).end();
        assert_eq!(code, 0);
        let table = shown.lines().filter(|line| !line.starts_with("warning:"));
        let widest = table.map(|line| line.chars().count()).max().unwrap();
        assert!(widest <= 80, "{widest} columns:\n{shown}");
    }
}

#[test]
fn a_chat_edits_lines_recalls_them_and_tells_of_new_skills_meanwhile() {
    let desk = desk();
    let state = tempfile::tempdir().unwrap();
    let start = || {
        let mut command = desk.command(&["chat"]);
        command.env("XDG_STATE_HOME", state.path());
        Terminal::start(command, 80)
    };
    let mut chat = start();
    chat.expect("/help");
    chat.expect("›");
    // Two keys back, one deleted, and on.
    chat.types("plaXin\u{1b}[D\u{1b}[D\u{7f}\r");
    chat.expect("This is the target.");
    chat.expect("desk → target");
    chat.expect("›");
    std::fs::write(desk.path("skills/finance.wasm"), bundled("finance")).unwrap();
    chat.expect("skill finance 0.1.0 loaded");
    chat.types("my stock\r");
    chat.expect("This is finance-expert.");
    chat.expect("›");
    chat.types("\u{4}");
    assert_eq!(chat.end().0, 0);

    let mut again = start();
    again.expect("›");
    again.types("\u{1b}[A");
    again.expect("my stock");
    again.types("\u{1b}[A\r");
    again.expect("This is the target.");
    again.expect("›");
    again.types("/quit\r");
    assert_eq!(again.end().0, 0);
}

#[test]
fn an_answer_that_is_not_waited_for_leaves_an_event_that_says_so() {
    let endpoint = Endpoint::that(Behaviour::Hangs);
    let desk = model(&endpoint.url);
    let mut terminal = Terminal::start(desk.command(&["chat", "--conversation", "c"]), 80);
    terminal.expect("Write a message");
    terminal.types("hello\r");
    endpoint.request();
    terminal.interrupts();
    terminal.expect("The answer was not waited for.");
    // Keys are the chat's only from the next prompt on.
    terminal.expect("›");
    terminal.types("\u{4}");
    terminal.end();
    let why = desk.event("c", "turn.cut-off")["why"].to_string();
    assert!(why.contains("broken off"), "{why}");
}
