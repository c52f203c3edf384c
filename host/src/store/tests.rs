use std::{collections::BTreeMap, sync::Arc};

use jiff::Timestamp;

use super::{both::stores, *};
use crate::{
    contract::{HandoffContext, Outcome},
    conversation::{Conversation, Effects, Event, EventKind, Message, MessageList, Metadata},
    conversation::{SavedState, Ticket, TicketState, ToolCall, Trust},
    handoff::{Conclusion, HandoffState, Intake, Prepared, Store},
    id::ConversationId,
};

const VERSION_0: &str = include_str!("../contract/context/version-0.json");

fn noted() -> Metadata {
    let mut noted = Metadata::default();
    noted.note("name", "Ada".into(), Trust::MODEL.after(2));
    noted.note("tier", "gold".into(), Trust::TOOL);
    noted
}

fn conversation(id: &ConversationId) -> Conversation {
    Conversation {
        id: id.clone(),
        user: Some("ada".into()),
        owner: "desk".into(),
        turns: 0,
        metadata: Arc::default(),
        people: Vec::new(),
        history: Arc::new(MessageList::default()),
    }
}

/// One turn with a handoff, a state, a ticket and an event.
async fn turn(store: &dyn Store, id: &ConversationId) {
    let conversation = conversation(id);
    let message = Arc::new(Message::from_user("I am Ada"));
    store
        .intake(Intake {
            conversation,
            before: Vec::new(),
            message,
            key: None,
            max_waiting: 1,
            settles: None,
            resumes: None,
        })
        .await
        .unwrap();
    let mut context: HandoffContext = serde_json::from_str(VERSION_0).unwrap();
    context.id = format!("handoff of {id}").into();
    context.conversation = id.clone();
    let context = Arc::new(context);
    let prepared = Prepared {
        context: context.clone(),
        turn: 1,
        state: HandoffState::Accepted,
        postings: Vec::new(),
    };
    store.prepare(prepared).await.unwrap().unwrap();
    let outcome = Outcome {
        agent: "billing".into(),
        result: Ok("Hello Ada".to_owned()),
        insights: Default::default(),
        fallback: false,
        milliseconds: 1,
    };
    let state = SavedState {
        version: 1,
        value: Arc::from(*b"Ada"),
        trust: Trust::USER,
    };
    let ticket = Ticket {
        approval: None,
        id: format!("T-{id}").as_str().into(),
        conversation: id.clone(),
        user: Some("ada".into()),
        state: TicketState::Open,
        opened_by: "desk".to_owned(),
        reason: "Ada is angry".to_owned(),
        details: BTreeMap::new(),
        created: Timestamp::now(),
        agent: None,
        returns_to: None,
        claimed_by: None,
        waiting: 0,
        replies: BTreeMap::new(),
        version: 0,
    };
    let event = Event {
        time: Timestamp::now(),
        kind: EventKind::TicketOpened {
            ticket: ticket.id.clone(),
            reason: "Ada is angry".to_owned(),
        },
    };
    let conclusion = Conclusion {
        thread: None,
        conversation: id.clone(),
        turn: 1,
        answer: Arc::new(Message::from_agent("billing".into(), "Hello Ada")),
        owner: "billing".into(),
        handoffs: vec![(context, outcome)],
        not_run: Vec::new(),
        receipt: None,
        dead_letter: None,
        settles: None,
        closes: None,
        effects: Effects {
            states: [("skill".into(), state)].into(),
            metadata: noted(),
            tickets: vec![ticket],
            events: vec![event],
            ..Effects::default()
        },
    };
    store.conclude(conclusion).await.unwrap();
}

fn erased() -> Event {
    Event {
        time: Timestamp::now(),
        kind: EventKind::ConversationErased,
    }
}

#[tokio::test]
async fn a_handoff_is_found_by_its_name_and_by_its_conversation() {
    for (_folder, store) in stores() {
        let id = ConversationId::from("c");
        turn(&*store, &id).await;
        let handoff = store
            .handoff(&"handoff of c".into())
            .await
            .unwrap()
            .unwrap();
        assert_eq!(handoff.context.conversation, id);
        assert!(handoff.outcome.unwrap().result.is_ok());
        assert_eq!(store.handoff_records(&id).unwrap().len(), 1);
        assert!(store.records_under_way().unwrap().is_empty());
        assert!(store.handoff(&"another".into()).await.unwrap().is_none());
    }
}

#[tokio::test]
async fn each_value_of_a_conversations_metadata_is_kept_with_its_trust() {
    for (_folder, store) in stores() {
        let id = ConversationId::from("c");
        turn(&*store, &id).await;
        let kept = store.open(&id).await.unwrap().unwrap();
        assert_eq!(*kept.metadata, noted());
    }
}

#[tokio::test]
async fn metadata_that_was_kept_without_its_trust_counts_as_a_models_words() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("baton.db");
    let id = ConversationId::from("c");
    turn(&SqliteStore::open(&file).unwrap(), &id).await;
    let older = rusqlite::Connection::open(&file).unwrap();
    older
        .execute("UPDATE conversation SET metadata_trust = '{}'", [])
        .unwrap();
    drop(older);
    let store = SqliteStore::open(&file).unwrap();
    let kept = store.open(&id).await.unwrap().unwrap();
    let levels: Vec<Trust> = kept.metadata.iter().map(|(_, noted)| noted.trust).collect();
    assert_eq!(levels, [Trust::MODEL, Trust::MODEL]);
}

#[tokio::test]
async fn a_call_that_is_kept_before_its_turn_ends_is_there_once_and_as_it_became() {
    for (_folder, store) in stores() {
        let id = ConversationId::from("c");
        let intake = Intake {
            conversation: conversation(&id),
            before: Vec::new(),
            message: Arc::new(Message::from_user("order it")),
            key: None,
            max_waiting: 1,
            settles: None,
            resumes: None,
        };
        store.intake(intake).await.unwrap();
        let call = ToolCall {
            id: "1".to_owned(),
            name: "shop/order".to_owned(),
            arguments: Default::default(),
            key: "k".to_owned(),
        };
        let mut called = Message::from_agent("billing".into(), "").calling(vec![call]);
        let kept = vec![Arc::new(called.clone())];
        store.keep_calls(&id, kept).await.unwrap();
        let said = || async {
            let opened = store.open(&id).await.unwrap().unwrap();
            opened.history.page(None, 10).unwrap()
        };
        assert_eq!(said().await[1].calls[0].key, "k");

        called.calls[0].key.clear();
        let result = Message::from_tool("shop/order", "1", "error: sold out");
        let effects = Effects {
            messages: vec![Arc::new(called), Arc::new(result)],
            ..Effects::default()
        };
        let conclusion = Conclusion {
            thread: None,
            conversation: id.clone(),
            turn: 1,
            answer: Arc::new(Message::from_agent("billing".into(), "It is sold out.")),
            owner: "billing".into(),
            handoffs: Vec::new(),
            not_run: Vec::new(),
            receipt: None,
            dead_letter: None,
            settles: None,
            closes: None,
            effects,
        };
        store.conclude(conclusion).await.unwrap();
        let said = said().await;
        let texts: Vec<&str> = said.iter().map(|m| &*m.content).collect();
        assert_eq!(
            texts,
            ["order it", "", "error: sold out", "It is sold out."]
        );
        assert_eq!(said[1].calls[0].key, "");
    }
}

#[tokio::test]
async fn conversations_are_listed_with_what_is_kept_of_them() {
    for (_folder, store) in stores() {
        turn(&*store, &"c".into()).await;
        let all = store.conversations(None).await.unwrap();
        assert_eq!(all.len(), 1);
        assert_eq!((all[0].turns, all[0].messages), (1, 2));
        assert_eq!(all[0].owner, "billing".into());
        assert!(all[0].last.is_some());
        let bob = "bob".into();
        assert!(store.conversations(Some(&bob)).await.unwrap().is_empty());
    }
}

#[tokio::test]
async fn an_erased_conversation_keeps_emptied_events_and_nothing_else() {
    for (_folder, store) in stores() {
        let (id, other) = (ConversationId::from("c"), ConversationId::from("other"));
        turn(&*store, &id).await;
        turn(&*store, &other).await;
        store.erase(&id, erased()).await.unwrap();

        let left = store.open(&id).await.unwrap().unwrap();
        assert_eq!(left.user, None);
        assert!(left.metadata.is_empty());
        assert!(left.history.page(None, 10).unwrap().is_empty());
        assert!(store.handoff_records(&id).unwrap().is_empty());
        assert!(store.states(&id).await.unwrap().is_empty());
        assert!(store.tickets_about(&id).await.unwrap().is_empty());
        let events = store.events(&id).await.unwrap();
        assert_eq!(events.len(), 2);
        assert!(!serde_json::to_string(&events).unwrap().contains("Ada"));

        let listed = store.conversations(None).await.unwrap();
        assert_eq!(listed.len(), 1);
        assert_eq!(listed[0].id, other);
        assert_eq!(store.tickets_about(&other).await.unwrap().len(), 1);
        assert_eq!(store.states(&other).await.unwrap().len(), 1);
    }
}
