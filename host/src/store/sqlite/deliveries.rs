//! Deliveries and those who follow them.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Row, params, types::ValueRef};

use super::{
    SqliteStore,
    rows::{json, run},
};
use crate::{
    handoff::{Deliveries, DeliveryProgress, Follower, KeptDelivery, StoreError},
    id::{ConversationId, DeliveryKey, UserId},
};

fn delivery(row: &Row<'_>) -> rusqlite::Result<KeptDelivery> {
    let answered = row.get_ref(5)? != ValueRef::Null;
    let progress = match (answered, row.get_ref(4)?.as_str()?) {
        (true, _) => DeliveryProgress::Answered(json(row, 5)?),
        (false, "open") => DeliveryProgress::UnderWay,
        (false, _) => DeliveryProgress::CutOff,
    };
    let called_off: Option<i64> = row.get(6)?;
    Ok(KeptDelivery {
        key: DeliveryKey::from(row.get::<_, String>(0)?),
        conversation: ConversationId::from(row.get::<_, String>(1)?),
        message: json(row, 2).map(std::sync::Arc::new)?,
        turn: row.get::<_, i64>(3)?.unsigned_abs(),
        progress,
        called_off: called_off.and_then(|at| Timestamp::from_millisecond(at).ok()),
    })
}

fn follower(row: &Row<'_>) -> rusqlite::Result<Follower> {
    Ok(Follower {
        id: row.get(0)?,
        key: DeliveryKey::from(row.get::<_, String>(1)?),
        user: UserId::from(row.get::<_, String>(2)?),
        conversation: ConversationId::from(row.get::<_, String>(3)?),
        how: row.get(4)?,
        told: row.get(5)?,
        over: row.get(6)?,
    })
}

#[async_trait]
impl Deliveries for SqliteStore {
    async fn deliveries(
        &self,
        user: &UserId,
        prefix: &str,
    ) -> Result<Vec<KeptDelivery>, StoreError> {
        // Every key that begins like this comes before this one, in the order of
        // the index.
        let end = format!("{prefix}\u{10FFFF}");
        self.read("read deliveries", |db| {
            db.prepare_cached(
                "SELECT t.key, t.conversation, m.body, t.number, t.state, t.answer, t.called_off
                 FROM turn t JOIN message m ON m.id = t.message
                    JOIN conversation c ON c.id = t.conversation
                 WHERE t.key >= ?1 AND t.key < ?2 AND c.user = ?3",
            )?
            .query_map([prefix, end.as_str(), user.as_str()], delivery)?
            .collect()
        })
    }

    async fn call_off(
        &self,
        user: &UserId,
        key: &DeliveryKey,
        at: Timestamp,
    ) -> Result<bool, StoreError> {
        let (user, key) = (user.clone(), key.clone());
        self.write("call a delivery off", move |db| {
            let changed = db
                .prepare_cached(
                    "UPDATE turn SET called_off = ?3 WHERE key = ?1 AND called_off IS NULL
                        AND (SELECT user FROM conversation c WHERE c.id = turn.conversation) = ?2",
                )?
                .execute(params![key.as_str(), user.as_str(), at.as_millisecond()])?;
            Ok(changed > 0)
        })
        .await
    }

    async fn follow(&self, follower: Follower) -> Result<(), StoreError> {
        self.write("keep a follower", move |db| {
            run(
                db,
                "INSERT INTO follower (id, key, user, conversation, how, told, over)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)
                 ON CONFLICT (key, id) DO UPDATE
                    SET how = excluded.how, told = excluded.told, over = excluded.over",
                params![
                    follower.id,
                    follower.key.as_str(),
                    follower.user.as_str(),
                    follower.conversation.as_str(),
                    follower.how,
                    follower.told,
                    follower.over,
                ],
            )
        })
        .await
    }

    async fn followers(&self, key: &DeliveryKey) -> Result<Vec<Follower>, StoreError> {
        self.read("read followers", |db| {
            db.prepare_cached(
                "SELECT id, key, user, conversation, how, told, over FROM follower
                 WHERE key = ?1 ORDER BY id",
            )?
            .query_map([key.as_str()], follower)?
            .collect()
        })
    }

    async fn waiting_followers(&self) -> Result<Vec<Follower>, StoreError> {
        self.read("read followers", |db| {
            db.prepare_cached(
                "SELECT id, key, user, conversation, how, told, over FROM follower
                 WHERE over = 0 ORDER BY key, id",
            )?
            .query_map([], follower)?
            .collect()
        })
    }

    async fn unfollow(&self, key: &DeliveryKey, id: &str) -> Result<bool, StoreError> {
        let (key, id) = (key.clone(), id.to_owned());
        self.write("remove a follower", move |db| {
            let removed = db
                .prepare_cached("DELETE FROM follower WHERE key = ?1 AND id = ?2")?
                .execute(params![key.as_str(), id])?;
            Ok(removed > 0)
        })
        .await
    }
}
