//! Payments that somebody else collects.

use serde_json::Value;

use crate::support::{
    desk::Desk,
    facilitator::{Answers, Facilitator, proof},
    shapes::Answer,
    skills::modes,
};

const PAY_TO: &str = "0x209693Bc6afc0C5328bA36FaF03C514EF312287C";

fn desk(url: &str) -> Desk {
    Desk::scripted(&format!(
        r#"
[agents.expert]
kind  = "scripted"
reply = "This is the expert."
price = "0.05 USDC"

[[rules]]
target   = "expert"
keywords = ["expert"]

[payments]
provider = "x402"
url      = "{url}"
network  = "eip155:84532"
asset    = "0x036CbD53842c5426634e7929541eC2318f3dCF7e"
currency = "USDC"
pay-to   = "{PAY_TO}"
timeout  = "500ms"
extra    = {{ name = "USDC", version = "2" }}
"#
    ))
}

fn ask(desk: &Desk, payment: &str) -> Answer {
    desk.json(&[
        "run",
        "--conversation",
        "c",
        "--payment",
        payment,
        "an expert, please",
    ])
}

fn balance(desk: &Desk, account: &str) -> String {
    let balances: Vec<Value> = desk.json(&["ledger", "balance"]);
    let of = balances
        .iter()
        .find(|balance| balance["account"] == account);
    of.map_or_else(String::new, |of| of["balance"].as_str().unwrap().to_owned())
}

#[test]
fn a_payment_is_verified_before_the_agent_works_and_settled_after_it_has_answered() {
    let facilitator = Facilitator::that(Answers::Well, Answers::Well);
    let desk = desk(&facilitator.url);
    let answer = ask(&desk, &proof("50000", PAY_TO));
    assert_eq!(answer.reply, "This is the expert.");
    assert_eq!(facilitator.calls(), ["verify", "settle"]);
    let body = facilitator.first();
    assert_eq!(body["x402Version"], 2);
    assert_eq!(body["paymentRequirements"]["amount"], "50000");
    assert_eq!(body["paymentRequirements"]["extra"]["name"], "USDC");
    assert_eq!(body["paymentPayload"]["payload"]["signature"], "0x1");
    assert_eq!(balance(&desk, "agent:expert"), "0.05 USDC");
    assert_eq!(balance(&desk, "provider:x402"), "-0.05 USDC");
    desk.baton(&["ledger", "check"]).ok();
}

#[test]
fn without_a_payment_or_with_one_of_something_else_nobody_is_called() {
    let facilitator = Facilitator::that(Answers::Well, Answers::Well);
    let desk = desk(&facilitator.url);
    let none = desk.say("an expert, please");
    assert!(
        none.reply.contains("came without a payment"),
        "{}",
        none.reply
    );
    for (payment, why) in [
        ("%%%", "it is not base64"),
        ("aGVsbG8=", "it is not JSON"),
        ("e30=", "it is not of version 2"),
        ("eyJ4NDAyVmVyc2lvbiI6Mn0=", "which requirements it accepts"),
        (
            proof("49999", PAY_TO).as_str(),
            "it is not a payment of 0.05 USDC",
        ),
        (
            proof("50000", "0xdead").as_str(),
            "it is not a payment of 0.05 USDC",
        ),
    ] {
        let answer = ask(&desk, payment);
        assert_eq!(answer.stand_in, "agent");
        assert!(answer.reply.contains(why), "{why}: {}", answer.reply);
    }
    assert!(facilitator.calls().is_empty());
}

#[test]
fn a_facilitator_that_does_not_verify_costs_nothing_and_the_fallback_answers() {
    for verify in [
        Answers::Refuses,
        Answers::Never,
        Answers::HangsUp,
        Answers::Says("no JSON"),
        Answers::Says("{\"isValid\": \"yes\"}"),
        Answers::Says("{}"),
    ] {
        let facilitator = Facilitator::that(verify, Answers::Well);
        let desk = desk(&facilitator.url);
        let answer = ask(&desk, &proof("50000", PAY_TO));
        assert_eq!(
            (answer.stand_in.as_str(), answer.agent.as_str()),
            ("agent", "assistant")
        );
        assert_eq!(facilitator.calls(), ["verify"]);
        assert_eq!(balance(&desk, "agent:expert"), "");
        desk.baton(&["ledger", "check"]).ok();
    }
}

#[test]
fn what_the_facilitator_refuses_to_settle_is_not_answered_by_the_expert() {
    let facilitator = Facilitator::that(Answers::Well, Answers::Refuses);
    let desk = desk(&facilitator.url);
    let answer = ask(&desk, &proof("50000", PAY_TO));
    assert_eq!(answer.agent, "assistant");
    assert!(
        answer.reply.contains("invalid_transaction_state"),
        "{}",
        answer.reply
    );
    assert_eq!(balance(&desk, "reserved"), "0.00 USDC");
    desk.baton(&["ledger", "check"]).ok();
}

#[test]
fn a_settlement_whose_outcome_nobody_knows_is_recorded_and_never_repeated() {
    for settle in [
        Answers::Never,
        Answers::HangsUp,
        Answers::Says("no JSON"),
        Answers::Says("{\"success\": false, \"transaction\": \"0x1\", \"network\": \"\"}"),
    ] {
        let facilitator = Facilitator::that(Answers::Well, settle);
        let desk = desk(&facilitator.url);
        let answer = ask(&desk, &proof("50000", PAY_TO));
        // The customer may have paid, so the customer has the answer.
        assert_eq!(answer.reply, "This is the expert.");
        assert_eq!(facilitator.calls(), ["verify", "settle"]);
        assert_eq!(desk.event("c", "payment.unknown")["provider"], "x402");
        assert_eq!(balance(&desk, "unknown:x402"), "0.05 USDC");
        assert_eq!(balance(&desk, "agent:expert"), "");
        desk.baton(&["ledger", "check"]).ok();
    }
}

#[test]
fn a_facilitator_beyond_this_machine_must_be_reached_by_https() {
    let ran = desk("http://facilitator.example.com").baton(&["run", "hello"]);
    ran.with_code(3).complains(&["money goes over https only"]);
}

/// A desk whose lead approves before the expert is paid, and a message with a
/// payment that waits for that; with its ticket.
fn waiting(facilitator: &Facilitator, payment: &str) -> (Desk, String) {
    let desk = desk(&facilitator.url).skill("modes.wasm", modes());
    desk.configure("[policy]\nsupervisor = 'lead'\n[agents.lead]\nkind = 'human'");
    let arguments = ["run", "--conversation", "c", "--payment", payment];
    let answer: Answer = desk.json(&[&arguments[..], &["supervised please"]].concat());
    let ticket = answer.tickets[0].clone();
    (desk, ticket)
}

#[test]
fn a_payment_waits_with_its_handoff_and_is_settled_when_a_person_has_approved() {
    let facilitator = Facilitator::that(Answers::Well, Answers::Well);
    let payment = proof("50000", PAY_TO);
    let (desk, ticket) = waiting(&facilitator, &payment);
    assert!(facilitator.calls().is_empty(), "nothing is collected yet");
    assert_eq!(balance(&desk, "reserved"), "");
    // Whoever reads it could spend it.
    for shown in [
        &["ticket", "show", &ticket][..],
        &["conversation", "export", "c"],
        &["events", "c"],
    ] {
        let shown: Value = desk.json(shown);
        assert!(!shown.to_string().contains(&payment), "{shown:#}");
    }
    let done: Value = desk.json(&["ticket", "approve", &ticket]);
    assert_eq!(done["answer"]["reply"], "This is the expert.");
    assert_eq!(facilitator.calls(), ["verify", "settle"]);
    assert_eq!(balance(&desk, "agent:expert"), "0.05 USDC");
    assert_eq!(proofs(&desk), 0, "it is kept no longer than it is needed");
    desk.baton(&["ledger", "check"]).ok();
}

#[test]
fn the_payment_of_a_handoff_that_a_person_refuses_is_forgotten_and_never_collected() {
    let facilitator = Facilitator::that(Answers::Well, Answers::Well);
    let (desk, ticket) = waiting(&facilitator, &proof("50000", PAY_TO));
    assert_eq!(proofs(&desk), 1);
    let refuse = ["ticket", "refuse", &ticket, "--reason", "too dear"];
    let done: Value = desk.json(&refuse);
    assert_eq!(done["answer"]["agent"], "desk");
    assert!(facilitator.calls().is_empty());
    assert_eq!(proofs(&desk), 0);
}

/// How many proofs of payment the store holds.
fn proofs(desk: &Desk) -> i64 {
    let db = rusqlite::Connection::open(desk.path("baton.db")).unwrap();
    let sql = "SELECT count(*) FROM handoff WHERE proof IS NOT NULL";
    db.query_row(sql, [], |row| row.get(0)).unwrap()
}
