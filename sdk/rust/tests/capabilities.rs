//! The capabilities at a desk: granted, denied and slow.

use baton_sdk::payments::Money;
use baton_sdk::testing::{Desk, PaymentAct};
use baton_sdk::{ErrorCode, agents, conversation, log, payments, tickets, waiting};
use std::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

#[test]
fn all_agents_are_asked_before_the_first_answer_is_taken() {
    let desk = Desk::new().answers("one", "1").answers("two", "2");
    let answers = desk.run(|| agents::query_all([("one", "a"), ("nobody", "b"), ("two", "c")]));
    let replies: Vec<_> = answers
        .into_iter()
        .map(|it| it.map(|it| it.reply))
        .collect();
    assert_eq!(replies[0].as_deref(), Ok("1"));
    assert_eq!(replies[1].as_ref().unwrap_err().code, ErrorCode::NotFound);
    assert_eq!(replies[2].as_deref(), Ok("2"));
    let asked: Vec<_> = desk.queries().into_iter().map(|(agent, _)| agent).collect();
    assert_eq!(asked, ["one", "two"]);
}

#[test]
fn a_query_ends_with_its_limit() {
    let desk = Desk::new()
        .answers_after("slow", "at last", 2 * SECOND)
        .silent("mute");
    desk.run(|| {
        assert!(agents::query_within("slow", "?", 3 * SECOND).is_ok());
        let late = agents::query_within("slow", "?", SECOND).unwrap_err();
        assert_eq!(late.code, ErrorCode::Timeout);
        assert_eq!(
            agents::query("mute", "?").unwrap_err().code,
            ErrorCode::Timeout
        );
    });
}

#[test]
fn waiting_for_any_returns_those_that_end_first() {
    let desk = Desk::new()
        .answers_after("slow", "s", 2 * SECOND)
        .answers_after("fast", "f", SECOND);
    desk.run(|| {
        let slow = agents::start_query("slow", "?").unwrap();
        let fast = agents::start_query("fast", "?").unwrap();
        assert!(!fast.ready());
        assert_eq!(waiting::wait_any(&[&slow, &fast], None), [1]);
        assert!(waiting::wait_any(&[&slow, &fast], Some(SECOND / 2)).is_empty());
        assert_eq!(fast.finish().unwrap().reply, "f");
    });
}

#[test]
fn only_what_is_granted_answers() {
    let desk = Desk::new()
        .without("tickets")
        .answers("one", "1")
        .user_says("Hello");
    desk.run(|| {
        assert!(agents::available("one").unwrap());
        assert_eq!(conversation::recent(5).unwrap()[0].content, "Hello");
        assert_eq!(
            tickets::list_open().unwrap_err().code,
            ErrorCode::NotGranted
        );
    });
    assert_eq!(
        conversation::profile().unwrap_err().code,
        ErrorCode::NotGranted,
        "no desk at all"
    );
}

#[test]
fn a_conversation_is_read_in_pieces() {
    let desk = (1..=5).fold(Desk::new(), |desk, number| {
        desk.user_says(&number.to_string())
    });
    let texts = |messages: Vec<baton_sdk::Message>| {
        messages
            .into_iter()
            .map(|message| message.content)
            .collect::<Vec<_>>()
    };
    desk.run(|| {
        let newest = conversation::recent(2).unwrap();
        let older = conversation::before(&newest[0].id, 2).unwrap();
        assert_eq!(
            (texts(newest), texts(older)),
            (vec!["4".into(), "5".into()], vec!["2".into(), "3".into()])
        );
    });
}

#[test]
fn metadata_of_the_conversation_is_read_as_its_type() {
    let desk = Desk::new().metadata("visits", 3);
    desk.run(|| {
        assert_eq!(conversation::metadata("visits"), Ok(Some(3)));
        assert_eq!(conversation::metadata::<u32>("missing"), Ok(None));
        assert_eq!(
            conversation::metadata::<String>("visits").unwrap_err().code,
            ErrorCode::Invalid
        );
    });
}

#[test]
fn what_is_logged_is_recorded_with_its_level() {
    let desk = Desk::new();
    desk.run(|| log::warn("careful"));
    assert_eq!(desk.log(), [("warn".to_owned(), "careful".to_owned())]);
}

fn usd(units: &str) -> Money {
    Money::new(units, "USD").unwrap()
}

#[test]
fn what_a_skill_does_with_money_is_recorded_and_the_wallet_has_an_end() {
    let desk = Desk::new().wallet(usd("1")).priced("expert", usd("0.4"));
    desk.run(|| {
        assert_eq!(payments::price("expert").unwrap(), Some(usd("0.4")));
        let kept = payments::reserve(&usd("0.6"), "a report").unwrap();
        let poor = payments::charge(&usd("0.6"), "another").unwrap_err();
        assert_eq!(poor.code, ErrorCode::PaymentRequired);
        payments::release(&kept).unwrap();
        payments::charge_once(&usd("0.6"), "another", "key").unwrap();
        payments::charge_once(&usd("0.6"), "another", "key").unwrap();
        let other = payments::charge_once(&usd("0.1"), "another", "key").unwrap_err();
        assert_eq!(other.code, ErrorCode::Invalid);
        assert_eq!(payments::balance().unwrap(), [usd("0.4")]);
    });
    let done: Vec<_> = desk.payments().into_iter().map(|done| done.act).collect();
    assert_eq!(
        done,
        [PaymentAct::Reserve, PaymentAct::Release, PaymentAct::Charge]
    );
}

#[test]
fn a_desk_that_denies_payments_denies_all_of_them() {
    for desk in [Desk::denying(), Desk::new().without("payments")] {
        desk.run(|| {
            for code in [
                payments::price("expert").unwrap_err().code,
                payments::balance().unwrap_err().code,
                payments::charge(&usd("1"), "").unwrap_err().code,
                payments::reserve(&usd("1"), "").unwrap_err().code,
                payments::refund("1", None, "key").unwrap_err().code,
            ] {
                assert_eq!(code, ErrorCode::NotGranted);
            }
        });
        assert!(desk.payments().is_empty());
    }
}

#[test]
fn an_amount_is_whole_millionths_or_an_error() {
    assert_eq!(usd("0.05").millionths, 50_000);
    assert_eq!(usd("12.345").to_string(), "12.345 USD");
    for wrong in [
        "",
        "-1",
        "1.",
        ".5",
        "1.0000001",
        "one",
        "99999999999999999999",
    ] {
        assert!(Money::new(wrong, "USD").is_err(), "{wrong}");
    }
}
