//! Tokens that are guessed.

use std::{thread, time::Duration};

use crate::support::{
    desk::Desk,
    served::{Received, Served},
};

const TOKENS: &str = "
[serve]
proxies = ['127.0.0.1']
[serve.tokens.shop]
env = 'SHOP_TOKEN'
may = ['talk', 'operate']
";

/// Asks for the models from this address, behind the proxy that the test is.
fn asks(served: &Served, address: &str, token: &str) -> Received {
    let bearer = format!("Bearer {token}");
    let headers = [
        ("authorization", bearer.as_str()),
        ("x-forwarded-for", address),
    ];
    served.send("GET", "/v1/models", &headers, "")
}

fn signs_in(served: &Served, address: &str, token: &str) -> Received {
    let headers = [
        ("content-type", "application/x-www-form-urlencoded"),
        ("x-forwarded-for", address),
    ];
    let form = format!("token={token}&name=Ana");
    served.send("POST", "/console/sign-in", &headers, &form)
}

/// Guesses until it is told to wait; for how long.
fn guesses(guess: impl Fn(&str) -> Received) -> u64 {
    for number in 0..20 {
        let refused = guess(&format!("guess-{number}"));
        if refused.status == 429 {
            assert_eq!(number, 10, "{refused:?}");
            return refused.header("retry-after").unwrap().parse().unwrap();
        }
        assert!(matches!(refused.status, 401 | 403), "{refused:?}");
    }
    panic!("nobody minds");
}

#[test]
fn whoever_guesses_tokens_waits_even_with_the_right_one_and_others_do_not() {
    let served = Served::start(&Desk::scripted(TOKENS));
    let wait = guesses(|token| asks(&served, "192.0.2.1", token));
    assert!((1..=60).contains(&wait), "{wait}");
    let right = asks(&served, "192.0.2.1", "sesame");
    assert_eq!(right.status, 429, "{right:?}");
    assert!(right.body.contains("too many wrong tokens"), "{right:?}");
    assert_eq!(asks(&served, "192.0.2.2", "sesame").status, 200);
    // Every door is behind it, and the console too.
    assert_eq!(signs_in(&served, "192.0.2.1", "sesame").status, 429);
    thread::sleep(Duration::from_secs(wait));
    assert_eq!(asks(&served, "192.0.2.1", "sesame").status, 200);
}

#[test]
fn whoever_guesses_where_people_sign_in_waits_too() {
    let served = Served::start(&Desk::scripted(TOKENS));
    let wait = guesses(|token| signs_in(&served, "192.0.2.1", token));
    assert!((1..=60).contains(&wait), "{wait}");
    let page = signs_in(&served, "192.0.2.1", "sesame");
    assert!(page.body.contains("too many wrong tokens"), "{page:?}");
    assert_eq!(signs_in(&served, "192.0.2.2", "sesame").status, 303);
    // Who guesses at one door is not heard at another.
    assert_eq!(asks(&served, "192.0.2.1", "sesame").status, 429);
}

#[test]
fn an_address_that_a_client_only_claims_does_not_count() {
    let config = TOKENS.replace("proxies = ['127.0.0.1']", "");
    let served = Served::start(&Desk::scripted(&config));
    for number in 0..10 {
        let claimed = format!("192.0.2.{number}");
        assert_eq!(asks(&served, &claimed, "guess").status, 401);
    }
    assert_eq!(asks(&served, "192.0.2.99", "sesame").status, 200);
    assert_eq!(asks(&served, "192.0.2.99", "guess").status, 429);
    assert_eq!(asks(&served, "192.0.2.99", "sesame").status, 429);
}
