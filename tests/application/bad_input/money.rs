use std::thread;

use serde_json::Value;

use super::answered;
use crate::support::{
    desk::Desk,
    shapes::Answer,
    skills::{bundled, till},
};

/// A desk where `ada` has two dollars and a skill moves them as she says.
fn desk() -> Desk {
    let desk =
        Desk::scripted("[skills.till]\ngrants = ['payments']\nspending = ['100 USD', '100 EUR']")
            .skill("till.wasm", till());
    desk.baton(&["ledger", "credit", "ada", "2 USD"]).ok();
    desk
}

/// Has the skill do this, and says what it wrote into the log.
#[track_caller]
fn does(desk: &Desk, words: &str) -> String {
    let text = format!("till {words}");
    let answer: Answer = desk.json(&["run", "--conversation", "c", "--user", "ada", &text]);
    answered(&answer);
    assert_eq!(desk.count("c", "skill.faulted"), 0);
    let events = desk.events("c");
    let lines = events.iter().filter(|event| event["type"] == "skill.log");
    let lines: Vec<&str> = lines.filter_map(|line| line["text"].as_str()).collect();
    lines.join("\n")
}

#[track_caller]
fn has(desk: &Desk, amount: &str) {
    desk.baton(&["ledger", "check"]).ok();
    let balances: Vec<Value> = desk.json(&["ledger", "balance", "--user", "ada"]);
    let dollars = balances
        .iter()
        .find(|balance| balance["account"] == "user:ada");
    assert_eq!(dollars.unwrap()["balance"], amount, "{balances:?}");
}

#[track_caller]
fn refused(words: &str, code: &str, left: &str) {
    let desk = desk();
    let lines = does(&desk, words);
    assert!(lines.contains(code), "`{code}` is not in:\n{lines}");
    has(&desk, left);
}

#[test]
fn an_amount_that_overflows_is_charged_to_nobody() {
    refused("overflow", "overflow: invalid: ", "2.00 USD");
}

#[test]
fn amounts_that_overflow_only_together_are_charged_to_nobody() {
    refused("overflow overflow", "overflow: invalid: ", "2.00 USD");
    refused("charge overflow", "overflow: invalid: ", "1.00 USD");
}

#[test]
fn a_negative_amount_gives_nobody_money() {
    refused("negative", "negative: invalid: ", "2.00 USD");
}

#[test]
fn an_amount_in_another_currency_is_not_taken_from_what_is_there() {
    refused(
        "euro",
        "euro: payment-required: 1.00 EUR are needed and 0.00 EUR are there",
        "2.00 USD",
    );
    refused("strange", "`bananas!` is no currency", "2.00 USD");
}

#[test]
fn a_charge_repeated_with_the_same_key_is_one_charge() {
    let desk = desk();
    does(&desk, "once once");
    does(&desk, "once");
    has(&desk, "1.00 USD");
}

#[test]
fn a_charge_repeated_with_the_same_key_and_another_amount_is_refused() {
    refused("once other", "was used for another amount", "1.00 USD");
}

#[test]
fn of_two_processes_that_charge_the_last_cent_one_has_it_and_both_messages_are_answered() {
    let desk = Desk::new(
        "entry = 'front-desk'\nfallback = 'general'\n[agents.front-desk]\nkind = 'scripted'\n\
         [agents.general]\nkind = 'scripted'\n\
         [agents.premium-analyst]\nkind = 'scripted'\ndelay = '300ms'\nprice = '2 USD'\n\
         [skills.paid-handoff]\ngrants = ['payments']\nspending = '100 USD'",
    )
    .skill("paid-handoff.wasm", bundled("paid-handoff"));
    desk.baton(&["ledger", "credit", "ada", "2 USD"]).ok();
    let answers: Vec<Answer> = thread::scope(|scope| {
        let say = || desk.json(&["run", "--user", "ada", "A premium analysis"]);
        let running = [scope.spawn(say), scope.spawn(say)];
        running.map(|it| it.join().unwrap()).into()
    });
    let mut agents: Vec<&str> = answers.iter().map(|answer| answer.agent.as_str()).collect();
    agents.sort_unstable();
    assert_eq!(agents, ["general", "premium-analyst"], "{answers:#?}");
    has(&desk, "0.00 USD");
}
