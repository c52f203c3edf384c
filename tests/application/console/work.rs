//! What people do there.

use serde_json::Value;

use super::*;
use crate::support::skills;

#[test]
fn a_person_claims_reads_answers_and_hands_back_in_the_inbox() {
    let desk = Desk::new(PEOPLE).skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    served.says("plain and I want a person");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let id = tickets[0]["id"].as_str().unwrap();
    let at = |act: &str| format!("/console/inbox/{id}{act}");
    let ana = Person::signs_in(&served, "ana");
    assert!(ana.sees("/console/inbox").contains(id));
    let page = ana.sees(&at(""));
    assert!(
        page.contains("plain and I want a person") && page.contains("Context"),
        "{page}"
    );
    ana.does(&at("/claim"), &[]);
    let reply = [("text", "Ana here.\r\nHow can I help?"), ("key", "k")];
    ana.does(&at("/reply"), &reply);
    ana.does(&at("/reply"), &reply);
    let shown: Value = desk.json(&["ticket", "show", id]);
    assert_eq!(shown["claimed-by"], "ana");
    assert_eq!(shown["transcript"].as_array().unwrap().len(), 3);
    assert_eq!(
        shown["transcript"][2]["content"],
        "Ana here.\nHow can I help?"
    );
    let bob = Person::signs_in(&served, "bob");
    let taken = bob.sends(&at("/reply"), &[("text", "Bob too.")]);
    assert_eq!(taken.status, 409);
    assert!(taken.body.contains("claimed by ana"), "{}", taken.body);
    ana.does(&at("/hand-back"), &[("to", "")]);
    assert!(ana.sees(&at("")).contains("It is done."));
}

#[test]
fn a_handoff_that_waits_for_approval_is_approved_with_one_click() {
    let config = "entry = 'desk'\npolicy.supervisor = 'lead'\n[agents.desk]\nkind = 'scripted'\n\
                  [agents.expert]\nkind = 'scripted'\nreply = 'Done.'\n\
                  [agents.lead]\nkind = 'human'";
    let desk = Desk::new(config).skill("modes.wasm", skills::modes());
    let served = Served::start(&desk);
    served.says("supervised, please");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let waiting = tickets.iter().find(|ticket| !ticket["approval"].is_null());
    let id = waiting.unwrap_or_else(|| panic!("{tickets:?}"))["id"]
        .as_str()
        .unwrap();
    let ana = Person::signs_in(&served, "ana");
    let page = ana.sees(&format!("/console/inbox/{id}"));
    assert!(
        page.contains("Approve") && page.contains("Refuse"),
        "{page}"
    );
    let silent = ana.sends(&format!("/console/inbox/{id}/refuse"), &[("reason", " ")]);
    assert_eq!(silent.status, 400);
    ana.does(&format!("/console/inbox/{id}/approve"), &[]);
    let shown: Value = desk.json(&["ticket", "show", id]);
    assert_eq!(shown["approval"]["decision"], "approved");
}

#[test]
fn a_skill_is_dropped_on_the_page_granted_and_let_out_of_quarantine() {
    let desk = Desk::scripted("");
    let served = Served::start(&desk);
    let ana = Person::signs_in(&served, "ana");
    let csrf = ana.csrf();
    let path = "/console/skill-files/hostile.wasm";
    let cookie = ("cookie", ana.cookie.as_str());
    let without = served.send_bytes("PUT", path, &[cookie], &skills::hostile());
    assert_eq!(without.status, 403);
    let headers = [cookie, ("x-csrf-token", csrf.as_str())];
    let uploaded = served.send_bytes("PUT", path, &headers, &skills::hostile());
    assert_eq!(uploaded.json()["skill"], "hostile", "{uploaded:?}");
    let outside = served.send_bytes("PUT", "/console/skill-files/..%2Fx.wasm", &headers, b"x");
    assert_eq!(outside.status, 400);
    let page = ana.sees("/console/skills");
    assert!(
        page.contains("hostile.wasm") && page.contains("What it asks for"),
        "{page}"
    );
    ana.does("/console/skills/hostile/grant", &[("words", "agents")]);
    assert!(ana.sees("/console/skills").contains("<code>agents</code>"));
    ana.does("/console/skills/hostile/revoke", &[("words", "agents")]);
    assert!(!ana.sees("/console/skills").contains("<code>agents</code>"));
    for _ in 0..5 {
        served.says("trap");
    }
    assert!(ana.sees("/console/skills").contains("In quarantine:"));
    ana.does("/console/skills/hostile/lift-quarantine", &[]);
    assert!(!ana.sees("/console/skills").contains("In quarantine:"));
}

#[test]
fn money_is_given_and_a_dead_letter_is_tried_again_and_dropped() {
    let more = "[agents.broken]\nkind = 'scripted'\nscript = 'fail'\n[[rules]]\ntarget = 'broken'\nkeywords = ['go']";
    let desk = Desk::scripted(more);
    let served = Served::start(&desk);
    let ana = Person::signs_in(&served, "ana");
    let credit = [
        ("user", "c-1"),
        ("amount", "5 USD"),
        ("key", "k"),
        ("for", ""),
    ];
    ana.does("/console/ledger", &credit);
    ana.does("/console/ledger", &credit);
    let page = ana.sees("/console/ledger");
    assert!(
        page.contains("the books are right") && page.contains("c-1"),
        "{page}"
    );
    assert_eq!(desk.json::<Vec<Value>>(&["ledger", "entries"]).len(), 1);
    assert_eq!(
        ana.sends("/console/ledger", &[("user", "a b"), ("amount", "5 USD")])
            .status,
        400
    );
    served.says("go");
    let letter = || {
        let letters: Vec<Value> = desk.json(&["deadletter", "list"]);
        letters
            .first()
            .map(|letter| letter["context"]["id"].as_str().unwrap().to_owned())
    };
    let first = letter().unwrap();
    assert!(ana.sees("/console/dead-letters").contains(&first));
    ana.does(&format!("/console/dead-letters/{first}/retry"), &[]);
    let second = letter().unwrap();
    assert_ne!(first, second);
    ana.does(&format!("/console/dead-letters/{second}/drop"), &[]);
    assert_eq!(letter(), None);
}
