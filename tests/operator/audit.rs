//! `grants = "audit"`: what a skill tries is recorded and denied.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    skills::{bundled, hostile},
};

fn audited() -> Desk {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n\
        [agents.billing-department]\nkind = 'scripted'\n\
        [skills.customer-service]\ngrants = 'audit'";
    Desk::new(config).skill("cs.wasm", bundled("customer-service"))
}

#[test]
fn an_audited_skill_is_denied_everything_and_what_it_tries_is_listed_with_the_command() {
    let desk = audited();
    desk.baton(&["skill", "grant", "customer-service", "tickets"])
        .ok()
        .shows(&["is granted nothing", "baton skill audit customer-service"]);
    assert_eq!(desk.say_in("a", "a charge").agent, "billing-department");
    desk.say_in("b", "a charge");
    desk.baton(&["skill", "audit", "customer-service"])
        .ok()
        .shows(&[
            "conversation",
            "baton skill grant customer-service conversation",
            "baton skill grant customer-service tickets",
        ]);
    let tried: Vec<Value> = desk.json(&["skill", "audit", "customer-service"]);
    let tickets = tried.iter().find(|t| t["capability"] == "tickets").unwrap();
    assert_eq!(tickets["times"], 2);
    assert!(tickets["last"].is_string());
}

#[test]
fn a_skill_that_tried_nothing_is_said_to_with_what_it_may_still_try() {
    audited()
        .baton(&["skill", "audit", "customer-service"])
        .ok()
        .shows(&["has tried nothing", "not tried: tickets"]);
    let desk = Desk::scripted("").skill("h.wasm", hostile());
    desk.baton(&["skill", "audit", "hostil"])
        .with_code(1)
        .complains(&["did you mean `hostile`?"]);
}

#[test]
fn another_word_than_audit_is_a_mistake_in_the_configuration() {
    Desk::scripted("[skills.hostile]\ngrants = 'all'")
        .baton(&["run", "x"])
        .with_code(3)
        .complains(&["a list of grants, or \"audit\""]);
}
