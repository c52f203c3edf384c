//! A supervised handoff that a person approves: the turn ends, and the handoff
//! waits for a decision, in whichever process that comes.

use std::{
    io::{BufRead, BufReader, Write},
    process::Stdio,
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use super::desk;
use crate::support::{desk::Desk, shapes::Answer};

const LEAD: &str = "policy.supervisor = 'lead'\n[agents.lead]\nkind = 'human'\n\
    acknowledgement = 'Ana must approve this. Ticket {ticket}.'";

/// A desk whose conversation `c` waits for a person's approval, and the ticket.
fn waiting(expert: &str, more: &str) -> (Desk, String, Answer) {
    let desk = desk(expert, more);
    let answer = desk.say_in("c", "supervised please");
    assert_eq!(answer.tickets.len(), 1, "{answer:#?}");
    let ticket = answer.tickets[0].clone();
    (desk, ticket, answer)
}

fn transcript(desk: &Desk, ticket: &str) -> Vec<String> {
    let shown: Value = desk.json(&["ticket", "show", ticket]);
    let said = shown["transcript"].as_array().unwrap().iter();
    said.map(|message| message["content"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn a_handoff_that_a_person_must_approve_ends_the_turn_with_a_ticket_and_a_deadline() {
    let (desk, ticket, answer) = waiting("", LEAD);
    assert_eq!(
        answer.reply,
        format!("Ana must approve this. Ticket {ticket}.")
    );
    assert_eq!(answer.owner, "desk");
    assert_eq!(answer.legs(), [("expert", "waiting")]);
    let requested = desk.event("c", "handoff.approval-requested");
    assert_eq!(requested["ticket"], ticket.as_str());
    let shown: Value = desk.json(&["ticket", "show", &ticket]);
    assert_eq!(shown["approval"]["target"], "expert");
    assert_eq!(shown["approval"]["deadline"], requested["deadline"]);
    let context = &shown["details"]["context"];
    assert_eq!(context["original-task"], "supervised please");
    assert_eq!(context["expires"], requested["deadline"]);
    desk.baton(&["ticket", "show", &ticket])
        .ok()
        .shows(&["Shall the conversation be handed over to expert?"]);
    let active: Vec<Value> = desk.json(&["history", "--active"]);
    assert_eq!(active.len(), 1);
}

#[test]
fn a_handoff_that_a_person_approves_is_made_then_and_its_answer_reaches_the_conversation() {
    let (desk, ticket, _) = waiting("reply = 'The expert speaking.'", LEAD);
    assert_eq!(desk.say_in("c", "are you there?").agent, "desk");
    let done: Value = desk.json(&["ticket", "approve", &ticket, "--as", "ana"]);
    assert_eq!(done["owner"], "expert");
    assert_eq!(done["answer"]["reply"], "The expert speaking.");
    assert_eq!(done["ticket"]["state"], "closed");
    assert_eq!(desk.event("c", "handoff.approved")["by"], "ana");
    for once in [
        "handoff.initiated",
        "handoff.accepted",
        "handoff.completed",
        "owner.changed",
        "turn.resumed",
    ] {
        assert_eq!(desk.count("c", once), 1, "{once}");
    }
    // Nobody has written anything for it.
    let said = transcript(&desk, &ticket);
    assert_eq!(said.last().unwrap(), "The expert speaking.");
    assert_eq!(said.iter().filter(|s| *s == "supervised please").count(), 1);
    assert_eq!(desk.say_in("c", "thank you").agent, "expert");
    let history: Vec<Value> = desk.json(&["history", "c"]);
    assert_eq!(history[0]["end"], "answered");
}

#[test]
fn a_decision_is_made_once_and_no_other_can_be_made_after_it() {
    let (desk, ticket, _) = waiting("", LEAD);
    desk.baton(&["ticket", "approve", &ticket]).ok();
    let again: Value = desk.json(&["ticket", "approve", &ticket]);
    assert_eq!(again["repeated"], true);
    assert_eq!(again["answer"], Value::Null);
    assert_eq!(desk.count("c", "handoff.completed"), 1);
    desk.baton(&["ticket", "refuse", &ticket, "--reason", "no"])
        .with_code(1)
        .complains(&["is approved already"]);
}

#[test]
fn a_handoff_that_a_person_refuses_is_answered_by_whoever_has_the_conversation() {
    let (desk, ticket, _) = waiting("", LEAD);
    desk.baton(&["ticket", "close", &ticket])
        .with_code(1)
        .complains(&["baton ticket approve", "baton ticket refuse"]);
    let arguments = [
        "ticket", "refuse", &ticket, "--reason", "too dear", "--as", "ana",
    ];
    let done: Value = desk.json(&arguments);
    assert_eq!(done["owner"], "desk");
    assert_eq!(done["answer"]["agent"], "desk");
    let rejected = desk.event("c", "handoff.rejected");
    assert_eq!(
        (&rejected["by"], &rejected["why"]),
        (&"ana".into(), &"too dear".into())
    );
    assert_eq!(desk.count("c", "handoff.accepted"), 0);
    let history: Vec<Value> = desk.json(&["history", "c"]);
    assert_eq!(history[0]["end"], "rejected");
    desk.baton(&["ticket", "list"])
        .ok()
        .shows(&["No ticket is open."]);
}

#[test]
fn whoever_opens_the_desk_after_the_deadline_ends_the_waiting() {
    let more = format!("policy.approval-within = '300ms'\n{LEAD}");
    let (desk, ticket, _) = waiting("", &more);
    thread::sleep(Duration::from_millis(400));
    // Another conversation altogether.
    desk.say_in("other", "hello");
    let expired = desk.event("c", "handoff.expired");
    assert_eq!(expired["outcome"], "not-approved");
    assert_eq!(transcript(&desk, &ticket).last().unwrap(), "This is desk.");
    desk.baton(&["ticket", "approve", &ticket])
        .with_code(1)
        .complains(&["expired"]);
    assert_eq!(desk.count("c", "handoff.accepted"), 0);
}

#[test]
fn an_approval_after_the_deadline_comes_too_late() {
    let more = format!("policy.approval-within = '300ms'\n{LEAD}");
    let (desk, ticket, _) = waiting("", &more);
    thread::sleep(Duration::from_millis(400));
    desk.baton(&["ticket", "approve", &ticket])
        .with_code(1)
        .complains(&["deadline", "has passed"]);
    assert_eq!(desk.count("c", "handoff.accepted"), 0);
    assert_eq!(desk.count("c", "turn.answered"), 2);
}

#[test]
fn an_open_chat_keeps_the_deadline_and_tells_the_answer() {
    let more = format!("policy.approval-within = '1500ms'\n{LEAD}");
    let desk = desk("", &more);
    let mut chat = desk.chat("c");
    let ticket = chat.say("supervised please").tickets[0].clone();
    let reply = chat.message();
    assert_eq!(reply["content"], "This is desk.");
    let shown: Value = desk.json(&["ticket", "show", &ticket]);
    assert_eq!(shown["approval"]["decision"], "expired");
}

#[test]
fn a_desk_that_is_reached_over_a_pipe_keeps_the_deadline_too() {
    let more = format!("policy.approval-within = '300ms'\n{LEAD}");
    let desk = desk("", &more);
    let mut program = desk
        .command(&["mcp"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut input = program.stdin.take().unwrap();
    let mut lines = BufReader::new(program.stdout.take().unwrap()).lines();
    let mut ask = |method: &str, params: Value| {
        let body = json!({ "jsonrpc": "2.0", "id": 1, "method": method, "params": params });
        writeln!(input, "{body}").unwrap();
        lines.next().unwrap().unwrap()
    };
    let client = json!({ "name": "test", "version": "1" });
    ask(
        "initialize",
        json!({ "protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": client }),
    );
    let arguments = json!({ "message": "supervised please", "conversation": "c" });
    let asked = ask(
        "tools/call",
        json!({ "name": "ask", "arguments": arguments }),
    );
    assert!(asked.contains("Ana must approve this"), "{asked}");
    thread::sleep(Duration::from_secs(3));
    // Whoever opens the desk ends what is overdue; it was over before.
    let opened = jiff::Timestamp::now();
    let expired = desk.event("c", "handoff.expired");
    let time: jiff::Timestamp = expired["time"].as_str().unwrap().parse().unwrap();
    assert!(time < opened, "{expired:#}");
    drop(input);
    assert!(program.wait().unwrap().success());
}

#[test]
fn an_approved_handoff_is_checked_again_by_the_policy() {
    let (desk, ticket, _) = waiting("", LEAD);
    desk.configure("[policy.paths]\ndesk = ['other']");
    let done: Value = desk.json(&["ticket", "approve", &ticket]);
    assert_eq!(done["owner"], "desk");
    assert_eq!(done["answer"]["agent"], "desk");
    let why = desk.event("c", "handoff.rejected")["why"].to_string();
    assert!(why.contains("policy.paths"), "{why}");
}

#[test]
fn the_same_wish_while_it_waits_is_asked_about_once() {
    let (desk, ticket, _) = waiting("", LEAD);
    let again = desk.say_in("c", "supervised, I said");
    assert!(again.reply.contains(&ticket), "{}", again.reply);
    assert!(again.tickets.is_empty());
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    assert_eq!(tickets.len(), 1);
}

#[test]
fn a_ticket_that_asks_for_words_cannot_be_approved() {
    let desk = desk(
        "",
        "[agents.people]\nkind = 'human'\n[[rules]]\ntarget = 'people'\nkeywords = ['person']",
    );
    let ticket = desk.say_in("c", "a person please").tickets[0].clone();
    desk.baton(&["ticket", "approve", &ticket])
        .with_code(1)
        .complains(&["asks for no approval"]);
}

#[test]
fn closed_tickets_are_listed_when_asked_for() {
    let (desk, ticket, _) = waiting("", LEAD);
    desk.baton(&["ticket", "list", "--closed"])
        .ok()
        .shows(&["No ticket is closed."]);
    desk.baton(&["ticket", "approve", &ticket]).ok();
    let open: Vec<Value> = desk.json(&["ticket", "list"]);
    assert!(open.is_empty());
    for which in ["--closed", "--all"] {
        let listed: Vec<Value> = desk.json(&["ticket", "list", which]);
        assert_eq!(listed[0]["id"], ticket.as_str());
        assert_eq!(listed[0]["approval"]["decision"], "approved");
    }
}

#[test]
fn a_handoff_that_waits_holds_no_money_and_costs_its_price_when_it_is_approved() {
    let desk = desk("price = '0.30 USD'", LEAD);
    desk.baton(&["ledger", "credit", "ada", "1 USD"]).ok();
    let has = |account: &str| {
        let balances: Vec<Value> = desk.json(&["ledger", "balance"]);
        let of = balances.into_iter().find(|b| b["account"] == account);
        of.map(|of| of["balance"].as_str().unwrap().to_owned())
    };
    let ask = |conversation: &str| {
        let arguments = ["run", "--user", "ada", "--conversation", conversation];
        let answer: Answer = desk.json(&[&arguments[..], &["supervised please"]].concat());
        answer.tickets[0].clone()
    };
    let (approved, refused) = (ask("c"), ask("d"));
    assert_eq!(has("user:ada").as_deref(), Some("1.00 USD"));
    assert_eq!(has("reserved"), None, "nothing was ever set aside");
    desk.baton(&["ticket", "refuse", &refused, "--reason", "too dear"])
        .ok();
    assert_eq!(has("user:ada").as_deref(), Some("1.00 USD"));
    desk.baton(&["ticket", "approve", &approved]).ok();
    assert_eq!(has("user:ada").as_deref(), Some("0.70 USD"));
    assert_eq!(has("agent:expert").as_deref(), Some("0.30 USD"));
    desk.baton(&["ledger", "check"]).ok();
}
