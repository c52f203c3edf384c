//! What a condition declares holds for the handoffs it chooses.

use crate::support::{
    desk::Desk,
    shapes::Answer,
    skills::{self, bundled, counter},
};

fn with_office(script: &str) -> Desk {
    Desk::scripted(&format!("[agents.office]\nkind = 'scripted'\n{script}"))
        .skill("counter.wasm", counter(""))
}

fn to_the_office(desk: &Desk) -> Answer {
    desk.json(&[
        "run",
        "--conversation",
        "c",
        "--scope",
        "operator",
        "to the office",
    ])
}

#[test]
fn a_static_condition_hands_over_to_its_target_for_its_reason_with_its_metadata() {
    let answer = to_the_office(&with_office("reply = '{instructions}'"));
    assert_eq!(answer.agent, "office");
    assert_eq!(answer.route[0].reason.as_deref(), Some("escalation"));
    assert_eq!(answer.route[0].confidence, Some(1.0));
    assert!(
        answer
            .reply
            .contains("You take over from desk, who escalates this to you"),
        "{}",
        answer.reply
    );
    assert!(answer.reply.contains("- room: 7"), "{}", answer.reply);
}

#[test]
fn a_conversation_whose_ownership_returns_is_back_after_the_turn() {
    let desk = with_office("");
    assert_eq!(to_the_office(&desk).owner, "desk");
    assert_eq!(desk.say_in("c", "hello").agent, "desk");
}

#[test]
fn the_timeout_of_a_condition_holds_where_the_agent_would_have_had_longer() {
    let answer = to_the_office(&with_office("script = 'hang'\ntimeout = '50s'"));
    assert_eq!(
        answer.legs(),
        [("office", "failed"), ("assistant", "answered")]
    );
    assert_eq!(answer.why_not("office"), "it has not answered within 300ms");
}

#[test]
fn a_dynamic_condition_names_the_target_from_the_text() {
    let agents = ["legal-advisor", "medical-assistant", "tech-support"]
        .map(|name| format!("[agents.{name}]\nkind = 'scripted'\n"))
        .concat();
    let desk = Desk::scripted(&agents).skill("router.wasm", bundled("router"));
    for (text, agent) in [
        ("I need legal advice", "legal-advisor"),
        ("a medical matter", "medical-assistant"),
        ("a technical fault", "tech-support"),
        ("a paralegal matter", "desk"),
        ("good morning", "desk"),
    ] {
        assert_eq!(desk.say(text).agent, agent, "{text}");
    }
}

#[test]
fn a_static_condition_of_triggers_is_found_inside_words_in_any_case() {
    let desk = Desk::scripted("[agents.finance-expert]\nkind = 'scripted'")
        .skill("finance.wasm", bundled("finance"));
    for (text, agent) in [
        ("Is day TRADING risky?", "finance-expert"),
        ("my stocks", "finance-expert"),
        ("Where is my parcel?", "desk"),
    ] {
        assert_eq!(desk.say(text).agent, agent, "{text}");
    }
}

#[test]
fn the_same_message_leads_to_the_same_decision_every_time() {
    let desk = Desk::scripted("").skill("hostile.wasm", skills::hostile());
    let mut chat = desk.chat("c");
    for _ in 0..5 {
        let explained = chat.explain("plain");
        assert_eq!(
            (
                explained.target.as_str(),
                explained.of("hostile").confidence
            ),
            ("target", Some(1.0))
        );
    }
}
