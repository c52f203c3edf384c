//! Grants are bound to name, file and bytes, and given by command.

use std::fs;

use crate::support::{
    desk::Desk,
    shapes::Loaded,
    skills::{bundled, counter, hostile_with, rebuilt},
};

const TICKET: [&str; 5] = [
    "tool",
    "call",
    "customer-service",
    "escalate-to-human",
    r#"{"reason":"x"}"#,
];

/// The customer-service skill, granted what it wants by the configuration.
fn service() -> Desk {
    let desk = Desk::scripted("[skills.customer-service]\ngrants = ['tickets', 'conversation']")
        .skill("cs.wasm", bundled("customer-service"));
    assert_eq!(only(&desk).granted, ["conversation", "tickets"]);
    desk
}

/// The only skill of the folder.
#[track_caller]
fn only(desk: &Desk) -> Loaded {
    let mut loaded = desk.skills().into_iter().filter_map(|listed| listed.skill);
    loaded.next().unwrap()
}

fn waiting(loaded: &Loaded) -> Vec<&str> {
    loaded.waiting.iter().map(|waits| &*waits.grant).collect()
}

#[test]
fn a_strangers_file_that_calls_itself_like_another_inherits_nothing_until_it_is_approved() {
    let desk = service();
    fs::remove_file(desk.path("skills/cs.wasm")).unwrap();
    let desk = desk.skill("evil.wasm", rebuilt(&bundled("customer-service")));
    let loaded = only(&desk);
    assert!(loaded.granted.is_empty(), "{loaded:?}");
    assert_eq!(waiting(&loaded), ["conversation", "tickets"]);
    assert!(loaded.waiting[0].why.contains("the file cs.wasm"));
    desk.baton(&TICKET)
        .with_code(1)
        .complains(&["baton skill grant customer-service tickets"]);
    desk.baton(&["skill", "list"]).ok().shows(&[
        "was approved from cs.wasm",
        "baton skill grant customer-service conversation tickets",
    ]);
    desk.baton(&["run", "plain"])
        .ok()
        .complains(&["skill customer-service:", "was approved from cs.wasm"]);
    desk.baton(&["skill", "grant", "customer-service", "tickets"])
        .ok();
    desk.baton(&TICKET).ok();
    assert_eq!(only(&desk).granted, ["tickets"]);
}

#[test]
fn of_two_files_of_one_name_the_approved_one_is_taken_whichever_comes_first() {
    let desk = service().skill("a.wasm", rebuilt(&bundled("customer-service")));
    assert!(
        desk.refusal("a.wasm")
            .contains("already loaded from cs.wasm")
    );
    assert_eq!(only(&desk).granted, ["conversation", "tickets"]);
}

#[test]
fn a_running_host_gives_the_name_back_when_the_approved_file_comes_back() {
    let desk = service();
    fs::remove_file(desk.path("skills/cs.wasm")).unwrap();
    let desk = desk.skill("evil.wasm", rebuilt(&bundled("customer-service")));
    let mut chat = desk.chat("c");
    chat.say("plain");
    let desk = desk.skill("cs.wasm", bundled("customer-service"));
    chat.notice("refused", "evil.wasm");
    chat.notice("loaded", "cs.wasm");
    assert_eq!(only(&desk).granted, ["conversation", "tickets"]);
}

#[test]
fn a_new_version_of_a_file_keeps_the_harmless_grants_and_waits_for_the_others() {
    let grants = "grants = ['conversation', 'priority', 'hooks-on-all']";
    let meddler = hostile_with("meddles");
    let desk = Desk::scripted(&format!("[skills.hostile]\n{grants}")).skill("h.wasm", &meddler);
    assert_eq!(only(&desk).granted.len(), 3);
    let desk = desk.skill("h.wasm", rebuilt(&meddler));
    let loaded = only(&desk);
    assert_eq!(loaded.granted, ["conversation"]);
    assert_eq!(waiting(&loaded), ["priority", "hooks-on-all"]);
    desk.baton(&["skill", "inspect", "hostile"])
        .ok()
        .shows(&["(waits)", "baton skill grant hostile priority hooks-on-all"]);
    desk.baton(&["skill", "grant", "hostile", "hooks-on-all"])
        .ok()
        .shows(&["is granted conversation, hooks-on-all", "priority waits"]);
    assert_eq!(waiting(&only(&desk)), ["priority"]);
}

#[test]
fn a_new_version_has_what_the_old_one_had_if_the_operator_says_follow() {
    let grants = "grants = ['priority', 'hooks-on-all']\nupgrade = 'follow'";
    let desk = Desk::scripted(&format!("[skills.hostile]\n{grants}"))
        .skill("h.wasm", hostile_with("meddles"));
    assert_eq!(only(&desk).granted.len(), 2);
    let desk = desk.skill("h.wasm", rebuilt(&hostile_with("meddles")));
    assert_eq!(only(&desk).granted, ["priority", "hooks-on-all"]);
}

#[test]
fn what_a_new_version_newly_wants_waits_even_if_it_follows() {
    let grants = "grants = ['priority', 'hooks-on-all']\nupgrade = 'follow'";
    let desk =
        Desk::scripted(&format!("[skills.hostile]\n{grants}")).skill("h.wasm", hostile_with(""));
    assert_eq!(only(&desk).granted.len(), 2);
    let desk = desk.skill("h.wasm", hostile_with("meddles"));
    let loaded = only(&desk);
    assert_eq!(loaded.granted, ["priority"]);
    assert!(
        loaded.waiting[0].why.contains("did not want it"),
        "{loaded:?}"
    );
}

#[test]
fn a_new_version_of_a_file_remembers_and_a_stranger_does_not() {
    let agents = "[agents.first-agent]\nkind = 'scripted'\n[agents.later-agent]\nkind = 'scripted'";
    let desk = Desk::scripted(&format!("{agents}\n[skills.counter]\ngrants = ['agents']"))
        .skill("c.wasm", counter(""));
    assert_eq!(desk.say_in("c", "count").agent, "first-agent");
    let desk = desk.skill("c.wasm", rebuilt(&counter("")));
    assert_eq!(desk.say_in("c", "count").agent, "later-agent");
    fs::remove_file(desk.path("skills/c.wasm")).unwrap();
    let desk = desk.skill("evil.wasm", rebuilt(&counter("")));
    assert_eq!(desk.say_in("c", "count").agent, "first-agent");
    fs::remove_file(desk.path("skills/evil.wasm")).unwrap();
    let desk = desk.skill("c.wasm", counter(""));
    assert_eq!(desk.say_in("c", "count").agent, "later-agent");
}

#[test]
fn two_running_hosts_notice_what_is_granted_and_revoked_by_command() {
    let desk = Desk::scripted("").skill("c.wasm", counter(""));
    let mut chats = [desk.chat("a"), desk.chat("b")];
    for chat in &mut chats {
        chat.say("plain");
    }
    desk.baton(&[
        "skill",
        "grant",
        "counter",
        "agents",
        "http:crm.example.com",
    ])
    .ok()
    .shows(&["counter", "agents, http:crm.example.com"]);
    for chat in &mut chats {
        let notice = chat.notice_of("grants", "counter");
        assert_eq!(notice["granted"].as_array().unwrap().len(), 2);
    }
    desk.baton(&["skill", "revoke", "counter", "agents"]).ok();
    for chat in &mut chats {
        let notice = chat.notice_of("grants", "counter");
        assert_eq!(
            notice["granted"],
            serde_json::json!(["http:crm.example.com"])
        );
    }
    assert_eq!(only(&desk).granted, ["http:crm.example.com"]);
}

#[test]
fn the_lock_file_says_for_which_file_and_bytes_what_was_approved_and_by_whom() {
    let desk = Desk::scripted("").skill("c.wasm", counter(""));
    let mut command = desk.command(&["skill", "grant", "counter", "agents", "--json"]);
    let ran = crate::support::program::run(command.env("USER", "anna")).ok();
    assert_eq!(ran.json()["granted"], serde_json::json!(["agents"]));
    let lock: toml::Table =
        toml::from_str(&fs::read_to_string(desk.path("baton.lock")).unwrap()).unwrap();
    let approval = &lock["skills"]["counter"]["grants"]["agents"];
    assert_eq!(approval["file"].as_str(), Some("c.wasm"));
    assert_eq!(approval["digest"].as_str(), Some(&*only(&desk).digest));
    assert_eq!(
        (approval["version"].as_str(), approval["by"].as_str()),
        (Some("1.0.0"), Some("anna"))
    );
}

#[test]
fn what_makes_no_sense_is_not_granted_and_the_nearest_word_is_shown() {
    let desk =
        Desk::scripted("[skills.counter]\ngrants = ['tickets']").skill("c.wasm", counter(""));
    let refused = |arguments: &[&str], code, complains: &str| {
        desk.baton(arguments)
            .with_code(code)
            .complains(&[complains]);
    };
    refused(
        &["skill", "grant", "countr", "agents"],
        1,
        "did you mean `counter`?",
    );
    refused(
        &["skill", "grant", "counter", "ticket"],
        2,
        "did you mean `tickets`?",
    );
    refused(
        &["skill", "grant", "counter", "http"],
        2,
        "http:crm.example.com",
    );
    refused(
        &["skill", "revoke", "counter", "agents"],
        1,
        "was not granted `agents`",
    );
    refused(
        &["skill", "revoke", "counter", "tickets"],
        1,
        "stands in baton.toml",
    );
    assert_eq!(only(&desk).granted, ["tickets"]);
}

#[test]
fn a_lock_file_that_cannot_be_written_grants_nothing_and_says_so() {
    let desk = Desk::scripted("[skills.counter]\ngrants = ['tickets']")
        .skill("c.wasm", counter(""))
        .file("baton.lock", "version = 1\n");
    let file = desk.path("baton.lock");
    let mut permissions = fs::metadata(&file).unwrap().permissions();
    permissions.set_readonly(true);
    fs::set_permissions(&file, permissions).unwrap();
    desk.baton(&["run", "plain"])
        .ok()
        .complains(&["tickets waits: for which file it is could not be recorded"]);
    assert!(only(&desk).granted.is_empty());
    desk.baton(&["skill", "grant", "counter", "agents"])
        .with_code(1)
        .complains(&["nothing is granted", "baton.lock"]);
}

#[test]
fn a_lock_file_that_is_damaged_while_a_host_runs_changes_nothing_in_it() {
    let desk = Desk::scripted("").skill("c.wasm", counter(""));
    let mut chat = desk.chat("c");
    chat.say("plain");
    let desk = desk.file("baton.lock", "[[");
    let desk = desk.skill("f.wasm", bundled("finance"));
    std::thread::sleep(std::time::Duration::from_millis(1_000));
    assert_eq!(
        chat.explain("count").of("counter").target.as_deref(),
        Some("first-agent")
    );
    desk.baton(&["skill", "grant", "counter", "agents"])
        .with_code(3)
        .complains(&["baton.lock is damaged"]);
}

#[test]
fn what_a_component_wants_is_shown_in_plain_words_with_its_bounds() {
    let desk = Desk::scripted("").skill("h.wasm", hostile_with("needs"));
    desk.baton(&["skill", "inspect", "hostile"]).ok().shows(&[
        "may spend up to 5 USD per day (not granted)",
        "may call crm.example.com (not granted)",
        "http:crm.example.com",
        "baton skill grant hostile ",
    ]);
}
