//! What every store promises of deliveries and of those who follow them.

use std::sync::Arc;

use jiff::Timestamp;

use super::both::stores;
use crate::{
    conversation::{Conversation, Event, EventKind, Message, MessageList},
    handoff::{DeliveryProgress, Follower, Intake, Store},
    id::{ConversationId, DeliveryKey, UserId},
};

fn follower(key: &DeliveryKey) -> Follower {
    Follower {
        id: "mine".to_owned(),
        key: key.clone(),
        user: "ada".into(),
        conversation: "c".into(),
        how: "{}".to_owned(),
        told: String::new(),
        over: false,
    }
}

async fn deliver(store: &dyn Store, key: &DeliveryKey) {
    let conversation = Conversation {
        id: "c".into(),
        user: Some("ada".into()),
        owner: "desk".into(),
        turns: 0,
        metadata: Arc::default(),
        people: Vec::new(),
        history: Arc::new(MessageList::default()),
    };
    let intake = Intake {
        conversation,
        before: Vec::new(),
        message: Arc::new(Message::from_user("Hello")),
        key: Some(key.clone()),
        max_waiting: 1,
        settles: None,
        resumes: None,
    };
    store.intake(intake).await.unwrap();
}

#[tokio::test]
async fn a_delivery_is_found_by_the_beginning_of_its_key_for_its_own_user_alone() {
    for (_folder, store) in stores() {
        let key = DeliveryKey::from("a2a/x/1/m");
        deliver(&*store, &key).await;
        let found = store.deliveries(&"ada".into(), "a2a/x/").await.unwrap();
        let [one] = found.as_slice() else {
            panic!("{found:?}")
        };
        assert_eq!((&one.key, one.turn), (&key, 1));
        assert!(matches!(one.progress, DeliveryProgress::UnderWay));
        for (user, prefix) in [("bob", "a2a/x/"), ("ada", "a2a/y/")] {
            let user = UserId::from(user);
            assert!(store.deliveries(&user, prefix).await.unwrap().is_empty());
        }
    }
}

#[tokio::test]
async fn a_delivery_is_called_off_once_and_by_its_own_user_alone() {
    for (_folder, store) in stores() {
        let key = DeliveryKey::from("a2a/x/1/m");
        deliver(&*store, &key).await;
        let now = Timestamp::now();
        assert!(!store.call_off(&"bob".into(), &key, now).await.unwrap());
        assert!(store.call_off(&"ada".into(), &key, now).await.unwrap());
        assert!(!store.call_off(&"ada".into(), &key, now).await.unwrap());
        let found = store.deliveries(&"ada".into(), "a2a/").await.unwrap();
        assert!(found.iter().all(|kept| kept.called_off.is_some()));
    }
}

#[tokio::test]
async fn a_follower_is_kept_replaced_removed_and_erased_with_its_conversation() {
    for (_folder, store) in stores() {
        let key = DeliveryKey::from("a2a/x/1/m");
        deliver(&*store, &key).await;
        let first = follower(&key);
        store.follow(first.clone()).await.unwrap();
        assert_eq!(store.waiting_followers().await.unwrap(), [first]);
        let told = Follower {
            told: "done".to_owned(),
            over: true,
            ..follower(&key)
        };
        store.follow(told.clone()).await.unwrap();
        assert!(store.waiting_followers().await.unwrap().is_empty());
        assert_eq!(store.followers(&key).await.unwrap(), [told]);
        assert!(store.unfollow(&key, "mine").await.unwrap());
        assert!(!store.unfollow(&key, "mine").await.unwrap());
        store.follow(follower(&key)).await.unwrap();
        let erased = Event {
            time: Timestamp::now(),
            kind: EventKind::ConversationErased,
        };
        let id = ConversationId::from("c");
        store.erase(&id, erased).await.unwrap();
        assert!(store.followers(&key).await.unwrap().is_empty());
    }
}
