//! Premium agents: the user pays before they answer, and only for answers.

use serde_json::Value;

use crate::support::{desk::Desk, shapes::Answer, skills::bundled};

/// A desk with a premium analyst, a user `ada` with a dollar, and the skill
/// that has her pay.
fn desk(analyst: &str, skill: &str) -> Desk {
    let config = format!(
        r#"
entry    = "front-desk"
fallback = "general"

[agents.front-desk]
kind  = "scripted"
reply = "This is the front desk."

[agents.general]
kind  = "scripted"
reply = "This is the general assistant."

[agents.premium-analyst]
kind  = "scripted"
price = "0.30 USD"
{analyst}

[skills.paid-handoff]
{skill}
"#
    );
    let desk = Desk::new(&config).skill("paid-handoff.wasm", bundled("paid-handoff"));
    desk.baton(&["ledger", "credit", "ada", "1 USD", "--key", "first"])
        .ok();
    desk
}

const GRANTED: &str = "grants = ['payments']\nspending = '5 USD'";
const ANSWERS: &str = "reply = 'Up by three percent.'";

fn ask(desk: &Desk, arguments: &[&str]) -> Answer {
    desk.json(
        &[
            &["run", "--conversation", "c"],
            arguments,
            &["A premium analysis"],
        ]
        .concat(),
    )
}

#[track_caller]
fn has(desk: &Desk, account: &str, amount: &str) {
    desk.baton(&["ledger", "check"]).ok();
    let balances: Vec<Value> = desk.json(&["ledger", "balance"]);
    let of = balances
        .iter()
        .find(|balance| balance["account"] == account);
    assert_eq!(
        of.map_or("", |of| of["balance"].as_str().unwrap()),
        amount,
        "{balances:?}"
    );
}

#[test]
fn a_charge_in_a_before_hook_counts_towards_the_price_so_that_nobody_pays_twice() {
    let desk = desk(ANSWERS, GRANTED);
    let answer = ask(&desk, &["--user", "ada"]);
    assert_eq!(answer.reply, "Up by three percent.");
    assert_eq!(answer.owner, "premium-analyst");
    has(&desk, "user:ada", "0.70 USD");
    has(&desk, "agent:premium-analyst", "0.30 USD");
    has(&desk, "skill:paid-handoff", "");
    assert_eq!(desk.count("c", "payment.reserved"), 1);
    assert_eq!(desk.event("c", "payment.captured")["amount"], "0.30 USD");
    // It owns the conversation now, and each of its answers costs its price.
    ask(&desk, &["--user", "ada"]);
    has(&desk, "user:ada", "0.40 USD");
}

#[test]
fn a_charge_goes_back_when_the_premium_agent_fails() {
    for analyst in [
        "script = 'fail'",
        "script = 'panic'",
        "script = 'hang'\ntimeout = '100ms'",
    ] {
        let desk = desk(analyst, GRANTED);
        let answer = ask(&desk, &["--user", "ada"]);
        assert_eq!(answer.agent, "general", "{analyst}");
        has(&desk, "user:ada", "1.00 USD");
        assert_eq!(desk.count("c", "payment.released"), 1, "{analyst}");
    }
}

#[test]
fn whoever_cannot_pay_is_refused_told_why_and_answered_by_the_fallback() {
    let poor = desk(ANSWERS, GRANTED);
    for user in [&[][..], &["--user", "eve"]] {
        let answer: Answer = poor.json(&[&["run"], user, &["A premium analysis"]].concat());
        assert_eq!(answer.agent, "general");
        assert!(
            answer.reply.starts_with("This is the general assistant."),
            "{}",
            answer.reply
        );
        let why = "Payment required for premium agent: 0.30 USD are needed";
        assert!(answer.reply.contains(why), "{}", answer.reply);
        assert!(answer.why_not("premium-analyst").contains(why));
    }
    has(&poor, "user:ada", "1.00 USD");
}

#[test]
fn a_skill_spends_no_more_than_its_operator_allows_in_a_day() {
    let desk = desk(ANSWERS, "grants = ['payments']\nspending = '0.50 USD'");
    let say = || -> Answer { desk.json(&["run", "--user", "ada", "A premium analysis"]) };
    assert_eq!(say().agent, "premium-analyst");
    let second = say();
    assert_eq!(second.agent, "general");
    assert!(
        second.reply.contains("at most 0.50 USD may be spent a day"),
        "{}",
        second.reply
    );
    has(&desk, "user:ada", "0.70 USD");
}

#[test]
fn a_user_spends_no_more_in_a_day_than_the_operator_allows_whoever_asks() {
    let desk = desk(ANSWERS, GRANTED);
    desk.configure("[payments]\nuser-per-day = '0.50 USD'");
    let say = |user: &str| -> Answer { desk.json(&["run", "--user", user, "A premium analysis"]) };
    assert_eq!(say("ada").agent, "premium-analyst");
    let second = say("ada");
    assert_eq!(second.agent, "general");
    let why = "at most 0.50 USD may be spent a day";
    assert!(second.reply.contains(why), "{}", second.reply);
    has(&desk, "user:ada", "0.70 USD");
    desk.baton(&["ledger", "credit", "eve", "1 USD"]).ok();
    assert_eq!(say("eve").agent, "premium-analyst", "another user");
}

#[test]
fn a_skill_without_the_grant_or_without_an_amount_charges_nothing() {
    for (skill, why) in [
        ("", "has no grant `payments`"),
        (
            "grants = ['payments']",
            "may spend no USD; to let it, write spending",
        ),
        (
            "grants = ['payments']\nspending = '5 EUR'",
            "may spend no USD",
        ),
    ] {
        let desk = desk(ANSWERS, skill);
        let answer = ask(&desk, &["--user", "ada"]);
        assert!(
            answer.why_not("premium-analyst").contains(why),
            "{answer:#?}"
        );
        has(&desk, "user:ada", "1.00 USD");
    }
}

#[test]
fn payments_are_events_without_content_and_entries_of_the_ledger() {
    let desk = desk(ANSWERS, GRANTED);
    ask(&desk, &["--user", "ada"]);
    let ran = desk.baton(&["events", "c", "--type", "payment."]).ok();
    ran.shows(&[
        "payment.reserved",
        "payment.captured",
        "0.30 USD to agent:premium-analyst",
    ]);
    let entries =
        |more: &[&str]| -> Vec<Value> { desk.json(&[&["ledger", "entries"], more].concat()) };
    let kinds: Vec<Value> = entries(&["--user", "ada"])
        .iter()
        .map(|e| e["kind"].clone())
        .collect();
    assert_eq!(kinds, ["credit", "reserve", "capture"]);
    assert_eq!(entries(&["--conversation", "c"]).len(), 2);
    assert_eq!(entries(&["--user", "eve"]).len(), 0);
    assert_eq!(entries(&["--currency", "EUR"]).len(), 0);
    desk.baton(&["ledger", "balance", "--user", "ada"])
        .ok()
        .shows(&["user:ada", "0.70 USD"]);
    desk.baton(&["ledger", "check"])
        .ok()
        .shows(&["The books are right: 3 movements, 1 reservation."]);
}

#[test]
fn amounts_that_are_none_are_refused_and_a_key_is_done_once() {
    let desk = desk(ANSWERS, GRANTED);
    for (amount, why) in [
        ("-1 USD", "is negative"),
        ("0.0000001 USD", "more than six decimals"),
        ("99999999999999999999 USD", "is too much"),
        ("5 usd", "is no currency"),
        ("five", "is no amount of money"),
    ] {
        let ran = desk.baton(&["ledger", "credit", "ada", amount]);
        ran.with_code(2).complains(&[why]);
    }
    desk.baton(&["ledger", "credit", "ada", "0 USD"])
        .with_code(1);
    desk.baton(&["ledger", "credit", "ada", "1 USD", "--key", "first"])
        .ok();
    for other in ["2 USD", "1 EUR"] {
        let ran = desk.baton(&["ledger", "credit", "ada", other, "--key", "first"]);
        ran.with_code(1).complains(&["was used for another amount"]);
    }
    has(&desk, "user:ada", "1.00 USD");
}

#[test]
fn a_price_or_a_limit_that_is_no_amount_is_shown_at_its_place() {
    for (more, why) in [
        ("[payments]\nuser-per-day = '-5 USD'", "is negative"),
        (
            "[payments]\nuser-per-day = ['5 USD', '6 USD']",
            "two amounts in USD",
        ),
        ("[skills.x]\nspending = '5'", "is no amount of money"),
        (
            "[payments]\nurl = 'https://example.com'",
            "`url` belongs to a provider",
        ),
        ("[payments]\nprovider = 'x402'", "needs `url`"),
        (
            "[agents.dear]\nkind = 'scripted'\nprice = '0.0000001 USD'",
            "six decimals",
        ),
    ] {
        let desk = Desk::scripted(more);
        desk.baton(&["run", "hello"]).with_code(3).complains(&[why]);
    }
}
