//! What a component is, before anybody trusts it.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    files,
    program::baton_with,
    skills::{bundled, hostile_with, surfer, till},
};

#[test]
fn a_component_is_shown_with_what_it_exports_and_wants() {
    let desk = Desk::scripted("").file("cs.wasm", bundled("customer-service"));
    let file = desk.path("cs.wasm");
    baton_with(["skill", "inspect", file.to_str().unwrap()])
        .ok()
        .shows(&[
            "customer-service 0.1.0",
            "baton:skill/router@0.1.0",
            "baton:skill/before-handoff@0.1.0",
            "baton:skill/tools@0.1.0",
            "may read the conversation and what is known of the user",
            "may open tickets",
            "grants = [\"conversation\", \"tickets\"]",
            "route-to-department",
            "one of billing-department, technical-support, shipping-department",
            "\"parcel\"",
            "add-customer-context",
            "escalate-to-human",
            "reason: string",
        ]);
}

#[test]
fn a_component_is_shown_to_programs() {
    let desk = Desk::scripted("").file("f.wasm", bundled("finance"));
    let file = desk.path("f.wasm");
    let shown: Value = baton_with(["skill", "inspect", "--json", file.to_str().unwrap()])
        .ok()
        .json();
    assert_eq!(shown["digest"].as_str().unwrap().len(), 64);
    assert_eq!(
        shown["imports"],
        serde_json::json!([]),
        "a condition alone wants nothing"
    );
    let condition = &shown["manifest"]["handoffs"][0];
    assert_eq!(condition["target"], "finance-expert");
    assert_eq!(
        (&condition["priority"], &condition["timeout-ms"]),
        (&100.into(), &30_000.into())
    );
    assert_eq!(shown["wants"], serde_json::json!(["priority"]));
}

#[test]
fn a_skill_of_the_folder_is_found_by_its_name_with_what_it_is_granted() {
    let desk = Desk::scripted("[skills.customer-service]\ngrants = ['tickets']")
        .skill("cs.wasm", bundled("customer-service"));
    desk.baton(&["skill", "inspect", "customer-service"])
        .ok()
        .shows(&[
            "the user's open ones (granted)",
            "what is known of the user (not granted)",
        ]);
    desk.baton(&["skill", "inspect", "customer-servise"])
        .with_code(1)
        .complains(&["did you mean `customer-service`?"]);
}

#[test]
fn what_is_no_skill_is_refused_with_the_reason() {
    let desk = Desk::scripted("")
        .file("module.wasm", files::core_module())
        .file("lies.wasm", hostile_with("lies"));
    for (file, why) in [
        ("module.wasm", "it is a core module"),
        ("lies.wasm", "its manifest is wrong"),
    ] {
        let path = desk.path(file);
        baton_with(["skill", "inspect", path.to_str().unwrap()])
            .with_code(1)
            .complains(&[why]);
    }
    baton_with(["skill", "inspect", "/nowhere/x.wasm", "--json"])
        .with_code(3)
        .complains(&["{\"error\":"]);
}

#[test]
fn what_a_skill_would_spend_and_call_is_said_in_plain_words_with_its_bounds() {
    let desk = Desk::scripted("")
        .skill("till.wasm", till())
        .skill("surfer.wasm", surfer());
    desk.baton(&["skill", "inspect", "till"])
        .ok()
        .shows(&["may see prices, and may spend up to 100 USD and 100 EUR per day"]);
    desk.baton(&["skill", "inspect", "surfer"])
        .ok()
        .shows(&["may call 127.0.0.1 and localhost"]);
    let shown: Value = desk.json(&["skill", "inspect", "surfer"]);
    let words = shown["wants-in-words"].as_array().unwrap();
    let http = words.iter().find(|want| want["grant"] == "http").unwrap();
    assert_eq!(
        http["words"],
        serde_json::json!(["http:127.0.0.1", "http:localhost"])
    );
}
