//! Looking back, and removing.

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{
    SqliteStore,
    rows::{self, json, run, text},
    storage,
};
use crate::{
    conversation::{Event, HandoffRecord, SavedState, Ticket, Trust},
    handoff::{Archive, Denial, KeptConversation, KeptHandoff, Logged, StoreError, Stored},
    id::{AgentName, ConversationId, HandoffId, SkillName, UserId},
};

impl SqliteStore {
    fn look<R>(
        &self,
        what: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<R>,
    ) -> Result<R, StoreError> {
        let failed = |why| StoreError::Failed { what, why };
        self.reader.read(query).map_err(failed)
    }
}

fn handoff(row: &Row<'_>) -> rusqlite::Result<KeptHandoff> {
    let ended = row.get_ref(1)? != rusqlite::types::ValueRef::Null;
    Ok(KeptHandoff {
        context: json(row, 0)?,
        outcome: ended.then(|| json(row, 1)).transpose()?,
    })
}

#[async_trait]
impl Archive for SqliteStore {
    async fn handoff(&self, id: &HandoffId) -> Result<Option<KeptHandoff>, StoreError> {
        self.look("read a handoff", |db| {
            db.prepare_cached("SELECT context, outcome FROM handoff WHERE id = ?1")?
                .query_row([id.as_str()], handoff)
                .optional()
        })
    }

    async fn conversations(
        &self,
        user: Option<&UserId>,
    ) -> Result<Vec<KeptConversation>, StoreError> {
        self.look("read conversations", |db| {
            db.prepare_cached(
                "SELECT c.id, c.user, c.owner, c.turns,
                    (SELECT count(*) FROM message m WHERE m.conversation = c.id) AS messages,
                    coalesce(
                        (SELECT json_extract(m.body, '$.time') FROM message m
                            WHERE m.conversation = c.id ORDER BY m.seq DESC LIMIT 1),
                        (SELECT json_extract(e.body, '$.time') FROM event e
                            WHERE e.conversation = c.id ORDER BY e.seq DESC LIMIT 1)
                    ) AS last
                 FROM conversation c
                 WHERE (?1 IS NULL OR c.user = ?1)
                    AND (messages > 0 OR NOT EXISTS (SELECT 1 FROM event e
                        WHERE e.conversation = c.id
                            AND json_extract(e.body, '$.type') = 'conversation.erased'))
                 ORDER BY last, c.id",
            )?
            .query_map([user.map(UserId::as_str)], |row| {
                let last: Option<String> = row.get(5)?;
                Ok(KeptConversation {
                    id: ConversationId::from(row.get::<_, String>(0)?),
                    user: row.get::<_, Option<String>>(1)?.map(UserId::from),
                    owner: AgentName::from(row.get::<_, String>(2)?),
                    turns: row.get::<_, i64>(3)?.unsigned_abs(),
                    messages: row.get::<_, i64>(4)?.unsigned_abs(),
                    last: last.and_then(|time| time.parse().ok()),
                })
            })?
            .collect()
        })
    }

    async fn events_after(&self, place: u64, limit: usize) -> Result<Vec<Logged>, StoreError> {
        self.look("read events", |db| {
            let place = i64::try_from(place).unwrap_or(i64::MAX);
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            db.prepare_cached(
                "SELECT seq, conversation, turn, body FROM event WHERE seq > ?1
                 ORDER BY seq LIMIT ?2",
            )?
            .query_map([place, limit], |row| {
                Ok(Logged {
                    place: row.get::<_, i64>(0)?.unsigned_abs(),
                    conversation: ConversationId::from(row.get::<_, String>(1)?),
                    turn: row.get::<_, i64>(2)?.unsigned_abs(),
                    event: json(row, 3)?,
                })
            })?
            .collect()
        })
    }

    async fn last_event(&self) -> Result<u64, StoreError> {
        self.look("read events", |db| {
            db.prepare_cached("SELECT coalesce(max(seq), 0) FROM event")?
                .query_row([], |row| Ok(row.get::<_, i64>(0)?.unsigned_abs()))
        })
    }

    async fn handoffs_since(&self, since: Timestamp) -> Result<Vec<HandoffRecord>, StoreError> {
        self.look("read handoffs", |db| {
            rows::handoffs(db, rows::Handoffs::Since(since))
        })
    }

    async fn stored_during(&self, id: &ConversationId) -> Result<Vec<Stored>, StoreError> {
        self.look("read what skills have stored", |db| storage::during(db, id))
    }

    async fn states(
        &self,
        id: &ConversationId,
    ) -> Result<Vec<(SkillName, SavedState)>, StoreError> {
        self.look("read what skills remember", |db| {
            db.prepare_cached(
                "SELECT skill, version, value, trust FROM state WHERE conversation = ?1 ORDER BY skill",
            )?
            .query_map([id.as_str()], |row| {
                let state = SavedState {
                    version: row.get(1)?,
                    value: row.get::<_, Vec<u8>>(2)?.into(),
                    trust: Trust::try_from(row.get::<_, u8>(3)?).unwrap_or(Trust::MODEL),
                };
                Ok((SkillName::from(row.get::<_, String>(0)?), state))
            })?
            .collect()
        })
    }

    async fn closed_tickets(&self) -> Result<Vec<Ticket>, StoreError> {
        self.look("read tickets", |db| {
            db.prepare_cached("SELECT body FROM ticket WHERE state = 'closed' ORDER BY seq")?
                .query_map([], |row| json(row, 0))?
                .collect()
        })
    }

    async fn denials(&self, skill: &SkillName) -> Result<Vec<Denial>, StoreError> {
        self.look("read what was denied", |db| {
            db.prepare_cached(
                "SELECT json_extract(body, '$.capability') AS capability, count(*),
                    max(json_extract(body, '$.time'))
                 FROM event
                 WHERE json_extract(body, '$.type') = 'skill.denied'
                    AND json_extract(body, '$.skill') = ?1
                 GROUP BY capability ORDER BY capability",
            )?
            .query_map([skill.as_str()], |row| {
                let last: Option<String> = row.get(2)?;
                Ok(Denial {
                    capability: row.get(0)?,
                    times: row.get::<_, i64>(1)?.unsigned_abs(),
                    last: last.and_then(|time| time.parse().ok()),
                })
            })?
            .collect()
        })
    }

    async fn tickets_about(&self, id: &ConversationId) -> Result<Vec<Ticket>, StoreError> {
        self.look("read tickets", |db| {
            db.prepare_cached(
                "SELECT body FROM ticket WHERE json_extract(body, '$.conversation') = ?1
                 ORDER BY seq",
            )?
            .query_map([id.as_str()], |row| json(row, 0))?
            .collect()
        })
    }

    async fn erase(&self, id: &ConversationId, erased: Event) -> Result<(), StoreError> {
        let conversation = id.clone();
        self.write("erase a conversation", move |db| {
            remove(db, &conversation, &erased)
        })
        .await?;
        self.empty_the_log()
    }
}

impl SqliteStore {
    /// The pages as they were are in the write-ahead log until it is emptied.
    fn empty_the_log(&self) -> Result<(), StoreError> {
        self.look("empty its log", |reader| {
            let Some(path) = reader.path() else {
                return Ok(());
            };
            let own = Connection::open(path)?;
            own.busy_timeout(super::PATIENCE)?;
            own.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        })
    }
}

fn remove(db: &Connection, id: &ConversationId, erased: &Event) -> rusqlite::Result<()> {
    let id = id.as_str();
    super::books::erase(db, id)?;
    for sql in [
        // Answers by key are the customer's words too.
        "DELETE FROM turn WHERE conversation = ?1",
        "DELETE FROM dead_letter WHERE conversation = ?1",
        "DELETE FROM follower WHERE conversation = ?1",
        "DELETE FROM message WHERE conversation = ?1",
        "DELETE FROM handoff WHERE conversation = ?1",
        "DELETE FROM state WHERE conversation = ?1",
        // What skills stored while they worked on it may be the customer's words.
        "DELETE FROM storage WHERE conversation = ?1",
        "DELETE FROM ticket WHERE json_extract(body, '$.conversation') = ?1",
        "UPDATE conversation SET user = NULL, metadata = '{}',
            metadata_trust = '{}', people = '[]' WHERE id = ?1",
    ] {
        run(db, sql, [id])?;
    }
    let events: Vec<(i64, Event)> = db
        .prepare_cached("SELECT seq, body FROM event WHERE conversation = ?1")?
        .query_map([id], |row| Ok((row.get(0)?, json(row, 1)?)))?
        .collect::<Result<_, _>>()?;
    for (seq, event) in events {
        let sql = "UPDATE event SET body = ?2 WHERE seq = ?1";
        run(db, sql, params![seq, text(&event.emptied())?])?;
    }
    run(
        db,
        "INSERT INTO event (conversation, turn, body)
         SELECT id, turns, ?2 FROM conversation WHERE id = ?1",
        params![id, text(erased)?],
    )
}
