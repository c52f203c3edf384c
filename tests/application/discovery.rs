//! A skill that finds the agent for each message.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    endpoint::{Behaviour, Endpoint},
    skills::bundled,
};

const AGENTS: &str = r#"
entry = "reception"
[agents.reception]
kind = "scripted"
[agents.billing]
kind        = "scripted"
description = "Invoices, charges and refunds"
examples    = [
    "I was charged twice", "send me the invoice", "I want my money back",
    "why is my bill so high", "refund my payment", "my card was charged",
]
[agents.shipping]
kind        = "scripted"
description = "Parcels and deliveries"
examples    = [
    "where is my parcel", "the delivery is late", "change the delivery address",
    "my parcel was damaged", "when will the parcel arrive", "track my parcel",
]
[agents.technical-support]
kind        = "scripted"
description = "Help with the app and with errors"
examples    = [
    "the app crashes", "I cannot log in", "error when I start the app",
    "reset my password", "the app shows an error", "the screen stays black",
]
"#;

const GRANTED: &str = "[skills.smart-router]\ngrants = ['discovery']\n";

fn desk(more: &str) -> Desk {
    Desk::new(&format!("{AGENTS}{more}")).skill("smart.wasm", bundled("smart-router"))
}

#[track_caller]
fn goes(desk: &Desk, text: &str, agent: &str) {
    let answer = desk.say(text);
    assert_eq!(answer.agent, agent, "{text:.80}: {:.80}", answer.reply);
}

#[test]
fn each_message_goes_to_the_agent_that_is_best_at_it() {
    let desk = desk(GRANTED);
    goes(
        &desk,
        "where is my parcel? the delivery is late",
        "shipping",
    );
    goes(
        &desk,
        "I was charged twice and want my money back",
        "billing",
    );
    goes(
        &desk,
        "the app crashes with an error when I log in",
        "technical-support",
    );
}

#[test]
fn what_no_agent_is_sure_to_be_for_stays_where_it_is() {
    let desk = desk(GRANTED);
    for text in [
        "good morning",
        "我的包裹在哪里",
        "¿dónde queda la biblioteca?",
        "?!",
    ] {
        goes(&desk, text, "reception");
    }
}

#[test]
fn a_wish_of_a_hundred_pages_is_answered_like_any_other() {
    let desk = desk(GRANTED);
    let huge = "where is my parcel the delivery is late ".repeat(1_500);
    goes(&desk, &huge, "shipping");
    goes(&desk, &"亀".repeat(20_000), "reception");
}

#[test]
fn the_same_wish_again_is_answered_from_what_was_found_before() {
    let endpoint = Endpoint::that(Behaviour::Embeds(&["parcel", "charge", "app"]));
    let encoder = format!(
        "[discovery]\nendpoint = {{ url = '{}', model = 'm' }}\n",
        endpoint.url
    );
    let desk = desk(&format!("{GRANTED}{encoder}"));
    let mut chat = desk.chat("c");
    // The first one may come before the endpoint has sent the agents' examples.
    for _ in 0..4 {
        chat.say("where is my parcel?");
    }
    chat.say("why this charge?");
    let mut asked = Vec::new();
    while !asked.contains(&"why this charge?".to_owned()) {
        let request = endpoint.request();
        let texts = request["input"].as_array().unwrap();
        asked.extend(texts.iter().map(|text| text.as_str().unwrap().to_owned()));
    }
    let times = asked.iter().filter(|text| *text == "where is my parcel?");
    assert_eq!(times.count(), 1, "{asked:?}");
}

#[test]
fn without_the_grant_nothing_is_found_and_the_operator_learns_of_it() {
    let desk = desk("");
    let answer = desk.say_in("c", "where is my parcel? the delivery is late");
    assert_eq!(answer.agent, "reception");
    assert_eq!(desk.event("c", "skill.denied")["capability"], "discovery");
}

#[test]
fn an_agent_out_of_reach_is_not_found_and_the_next_best_not_taken_for_it() {
    let wish = "where is my parcel? the delivery is late";
    goes(
        &desk(&format!(
            "[policy.paths]\nreception = ['billing']\n{GRANTED}"
        )),
        wish,
        "reception",
    );
    let scoped = AGENTS.replace(
        "[agents.shipping]\n",
        "[agents.shipping]\nscopes = ['staff']\n",
    );
    let desk = Desk::new(&format!("{scoped}{GRANTED}")).skill("s.wasm", bundled("smart-router"));
    goes(&desk, wish, "reception");
}

#[test]
fn what_the_skill_may_is_said_in_plain_words() {
    let desk = desk("");
    let inspected = desk.baton(&["skill", "inspect", "smart-router"]);
    inspected
        .ok()
        .shows(&["may look for agents by what they are good at"]);
}

#[test]
fn explaining_shows_the_agent_that_was_found() {
    let explained: Value =
        desk(GRANTED).json(&["explain", "where is my parcel? the delivery is late"]);
    assert!(explained.to_string().contains("shipping"), "{explained}");
}
