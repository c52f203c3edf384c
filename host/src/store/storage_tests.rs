//! What both stores promise of the values of skills.

use std::{collections::BTreeMap, sync::Arc};

use crate::{
    conversation::{
        Conversation, Effects, Event, EventKind, MessageList, PendingWrite, StorageSize,
        StorageWrite, Swap, Swapped, Trust,
    },
    handoff::Store,
    id::{AgentName, ConversationId, SkillName},
    store::both::stores,
};

const ROOM: StorageSize = StorageSize {
    keys: 3,
    bytes: 100,
};

fn skill() -> SkillName {
    SkillName::from("keeper")
}

async fn write(store: &dyn Store, conversation: &str, writes: &[(&str, Option<&str>)]) {
    let conversation = Conversation {
        id: ConversationId::from(conversation),
        user: None,
        owner: AgentName::from("desk"),
        turns: 0,
        metadata: Arc::default(),
        people: Vec::new(),
        history: Arc::new(MessageList::default()),
    };
    let writes = writes.iter().map(|(key, value)| {
        let write = match value {
            Some(value) => StorageWrite::Set(Arc::from(*value), Trust::MODEL),
            None => StorageWrite::Delete,
        };
        let replaces = StorageSize::default();
        ((*key).to_owned(), PendingWrite { write, replaces })
    });
    let effects = Effects {
        storage: BTreeMap::from([(skill(), writes.collect())]),
        ..Effects::default()
    };
    store.keep(&conversation, effects).await.unwrap();
}

fn swap(key: &str, read: Option<u64>, value: &str) -> Swap {
    Swap {
        skill: skill(),
        key: key.to_owned(),
        read,
        value: Arc::from(value),
        trust: Trust::TOOL,
        conversation: ConversationId::from("c"),
        quota: ROOM,
        adds: StorageSize::default(),
        frees: StorageSize::default(),
    }
}

#[tokio::test]
async fn values_come_back_with_their_trust_and_are_counted_as_they_come_and_go() {
    for (_folder, store) in stores() {
        write(&*store, "c", &[("a", Some("\"é\"")), ("b", Some("2"))]).await;
        let stored = store.stored(&skill(), "a").unwrap().unwrap();
        assert_eq!(
            (stored.value.as_ref(), stored.trust),
            ("\"é\"", Trust::MODEL)
        );
        let size = StorageSize { keys: 2, bytes: 7 };
        assert_eq!(store.stored_size(&skill()).unwrap(), size);
        write(&*store, "c", &[("a", Some("10")), ("b", None)]).await;
        let size = StorageSize { keys: 1, bytes: 3 };
        assert_eq!(store.stored_size(&skill()).unwrap(), size);
        let stranger = SkillName::from("stranger");
        assert_eq!(store.stored(&stranger, "a").unwrap(), None);
        assert_eq!(
            store.stored_size(&stranger).unwrap(),
            StorageSize::default()
        );
    }
}

#[tokio::test]
async fn keys_are_listed_in_order_within_prefix_and_page() {
    for (_folder, store) in stores() {
        let keys = ["a", "a/1", "a/2", "a/é", "b", "a0"];
        let writes: Vec<_> = keys.iter().map(|key| (*key, Some("1"))).collect();
        write(&*store, "c", &writes).await;
        let list = |prefix: &str, after: Option<&str>, limit| {
            store.stored_keys(&skill(), prefix, after, limit).unwrap()
        };
        assert_eq!(list("a/", None, 9), ["a/1", "a/2", "a/é"]);
        assert_eq!(list("a/", Some("a/1"), 1), ["a/2"]);
        assert_eq!(list("a/", Some("A"), 1), ["a/1"]);
        assert_eq!(list("", None, 9), ["a", "a/1", "a/2", "a/é", "a0", "b"]);
        assert!(list("a/", Some("b"), 9).is_empty());
        assert!(list("%", None, 9).is_empty());
    }
}

#[tokio::test]
async fn a_swap_succeeds_once_and_never_with_a_version_that_is_gone() {
    for (_folder, store) in stores() {
        let swapped = store.swap(swap("n", None, "1")).await.unwrap();
        let Swapped::Written(first) = swapped else {
            panic!("{swapped:?}")
        };
        assert_eq!(store.stored(&skill(), "n").unwrap().unwrap().version, first);
        let again = store.swap(swap("n", None, "2")).await.unwrap();
        assert_eq!(again, Swapped::Changed);
        write(&*store, "c", &[("n", None)]).await;
        write(&*store, "c", &[("n", Some("1"))]).await;
        let old = store.swap(swap("n", Some(first), "3")).await.unwrap();
        assert_eq!(old, Swapped::Changed);
    }
}

#[tokio::test]
async fn a_swap_that_does_not_fit_with_what_the_turn_will_write_changes_nothing() {
    for (_folder, store) in stores() {
        write(&*store, "c", &[("a", Some("1")), ("b", Some("2"))]).await;
        let crowded = Swap {
            adds: StorageSize { keys: 1, bytes: 2 },
            ..swap("c", None, "3")
        };
        let tried = store.swap(crowded.clone()).await.unwrap();
        assert_eq!(tried, Swapped::Full);
        assert_eq!(store.stored(&skill(), "c").unwrap(), None);
        let room = Swap {
            frees: StorageSize { keys: 1, bytes: 2 },
            ..crowded
        };
        assert!(matches!(
            store.swap(room).await.unwrap(),
            Swapped::Written(_)
        ));
        let long = "1".repeat(101);
        let long = store.swap(swap("d", None, &long)).await.unwrap();
        assert_eq!(long, Swapped::Full);
    }
}

#[tokio::test]
async fn erasing_a_conversation_erases_what_was_last_written_in_it_and_its_size() {
    for (_folder, store) in stores() {
        write(&*store, "c", &[("a", Some("1")), ("b", Some("1"))]).await;
        write(&*store, "d", &[("b", Some("2"))]).await;
        let erased = Event {
            time: jiff::Timestamp::UNIX_EPOCH,
            kind: EventKind::ConversationErased,
        };
        store
            .erase(&ConversationId::from("c"), erased)
            .await
            .unwrap();
        assert_eq!(store.stored(&skill(), "a").unwrap(), None);
        assert!(store.stored(&skill(), "b").unwrap().is_some());
        let size = StorageSize { keys: 1, bytes: 2 };
        assert_eq!(store.stored_size(&skill()).unwrap(), size);
    }
}
