//! Files of the skills folder: skills are loaded, everything else is refused
//! with its reason and disturbs nothing.

use std::{fs, os::unix::net::UnixListener};

use crate::support::{
    desk::Desk,
    files,
    skills::{self, bundled, hostile, hostile_with},
};

/// A folder with one good skill.
fn desk() -> Desk {
    Desk::scripted("").skill("hostile.wasm", hostile())
}

#[test]
fn every_kind_of_wrong_file_is_refused_with_its_reason_and_the_good_one_works() {
    let good = hostile();
    let half = &good[..good.len() / 2];
    let mut damaged = good.to_vec();
    damaged[good.len() / 2..][..64].fill(0xff);
    let wrong: [(&str, &[u8], &str); 14] = [
        ("empty.wasm", b"", "it is empty"),
        ("notes.txt", b"Buy milk.", "it is not WebAssembly"),
        ("image.wasm", b"\x89PNG\r\n\x1a\n", "it is not WebAssembly"),
        (
            "module.wasm",
            &files::core_module(),
            "it is a core module and not a component",
        ),
        (
            "command.wasm",
            &files::wasi_command(),
            "it is a command-line program (WASI command)",
        ),
        (
            "other.wasm",
            &files::of_another_world(),
            "it exports weather:station/readings@1.0.0",
        ),
        (
            "later.wasm",
            &files::of_a_later_contract(),
            "it was built for baton:skill@0.7.0",
        ),
        (
            "sockets.wasm",
            &files::wanting("acme:sockets/tcp@1.0.0"),
            "it imports acme:sockets/tcp@1.0.0",
        ),
        (
            "future.wasm",
            &files::wanting("baton:skill/telepathy@0.1.0"),
            "which this host does not offer",
        ),
        (
            "hollow.wasm",
            &files::hollow(),
            "it does not keep to the contract",
        ),
        ("truncated.wasm", half, "it ends in the middle"),
        ("begun.wasm", &good[..6], "it ends in the middle"),
        ("damaged.wasm", &damaged, "it is no valid component"),
        (
            "name.wasm",
            &hostile_with("empty-name"),
            "its manifest is wrong",
        ),
    ];
    let mut desk = desk();
    for (file, bytes, _) in &wrong {
        desk = desk.skill(file, bytes);
    }
    fs::create_dir(desk.path("skills/folder.wasm")).unwrap();
    let _socket = UnixListener::bind(desk.path("skills/socket.wasm")).unwrap();
    let text = desk.baton(&["skill", "list"]).ok().stdout;
    let others = [
        ("folder.wasm", &[][..], "it is a folder"),
        ("socket.wasm", &[], "it is no ordinary file"),
    ];
    for (file, _, why) in wrong.iter().chain(&others) {
        let refusal = desk.refusal(file);
        assert!(refusal.contains(why), "{file}: {refusal}");
        let line = text.lines().find(|line| line.contains(file)).unwrap();
        assert!(line.contains(why), "{line}");
    }
    assert_eq!(desk.say("plain").agent, "target");
}

#[test]
fn a_wrong_file_is_told_with_every_answer_and_inspect_says_the_same() {
    let desk = desk().skill("notes.txt", "Buy milk.");
    desk.baton(&["run", "plain"])
        .ok()
        .complains(&["notes.txt: it is not WebAssembly"]);
    let file = desk.path("skills/notes.txt");
    desk.baton(&["skill", "inspect", file.to_str().unwrap()])
        .with_code(1)
        .complains(&["it is not WebAssembly"]);
}

#[test]
fn of_two_files_with_the_same_skill_the_first_by_name_is_taken_and_the_other_refused() {
    let desk = desk().skill("copy.wasm", hostile());
    assert_eq!(
        desk.refusal("hostile.wasm"),
        "the skill `hostile` is already loaded from copy.wasm; remove one of the two"
    );
    assert_eq!(desk.say("plain").agent, "target");
    fs::remove_file(desk.path("skills/copy.wasm")).unwrap();
    assert!(desk.skills().iter().all(|listed| listed.refused.is_none()));
}

#[test]
fn a_skill_is_known_by_its_own_name_and_not_by_that_of_its_file() {
    let desk = Desk::scripted("").skill("something else.bin", bundled("finance"));
    let listed = desk.skills();
    assert_eq!(listed[0].file, "something else.bin");
    assert_eq!(listed[0].skill.as_ref().unwrap().name, "finance");
}

#[test]
fn the_list_says_of_each_skill_what_it_exports_and_what_it_wants() {
    let desk = Desk::scripted("[skills.customer-service]\ngrants = ['tickets']")
        .skill("customer-service.wasm", bundled("customer-service"));
    let listed = desk.skills().remove(0).skill.unwrap();
    assert_eq!(
        (listed.granted.as_slice(), listed.missing.as_slice()),
        (
            &["tickets".to_owned()][..],
            &["conversation".to_owned()][..]
        )
    );
    assert_eq!(
        (listed.version.as_str(), listed.admission.as_str()),
        ("0.1.0", "admitted")
    );
    desk.baton(&["skill", "list"]).ok().shows(&[
        "customer-service",
        "1 condition",
        "1 hook",
        "1 tool",
        "conversation",
    ]);
}

#[test]
fn what_is_hidden_or_still_being_copied_is_not_looked_at() {
    let desk = desk()
        .skill(".hidden", "x")
        .skill("copy.part", "x")
        .skill("edit~", "x");
    assert_eq!(desk.skills().len(), 1);
}

#[test]
fn an_empty_or_missing_folder_is_told_apart() {
    let desk = Desk::scripted("");
    assert_eq!(desk.say("plain").agent, "desk");
    fs::remove_dir(desk.path("skills")).unwrap();
    desk.baton(&["run", "plain"])
        .with_code(3)
        .complains(&["skills"]);
}

#[test]
fn skills_are_loaded_side_by_side() {
    let names = ["finance", "router", "resilient", "customer-service"];
    let mut desk = Desk::scripted("").skill("counter.wasm", skills::counter(""));
    for name in names {
        desk = desk.skill(&format!("{name}.wasm"), bundled(name));
    }
    assert_eq!(
        desk.skills()
            .iter()
            .filter(|listed| listed.skill.is_some())
            .count(),
        5
    );
}
