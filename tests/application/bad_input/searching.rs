use serde_json::Value;

use crate::support::{desk::Desk, skills::bundled};

fn desk() -> Desk {
    Desk::new(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
         [agents.shipping]\nkind = 'scripted'\ndescription = 'Parcels'\n\
         examples = ['where is my parcel', 'the delivery is late', 'track my parcel', \
                     'my parcel was damaged', 'when will the parcel arrive', 'is my parcel lost']\n\
         [agents.billing]\nkind = 'scripted'\ndescription = 'Invoices'\n\
         examples = ['I was charged twice', 'send me the invoice', 'I want my money back', \
                     'why is my bill so high', 'refund my payment', 'my card was charged']\n\
         [skills.smart-router]\ngrants = ['discovery']",
    )
    .skill("smart.wasm", bundled("smart-router"))
}

/// The message stays at the desk, and the search finds nobody who is sure.
#[track_caller]
fn finds_nobody(intent: &str) {
    let desk = desk();
    let answer = desk.say(&format!("{intent} "));
    assert_eq!(answer.agent, "desk", "{intent:.60}");
    let found: Vec<Value> = desk.json(&["agent", "find", intent]);
    let sure = |found: &Value| found["score"].as_f64().unwrap() > 0.7;
    assert!(!found.iter().any(sure), "{intent:.60}: {found:?}");
}

#[test]
fn an_intent_that_says_nothing_finds_nobody_and_is_answered() {
    for intent in ["?!", "…", "\u{200b}."] {
        finds_nobody(intent);
    }
}

#[test]
fn an_empty_intent_finds_nobody() {
    for intent in ["", " \t\n"] {
        let found: Vec<Value> = desk().json(&["agent", "find", intent]);
        assert!(found.is_empty(), "{found:?}");
    }
}

#[test]
fn a_huge_intent_finds_whom_its_words_are_for_and_is_answered() {
    let huge = "where is my parcel the delivery is late ".repeat(1_500);
    assert_eq!(desk().say(&huge).agent, "shipping");
}

#[test]
fn a_huge_intent_without_a_known_word_finds_nobody_and_is_answered() {
    finds_nobody(&"zyx ".repeat(15_000));
}

#[test]
fn an_intent_in_a_foreign_language_finds_nobody_and_is_answered() {
    for intent in [
        "我的包裹在哪里",
        "أين طردي؟",
        "où est la bibliothèque ?",
        "Я хочу пить",
    ] {
        finds_nobody(intent);
    }
}
