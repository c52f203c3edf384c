//! `admission = "shadow"`: a new skill is watched before it counts.

use crate::support::{
    desk::{Desk, SCRIPTED},
    skills::{counter, hostile},
};

fn desk() -> Desk {
    Desk::new(&format!("admission = 'shadow'\n{SCRIPTED}")).skill("hostile.wasm", hostile())
}

#[test]
fn the_verdict_of_a_skill_that_is_not_admitted_is_recorded_and_not_acted_on() {
    let desk = desk();
    assert_eq!(desk.say_in("c", "plain").agent, "desk");
    let event = desk.event("c", "verdict.shadowed");
    assert_eq!(
        (&event["skill"], &event["target"]),
        (&"hostile".into(), &"target".into())
    );
}

#[test]
fn explain_and_the_list_show_what_it_would_do_and_how_to_admit_it() {
    let desk = desk();
    let explained = desk.explain("plain");
    let row = explained.of("hostile");
    assert_eq!(
        (row.verdict.as_str(), row.target.as_deref()),
        ("shadowed", Some("target"))
    );
    assert!(row.why.contains("baton skill admit hostile"), "{row:?}");
    assert_eq!(explained.decision, "stay");
    assert_eq!(desk.skills()[0].skill.as_ref().unwrap().admission, "shadow");
    desk.baton(&["events", &desk.say("plain").conversation])
        .ok()
        .shows(&[
            "verdict.shadowed",
            "hostile/misbehave → target, not admitted",
        ]);
}

#[test]
fn once_admitted_it_counts() {
    let desk = desk();
    desk.baton(&["skill", "admit", "hostile"])
        .ok()
        .shows(&["admitted", "hostile"]);
    assert_eq!(desk.say("plain").agent, "target");
    assert_eq!(
        desk.skills()[0].skill.as_ref().unwrap().admission,
        "admitted"
    );
}

#[test]
fn a_running_host_notices_the_admission() {
    let desk = desk();
    let mut chat = desk.chat("c");
    assert_eq!(chat.say("plain").agent, "desk");
    desk.baton(&["skill", "admit", "hostile"]).ok();
    let noticed = (0..100).any(|_| {
        std::thread::sleep(std::time::Duration::from_millis(50));
        chat.explain("plain").target == "target"
    });
    assert!(noticed, "it was not noticed within five seconds");
    assert_eq!(chat.say("plain").agent, "target");
}

#[test]
fn a_skill_that_is_dropped_into_a_running_host_waits_too() {
    let desk = desk();
    desk.configure("[agents.first-agent]\nkind = 'scripted'");
    let mut chat = desk.chat("c");
    std::fs::write(desk.path("skills/counter.wasm"), counter("")).unwrap();
    chat.notice("loaded", "counter.wasm");
    assert_eq!(chat.explain("count").of("counter").verdict, "shadowed");
}

#[test]
fn an_admission_holds_for_the_bytes_that_were_admitted_and_not_for_a_new_version() {
    let desk = Desk::new(&format!("admission = 'shadow'\n{SCRIPTED}")).skill("c.wasm", counter(""));
    desk.baton(&["skill", "admit", "counter"]).ok();
    assert_eq!(
        desk.explain("count").of("counter").verdict,
        "rejected",
        "there is no first-agent"
    );
    let desk = desk.skill("c.wasm", counter("v2"));
    assert_eq!(desk.skills()[0].skill.as_ref().unwrap().admission, "shadow");
}

#[test]
fn the_hooks_of_a_skill_that_is_not_admitted_do_not_run_on_others_handoffs() {
    let config =
        format!("admission = 'shadow'\n{SCRIPTED}\n[agents.first-agent]\nkind = 'scripted'");
    let desk = Desk::new(&config)
        .skill("c.wasm", counter(""))
        .skill("h.wasm", hostile());
    desk.configure("[skills.hostile]\ngrants = ['hooks-on-all']");
    desk.baton(&["skill", "admit", "counter"]).ok();
    assert_eq!(desk.say_in("c", "count refuse").agent, "first-agent");
}

#[test]
fn a_skill_that_is_not_there_cannot_be_admitted_and_the_nearest_name_is_shown() {
    desk()
        .baton(&["skill", "admit", "hostil"])
        .with_code(1)
        .complains(&["did you mean `hostile`?"]);
}

#[test]
fn a_damaged_list_of_admissions_says_what_to_do() {
    let desk = desk().file("baton.lock", "admitted = 3");
    desk.baton(&["run", "plain"])
        .with_code(3)
        .complains(&["baton.lock is damaged", "delete it"]);
}
