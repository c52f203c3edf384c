//! What every store promises of tickets and handoffs.

use std::sync::Arc;

use jiff::Timestamp;

use super::{MemoryStore, SqliteStore};
use crate::{
    conversation::{
        Conversation, Effects, Event, EventKind, Message, MessageList, OpenTicket, Query, Ticket,
        TicketState,
    },
    handoff::{Conclusion, Intake, Store, Tending},
    id::{AgentName, ConversationId, TicketId},
};

/// Runs a promise on both.
macro_rules! both {
    ($($promise:ident),+ $(,)?) => {
        mod memory {
            $(#[tokio::test]
            async fn $promise() {
                super::$promise(&super::MemoryStore::default()).await;
            })+
        }
        mod sqlite {
            $(#[tokio::test]
            async fn $promise() {
                let folder = tempfile::tempdir().unwrap();
                let store = super::SqliteStore::open(&folder.path().join("baton.db")).unwrap();
                super::$promise(&store).await;
            })+
        }
    };
}

both!(
    a_ticket_of_people_is_known_with_its_conversation_until_it_is_closed,
    of_two_people_who_change_a_ticket_one_is_told,
    a_reply_and_its_event_are_kept_with_the_conversation,
    a_message_for_a_ticket_is_counted_and_opens_it_again,
    a_skills_ticket_is_nobodys_conversation,
);

fn conversation() -> ConversationId {
    ConversationId::from("c")
}

fn ticket(agent: Option<&str>) -> Ticket {
    let query = Query {
        text: "help".into(),
        conversation: conversation(),
        user: Some("u".into()),
        owner: "desk".into(),
        scopes: Arc::default(),
        turn: 1,
        time: Timestamp::now(),
    };
    Ticket {
        agent: agent.map(AgentName::from),
        ..Ticket::new(&query, "human".to_owned(), "help".to_owned())
    }
}

/// A turn that leaves this behind.
async fn turn(store: &dyn Store, effects: Effects) {
    let known = store.open(&conversation()).await.unwrap();
    let message = Arc::new(Message::from_user("help"));
    let opened = known.unwrap_or_else(|| Conversation {
        id: conversation(),
        user: Some("u".into()),
        owner: "desk".into(),
        turns: 0,
        metadata: Arc::default(),
        people: Vec::new(),
        history: Arc::new(MessageList::default()),
    });
    let turn = opened.turns + 1;
    let intake = Intake {
        before: Vec::new(),
        conversation: opened,
        message,
        key: None,
        max_waiting: 1,
        settles: None,
        resumes: None,
    };
    store.intake(intake).await.unwrap();
    store
        .conclude(Conclusion {
            thread: None,
            conversation: conversation(),
            turn,
            answer: Arc::new(Message::from_agent("human".into(), "noted")),
            owner: "human".into(),
            handoffs: Vec::new(),
            not_run: Vec::new(),
            receipt: None,
            dead_letter: None,
            settles: None,
            closes: None,
            effects,
        })
        .await
        .unwrap();
}

async fn opened(store: &dyn Store, agent: Option<&str>) -> Ticket {
    let ticket = ticket(agent);
    let effects = Effects {
        tickets: vec![ticket.clone()],
        ..Effects::default()
    };
    turn(store, effects).await;
    ticket
}

async fn people(store: &dyn Store) -> Vec<OpenTicket> {
    store.open(&conversation()).await.unwrap().unwrap().people
}

fn tending(ticket: &Ticket) -> Tending {
    Tending {
        ticket: ticket.clone(),
        turn: 1,
        owner: None,
        message: None,
        events: Vec::new(),
    }
}

fn closing(ticket: &Ticket) -> Tending {
    let mut tending = tending(ticket);
    tending.ticket.state = TicketState::Closed;
    tending
}

async fn a_ticket_of_people_is_known_with_its_conversation_until_it_is_closed(store: &dyn Store) {
    let ticket = opened(store, Some("human")).await;
    let known = OpenTicket {
        ticket: ticket.id.clone(),
        agent: "human".into(),
    };
    assert_eq!(people(store).await, [known]);
    assert_eq!(
        store.tickets().await.unwrap(),
        std::slice::from_ref(&ticket)
    );
    let closing = Tending {
        owner: Some("desk".into()),
        ..closing(&ticket)
    };
    assert!(store.tend(closing).await.unwrap());
    assert!(people(store).await.is_empty());
    assert!(store.tickets().await.unwrap().is_empty());
    let kept = store.ticket(&ticket.id).await.unwrap().unwrap();
    assert_eq!(kept.state, TicketState::Closed);
    let owner = store.open(&conversation()).await.unwrap().unwrap().owner;
    assert_eq!(owner.as_str(), "desk");
}

async fn of_two_people_who_change_a_ticket_one_is_told(store: &dyn Store) {
    let read_by_both = opened(store, Some("human")).await;
    let mut first = tending(&read_by_both);
    first.ticket.claimed_by = Some("ana".to_owned());
    assert!(store.tend(first).await.unwrap());
    let mut second = tending(&read_by_both);
    second.ticket.claimed_by = Some("ben".to_owned());
    second.message = Some(Arc::new(Message::from_operator("never said")));
    assert!(!store.tend(second).await.unwrap());
    let kept = store.ticket(&read_by_both.id).await.unwrap().unwrap();
    assert_eq!(kept.claimed_by.as_deref(), Some("ana"));
    let conversation = store.open(&conversation()).await.unwrap().unwrap();
    let messages = conversation.history.page(None, 10).unwrap();
    assert!(messages.iter().all(|m| &*m.content != "never said"));
    let unknown = TicketId::from("T-NONE");
    assert_eq!(store.ticket(&unknown).await.unwrap(), None);
}

async fn a_reply_and_its_event_are_kept_with_the_conversation(store: &dyn Store) {
    let ticket = opened(store, Some("human")).await;
    let message = Arc::new(Message::from_agent("human".into(), "here I am"));
    let event = Event {
        time: Timestamp::now(),
        kind: EventKind::TicketReplied {
            ticket: ticket.id.clone(),
            by: "ana".to_owned(),
            message: message.id.clone(),
        },
    };
    let tending = Tending {
        message: Some(message.clone()),
        events: vec![event.clone()],
        ..tending(&ticket)
    };
    assert!(store.tend(tending).await.unwrap());
    let conversation = store.open(&conversation()).await.unwrap().unwrap();
    let messages = conversation.history.page(None, 1).unwrap();
    assert_eq!(messages, [message]);
    let events = store.events(&conversation.id).await.unwrap();
    assert_eq!(events, [(1, event)]);
}

async fn a_message_for_a_ticket_is_counted_and_opens_it_again(store: &dyn Store) {
    let ticket = opened(store, Some("human")).await;
    assert!(store.tend(closing(&ticket)).await.unwrap());
    let open = OpenTicket {
        ticket: ticket.id.clone(),
        agent: "human".into(),
    };
    let effects = Effects {
        appended: vec![open.clone()],
        ..Effects::default()
    };
    turn(store, effects).await;
    let kept = store.ticket(&ticket.id).await.unwrap().unwrap();
    assert_eq!((kept.state, kept.waiting), (TicketState::Open, 1));
    assert_eq!(people(store).await, [open]);
}

async fn a_skills_ticket_is_nobodys_conversation(store: &dyn Store) {
    let ticket = opened(store, None).await;
    assert!(people(store).await.is_empty());
    assert_eq!(store.tickets().await.unwrap(), [ticket]);
}
