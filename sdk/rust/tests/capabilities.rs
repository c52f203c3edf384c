//! The capabilities at a desk: granted, denied and slow.

use baton_sdk::payments::Money;
use baton_sdk::testing::{Desk, PaymentAct};
use baton_sdk::{
    ErrorCode, agents, clock, config, conversation, discovery, handoffs, http, log, payments,
    random, storage, tickets, waiting,
};
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
fn the_price_in_a_description_is_the_one_that_payments_tell() {
    let price = Money::new("0.305", "USD").unwrap();
    let desk = Desk::new()
        .answers("dear", "1")
        .answers("free", "2")
        .priced("dear", price.clone());
    desk.run(|| {
        assert_eq!(
            agents::describe("dear").unwrap().price(),
            Some(price.clone())
        );
        assert_eq!(payments::price("dear").unwrap(), Some(price));
        assert_eq!(agents::describe("free").unwrap().price(), None);
        let prices = agents::list().unwrap();
        let priced = prices.iter().filter(|agent| agent.price().is_some());
        assert_eq!(priced.count(), 1);
    });
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
fn a_desk_that_denies_denies_each_capability_that_is_granted() {
    type Tried = (&'static str, fn() -> Result<(), baton_sdk::Error>);
    let tried: [Tried; 24] = [
        ("agents", || agents::list().map(drop)),
        ("agents", || agents::describe("a").map(drop)),
        ("agents", || agents::available("a").map(drop)),
        ("agents", || agents::query("a", "?").map(drop)),
        ("agents", || {
            agents::query_within("a", "?", SECOND).map(drop)
        }),
        ("conversation", || conversation::recent(1).map(drop)),
        ("conversation", || conversation::before("1", 1).map(drop)),
        ("conversation", || conversation::profile().map(drop)),
        ("conversation", || conversation::set_metadata("a", 1)),
        ("discovery", || discovery::find_agents("x", 1).map(drop)),
        ("tickets", || tickets::open("x", &[]).map(drop)),
        ("tickets", || tickets::list_open().map(drop)),
        ("storage", || storage::get::<u32>("k").map(drop)),
        ("storage", || storage::set("k", &1)),
        ("storage", || storage::delete("k")),
        ("storage", || storage::keys("", None, 1).map(drop)),
        ("storage", || {
            storage::compare_and_set("k", None, &1).map(drop)
        }),
        ("storage", || storage::used().map(drop)),
        ("payments", || payments::price("a").map(drop)),
        ("payments", || payments::balance().map(drop)),
        ("payments", || {
            payments::charge(&Money::new("1", "USD")?, "x").map(drop)
        }),
        ("payments", || {
            payments::reserve(&Money::new("1", "USD")?, "x").map(drop)
        }),
        ("handoffs", || handoffs::recent(1).map(drop)),
        ("http", || {
            http::Request::get("https://a.example/").send().map(drop)
        }),
    ];
    for (at, (capability, call)) in tried.into_iter().enumerate() {
        let denied = Desk::denying().run(call).unwrap_err();
        assert_eq!(denied.code, ErrorCode::NotGranted, "{at}: {capability}");
        let alone = Desk::new().without(capability).run(call).unwrap_err();
        assert_eq!(alone.code, ErrorCode::NotGranted, "{at}: {capability}");
    }
}

#[test]
fn a_desk_records_what_a_skill_does_with_each_capability() {
    let desk = Desk::new()
        .answers("a", "1")
        .serves("https://a.example/", 200, "x")
        .wallet(Money::new("5", "USD").unwrap());
    desk.run(|| {
        agents::query("a", "?").unwrap();
        conversation::set_metadata("seen", true).unwrap();
        discovery::find_agents("x", 1).unwrap();
        tickets::open("broken", &[]).unwrap();
        storage::set("k", &1).unwrap();
        payments::charge(&Money::new("1", "USD").unwrap(), "x").unwrap();
        http::Request::get("https://a.example/").send().unwrap();
        log::info("done");
    });
    assert_eq!(desk.queries(), [("a".to_owned(), "?".to_owned())]);
    assert_eq!(desk.noted()[0].name, "seen");
    assert_eq!(desk.searches(), [("x".to_owned(), 1)]);
    assert_eq!(desk.opened()[0].0, "broken");
    assert_eq!(desk.values(), [("k".to_owned(), "1".to_owned())]);
    assert_eq!(desk.payments()[0].act, PaymentAct::Charge);
    assert_eq!(desk.requests()[0].url(), "https://a.example/");
    assert_eq!(desk.log()[0].1, "done");
}

#[test]
fn a_search_finds_the_agents_of_the_test_best_first_and_is_recorded() {
    let desk = Desk::new()
        .finds("billing", 0.2)
        .finds("shipping", 0.7)
        .finds("sales", 0.1);
    desk.run(|| {
        let search = discovery::start_find("a lost parcel", 2).unwrap();
        assert!(search.ready());
        let found = search.finish().unwrap();
        let names: Vec<_> = found.iter().map(|found| found.agent.as_str()).collect();
        assert_eq!(names, ["shipping", "billing"]);
        assert_eq!(found[0].fallback(), None);
        assert_eq!(discovery::find_agents(" ", 2), Ok(Vec::new()));
    });
    let searches = [("a lost parcel".to_owned(), 2), (" ".to_owned(), 2)];
    assert_eq!(desk.searches(), searches);
    let denied = desk
        .without("discovery")
        .run(|| discovery::find_agents("x", 1));
    assert_eq!(denied.unwrap_err().code, ErrorCode::NotGranted);
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

#[test]
fn requests_are_recorded_and_answered_by_what_the_desk_serves() {
    let url = "https://rates.example.com/eur";
    let desk = Desk::new().serves(url, 200, "[1.5]");
    desk.run(|| {
        let rates: Vec<f64> = http::get(url).unwrap().json().unwrap();
        assert_eq!(rates, [1.5]);
        let all = http::send_all([
            http::Request::post(url).json("x").header("a", "secret:b"),
            http::Request::get("https://elsewhere.example"),
        ]);
        assert!(all[0].as_ref().is_ok_and(|response| response.is_success()));
        assert_eq!(all[1].as_ref().unwrap_err().code, ErrorCode::Unavailable);
    });
    assert_eq!(desk.requests().len(), 3);
    assert_eq!(desk.requests()[1].content(), b"\"x\"");
}

#[test]
fn the_web_is_not_there_without_its_grant() {
    let denied = Desk::new()
        .without("http")
        .run(|| http::get("https://a.example"));
    assert_eq!(denied.unwrap_err().code, ErrorCode::NotGranted);
}

#[test]
fn what_is_stored_is_there_and_what_does_not_fit_is_refused() {
    let desk = Desk::new().stored("a", &1).storage_quota(2, 100);
    desk.run(|| {
        assert_eq!(storage::get("a"), Ok(Some(1)));
        storage::set("b", "text").unwrap();
        assert_eq!(storage::set("c", &1).unwrap_err().code, ErrorCode::Limit);
        assert_eq!(storage::keys("", Some("a"), 9).unwrap(), ["b"]);
        storage::delete("a").unwrap();
        assert_eq!(storage::get::<u32>("a"), Ok(None));
        assert_eq!(
            storage::get::<u32>("b").unwrap_err().code,
            ErrorCode::Invalid
        );
        assert_eq!(storage::used().unwrap().keys, 1);
    });
    assert_eq!(desk.values(), [("b".to_owned(), "\"text\"".to_owned())]);
}

#[test]
fn whoever_compares_with_an_old_version_writes_nothing() {
    Desk::new().run(|| {
        let first = storage::compare_and_set("n", None, &1).unwrap();
        assert!(first.is_some());
        assert_eq!(storage::compare_and_set("n", None, &2), Ok(None));
        assert_eq!(
            storage::update("n", |before: Option<u32>| before.unwrap_or(0) + 1),
            Ok(2)
        );
        assert_eq!(storage::compare_and_set("n", first, &3), Ok(None));
    });
}

#[test]
fn storage_and_handoffs_need_their_grants() {
    Desk::denying().run(|| {
        for error in [
            storage::get::<u32>("a").unwrap_err(),
            storage::set("a", &1).unwrap_err(),
            storage::delete("a").unwrap_err(),
            storage::keys("", None, 1).unwrap_err(),
            storage::compare_and_set("a", None, &1).unwrap_err(),
            storage::used().unwrap_err(),
            handoffs::recent(1).unwrap_err(),
            handoffs::active().unwrap_err(),
            conversation::set_metadata("a", 1).unwrap_err(),
        ] {
            assert_eq!(error.code, ErrorCode::NotGranted);
        }
    });
}

#[test]
fn the_configuration_is_read_by_name_and_as_a_whole_without_a_grant() {
    let desk = Desk::denying()
        .configured("limit", 7)
        .configured("key", "secret:CRM");
    desk.run(|| {
        assert_eq!(config::get("limit"), Ok(Some(7)));
        assert_eq!(config::get::<u32>("other"), Ok(None));
        assert_eq!(
            config::get::<u32>("key").unwrap_err().code,
            ErrorCode::Invalid
        );
        let all: std::collections::BTreeMap<String, serde_json::Value> = config::all().unwrap();
        assert_eq!(all["key"], "secret:CRM");
    });
}

#[test]
fn time_and_chance_are_the_same_in_every_run_of_a_test() {
    let draw = || {
        Desk::denying()
            .at(5)
            .run(|| (clock::now(), random::number(), random::bytes(3)))
    };
    assert_eq!(draw(), draw());
    Desk::new().run(|| {
        assert_ne!(random::number(), random::number());
        assert!((0..100).all(|_| random::below(3) < 3));
        assert_eq!(random::below(0), 0);
    });
}

#[test]
fn past_handoffs_are_read_by_the_page() {
    let desk = Desk::new()
        .handed_over("a", "b", "completed")
        .handed_over("b", "c", "active");
    desk.run(|| {
        let newest = handoffs::recent(1).unwrap();
        assert_eq!(newest[0].target, "c");
        assert_eq!(handoffs::before(&newest[0].id, 5).unwrap()[0].target, "b");
        assert_eq!(handoffs::active().unwrap(), newest);
    });
}

#[test]
fn metadata_that_a_tool_sets_is_there_afterwards() {
    let desk = Desk::new();
    desk.run(|| {
        conversation::set_metadata("tier", "gold").unwrap();
        assert_eq!(conversation::metadata("tier"), Ok(Some("gold".to_owned())));
    });
    assert_eq!(desk.noted().len(), 1);
}
