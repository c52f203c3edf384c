//! Money, seen by a skill that moves it.

use serde_json::Value;

use crate::support::{desk::Desk, skills::till};

fn desk(skill: &str) -> Desk {
    let desk = Desk::scripted(&format!("[skills.till]\n{skill}")).skill("till.wasm", till());
    desk.baton(&["ledger", "credit", "ada", "2 USD"]).ok();
    desk
}

const GRANTED: &str = "grants = ['payments']\nspending = ['100 USD', '100 EUR']";

/// What the skill wrote in the last turn, each after the word it was about.
#[track_caller]
fn says(desk: &Desk, words: &str) -> Vec<String> {
    let text = format!("till {words}");
    let arguments = ["run", "--conversation", "c", "--user", "ada", text.as_str()];
    let answer: Value = desk.json(&arguments);
    let turn = answer["turn"].clone();
    let events = desk.events("c");
    let lines = events
        .iter()
        .filter(|event| event["type"] == "skill.log" && event["turn"] == turn);
    lines
        .map(|event| event["text"].as_str().unwrap().to_owned())
        .collect()
}

#[track_caller]
fn has(desk: &Desk, account: &str, amount: &str) {
    desk.baton(&["ledger", "check"]).ok();
    let balances: Vec<Value> = desk.json(&["ledger", "balance"]);
    let of = balances
        .iter()
        .find(|balance| balance["account"] == account);
    let of = of.map_or("", |of| of["balance"].as_str().unwrap());
    assert_eq!(of, amount, "{balances:?}");
}

#[test]
fn a_charge_is_paid_when_the_turn_ends_well() {
    let desk = desk(GRANTED);
    assert_eq!(
        says(&desk, "charge balance"),
        ["charge: 1.00 USD open", "balance: 1.00 USD"]
    );
    has(&desk, "user:ada", "1.00 USD");
    has(&desk, "skill:till", "1.00 USD");
}

#[test]
fn what_is_reserved_goes_back_unless_it_is_captured_whole_or_in_part() {
    let desk = desk(GRANTED);
    for (words, left) in [
        ("reserve", "2.00 USD"),
        ("reserve release", "2.00 USD"),
        ("charge release", "2.00 USD"),
        ("reserve half", "1.50 USD"),
        ("reserve capture", "0.50 USD"),
    ] {
        says(&desk, words);
        has(&desk, "user:ada", left);
    }
    assert_eq!(
        says(&desk, "reserve"),
        ["reserve: payment-required: 1.00 USD are needed and 0.50 USD are there"]
    );
}

#[test]
fn a_key_makes_a_charge_once_and_refuses_another_amount() {
    let desk = desk(GRANTED);
    let other = "other: invalid: the key `skill/till/ada/key` was used for another amount; \
                 a new payment needs a new key";
    assert_eq!(
        says(&desk, "once once other"),
        ["once: 1.00 USD open", "once: 1.00 USD open", other]
    );
    assert_eq!(
        says(&desk, "once other"),
        ["once: 1.00 USD captured", other]
    );
    has(&desk, "user:ada", "1.00 USD");
}

#[test]
fn what_was_paid_in_an_earlier_turn_is_given_back_once() {
    let desk = desk(GRANTED);
    says(&desk, "charge");
    has(&desk, "user:ada", "1.00 USD");
    let paid = desk.event("c", "payment.captured");
    let word = format!("refund={}", paid["reservation"].as_str().unwrap());
    for _ in 0..2 {
        assert_eq!(says(&desk, &word), [format!("{word}: 1.00 USD captured")]);
    }
    has(&desk, "user:ada", "2.00 USD");
    has(&desk, "skill:till", "0.00 USD");
}

#[test]
fn amounts_that_are_none_and_receipts_of_others_are_errors_the_skill_can_handle() {
    let desk = desk(GRANTED);
    for (word, begins) in [
        ("overflow", "overflow: invalid: "),
        ("strange", "strange: invalid: `bananas!` is no currency"),
        ("nothing", "nothing: invalid: "),
        (
            "euro",
            "euro: payment-required: 1.00 EUR are needed and 0.00 EUR are there",
        ),
        ("stolen", "stolen: not-found: "),
        ("capture", "capture: not-found: "),
    ] {
        let lines = says(&desk, word);
        assert!(lines[0].starts_with(begins), "{lines:?}");
    }
    has(&desk, "user:ada", "2.00 USD");
    assert_eq!(desk.count("c", "skill.faulted"), 0);
}

#[test]
fn a_skill_without_the_grant_learns_nothing_of_money() {
    let desk = desk("");
    for word in ["balance", "charge", "reserve", "stolen"] {
        let lines = says(&desk, word);
        assert!(
            lines[0].starts_with(&format!("{word}: not-granted: ")),
            "{lines:?}"
        );
    }
    has(&desk, "user:ada", "2.00 USD");
}

#[test]
fn a_condition_reads_prices_and_moves_no_money() {
    let desk = desk(GRANTED);
    let lines = says(&desk, "early balance");
    assert!(lines[0].starts_with("early: not-allowed: "), "{lines:?}");
    assert_eq!(lines[1], "balance: 2.00 USD");
    has(&desk, "user:ada", "2.00 USD");
}

#[test]
fn an_agents_description_names_the_price_that_payments_tell() {
    let desk = desk("grants = ['payments', 'agents']\nspending = '100 USD'");
    desk.configure("[agents.dear]\nkind = 'scripted'\nprice = '0.305 USD'");
    assert_eq!(
        says(&desk, "price=dear price=assistant"),
        [
            "price=dear: 0.305 USD and 0.305 USD",
            "price=assistant: free and free"
        ]
    );
}
