use std::sync::Arc;

use jiff::Timestamp;

use super::{both::stores, *};
use crate::{
    conversation::{Conversation, Message, MessageList},
    handoff::{Intake, Ledger, LedgerFilter, Store, StoreError},
    id::{ConversationId, PaymentKey, ReservationId, UserId},
    payment::{
        Account, Cap, CapOf, Fund, Money, PaymentError, Posted, Posting, Purpose, Reservation,
        ReservationState, Reserve,
    },
};

fn money(text: &str) -> Money {
    text.parse().unwrap()
}

/// A store in whose conversation a turn has begun.
async fn begun(store: &dyn Store) -> ConversationId {
    let id = ConversationId::from("c");
    let conversation = Conversation {
        id: id.clone(),
        user: Some("ada".into()),
        owner: "desk".into(),
        turns: 0,
        metadata: Arc::default(),
        people: Vec::new(),
        history: Arc::new(MessageList::default()),
    };
    let intake = Intake {
        before: Vec::new(),
        settles: None,
        resumes: None,
        conversation,
        message: Arc::new(Message::from_user("hello")),
        key: None,
        max_waiting: 1,
    };
    store.intake(intake).await.unwrap();
    id
}

async fn credit(store: &dyn Store, key: &str, amount: &str) -> Result<(), PaymentError> {
    let posting = Posting::Credit {
        key: PaymentKey::from(key),
        user: UserId::from("ada"),
        amount: money(amount),
        description: String::new(),
    };
    store.post(None, vec![posting]).await.unwrap().map(drop)
}

fn reserve(key: &str, amount: &str) -> Reserve {
    Reserve {
        key: PaymentKey::from(key),
        purpose: Purpose::Charge("paid".into()),
        fund: Fund::Wallet("ada".into()),
        user: Some("ada".into()),
        amount: money(amount),
        conversation: ConversationId::from("c"),
        turn: 1,
        handoff: None,
        description: "a secret of Ada".to_owned(),
        caps: Vec::new(),
    }
}

async fn post(store: &dyn Store, posting: Posting) -> Result<Reservation, PaymentError> {
    let id = ConversationId::from("c");
    let posted = store.post(Some(&id), vec![posting]).await.unwrap()?;
    Ok(posted.into_iter().next().unwrap().reservation().unwrap())
}

async fn set_aside(store: &dyn Store, reserve: Reserve) -> Result<Reservation, PaymentError> {
    post(store, Posting::Reserve(Box::new(reserve))).await
}

async fn has(store: &dyn Store, account: &str) -> String {
    let balances = store.balances(&LedgerFilter::default()).await.unwrap();
    let account: Account = account.parse().unwrap();
    let of = balances.iter().filter(|balance| balance.account == account);
    let of: Vec<String> = of
        .map(|balance| crate::payment::shown(balance.millionths, balance.currency))
        .collect();
    of.join(", ")
}

async fn is_right(store: &dyn Store) {
    assert_eq!(store.audit().await.unwrap().faults, Vec::<String>::new());
}

fn capture(id: &ReservationId, payees: &[(&str, &str)]) -> Posting {
    Posting::Capture {
        reservation: id.clone(),
        payees: payees
            .iter()
            .map(|(to, amount)| (to.parse().unwrap(), money(amount)))
            .collect(),
    }
}

#[tokio::test]
async fn what_is_set_aside_is_paid_once_and_what_is_left_over_goes_back() {
    for (_folder, store) in stores() {
        let store = store.as_ref();
        begun(store).await;
        credit(store, "k", "5 USD").await.unwrap();
        let kept = set_aside(store, reserve("r", "2 USD")).await.unwrap();
        assert_eq!(has(store, "user:ada").await, "3.00 USD");
        assert_eq!(has(store, "reserved").await, "2.00 USD");
        let paid = capture(
            &kept.id,
            &[("agent:x", "1.2 USD"), ("skill:paid", "0.3 USD")],
        );
        for _ in 0..2 {
            let done = post(store, paid.clone()).await.unwrap();
            assert_eq!(done.state, ReservationState::Captured);
        }
        assert_eq!(has(store, "user:ada").await, "3.50 USD");
        assert_eq!(has(store, "agent:x").await, "1.20 USD");
        assert_eq!(has(store, "skill:paid").await, "0.30 USD");
        assert_eq!(has(store, "issuer").await, "-5.00 USD");
        let other = capture(&kept.id, &[("agent:x", "2 USD")]);
        let refused = post(store, other).await.unwrap_err();
        assert!(
            matches!(refused, PaymentError::KeyOfAnother(_)),
            "{refused}"
        );
        let released = Posting::Release {
            reservation: kept.id,
        };
        let refused = post(store, released).await.unwrap_err();
        assert!(matches!(refused, PaymentError::Ended { .. }), "{refused}");
        is_right(store).await;
    }
}

#[tokio::test]
async fn a_key_with_the_same_amount_is_the_same_payment_and_with_another_an_error() {
    for (_folder, store) in stores() {
        let store = store.as_ref();
        begun(store).await;
        credit(store, "k", "5 USD").await.unwrap();
        credit(store, "k", "5 USD").await.unwrap();
        assert_eq!(has(store, "user:ada").await, "5.00 USD");
        for other in ["6 USD", "5 EUR"] {
            let refused = credit(store, "k", other).await.unwrap_err();
            assert!(
                matches!(refused, PaymentError::KeyOfAnother(_)),
                "{refused}"
            );
        }
        let first = set_aside(store, reserve("r", "1 USD")).await.unwrap();
        let again = set_aside(store, reserve("r", "1 USD")).await.unwrap();
        assert_eq!(first.id, again.id);
        let refused = set_aside(store, reserve("r", "2 USD")).await.unwrap_err();
        assert!(
            matches!(refused, PaymentError::KeyOfAnother(_)),
            "{refused}"
        );
        // What went back was not paid, so the key is free again.
        let back = Posting::Release {
            reservation: first.id.clone(),
        };
        post(store, back).await.unwrap();
        let new = set_aside(store, reserve("r", "2 USD")).await.unwrap();
        assert_ne!(new.id, first.id);
        is_right(store).await;
    }
}

#[tokio::test]
async fn money_that_is_not_there_is_not_set_aside_in_whatever_currency() {
    for (_folder, store) in stores() {
        let store = store.as_ref();
        begun(store).await;
        credit(store, "k", "1 USD").await.unwrap();
        for wanted in ["1.000001 USD", "0.01 EUR", "1000000000 USD"] {
            let refused = set_aside(store, reserve("r", wanted)).await.unwrap_err();
            assert!(
                matches!(refused, PaymentError::TooLittle { .. }),
                "{refused}"
            );
            assert_eq!(refused.code(), "payment-required");
        }
        assert_eq!(has(store, "user:ada").await, "1.00 USD");
        is_right(store).await;
    }
}

#[tokio::test]
async fn a_wallet_that_would_overflow_is_refused_and_stays_as_it_is() {
    for (_folder, store) in stores() {
        let store = store.as_ref();
        credit(store, "k", "1000000000 USD").await.unwrap();
        let refused = credit(store, "l", "0.000001 USD").await.unwrap_err();
        assert!(matches!(refused, PaymentError::Money(_)), "{refused}");
        assert_eq!(has(store, "user:ada").await, "1000000000.00 USD");
        is_right(store).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_two_concurrent_charges_against_the_last_cent_exactly_one_succeeds() {
    for (_folder, store) in stores() {
        begun(store.as_ref()).await;
        for round in 0..20 {
            credit(store.as_ref(), &format!("k{round}"), "0.01 USD")
                .await
                .unwrap();
            let charges = (0..2).map(|number| {
                let store = store.clone();
                tokio::spawn(async move {
                    let key = format!("r{round}-{number}");
                    set_aside(store.as_ref(), reserve(&key, "0.01 USD")).await
                })
            });
            let done = futures_util::future::join_all(charges).await;
            let done: Vec<_> = done.into_iter().map(Result::unwrap).collect();
            assert_eq!(
                done.iter().filter(|done| done.is_ok()).count(),
                1,
                "{done:?}"
            );
            let refused = done.into_iter().find_map(Result::err).unwrap();
            assert!(
                matches!(refused, PaymentError::TooLittle { .. }),
                "{refused}"
            );
        }
        is_right(store.as_ref()).await;
    }
}

#[tokio::test]
async fn what_a_user_and_a_skill_spend_in_a_day_has_a_limit() {
    for (_folder, store) in stores() {
        let store = store.as_ref();
        begun(store).await;
        credit(store, "k", "9 USD").await.unwrap();
        credit(store, "e", "9 EUR").await.unwrap();
        let day = Timestamp::now() - jiff::SignedDuration::from_hours(24);
        for of in [CapOf::User("ada".into()), CapOf::Skill("paid".into())] {
            let capped = |key: &str, amount: &str| Reserve {
                caps: vec![Cap {
                    of: of.clone(),
                    most: money("2 USD"),
                    since: day,
                }],
                ..reserve(&format!("{of:?}-{key}"), amount)
            };
            let first = set_aside(store, capped("a", "1.5 USD")).await.unwrap();
            let refused = set_aside(store, capped("b", "0.500001 USD"))
                .await
                .unwrap_err();
            assert_eq!(refused.code(), "limit", "{refused}");
            // A limit in one currency says nothing about another.
            let euro = set_aside(store, capped("c", "8 EUR")).await.unwrap();
            for kept in [first, euro] {
                let back = Posting::Release {
                    reservation: kept.id,
                };
                post(store, back).await.unwrap();
            }
            // What went back was not spent.
            let whole = set_aside(store, capped("d", "2 USD")).await.unwrap();
            let back = Posting::Release {
                reservation: whole.id,
            };
            post(store, back).await.unwrap();
        }
        is_right(store).await;
    }
}

#[tokio::test]
async fn a_refund_gives_back_what_was_paid_and_no_more_and_only_to_its_payer() {
    for (_folder, store) in stores() {
        let store = store.as_ref();
        begun(store).await;
        credit(store, "k", "2 USD").await.unwrap();
        let kept = set_aside(store, reserve("r", "2 USD")).await.unwrap();
        let refund = |key: &str, amount: Option<&str>, user: &str, skill: &str| Posting::Refund {
            reservation: kept.id.clone(),
            amount: amount.map(money),
            key: PaymentKey::from(key),
            skill: skill.into(),
            user: user.into(),
        };
        let early = post(store, refund("f", None, "ada", "paid")).await;
        assert!(
            matches!(early, Err(PaymentError::Ended { .. })),
            "{early:?}"
        );
        let paid = capture(
            &kept.id,
            &[("agent:x", "1.5 USD"), ("skill:paid", "0.5 USD")],
        );
        post(store, paid).await.unwrap();
        for (user, skill) in [("eve", "paid"), ("ada", "other")] {
            let stolen = post(store, refund("s", None, user, skill)).await;
            assert!(
                matches!(stolen, Err(PaymentError::Unknown(_))),
                "{stolen:?}"
            );
        }
        let too_much = post(store, refund("m", Some("2.1 USD"), "ada", "paid")).await;
        assert!(
            matches!(too_much, Err(PaymentError::TooLittle { .. })),
            "{too_much:?}"
        );
        let other = post(store, refund("m", Some("1 EUR"), "ada", "paid")).await;
        assert!(matches!(other, Err(PaymentError::Money(_))), "{other:?}");
        for _ in 0..2 {
            let part = refund("one", Some("0.7 USD"), "ada", "paid");
            post(store, part).await.unwrap();
        }
        assert_eq!(has(store, "user:ada").await, "0.70 USD");
        assert_eq!(has(store, "skill:paid").await, "0.00 USD");
        assert_eq!(has(store, "agent:x").await, "1.30 USD");
        let changed = post(store, refund("one", Some("0.8 USD"), "ada", "paid")).await;
        assert!(
            matches!(changed, Err(PaymentError::KeyOfAnother(_))),
            "{changed:?}"
        );
        post(store, refund("rest", None, "ada", "paid"))
            .await
            .unwrap();
        assert_eq!(has(store, "user:ada").await, "2.00 USD");
        is_right(store).await;
    }
}

#[tokio::test]
async fn money_is_set_aside_only_in_a_turn_that_goes_on() {
    for (_folder, store) in stores() {
        let id = ConversationId::from("c");
        credit(store.as_ref(), "k", "2 USD").await.unwrap();
        let posting = vec![Posting::Reserve(Box::new(reserve("r", "1 USD")))];
        let early = store.post(Some(&id), posting).await;
        assert!(matches!(early, Err(StoreError::TakenOver(_))), "{early:?}");
        let hold = store.hold(&id);
        begun(store.as_ref()).await;
        set_aside(store.as_ref(), reserve("r", "1 USD"))
            .await
            .unwrap();
        assert_eq!(has(store.as_ref(), "user:ada").await, "1.00 USD");
        // Whoever had the turn gives it up: nothing stays set aside.
        drop(hold);
        credit(store.as_ref(), "l", "1 USD").await.unwrap();
        assert_eq!(has(store.as_ref(), "user:ada").await, "3.00 USD");
        is_right(store.as_ref()).await;
    }
}

#[tokio::test]
async fn what_a_provider_was_just_asked_to_collect_counts_as_unknown() {
    for (_folder, store) in stores() {
        let id = ConversationId::from("c");
        let hold = store.hold(&id);
        begun(store.as_ref()).await;
        let kept = Reserve {
            fund: Fund::Provider("x402".to_owned()),
            user: None,
            ..reserve("r", "1 USDC")
        };
        let kept = set_aside(store.as_ref(), kept).await.unwrap();
        let settling = Posting::Settling {
            reservation: kept.id,
        };
        post(store.as_ref(), settling).await.unwrap();
        drop(hold);
        credit(store.as_ref(), "l", "1 USD").await.unwrap();
        assert_eq!(has(store.as_ref(), "unknown:x402").await, "1.00 USDC");
        assert_eq!(has(store.as_ref(), "reserved").await, "0.00 USDC");
        is_right(store.as_ref()).await;
    }
}

#[tokio::test]
async fn erasing_a_conversation_leaves_what_was_paid_and_nobodys_words() {
    for (_folder, store) in stores() {
        let id = begun(store.as_ref()).await;
        credit(store.as_ref(), "k", "2 USD").await.unwrap();
        let kept = set_aside(store.as_ref(), reserve("r", "1 USD"))
            .await
            .unwrap();
        post(store.as_ref(), capture(&kept.id, &[("agent:x", "1 USD")]))
            .await
            .unwrap();
        let event = crate::conversation::Event {
            time: Timestamp::now(),
            kind: crate::conversation::EventKind::ConversationErased,
        };
        store.erase(&id, event).await.unwrap();
        let movements = store.movements(&LedgerFilter::default()).await.unwrap();
        assert_eq!(movements.len(), 3);
        assert!(movements.iter().all(|m| m.description.is_empty()));
        is_right(store.as_ref()).await;
    }
}

#[tokio::test]
async fn an_audit_finds_what_is_not_as_it_must_be() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("baton.db");
    let store = SqliteStore::open(&file).unwrap();
    credit(&store, "k", "2 USD").await.unwrap();
    is_right(&store).await;
    let db = rusqlite::Connection::open(&file).unwrap();
    for (wrong, right, says) in [
        (
            "UPDATE ledger_balance SET amount = amount + 1 WHERE account = 'user:ada'",
            "UPDATE ledger_balance SET amount = amount - 1 WHERE account = 'user:ada'",
            "must be zero",
        ),
        (
            "UPDATE ledger_entry SET amount = amount + 1 WHERE account = 'user:ada'",
            "UPDATE ledger_entry SET amount = amount - 1 WHERE account = 'user:ada'",
            "are not its amount",
        ),
        (
            "UPDATE ledger_balance SET amount = -amount",
            "UPDATE ledger_balance SET amount = -amount",
            "below zero",
        ),
    ] {
        db.execute(wrong, []).unwrap();
        let faults = store.audit().await.unwrap().faults.join("\n");
        assert!(faults.contains(says), "{says} is not in {faults}");
        db.execute(right, []).unwrap();
        is_right(&store).await;
    }
}

#[tokio::test]
async fn a_posting_that_is_refused_ends_the_list_and_leaves_those_before_it() {
    for (_folder, store) in stores() {
        begun(store.as_ref()).await;
        credit(store.as_ref(), "k", "2 USD").await.unwrap();
        let kept = set_aside(store.as_ref(), reserve("r", "2 USD"))
            .await
            .unwrap();
        let id = ConversationId::from("c");
        let postings = vec![
            Posting::Release {
                reservation: kept.id,
            },
            Posting::Reserve(Box::new(reserve("s", "3 USD"))),
            Posting::Reserve(Box::new(reserve("t", "1 USD"))),
        ];
        let refused = store.post(Some(&id), postings).await.unwrap();
        assert!(matches!(refused, Err(PaymentError::TooLittle { .. })));
        assert_eq!(has(store.as_ref(), "user:ada").await, "2.00 USD");
        is_right(store.as_ref()).await;
    }
}

#[tokio::test]
async fn a_credit_is_a_movement_of_its_own() {
    for (_folder, store) in stores() {
        let posting = Posting::Credit {
            key: "k".into(),
            user: "ada".into(),
            amount: money("1 USD"),
            description: "invoice".to_owned(),
        };
        let posted = store.post(None, vec![posting]).await.unwrap().unwrap();
        let [Posted::Movement(movement)] = posted.as_slice() else {
            panic!("{posted:?}");
        };
        assert_eq!(
            (movement.from.clone(), movement.to.clone()),
            (Account::Issuer, Account::User("ada".into()))
        );
    }
}
