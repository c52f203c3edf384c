//! Rows to values and back.

use std::sync::Arc;

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};
use serde::{Serialize, de::DeserializeOwned};

use super::{storage, tickets};
use crate::{
    contract::{HandoffContext, Outcome},
    conversation::{
        Conversation, Effects, Event, HandoffRecord, Message, Metadata, OpenTicket, SavedState,
        Thread, Trust,
    },
    handoff::HandoffState,
    id::{AgentName, ConversationId, DeliveryKey, HandoffId, MessageId, SkillName, UserId},
};

/// What is kept of a conversation itself.
pub(super) struct ConversationRow {
    pub(super) user: Option<UserId>,
    pub(super) owner: AgentName,
    pub(super) turns: u64,
    pub(super) metadata: Metadata,
    pub(super) people: Vec<OpenTicket>,
    pub(super) last_message: i64,
}

pub(super) fn conversation(
    db: &Connection,
    id: &ConversationId,
) -> rusqlite::Result<Option<ConversationRow>> {
    db.prepare_cached(
        "SELECT user, owner, turns, metadata,
            (SELECT coalesce(max(seq), 0) FROM message
                WHERE message.conversation = conversation.id), people, metadata_trust
         FROM conversation WHERE id = ?1",
    )?
    .query_row([id.as_str()], |row| {
        Ok(ConversationRow {
            user: row.get::<_, Option<String>>(0)?.map(UserId::from),
            owner: AgentName::from(row.get::<_, String>(1)?),
            turns: row.get::<_, i64>(2)?.unsigned_abs(),
            metadata: Metadata::of_parts(json(row, 3)?, &json(row, 6)?),
            last_message: row.get(4)?,
            people: json(row, 5)?,
        })
    })
    .optional()
}

pub(super) fn messages(
    db: &Connection,
    conversation: &ConversationId,
    last: i64,
    before: Option<&MessageId>,
    limit: usize,
) -> rusqlite::Result<Vec<Arc<Message>>> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM message WHERE conversation = ?1 AND seq <= ?2
            AND (?3 IS NULL OR seq < (SELECT seq FROM message WHERE id = ?3))
         ORDER BY seq DESC LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = statement.query_map(
        params![
            conversation.as_str(),
            last,
            before.map(MessageId::as_str),
            limit
        ],
        |row| json(row, 0).map(Arc::new),
    )?;
    let mut messages: Vec<Arc<Message>> = rows.collect::<Result<_, _>>()?;
    messages.reverse();
    Ok(messages)
}

pub(super) fn state(
    db: &Connection,
    conversation: &ConversationId,
    skill: &SkillName,
) -> rusqlite::Result<Option<SavedState>> {
    db.prepare_cached(
        "SELECT version, value, trust FROM state WHERE conversation = ?1 AND skill = ?2",
    )?
    .query_row([conversation.as_str(), skill.as_str()], |row| {
        Ok(SavedState {
            version: row.get(0)?,
            value: row.get::<_, Vec<u8>>(1)?.into(),
            // What is no level was not written by this program.
            trust: Trust::try_from(row.get::<_, u8>(2)?).unwrap_or(Trust::MODEL),
        })
    })
    .optional()
}

/// Which handoffs.
pub(super) enum Handoffs<'a> {
    /// Those of one conversation.
    Of(&'a ConversationId),
    /// All that are under way.
    UnderWay,
    /// All since then.
    Since(Timestamp),
}

/// The handoffs that were prepared, oldest first.
pub(super) fn handoffs(
    db: &Connection,
    which: Handoffs<'_>,
) -> rusqlite::Result<Vec<HandoffRecord>> {
    let (sql, wanted) = match which {
        Handoffs::Of(conversation) => (
            "SELECT context, outcome, state FROM handoff WHERE conversation = ?1 ORDER BY id",
            conversation.to_string(),
        ),
        Handoffs::UnderWay => (
            "SELECT context, outcome, state FROM handoff
             WHERE ?1 = '' AND state IN ('prepared', 'waiting', 'accepted') ORDER BY id",
            String::new(),
        ),
        // Names of handoffs begin with their time.
        Handoffs::Since(since) => (
            "SELECT context, outcome, state FROM handoff WHERE id >= ?1 ORDER BY id",
            HandoffId::first_of(since).to_string(),
        ),
    };
    let mut statement = db.prepare_cached(sql)?;
    let rows = statement.query_map([wanted], |row| {
        let context: HandoffContext = json(row, 0)?;
        let outcome: Option<Outcome> = match row.get_ref(1)? {
            rusqlite::types::ValueRef::Null => None,
            _ => Some(json(row, 1)?),
        };
        let ended = !matches!(
            row.get_ref(2)?.as_str()?,
            "prepared" | "waiting" | "accepted"
        );
        let answered = outcome.map(|outcome| outcome.result.is_ok());
        Ok(context.record(answered.or(ended.then_some(false))))
    })?;
    rows.collect()
}

pub(super) fn events(db: &Connection, id: &ConversationId) -> rusqlite::Result<Vec<(u64, Event)>> {
    let mut statement =
        db.prepare_cached("SELECT turn, body FROM event WHERE conversation = ?1 ORDER BY seq")?;
    let rows = statement.query_map([id.as_str()], |row| {
        Ok((row.get::<_, i64>(0)?.unsigned_abs(), json(row, 1)?))
    })?;
    rows.collect()
}

pub(super) fn insert_conversation(
    db: &Connection,
    conversation: &Conversation,
) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO conversation (id, user, owner, turns, metadata, metadata_trust)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6)
         ON CONFLICT (id) DO NOTHING",
        params![
            conversation.id.as_str(),
            conversation.user.as_ref().map(UserId::as_str),
            conversation.owner.as_str(),
            number(conversation.turns),
            text(&conversation.metadata.values())?,
            text(&conversation.metadata.levels())?,
        ],
    )
}

pub(super) fn begin_turn(db: &Connection, id: &ConversationId) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE conversation SET turns = turns + 1 WHERE id = ?1",
        [id.as_str()],
    )
}

pub(super) fn set_owner(
    db: &Connection,
    id: &ConversationId,
    owner: &AgentName,
) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE conversation SET owner = ?2 WHERE id = ?1",
        [id.as_str(), owner.as_str()],
    )
}

pub(super) fn set_thread(
    db: &Connection,
    id: &ConversationId,
    thread: Option<&Thread>,
) -> rusqlite::Result<()> {
    let Some(thread) = thread else {
        return Ok(());
    };
    let sql = "UPDATE conversation SET thread = ?2 WHERE id = ?1";
    run(db, sql, [id.as_str(), &thread.to_string()])
}

/// The conversation that is recognized by this, if there is exactly one.
pub(super) fn recognize(
    db: &Connection,
    thread: &Thread,
) -> rusqlite::Result<Option<ConversationId>> {
    let mut found: Vec<String> = db
        .prepare_cached("SELECT id FROM conversation WHERE thread = ?1 LIMIT 2")?
        .query_map([thread.to_string()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let one = found.pop().filter(|_| found.is_empty());
    Ok(one.map(ConversationId::from))
}

/// The conversation in which a message of this user came with this key.
pub(super) fn delivered(
    db: &Connection,
    user: &UserId,
    key: &DeliveryKey,
) -> rusqlite::Result<Option<ConversationId>> {
    let sql = "SELECT conversation.id FROM turn JOIN conversation
            ON conversation.id = turn.conversation WHERE key = ?1 AND user = ?2 LIMIT 1";
    db.prepare_cached(sql)?
        .query_row([key.as_str(), user.as_str()], |row| {
            row.get::<_, String>(0).map(ConversationId::from)
        })
        .optional()
}

/// Keeps a message, or what has become of it: a call that came to nothing loses
/// its key.
pub(super) fn insert_message(
    db: &Connection,
    conversation: &ConversationId,
    message: &Message,
) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO message (id, conversation, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO UPDATE SET body = excluded.body",
        params![message.id.as_str(), conversation.as_str(), text(message)?],
    )
}

pub(super) fn insert_messages(
    db: &Connection,
    conversation: &ConversationId,
    messages: &[Arc<Message>],
) -> rusqlite::Result<()> {
    messages
        .iter()
        .try_for_each(|message| insert_message(db, conversation, message))
}

/// Keeps a handoff, or how far it has come meanwhile.
pub(super) fn insert_handoff(
    db: &Connection,
    context: &HandoffContext,
    turn: u64,
    state: HandoffState,
) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO handoff (id, conversation, turn, state, context) VALUES (?1, ?2, ?3, ?4, ?5)
         ON CONFLICT (id) DO UPDATE
            SET state = excluded.state, context = excluded.context, turn = excluded.turn,
                proof = CASE excluded.state WHEN 'waiting' THEN proof END",
        params![
            context.id.as_str(),
            context.conversation.as_str(),
            number(turn),
            state.as_str(),
            text(context)?
        ],
    )
}

pub(super) fn set_handoff_state(
    db: &Connection,
    id: &HandoffId,
    state: HandoffState,
) -> rusqlite::Result<()> {
    let sql = "UPDATE handoff SET state = ?2 WHERE id = ?1";
    run(db, sql, [id.as_str(), state.as_str()])
}

pub(super) fn finish_handoff(
    db: &Connection,
    context: &HandoffContext,
    outcome: &Outcome,
) -> rusqlite::Result<()> {
    let state = match &outcome.result {
        Ok(_) => HandoffState::Completed,
        Err(_) => HandoffState::Failed,
    };
    run(
        db,
        "UPDATE handoff SET outcome = ?2, state = ?3 WHERE id = ?1",
        params![context.id.as_str(), text(outcome)?, state.as_str()],
    )
}

pub(super) fn insert_effects(
    db: &Connection,
    conversation: &ConversationId,
    turn: u64,
    effects: Effects,
) -> rusqlite::Result<()> {
    let id = conversation.as_str();
    if !effects.metadata.is_empty() {
        let mut metadata = db
            .prepare_cached("SELECT metadata, metadata_trust FROM conversation WHERE id = ?1")?
            .query_row([id], |row| {
                Ok(Metadata::of_parts(json(row, 0)?, &json(row, 1)?))
            })?;
        metadata.extend(effects.metadata);
        let sql = "UPDATE conversation SET metadata = ?2, metadata_trust = ?3 WHERE id = ?1";
        let (values, levels) = (text(&metadata.values())?, text(&metadata.levels())?);
        run(db, sql, params![id, values, levels])?;
    }
    for (skill, state) in &effects.states {
        let SavedState {
            version,
            value,
            trust,
        } = state;
        run(
            db,
            "INSERT INTO state (conversation, skill, version, value, trust)
             VALUES (?1, ?2, ?3, ?4, ?5)
             ON CONFLICT (conversation, skill)
             DO UPDATE SET version = excluded.version, value = excluded.value,
                           trust = excluded.trust",
            params![id, skill.as_str(), version, value.as_ref(), trust.percent()],
        )?;
    }
    for (skill, writes) in &effects.storage {
        storage::write(db, conversation, skill, writes)?;
    }
    for (handoff, proof) in &effects.proofs {
        let sql = "UPDATE handoff SET proof = ?2 WHERE id = ?1 AND state = 'waiting'";
        run(db, sql, params![handoff.as_str(), &**proof])?;
    }
    tickets::open(db, conversation, &effects.tickets)?;
    tickets::append(db, conversation, &effects.appended)?;
    insert_events(db, conversation, turn, &effects.events)
}

pub(super) fn insert_events(
    db: &Connection,
    conversation: &ConversationId,
    turn: u64,
    events: &[Event],
) -> rusqlite::Result<()> {
    for event in events {
        insert_event(db, conversation, turn, event)?;
    }
    Ok(())
}

pub(super) fn insert_event(
    db: &Connection,
    conversation: &ConversationId,
    turn: u64,
    event: &Event,
) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO event (conversation, turn, body) VALUES (?1, ?2, ?3)",
        params![conversation.as_str(), number(turn), text(event)?],
    )
}

/// A number as SQLite has them.
pub(super) fn number(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

pub(super) fn run(
    db: &Connection,
    sql: &str,
    values: impl rusqlite::Params,
) -> rusqlite::Result<()> {
    db.prepare_cached(sql)?.execute(values).map(drop)
}

pub(super) fn text(value: &(impl Serialize + ?Sized)) -> rusqlite::Result<String> {
    serde_json::to_string(value).map_err(|e| rusqlite::Error::ToSqlConversionFailure(e.into()))
}

pub(super) fn json<T: DeserializeOwned>(row: &Row<'_>, column: usize) -> rusqlite::Result<T> {
    let text = row.get_ref(column)?.as_str()?;
    serde_json::from_str(text)
        .map_err(|e| rusqlite::Error::FromSqlConversionFailure(column, Type::Text, e.into()))
}
