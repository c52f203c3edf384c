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
