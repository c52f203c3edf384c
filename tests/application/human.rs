//! A person is an agent like the others.

use serde_json::Value;

use crate::support::{desk::Desk, skills};

fn desk() -> Desk {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.target]\nkind = 'human'\nacknowledgement = 'Ticket {ticket} it is.'";
    Desk::new(config).skill("hostile.wasm", skills::hostile())
}

#[test]
fn being_asked_opens_a_ticket_and_ends_the_turn_with_its_number() {
    let desk = desk();
    let answer = desk.say_in("c", "plain and I want a person");
    let [ticket] = answer.tickets.as_slice() else {
        panic!("{answer:#?}")
    };
    assert_eq!(answer.reply, format!("Ticket {ticket} it is."));
    assert_eq!(
        (answer.agent.as_str(), answer.stand_in.as_str()),
        ("target", "none")
    );
    assert_eq!(desk.event("c", "ticket.opened")["ticket"], ticket.as_str());
}

#[test]
fn the_ticket_waits_in_the_list_with_the_context_of_the_handoff() {
    let desk = desk();
    let answer = desk.say_in("c", "plain and I want a person");
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    let [ticket] = tickets.as_slice() else {
        panic!("{tickets:#?}")
    };
    assert_eq!(ticket["id"], answer.tickets[0].as_str());
    assert_eq!(
        (&ticket["state"], &ticket["conversation"]),
        (&"open".into(), &"c".into())
    );
    assert_eq!(ticket["opened-by"], "target");
    assert_eq!(ticket["details"]["context"]["source"], "desk");
    desk.baton(&["ticket", "list"])
        .ok()
        .shows(&[&answer.tickets[0], "plain and I want a person"]);
}

#[test]
fn with_no_tickets_the_list_says_so() {
    desk()
        .baton(&["ticket", "list"])
        .ok()
        .shows(&["No ticket is open."]);
}

/// A desk whose conversation `c` people have, and their ticket.
fn handed_over() -> (Desk, String) {
    let desk = desk();
    let answer = desk.say_in("c", "plain and I want a person");
    let ticket = answer.tickets[0].clone();
    (desk, ticket)
}

#[test]
fn a_person_replies_and_the_conversation_is_theirs_until_they_hand_it_back() {
    let (desk, ticket) = handed_over();
    desk.baton(&["ticket", "claim", &ticket, "--as", "ana"])
        .ok()
        .shows(&[&ticket]);
    desk.baton(&["ticket", "reply", &ticket, "Ana here.", "--as", "ana"])
        .ok();
    let shown: Value = desk.json(&["ticket", "show", &ticket]);
    assert_eq!(shown["claimed-by"], "ana");
    assert_eq!(shown["transcript"][2]["content"], "Ana here.");
    assert_eq!(shown["transcript"][2]["agent"], "target");
    assert_eq!(desk.event("c", "ticket.replied")["by"], "ana");

    let second = desk.say_in("c", "plain and thank you");
    assert_eq!(second.reply, format!("Ticket {ticket} it is."));
    assert!(second.tickets.is_empty());
    let tickets: Vec<Value> = desk.json(&["ticket", "list"]);
    assert_eq!(tickets.len(), 1);
    assert_eq!(tickets[0]["waiting"], 1);

    let back: Value = desk.json(&["ticket", "hand-back", &ticket, "--as", "ana"]);
    assert_eq!(back["owner"], "desk");
    assert_eq!(desk.say_in("c", "hello again").agent, "desk");
    desk.baton(&["ticket", "list"])
        .ok()
        .shows(&["No ticket is open."]);
}

#[test]
fn a_ticket_is_shown_with_its_context_and_what_was_said() {
    let (desk, ticket) = handed_over();
    desk.baton(&["ticket", "show", &ticket]).ok().shows(&[
        "\"original-task\": \"plain and I want a person\"",
        "What was said",
        "plain and I want a person",
    ]);
    desk.baton(&["ticket", "show", "T-NONE"])
        .with_code(1)
        .complains(&["there is no ticket `T-NONE`"]);
}

#[test]
fn a_reply_repeated_with_its_key_reaches_the_user_once() {
    let (desk, ticket) = handed_over();
    for repeated in [false, true] {
        let done: Value = desk.json(&["ticket", "reply", &ticket, "Once.", "--key", "k"]);
        assert_eq!(done["repeated"], repeated);
    }
    assert_eq!(desk.count("c", "ticket.replied"), 1);
}

#[test]
fn a_claimed_ticket_is_nobody_elses() {
    let (desk, ticket) = handed_over();
    desk.baton(&["ticket", "claim", &ticket, "--as", "ana"])
        .ok();
    desk.baton(&["ticket", "reply", &ticket, "Hello.", "--as", "ben"])
        .with_code(1)
        .complains(&["claimed by ana"]);
}

#[test]
fn a_closed_ticket_returns_the_conversation_to_the_agent_before() {
    let (desk, ticket) = handed_over();
    desk.baton(&["ticket", "close", &ticket])
        .ok()
        .shows(&["desk has the conversation"]);
    assert_eq!(desk.say_in("c", "hello").agent, "desk");
    desk.baton(&["ticket", "reply", &ticket, "Too late."])
        .with_code(1)
        .complains(&["is closed"]);
}

#[test]
fn a_chat_shows_a_persons_reply_when_it_comes() {
    let desk = desk();
    let mut chat = desk.chat("c");
    let ticket = chat.say("plain and I want a person").tickets[0].clone();
    desk.baton(&["ticket", "reply", &ticket, "Ana here."]).ok();
    let reply = chat.message();
    assert_eq!(
        (&reply["agent"], &reply["content"]),
        (&"target".into(), &"Ana here.".into())
    );
    assert!(chat.others().iter().all(|line| line["notice"] != "message"));
}

#[test]
fn a_chat_shows_at_once_what_was_replied_while_nobody_chatted() {
    let (desk, ticket) = handed_over();
    desk.baton(&["ticket", "reply", &ticket, "Ana here."]).ok();
    desk.baton_reading(&["chat", "--conversation", "c"], b"")
        .ok()
        .shows(&["target", "Ana here."]);
}
