//! Which agent is for what: `baton agent find`.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
};

#[test]
fn an_operator_sees_which_agents_are_for_a_wish_and_how_sure_that_is() {
    let desk = Desk::example("customer-service");
    let find = ["agent", "find", "my parcel was damaged on its way"];
    let shown = desk.baton(&find).ok();
    shown.shows(&["AGENT", "SCORE", "shipping-department"]);
    let found: Vec<Value> = desk.json(&find);
    assert_eq!(found[0]["agent"], "shipping-department", "{found:?}");
    let scores: Vec<f64> = found.iter().filter_map(|f| f["score"].as_f64()).collect();
    assert_eq!(scores.len(), found.len());
    assert!(scores.is_sorted_by(|a, b| a >= b), "{scores:?}");
    assert!(scores.iter().all(|score| (0.0..=1.0).contains(score)));
}

#[test]
fn a_wish_that_says_nothing_finds_nobody() {
    let desk = Desk::example("customer-service");
    desk.baton(&["agent", "find", ""])
        .ok()
        .shows(&["no agent has anything in common with that"]);
    let found: Vec<Value> = desk.json(&["agent", "find", "我的包裹在哪里"]);
    assert_eq!(found, [] as [Value; 0]);
}

/// Two agents with examples that share no word with what is asked later.
const PAIR: &str = "entry = 'desk'
[agents.desk]
kind = 'scripted'
[agents.pets]
kind = 'scripted'
examples = ['my cat is ill', 'the cat will not eat', 'food for my cat', 'a cat basket', 'old cat']
[agents.cars]
kind = 'scripted'
examples = ['my car is broken', 'the car makes noise', 'oil for a car', 'car tyres', 'old car']
";

#[test]
fn an_endpoint_finds_what_words_do_not_and_examples_are_fetched_once() {
    let endpoint = Endpoint::that(Behaviour::Embeds(&["at", "car", "my"]));
    let config = format!(
        "{PAIR}[discovery]\nendpoint = {{ url = '{}', model = 'm' }}\n",
        endpoint.url
    );
    let desk = Desk::new(&config);
    let found: Vec<Value> = desk.json(&["agent", "find", "what eats rats"]);
    assert_eq!(found[0]["agent"], "pets", "{found:?}");
    assert_eq!(found[0]["by"], "meanings");
    let examples = endpoint.request();
    assert_eq!(examples["model"], "m");
    assert!(examples["input"].as_array().unwrap().len() > 10);
    assert_eq!(
        endpoint.request()["input"],
        serde_json::json!(["what eats rats"])
    );
    let again: Vec<Value> = desk.json(&["agent", "find", "more rats"]);
    assert_eq!(again[0]["by"], "meanings");
    assert_eq!(
        endpoint.request()["input"],
        serde_json::json!(["more rats"]),
        "the examples are kept"
    );
}

#[test]
fn when_the_endpoint_does_not_answer_words_do_and_say_so() {
    let endpoint = Endpoint::that(Behaviour::Embeds(&["cat", "car"]));
    let with = |url: &str| {
        format!(
            "{PAIR}[discovery]\nendpoint = {{ url = '{url}', model = 'm', timeout = '100ms' }}\n"
        )
    };
    let desk = Desk::new(&with(&endpoint.url));
    let found: Vec<Value> = desk.json(&["agent", "find", "my cat is slow"]);
    assert_eq!(
        (&found[0]["agent"], &found[0]["by"]),
        (&"pets".into(), &"words".into())
    );
    let why = found[0]["why"].as_str().unwrap();
    assert!(why.contains("has not answered within 100ms"), "{why}");
    let desk = Desk::new(&with(&Endpoint::that_is_down()));
    let found: Vec<Value> = desk.json(&["agent", "find", "my cat"]);
    assert_eq!(found[0]["by"], "words");
    desk.baton(&["agent", "find", "my cat"])
        .ok()
        .shows(&["by words alone: ", "cannot be reached"]);
}

#[test]
fn an_endpoint_that_refuses_or_gives_something_else_is_done_without() {
    for behaviour in [
        Behaviour::Refuses("401 Unauthorized", r#"{"error":{"message":"no key"}}"#),
        Behaviour::Refuses("200 OK", r#"{"data":[]}"#),
        Behaviour::Babbles,
    ] {
        let endpoint = Endpoint::that(behaviour);
        let url = &endpoint.url;
        let desk = Desk::new(&format!(
            "{PAIR}[discovery]\nendpoint = {{ url = '{url}', model = 'm' }}\n"
        ));
        let found: Vec<Value> = desk.json(&["agent", "find", "my cat is ill"]);
        assert_eq!(
            (&found[0]["agent"], &found[0]["by"]),
            (&"pets".into(), &"words".into())
        );
        assert!(found[0]["why"].is_string(), "{found:?}");
    }
}

#[test]
fn an_agents_skills_are_found_by_the_examples_of_each() {
    let desk = Desk::new(
        "entry = 'desk'
[agents.desk]
kind = 'scripted'
[agents.bank]
kind = 'scripted'
offers = [
    'opening-hours',
    { name = 'transfers', examples = ['send money to my sister', 'wire 50 euros', 'pay my rent'] },
    { name = 'cards', description = 'Credit cards', examples = ['my card was stolen', 'block it'] },
]
",
    );
    for (wish, skill) in [
        ("wire some money to my sister", "transfers"),
        ("somebody stole my card", "cards"),
        ("what are your opening hours", "opening-hours"),
    ] {
        let found: Vec<Value> = desk.json(&["agent", "find", wish]);
        assert_eq!(found[0]["agent"], "bank", "{found:?}");
        assert_eq!(found[0]["skill"], skill, "{found:?}");
    }
}

#[test]
fn what_is_wrong_with_discovery_is_shown_where_it_stands() {
    let folder = tempfile::tempdir().unwrap();
    let folder = folder.path().display();
    for (section, complaint) in [
        ("table = 'nowhere'".to_owned(), "nowhere does not exist"),
        (
            format!("table = '{folder}'"),
            "discovery cannot use this: cannot read",
        ),
        (
            format!("table = '{folder}'\nendpoint = {{ url = 'http://x/v1', model = 'm' }}"),
            "discovery has one encoder",
        ),
        (
            "endpoint = { url = 'nonsense', model = 'm' }".to_owned(),
            "`nonsense` is not a usable",
        ),
        (
            "endpoint = { url = 'http://x/v1', model = 'm', api-key-env = 'BATON_NO_SUCH' }"
                .to_owned(),
            "environment variable `BATON_NO_SUCH` is not set",
        ),
        (
            "endpoint = { url = 'http://x/v1' }".to_owned(),
            "missing field `model`",
        ),
    ] {
        let desk = Desk::new(&format!("{PAIR}[discovery]\n{section}\n"));
        // What is wrong stands in its last line.
        let line = PAIR.lines().count() + 1 + section.lines().count();
        desk.baton(&["agent", "list"])
            .with_code(3)
            .complains(&[complaint, &format!("baton.toml:{line}:")]);
    }
    let offers = "entry = 'a'\n[agents.a]\nkind = 'scripted'\noffers = [{ nam = 'x' }]\n";
    Desk::new(offers)
        .baton(&["agent", "list"])
        .with_code(3)
        .complains(&["unknown field `nam`", "baton.toml:4:"]);
}
