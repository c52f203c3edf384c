//! A skill that keeps failing is not asked any more.

use crate::support::{
    desk::Desk,
    skills::{bundled, hostile},
};

#[test]
fn five_faults_take_a_skill_out_of_service_until_it_is_replaced() {
    let desk = Desk::scripted("").skill("hostile.wasm", hostile());
    let mut chat = desk.chat("c");
    for _ in 0..4 {
        assert_eq!(chat.say("trap").agent, "desk");
    }
    assert_eq!(desk.count("c", "skill.quarantined"), 0);
    assert_eq!(chat.explain("plain").of("hostile").verdict, "won");
    assert_eq!(chat.say("trap").agent, "desk");
    assert_eq!(desk.event("c", "skill.quarantined")["skill"], "hostile");

    assert_eq!(chat.say("plain").agent, "desk");
    assert_eq!(chat.explain("plain").of("hostile").verdict, "quarantined");

    // The same bytes, written anew by an operator who has seen to it.
    std::fs::write(desk.path("skills/hostile.wasm"), hostile()).unwrap();
    chat.notice("replaced", "hostile.wasm");
    assert_eq!(chat.say("plain").agent, "target");
}

#[test]
fn a_quarantine_concerns_one_skill_only() {
    let desk = Desk::scripted("[agents.legal-advisor]\nkind = 'scripted'")
        .skill("hostile.wasm", hostile())
        .skill("router.wasm", bundled("router"));
    let mut chat = desk.chat("c");
    for _ in 0..6 {
        chat.say("trap");
    }
    assert_eq!(chat.say("a legal matter").agent, "legal-advisor");
}

#[test]
fn verdicts_that_are_only_wrong_do_not_lead_there() {
    let desk = Desk::scripted("").skill("hostile.wasm", hostile());
    let mut chat = desk.chat("c");
    for _ in 0..6 {
        chat.say("nan");
    }
    assert_eq!(chat.say("plain").agent, "target");
}
