//! What people do with what waits for them.

use serde_json::json;

use super::*;
use crate::support::skills;

#[test]
fn a_person_claims_answers_and_hands_back_a_ticket() {
    let desk = Desk::new(PEOPLE).skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    let conversation = says(&served, "plain and I want a person");
    let ticket = get(&served, "/tickets")[0]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let at = |act: &str| format!("/tickets/{ticket}/{act}");
    assert_eq!(
        post(&served, &at("claim"), &json!({ "as": "ana" }))["ticket"]["claimed-by"],
        "ana"
    );
    let taken = ask(&served, "POST", &at("claim"), r#"{"as":"bob"}"#);
    assert_eq!(taken.status, 409, "{taken:?}");
    post(
        &served,
        &at("reply"),
        &json!({ "as": "ana", "text": "Ana here." }),
    );
    let shown = get(&served, &format!("/tickets/{ticket}"));
    assert_eq!(shown["transcript"][2]["content"], "Ana here.");
    let back = post(&served, &at("hand-back"), &json!({ "as": "ana" }));
    assert_eq!(
        (&back["ticket"]["state"], &back["owner"]),
        (&json!("closed"), &json!("desk"))
    );
    assert_eq!(get(&served, "/tickets"), json!([]));
    assert_eq!(
        get(&served, "/tickets?state=closed")[0]["id"],
        ticket.as_str()
    );
    assert_eq!(desk.event(&conversation, "ticket.replied")["by"], "ana");
    assert_eq!(
        ask(&served, "POST", "/tickets/T-NONE/close", "").status,
        404
    );
}

#[test]
fn a_dead_letter_is_shown_tried_again_and_dropped() {
    let more = "[agents.broken]\nkind = 'scripted'\nscript = 'fail'\n[[rules]]\ntarget = 'broken'\nkeywords = ['go']";
    let served = Served::start(&Desk::scripted(more));
    says(&served, "go");
    let letters = get(&served, "/dead-letters");
    let id = letters[0]["context"]["id"].as_str().unwrap();
    assert_eq!(
        get(&served, &format!("/dead-letters/{id}"))["outcome"],
        "failed"
    );
    let answer = post(&served, &format!("/dead-letters/{id}/retry"), &json!({}));
    assert_eq!(answer["stand-in"], "agent", "{answer}");
    let letters = get(&served, "/dead-letters");
    let id = letters[0]["context"]["id"].as_str().unwrap().to_owned();
    let dropped = ask(&served, "DELETE", &format!("/dead-letters/{id}"), "");
    assert_eq!(dropped.json(), json!({ "dropped": id }));
    assert_eq!(
        ask(&served, "DELETE", &format!("/dead-letters/{id}"), "").status,
        404
    );
}
