//! What skills keep beyond a conversation.

use std::sync::Arc;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{SqliteStore, rows::run};
use crate::{
    conversation::{
        PendingWrites, Storage, StorageError, StorageSize, StorageWrite, StoredValue, Swap,
        Swapped, Trust,
    },
    handoff::Stored,
    id::{ConversationId, SkillName},
};

#[async_trait]
impl Storage for SqliteStore {
    fn stored(&self, skill: &SkillName, key: &str) -> Result<Option<StoredValue>, StorageError> {
        self.reader
            .read(|db| find(db, skill, key))
            .map_err(StorageError)
    }

    fn stored_keys(
        &self,
        skill: &SkillName,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> Result<Vec<String>, StorageError> {
        self.reader
            .read(|db| keys(db, skill, prefix, after, limit))
            .map_err(StorageError)
    }

    fn stored_size(&self, skill: &SkillName) -> Result<StorageSize, StorageError> {
        self.reader.read(|db| size(db, skill)).map_err(StorageError)
    }

    async fn swap(&self, swap: Swap) -> Result<Swapped, StorageError> {
        self.writer
            .write(move |db| write_if_unchanged(db, &swap))
            .await
            .map_err(StorageError)
    }
}

fn find(db: &Connection, skill: &SkillName, key: &str) -> rusqlite::Result<Option<StoredValue>> {
    db.prepare_cached("SELECT value, version, trust FROM storage WHERE skill = ?1 AND key = ?2")?
        .query_row([skill.as_str(), key], value)
        .optional()
}

/// A value from the first three columns.
fn value(row: &Row<'_>) -> rusqlite::Result<StoredValue> {
    Ok(StoredValue {
        value: Arc::from(row.get_ref(0)?.as_str()?),
        version: row.get::<_, i64>(1)?.unsigned_abs(),
        // What is no level was not written by this program.
        trust: Trust::try_from(row.get::<_, u8>(2)?).unwrap_or(Trust::MODEL),
    })
}

/// What was stored during a conversation.
pub(super) fn during(db: &Connection, id: &ConversationId) -> rusqlite::Result<Vec<Stored>> {
    db.prepare_cached(
        "SELECT value, version, trust, skill, key FROM storage WHERE conversation = ?1
         ORDER BY skill, key",
    )?
    .query_map([id.as_str()], |row| {
        Ok(Stored {
            value: value(row)?,
            skill: SkillName::from(row.get::<_, String>(3)?),
            key: row.get(4)?,
        })
    })?
    .collect()
}

fn keys(
    db: &Connection,
    skill: &SkillName,
    prefix: &str,
    after: Option<&str>,
    limit: usize,
) -> rusqlite::Result<Vec<String>> {
    // By a range of the index; keys compare by their bytes, so that those with
    // the prefix stand together.
    let mut statement = db.prepare_cached(
        "SELECT key FROM storage WHERE skill = ?1 AND key >= ?2 AND (?3 IS NULL OR key > ?3)
         ORDER BY key LIMIT ?4",
    )?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let mut rows = statement.query(params![skill.as_str(), prefix, after, limit])?;
    let mut keys = Vec::new();
    while let Some(row) = rows.next()? {
        let key: String = row.get(0)?;
        if !key.starts_with(prefix) {
            break;
        }
        keys.push(key);
    }
    Ok(keys)
}

fn size(db: &Connection, skill: &SkillName) -> rusqlite::Result<StorageSize> {
    let size = db
        .prepare_cached("SELECT keys, bytes FROM storage_size WHERE skill = ?1")?
        .query_row([skill.as_str()], |row| {
            Ok(StorageSize {
                keys: row.get::<_, i64>(0)?.unsigned_abs(),
                bytes: row.get::<_, i64>(1)?.unsigned_abs(),
            })
        })
        .optional()?;
    Ok(size.unwrap_or_default())
}

fn write_if_unchanged(db: &Connection, swap: &Swap) -> rusqlite::Result<Swapped> {
    let there = find(db, &swap.skill, &swap.key)?;
    if there.as_ref().map(|there| there.version) != swap.read {
        return Ok(Swapped::Changed);
    }
    let replaced = there.map(|there| StorageSize::of(&swap.key, &there.value));
    let size = size(db, &swap.skill)?.with(swap.adds, swap.frees).with(
        StorageSize::of(&swap.key, &swap.value),
        replaced.unwrap_or_default(),
    );
    if !size.fits(swap.quota) {
        return Ok(Swapped::Full);
    }
    delete(db, &swap.skill, &swap.key)?;
    insert(
        db,
        &swap.conversation,
        &swap.skill,
        &swap.key,
        &swap.value,
        swap.trust,
    )?;
    Ok(Swapped::Written(db.last_insert_rowid().unsigned_abs()))
}

/// Writes what a turn leaves behind.
pub(super) fn write(
    db: &Connection,
    conversation: &ConversationId,
    skill: &SkillName,
    writes: &PendingWrites,
) -> rusqlite::Result<()> {
    for (key, pending) in writes {
        delete(db, skill, key)?;
        if let StorageWrite::Set(value, trust) = &pending.write {
            insert(db, conversation, skill, key, value, *trust)?;
        }
    }
    Ok(())
}

/// A write is always a new row, which has a new version.
fn insert(
    db: &Connection,
    conversation: &ConversationId,
    skill: &SkillName,
    key: &str,
    value: &str,
    trust: Trust,
) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO storage (skill, key, value, trust, conversation) VALUES (?1, ?2, ?3, ?4, ?5)",
        params![
            skill.as_str(),
            key,
            value,
            trust.percent(),
            conversation.as_str()
        ],
    )
}

fn delete(db: &Connection, skill: &SkillName, key: &str) -> rusqlite::Result<()> {
    let sql = "DELETE FROM storage WHERE skill = ?1 AND key = ?2";
    run(db, sql, [skill.as_str(), key])
}
