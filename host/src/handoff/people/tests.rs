use std::{sync::Arc, time::Duration};

use super::*;
use crate::{
    agent::Human,
    handoff::{Agent, AgentCard, Answer, Incoming, Policy, Rule, Rules},
    id::ConversationId,
    routing::Terms,
    testing::{Native, answering, desk_of, events},
};

fn human(name: &str) -> Arc<dyn Agent> {
    let card = AgentCard {
        name: AgentName::from(name),
        kind: "human",
        description: String::new(),
        examples: Vec::new(),
        skills: Vec::new(),
        scopes: Vec::new(),
        timeout: Duration::from_secs(1),
        escalation: Vec::new(),
        at_once: None,
        alternatives: Vec::new(),
    };
    Arc::new(Human::new(card, "ticket {ticket}".to_owned()))
}

/// A desk whose every message a skill wants to hand to `people`, and whose rule
/// hands "urgent" to billing.
fn desk() -> Desk {
    let rule = Rule {
        name: "urgent".to_owned(),
        target: "billing".into(),
        reason: crate::contract::Reason::Escalation,
        owner: Some("people".into()),
        keywords: vec!["urgent".to_owned()],
        confidence_below: None,
        max_steps: None,
    };
    let skill = Native::wants("s", "people").condition(|c| c.triggers = vec!["person".to_owned()]);
    let other = Native::wants("t", "billing").condition(|c| c.triggers = vec!["bill".to_owned()]);
    desk_of(
        vec![human("people"), human("managers"), answering("billing")],
        None,
        vec![skill.on(Terms::default()), other.on(Terms::default())],
        Policy::default(),
        Rules(vec![rule]),
    )
}

async fn says(desk: &Desk, text: &str) -> Answer {
    says_with(desk, text, &[]).await
}

async fn says_with(desk: &Desk, text: &str, scopes: &[&str]) -> Answer {
    desk.answer(Incoming {
        conversation: Some(ConversationId::from("c")),
        text: text.to_owned(),
        scopes: scopes.iter().map(|scope| Scope::from(*scope)).collect(),
        ..Incoming::default()
    })
    .await
    .unwrap()
}

async fn messages(desk: &Desk) -> Vec<(String, Trust)> {
    let conversation = desk.store().open(&"c".into()).await.unwrap().unwrap();
    let page = conversation.history.page(None, 100).unwrap();
    let shown = page.iter().map(|m| (m.content.to_string(), m.trust));
    shown.collect()
}

#[tokio::test]
async fn what_the_user_writes_while_a_ticket_is_open_belongs_to_it() {
    let desk = desk();
    let first = says(&desk, "a person please").await;
    let [ticket] = first.tickets.as_slice() else {
        panic!("{first:#?}")
    };
    assert_eq!(first.owner.as_str(), "people");
    let second = says(&desk, "and my bill, by that person").await;
    assert_eq!(second.reply, first.reply);
    assert_eq!((second.tickets.len(), second.owner.as_str()), (0, "people"));
    let kept = desk.store().ticket(ticket).await.unwrap().unwrap();
    assert_eq!(kept.waiting, 2);
    let happened = events(&desk, &second).await;
    assert!(
        happened.contains(&"verdict.held".to_owned()),
        "{happened:?}"
    );
}

#[tokio::test]
async fn a_persons_words_are_said_in_the_conversation_by_the_human_agent() {
    let desk = desk();
    let ticket = says(&desk, "a person").await.tickets.remove(0);
    let tended = desk
        .reply_to_ticket(&ticket, "ana", "Here I am.", None)
        .await
        .unwrap();
    assert_eq!(tended.ticket.claimed_by.as_deref(), Some("ana"));
    assert_eq!(tended.ticket.waiting, 0);
    assert_eq!(
        messages(&desk).await.last().unwrap(),
        &("Here I am.".to_owned(), Trust::OPERATOR)
    );
}

#[tokio::test]
async fn a_reply_repeated_with_its_key_is_said_once_even_after_the_ticket_is_closed() {
    let desk = desk();
    let ticket = says(&desk, "a person").await.tickets.remove(0);
    for repeated in [false, true] {
        let tended = desk
            .reply_to_ticket(&ticket, "ana", "Once.", Some("k"))
            .await;
        assert_eq!(tended.unwrap().repeated, repeated);
    }
    desk.close_ticket(&ticket, "ana").await.unwrap();
    let again = desk
        .reply_to_ticket(&ticket, "ana", "Once.", Some("k"))
        .await;
    assert!(again.unwrap().repeated);
    let said = messages(&desk).await;
    assert_eq!(said.iter().filter(|(text, _)| text == "Once.").count(), 1);
    let new = desk.reply_to_ticket(&ticket, "ana", "Twice.", None).await;
    assert!(matches!(new, Err(TicketError::Closed(_))));
}

#[tokio::test]
async fn a_claimed_ticket_is_one_persons_until_another_insists() {
    let desk = desk();
    let ticket = says(&desk, "a person").await.tickets.remove(0);
    desk.claim_ticket(&ticket, "ana", false).await.unwrap();
    assert!(
        desk.claim_ticket(&ticket, "ana", false)
            .await
            .unwrap()
            .repeated
    );
    let others = desk.claim_ticket(&ticket, "ben", false).await;
    assert!(matches!(others, Err(TicketError::Claimed { .. })));
    let others = desk.reply_to_ticket(&ticket, "ben", "Hello.", None).await;
    assert!(matches!(others, Err(TicketError::Claimed { .. })));
    desk.claim_ticket(&ticket, "ben", true).await.unwrap();
    desk.reply_to_ticket(&ticket, "ben", "Hello.", None)
        .await
        .unwrap();
}

#[tokio::test]
async fn a_closed_ticket_returns_the_conversation_to_the_agent_before() {
    let desk = desk();
    let ticket = says(&desk, "a person").await.tickets.remove(0);
    let tended = desk.close_ticket(&ticket, "ana").await.unwrap();
    assert_eq!(tended.owner.as_str(), "front-desk");
    assert!(desk.close_ticket(&ticket, "ana").await.unwrap().repeated);
    assert_eq!(says(&desk, "hello").await.agent.as_str(), "front-desk");
    let next = says(&desk, "a person").await;
    assert_ne!(next.tickets, [ticket]);
}

#[tokio::test]
async fn a_conversation_is_handed_back_to_whom_the_person_names() {
    let desk = desk();
    let ticket = says(&desk, "a person").await.tickets.remove(0);
    let unknown = AgentName::from("nobody");
    let wrong = desk
        .hand_back(&ticket, "ana", Some(&unknown), Arc::default())
        .await;
    assert!(matches!(wrong, Err(TicketError::NotAllowed { .. })));
    let billing = AgentName::from("billing");
    for repeated in [false, true] {
        let tended = desk
            .hand_back(&ticket, "ana", Some(&billing), Arc::default())
            .await;
        assert_eq!(tended.unwrap().repeated, repeated);
    }
    assert_eq!(says(&desk, "hello").await.agent.as_str(), "billing");
}

#[tokio::test]
async fn an_operators_rule_takes_the_conversation_and_its_ticket_stays_open() {
    let desk = desk();
    let ticket = says(&desk, "a person").await.tickets.remove(0);
    assert_eq!(says(&desk, "urgent").await.owner.as_str(), "billing");
    // The same people again: the same ticket.
    let again = says(&desk, "a person").await;
    assert!(again.tickets.is_empty() && again.reply.contains(ticket.as_str()));
    assert_eq!(again.owner.as_str(), "people");
}

#[tokio::test]
async fn the_operators_own_word_takes_the_conversation_from_people() {
    let command =
        Native::wants("command", "billing").condition(|c| c.scopes = vec![Scope::from("operator")]);
    let people = Native::wants("s", "people").condition(|c| c.triggers = vec!["person".to_owned()]);
    let desk = desk_of(
        vec![human("people"), answering("billing")],
        None,
        vec![command.on(Terms::default()), people.on(Terms::default())],
        Policy::default(),
        Rules::default(),
    );
    says(&desk, "a person").await;
    assert_eq!(says(&desk, "hello").await.owner.as_str(), "people");
    let taken = says_with(&desk, "hello", &["operator"]).await;
    assert_eq!(taken.owner.as_str(), "billing");
}
