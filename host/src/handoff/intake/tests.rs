use std::{sync::Arc, time::Duration};

use tempfile::TempDir;

use crate::{
    agent::{Script, Scripted},
    conversation::EventKind,
    handoff::{
        Agent, Answer, Desk, DeskError, HandoffState, Incoming, Policy, Rules, Store, StoreError,
        Unfinished,
    },
    id::{ConversationId, DeliveryKey},
    routing::Terms,
    store::{MemoryStore, SqliteStore},
    testing::{Native, agent, answering, desk_on},
};

fn message(text: &str) -> Incoming {
    Incoming {
        conversation: Some(ConversationId::from("c")),
        text: text.to_owned(),
        ..Incoming::default()
    }
}

fn keyed(text: &str) -> Incoming {
    Incoming {
        key: Some(DeliveryKey::from("k")),
        ..message(text)
    }
}

/// A desk whose expert has every message, as one host of several on a file.
fn host(store: Arc<dyn Store>, expert: Arc<dyn Agent>, max_waiting: usize) -> Arc<Desk> {
    let policy = Policy {
        max_waiting,
        ..Policy::default()
    };
    let skills = vec![Native::wants("s", "expert").on(Terms::default())];
    let agents = vec![expert];
    Arc::new(desk_on(
        store,
        agents,
        None,
        skills,
        policy,
        Rules::default(),
    ))
}

fn on_file(folder: &TempDir, expert: Arc<dyn Agent>) -> Arc<Desk> {
    let store = SqliteStore::open(&folder.path().join("baton.db")).unwrap();
    host(Arc::new(store), expert, 8)
}

/// An expert that needs a while.
fn slow() -> Arc<dyn Agent> {
    let card = agent("expert", Script::Hang, &[]).card().clone();
    let card = crate::handoff::AgentCard {
        timeout: Duration::from_secs(10),
        ..card
    };
    let reply = Script::Reply("expert".to_owned());
    Arc::new(Scripted::new(card, reply, Duration::from_millis(150)))
}

async fn messages(desk: &Desk) -> Vec<String> {
    let id = ConversationId::from("c");
    let conversation = desk.store().open(&id).await.unwrap().unwrap();
    let messages = conversation.history.page(None, 100).unwrap();
    messages.iter().map(|m| m.content.to_string()).collect()
}

async fn kinds(desk: &Desk) -> Vec<EventKind> {
    let events = desk.store().events(&ConversationId::from("c")).await;
    events.unwrap().into_iter().map(|(_, e)| e.kind).collect()
}

/// Breaks a message off while the expert works on it.
async fn cut_off(desk: &Desk, incoming: Incoming) {
    let broken = tokio::time::timeout(Duration::from_millis(75), desk.answer(incoming)).await;
    assert!(broken.is_err(), "{broken:?}");
}

fn same(a: &Answer, b: &Answer) {
    let json = |answer| serde_json::to_value(answer).unwrap();
    let (mut a, b) = (json(a), json(b));
    // The first was timed until its commit was done.
    a["microseconds"] = b["microseconds"].clone();
    assert_eq!(a, b);
}

#[tokio::test]
async fn a_message_delivered_again_gets_the_first_answer_and_nothing_runs_twice() {
    let folder = TempDir::new().unwrap();
    let file = SqliteStore::open(&folder.path().join("baton.db")).unwrap();
    let stores: [Arc<dyn Store>; 2] = [Arc::new(MemoryStore::default()), Arc::new(file)];
    for store in stores {
        let desk = host(store, answering("expert"), 8);
        let first = desk.answer(keyed("hello")).await.unwrap();
        desk.answer(message("and")).await.unwrap();
        same(&first, &desk.answer(keyed("hello")).await.unwrap());
        assert_eq!(messages(&desk).await, ["hello", "expert", "and", "expert"]);
    }
}

#[tokio::test]
async fn a_key_with_another_text_or_of_nobody_is_refused() {
    let desk = host(Arc::new(MemoryStore::default()), answering("expert"), 8);
    desk.answer(keyed("hello")).await.unwrap();
    let other = desk.answer(keyed("something else")).await.unwrap_err();
    assert!(matches!(other, DeskError::KeyOfAnother(_)), "{other}");
    let nobodys = Incoming {
        conversation: None,
        ..keyed("hello")
    };
    let nobodys = desk.answer(nobodys).await.unwrap_err();
    assert!(matches!(nobodys, DeskError::KeyOfNobody(_)), "{nobodys}");
}

#[tokio::test]
async fn a_users_first_message_delivered_again_begins_no_second_conversation() {
    let desk = host(Arc::new(MemoryStore::default()), answering("expert"), 8);
    let incoming = |user: &str| Incoming {
        conversation: None,
        user: Some(user.into()),
        ..keyed("hello")
    };
    let first = desk.answer(incoming("a")).await.unwrap();
    let again = desk.answer(incoming("a")).await.unwrap();
    let others = desk.answer(incoming("b")).await.unwrap();
    assert_eq!(first.conversation, again.conversation);
    assert_ne!(first.conversation, others.conversation);
}

#[tokio::test]
async fn a_delivery_to_another_host_waits_for_the_first_and_gets_its_answer() {
    let folder = TempDir::new().unwrap();
    let (one, other) = (on_file(&folder, slow()), on_file(&folder, slow()));
    let (first, second) = tokio::join!(one.answer(keyed("hello")), async {
        tokio::time::sleep(Duration::from_millis(30)).await;
        other.answer(keyed("hello")).await
    });
    same(&first.unwrap(), &second.unwrap());
    assert_eq!(messages(&one).await, ["hello", "expert"]);
}

#[tokio::test]
async fn messages_to_several_hosts_are_answered_one_after_another() {
    let folder = TempDir::new().unwrap();
    let (one, other) = (on_file(&folder, slow()), on_file(&folder, slow()));
    let (a, b) = tokio::join!(one.answer(message("a")), other.answer(message("b")));
    let mut turns = [a.unwrap().turn, b.unwrap().turn];
    turns.sort_unstable();
    assert_eq!(turns, [1, 2]);
    let said = messages(&one).await;
    assert_eq!([said[1].as_str(), said[3].as_str()], ["expert", "expert"]);
}

#[tokio::test]
async fn one_message_more_than_may_wait_is_refused_in_this_host_and_in_another() {
    let folder = TempDir::new().unwrap();
    let open = || Arc::new(SqliteStore::open(&folder.path().join("baton.db")).unwrap());
    let (one, other) = (host(open(), slow(), 1), host(open(), slow(), 1));
    let third = host(open(), slow(), 1);
    let after = |milliseconds, desk: Arc<Desk>| async move {
        tokio::time::sleep(Duration::from_millis(milliseconds)).await;
        desk.answer(message("hello")).await
    };
    let (first, second, refused) = tokio::join!(
        after(0, one.clone()),
        after(30, other.clone()),
        after(60, third.clone())
    );
    assert!(first.is_ok() && second.is_ok());
    assert!(matches!(refused, Err(DeskError::Crowded { max: 1, .. })));
    let (first, second, refused) = tokio::join!(
        after(0, one.clone()),
        after(30, one.clone()),
        after(60, one.clone())
    );
    assert!(first.is_ok() && second.is_ok());
    assert!(matches!(refused, Err(DeskError::Crowded { max: 1, .. })));
}

#[tokio::test]
async fn a_turn_that_is_cut_off_leaves_an_expired_handoff_and_a_dead_letter_with_its_context() {
    let folder = TempDir::new().unwrap();
    let desk = on_file(&folder, slow());
    cut_off(&desk, message("hello")).await;
    // The next message finds the conversation free.
    desk.answer(message("and")).await.unwrap();
    let letters = desk.store().dead_letters().await.unwrap();
    let [letter] = letters.as_slice() else {
        panic!("{letters:#?}")
    };
    assert_eq!(letter.outcome, Unfinished::Unknown);
    assert_eq!(&*letter.context.original_task, "hello");
    let kinds = kinds(&desk).await;
    let expired = |kind: &EventKind| matches!(kind, EventKind::HandoffExpired { handoff, outcome } if handoff == letter.id() && outcome == "unknown");
    assert!(kinds.iter().any(expired), "{kinds:#?}");
}

#[tokio::test]
async fn a_message_that_was_cut_off_is_answered_when_it_is_delivered_again() {
    let folder = TempDir::new().unwrap();
    let file = SqliteStore::open(&folder.path().join("baton.db")).unwrap();
    let stores: [Arc<dyn Store>; 2] = [Arc::new(MemoryStore::default()), Arc::new(file)];
    for store in stores {
        let desk = host(store, slow(), 8);
        cut_off(&desk, keyed("hello")).await;
        let answer = desk.answer(keyed("hello")).await.unwrap();
        assert_eq!((answer.reply.as_str(), answer.turn), ("expert", 1));
        assert_eq!(messages(&desk).await, ["hello", "expert"]);
    }
}

#[tokio::test]
async fn a_dead_letter_is_gone_when_its_retry_is_answered() {
    let folder = TempDir::new().unwrap();
    let desk = on_file(&folder, agent("expert", Script::Fail("broken".into()), &[]));
    desk.answer(message("hello")).await.unwrap();
    let letters = desk.store().dead_letters().await.unwrap();
    assert_eq!(letters[0].outcome, Unfinished::Failed);
    // It fails again: a new letter takes the place of the old one.
    desk.retry(letters[0].id(), &[]).await.unwrap();
    let again = desk.store().dead_letters().await.unwrap();
    assert_eq!(again.len(), 1);
    assert_ne!(again[0].id(), letters[0].id());
    drop(desk);
    let desk = on_file(&folder, answering("expert"));
    let answer = desk.retry(again[0].id(), &[]).await.unwrap();
    assert_eq!(answer.reply, "expert");
    assert!(desk.store().dead_letters().await.unwrap().is_empty());
}

#[tokio::test]
async fn a_host_whose_turn_was_taken_over_can_add_nothing_to_it() {
    let folder = TempDir::new().unwrap();
    let desk = on_file(&folder, slow());
    let thief = async {
        tokio::time::sleep(Duration::from_millis(50)).await;
        let db = rusqlite::Connection::open(folder.path().join("baton.db")).unwrap();
        // As if it had not been renewed.
        db.execute("UPDATE lease SET expires = 0", []).unwrap();
        on_file(&folder, answering("expert"))
            .answer(message("mine"))
            .await
            .unwrap()
    };
    let (robbed, _) = tokio::join!(desk.answer(message("hello")), thief);
    let robbed = robbed.unwrap_err();
    assert!(
        matches!(robbed, DeskError::Store(StoreError::TakenOver(_))),
        "{robbed}"
    );
    assert_eq!(messages(&desk).await, ["hello", "mine", "expert"]);
    let db = rusqlite::Connection::open(folder.path().join("baton.db")).unwrap();
    let open: i64 = db
        .query_row(
            "SELECT count(*) FROM handoff WHERE state IN (?1, ?2)",
            [
                HandoffState::Prepared.as_str(),
                HandoffState::Accepted.as_str(),
            ],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(open, 0);
}
