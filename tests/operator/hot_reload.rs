//! The folder of a running host: what is dropped, replaced or removed takes
//! effect, once it is whole, without a restart.

use std::{
    fs,
    io::Write,
    thread,
    time::{Duration, Instant},
};

use crate::support::{
    desk::{Desk, SCRIPTED},
    files,
    skills::{bundled, counter, hostile},
};

const AGENTS: &str = r#"
[agents.finance-expert]
kind = "scripted"
[agents.first-agent]
kind = "scripted"
[agents.later-agent]
kind = "scripted"
"#;

fn put(desk: &Desk, file: &str, bytes: &[u8]) {
    fs::write(desk.path("skills").join(file), bytes).unwrap();
}

#[test]
fn a_skill_that_is_dropped_in_answers_the_next_message_and_one_that_is_removed_does_not() {
    let desk = Desk::scripted(AGENTS);
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("my stock").agent, "desk");

    put(&desk, "finance.wasm", &bundled("finance"));
    let notice = chat.notice("loaded", "finance.wasm");
    assert_eq!(notice["skill"], "finance");
    assert_eq!(chat.explain("my stock").target, "finance-expert");

    fs::remove_file(desk.path("skills/finance.wasm")).unwrap();
    chat.notice("removed", "finance.wasm");
    assert_eq!(chat.say("my stock").agent, "desk");
}

#[test]
fn a_new_version_takes_the_place_of_the_old_one() {
    let desk = Desk::scripted(AGENTS).skill("counter.wasm", counter(""));
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("count").agent, "first-agent");
    put(&desk, "counter.wasm", &counter("v2"));
    assert_eq!(chat.notice("replaced", "counter.wasm")["version"], "2.0.0");
    assert_eq!(chat.say("count").turn, 2);
}

#[test]
fn a_file_moved_over_another_is_a_new_version_too() {
    let desk = Desk::scripted(AGENTS).skill("counter.wasm", counter(""));
    let mut chat = desk.chat("c");
    let new = desk.path("new.wasm");
    fs::write(&new, counter("v2")).unwrap();
    fs::rename(new, desk.path("skills/counter.wasm")).unwrap();
    assert_eq!(chat.notice("replaced", "counter.wasm")["version"], "2.0.0");
}

#[test]
fn a_bad_new_version_leaves_the_good_one_at_work_and_says_so() {
    let good = hostile();
    let module = files::core_module();
    let bad: [(&[u8], &str); 4] = [
        (b"Buy milk.", "it is not WebAssembly"),
        (&good[..good.len() - 1000], "it ends in the middle"),
        (&module, "it is a core module"),
        (b"", "it is empty"),
    ];
    let desk = Desk::scripted("").skill("hostile.wasm", &good);
    let mut chat = desk.chat("c");
    for (bytes, why) in bad {
        put(&desk, "hostile.wasm", bytes);
        let notice = chat.notice("refused", "hostile.wasm");
        assert_eq!(notice["kept"], "hostile");
        assert!(notice["why"].as_str().unwrap().contains(why), "{notice}");
        assert_eq!(chat.explain("plain").target, "target", "after {why}");
    }
    put(&desk, "hostile.wasm", &good);
    chat.notice("replaced", "hostile.wasm");
    assert_eq!(chat.explain("plain").target, "target");
}

#[test]
fn a_file_that_is_written_slowly_is_loaded_when_it_is_whole() {
    let desk = Desk::scripted(AGENTS);
    let mut chat = desk.chat("c");
    let bytes = bundled("finance");
    let mut file = fs::File::create(desk.path("skills/finance.wasm")).unwrap();
    let mut longest = Duration::ZERO;
    for part in bytes.chunks(bytes.len() / 8 + 1) {
        let began = Instant::now();
        file.write_all(part).unwrap();
        // Shorter than what a host takes for the end of writing.
        thread::sleep(Duration::from_millis(60));
        longest = longest.max(began.elapsed());
    }
    drop(file);
    chat.notice("loaded", "finance.wasm");
    assert_eq!(chat.say("my stock").agent, "finance-expert");
    // A machine that was busy elsewhere has made a longer pause of it.
    if longest < Duration::from_millis(150) {
        let others = chat.others();
        assert!(others.is_empty(), "it was refused on the way: {others:?}");
    }
}

#[test]
fn a_copy_that_stalls_is_refused_and_loaded_when_the_rest_of_it_arrives() {
    let desk = Desk::scripted(AGENTS);
    let mut chat = desk.chat("c");
    let bytes = bundled("finance");
    let (begin, rest) = bytes.split_at(bytes.len() / 2);
    put(&desk, "finance.wasm", begin);
    let notice = chat.notice("refused", "finance.wasm");
    assert!(
        notice["why"]
            .as_str()
            .unwrap()
            .contains("it ends in the middle"),
        "{notice}"
    );
    let file = desk.path("skills/finance.wasm");
    fs::OpenOptions::new()
        .append(true)
        .open(file)
        .unwrap()
        .write_all(rest)
        .unwrap();
    chat.notice("loaded", "finance.wasm");
    assert_eq!(chat.say("my stock").agent, "finance-expert");
}

#[test]
fn a_turn_under_way_finishes_on_the_skills_it_began_with() {
    let desk = Desk::new(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.office]\nkind = 'scripted'\n\
         [agents.target]\nkind = 'scripted'\ndelay = '1200ms'",
    )
    .skill("hostile.wasm", hostile());
    let mut chat = desk.chat("c");
    chat.write("after-trap");
    thread::sleep(Duration::from_millis(300));
    fs::remove_file(desk.path("skills/hostile.wasm")).unwrap();
    // The host knows that it is gone before the target answers; the after-hook
    // runs all the same.
    assert_eq!(chat.answer().agent, "target");
    chat.notice("removed", "hostile.wasm");
    assert_eq!(desk.event("c", "skill.faulted")["during"], "hook after");
}

#[test]
fn of_two_files_with_the_same_skill_the_second_takes_over_when_the_first_is_removed() {
    let desk = Desk::scripted("")
        .skill("one.wasm", hostile())
        .skill("two.wasm", hostile());
    let mut chat = desk.chat("c");
    assert_eq!(chat.explain("plain").target, "target");
    fs::remove_file(desk.path("skills/one.wasm")).unwrap();
    chat.notice("loaded", "two.wasm");
    assert_eq!(chat.explain("plain").target, "target");
}

#[test]
fn a_folder_elsewhere_that_the_configuration_names_is_watched_as_well() {
    let elsewhere = tempfile::tempdir().unwrap();
    let config = format!(
        "skills-folder = '{}'\n{SCRIPTED}\n{AGENTS}",
        elsewhere.path().display()
    );
    let desk = Desk::new(&config);
    let mut chat = desk.chat("c");
    fs::write(elsewhere.path().join("finance.wasm"), bundled("finance")).unwrap();
    chat.notice("loaded", "finance.wasm");
    assert_eq!(chat.say("my stock").agent, "finance-expert");
}

#[test]
fn a_folder_that_is_swapped_as_a_whole_is_followed() {
    let desk = Desk::scripted(AGENTS).skill("hostile.wasm", hostile());
    let desk = desk.file("skills.new/finance.wasm", bundled("finance"));
    let mut chat = desk.chat("c");
    fs::rename(desk.path("skills"), desk.path("skills.old")).unwrap();
    fs::rename(desk.path("skills.new"), desk.path("skills")).unwrap();
    chat.notice("loaded", "finance.wasm");
    chat.notice("removed", "hostile.wasm");
    put(&desk, "hostile.wasm", &hostile());
    chat.notice("loaded", "hostile.wasm");
}
