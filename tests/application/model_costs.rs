//! What models cost, and how far an agent may go for it.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    served::Served,
    skills::counter,
};

/// The endpoint reads 12 tokens and writes 7: 12 × 100 + 7 × 200 millionths.
const PRICE: &str = "price-per-million = { input = '100 USD', output = '200 USD' }";
const ONE_CALL: &str = "0.0026 USD";

fn desk(behaviour: Behaviour, more: &str) -> (Desk, Endpoint) {
    let endpoint = Endpoint::that(behaviour);
    let config = format!(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\nreply = 'hello'\n\
         [[rules]]\ntarget = 'model'\nkeywords = ['please']\n\
         [agents.model]\nkind = 'openai'\nurl = '{}'\nmodel = 'm'\ntools = ['counter']\n{more}",
        endpoint.url
    );
    let desk = Desk::new(&config).skill("counter.wasm", counter(""));
    (desk, endpoint)
}

fn of_type(desk: &Desk, kind: &str) -> Vec<Value> {
    let events: Vec<Value> = desk.json(&["events", "c"]);
    events
        .into_iter()
        .filter(|event| event["type"] == kind)
        .collect()
}

#[test]
fn what_each_call_of_a_model_costs_is_on_record_and_shown_with_the_handoff_and_to_prometheus() {
    let (desk, _endpoint) = desk(Behaviour::Streams(&["Hello."]), PRICE);
    desk.say_in("c", "please");
    assert_eq!(of_type(&desk, "model.called")[0]["cost"], ONE_CALL);
    desk.baton(&["history", "c"])
        .ok()
        .shows(&["1 model call, 19 tokens, 0.0026 USD"]);
    let served = Served::start(&desk);
    served.says("please");
    let metrics = served.send("GET", "/metrics", &[], "").body;
    for row in [
        "baton_model_calls_total{agent=\"model\"} 1",
        "baton_model_tokens_total{agent=\"model\",way=\"read\"} 12",
        "baton_model_tokens_total{agent=\"model\",way=\"written\"} 7",
        "baton_model_cost_millionths_total{agent=\"model\",currency=\"USD\"} 2600",
    ] {
        assert!(metrics.contains(row), "{row} in\n{metrics}");
    }
}

#[test]
fn a_model_that_has_cost_enough_must_answer_without_further_calls() {
    let uses = Behaviour::UsesTool("counter_count", "{}", "Counted.");
    let (desk, endpoint) = desk(uses, &format!("{PRICE}\nmax-cost = '0.001 USD'"));
    assert_eq!(desk.say_in("c", "please").reply, "Counted.");
    endpoint.request();
    let system = endpoint.request()["messages"][0]["content"].to_string();
    assert!(system.contains("No more calls: 0.001 USD"), "{system}");
    let stopped = of_type(&desk, "model.stopped");
    assert_eq!(
        stopped[0]["why"],
        "0.001 USD is all that the model may cost"
    );
}

#[test]
fn a_model_that_costs_less_than_it_may_is_not_stopped_and_one_without_a_price_has_no_cost() {
    let uses = || Behaviour::UsesTool("counter_count", "{}", "Counted.");
    let (desk_with, _endpoint) = desk(uses(), &format!("{PRICE}\nmax-cost = '1 USD'"));
    desk_with.say_in("c", "please");
    assert!(of_type(&desk_with, "model.stopped").is_empty());
    let (without, _endpoint) = desk(uses(), "");
    without.say_in("c", "please");
    assert!(of_type(&without, "model.called")[0].get("cost").is_none());
}

#[test]
fn a_limit_without_a_price_and_amounts_of_two_currencies_are_refused() {
    for (more, why) in [
        ("max-cost = '1 USD'", "`price-per-million` is missing"),
        (
            "price-per-million = { input = '1 USD', output = '1 EUR' }",
            "never mixed",
        ),
        (
            "price-per-million = { input = '1 USD', output = '1 USD' }\nmax-cost = '1 EUR'",
            "priced in USD and limited or triaged in EUR",
        ),
    ] {
        let (desk, _endpoint) = desk(Behaviour::Hangs, more);
        desk.baton(&["run", "hello"]).with_code(3).complains(&[why]);
    }
}
