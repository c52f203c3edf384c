//! The tables, and how older files come to have them.

use std::time::{Duration, Instant};

use rusqlite::{Connection, ErrorCode};

/// Each entry brings a file from its index to the next version. Entries are
/// never changed once released, only added.
const MIGRATIONS: &[&str] = &[
    "
    CREATE TABLE conversation (
        id       TEXT PRIMARY KEY,
        user     TEXT,
        owner    TEXT NOT NULL,
        turns    INTEGER NOT NULL,
        metadata TEXT NOT NULL
    ) STRICT;
    CREATE TABLE message (
        seq          INTEGER PRIMARY KEY,
        id           TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL REFERENCES conversation(id),
        body         TEXT NOT NULL
    ) STRICT;
    CREATE INDEX message_by_conversation ON message(conversation, seq);
    CREATE TABLE state (
        conversation TEXT NOT NULL REFERENCES conversation(id),
        skill        TEXT NOT NULL,
        version      INTEGER NOT NULL,
        value        BLOB NOT NULL,
        PRIMARY KEY (conversation, skill)
    ) STRICT;
    CREATE TABLE handoff (
        id           TEXT PRIMARY KEY,
        conversation TEXT NOT NULL REFERENCES conversation(id),
        context      TEXT NOT NULL,
        outcome      TEXT
    ) STRICT;
    CREATE TABLE event (
        seq          INTEGER PRIMARY KEY,
        conversation TEXT NOT NULL REFERENCES conversation(id),
        turn         INTEGER NOT NULL,
        body         TEXT NOT NULL
    ) STRICT;
    CREATE INDEX event_by_conversation ON event(conversation, seq);
    CREATE TABLE ticket (
        seq   INTEGER PRIMARY KEY,
        id    TEXT NOT NULL UNIQUE,
        user  TEXT,
        state TEXT NOT NULL,
        body  TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ticket_by_user ON ticket(user, state);
",
    "
    -- State of unknown source counts as a model's words.
    ALTER TABLE state ADD COLUMN trust INTEGER NOT NULL DEFAULT 70;
",
    "
    ALTER TABLE handoff ADD COLUMN turn INTEGER NOT NULL DEFAULT 0;
    ALTER TABLE handoff ADD COLUMN state TEXT NOT NULL DEFAULT 'expired';
    UPDATE handoff SET state = 'completed' WHERE outcome IS NOT NULL;
    CREATE INDEX handoff_by_turn ON handoff(conversation, turn);
    CREATE TABLE turn (
        conversation TEXT NOT NULL REFERENCES conversation(id),
        number       INTEGER NOT NULL,
        message      TEXT NOT NULL REFERENCES message(id),
        key          TEXT,
        state        TEXT NOT NULL,
        holder       TEXT NOT NULL,
        answer       TEXT,
        PRIMARY KEY (conversation, number)
    ) STRICT;
    CREATE UNIQUE INDEX turn_by_key ON turn(conversation, key) WHERE key IS NOT NULL;
    CREATE INDEX turn_under_way ON turn(conversation) WHERE state = 'open';
    CREATE TABLE lease (
        seq          INTEGER PRIMARY KEY,
        conversation TEXT NOT NULL,
        holder       TEXT NOT NULL,
        expires      INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX lease_by_conversation ON lease(conversation, seq);
    CREATE TABLE dead_letter (
        seq          INTEGER PRIMARY KEY,
        id           TEXT NOT NULL UNIQUE,
        conversation TEXT NOT NULL REFERENCES conversation(id),
        body         TEXT NOT NULL
    ) STRICT;
",
    "
    ALTER TABLE conversation ADD COLUMN people TEXT NOT NULL DEFAULT '[]';
    ALTER TABLE ticket ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
    CREATE INDEX handoff_under_way ON handoff(id) WHERE outcome IS NULL;
    CREATE INDEX handoff_by_conversation ON handoff(conversation, id);
",
    "
    -- The version is the row's own number, which is never given twice.
    CREATE TABLE storage (
        version      INTEGER PRIMARY KEY AUTOINCREMENT,
        skill        TEXT NOT NULL,
        key          TEXT NOT NULL,
        value        TEXT NOT NULL,
        trust        INTEGER NOT NULL,
        conversation TEXT NOT NULL,
        UNIQUE (skill, key)
    ) STRICT;
    CREATE INDEX storage_by_conversation ON storage(conversation);
    -- Counted as it goes, or each write would have to read all that is there.
    CREATE TABLE storage_size (
        skill TEXT PRIMARY KEY,
        keys  INTEGER NOT NULL,
        bytes INTEGER NOT NULL
    ) STRICT;
    CREATE TRIGGER storage_added AFTER INSERT ON storage BEGIN
        INSERT INTO storage_size (skill, keys, bytes)
            VALUES (new.skill, 1, octet_length(new.key) + octet_length(new.value))
            ON CONFLICT (skill)
            DO UPDATE SET keys = keys + 1, bytes = bytes + excluded.bytes;
    END;
    CREATE TRIGGER storage_removed AFTER DELETE ON storage BEGIN
        UPDATE storage_size SET keys = keys - 1,
            bytes = bytes - octet_length(old.key) - octet_length(old.value)
            WHERE skill = old.skill;
    END;
",
    "
    ALTER TABLE conversation ADD COLUMN thread TEXT;
    CREATE INDEX conversation_by_thread ON conversation(thread) WHERE thread IS NOT NULL;
    CREATE INDEX turn_of_key ON turn(key) WHERE key IS NOT NULL;
",
    "
    -- The dead letter that the turn tries again.
    ALTER TABLE turn ADD COLUMN settles TEXT;
",
    "
    CREATE TABLE ledger_movement (
        seq          INTEGER PRIMARY KEY,
        id           TEXT NOT NULL UNIQUE,
        key          TEXT NOT NULL UNIQUE,
        user         TEXT,
        conversation TEXT,
        currency     TEXT NOT NULL,
        body         TEXT NOT NULL
    ) STRICT;
    CREATE INDEX ledger_movement_by_user ON ledger_movement(user, seq);
    CREATE INDEX ledger_movement_by_conversation ON ledger_movement(conversation, seq);
    CREATE TABLE ledger_entry (
        movement TEXT NOT NULL REFERENCES ledger_movement(id),
        account  TEXT NOT NULL,
        currency TEXT NOT NULL,
        amount   INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX ledger_entry_by_movement ON ledger_entry(movement);
    CREATE TABLE ledger_balance (
        account  TEXT NOT NULL,
        currency TEXT NOT NULL,
        amount   INTEGER NOT NULL,
        PRIMARY KEY (account, currency)
    ) STRICT;
    CREATE TABLE ledger_reservation (
        id           TEXT PRIMARY KEY,
        key          TEXT NOT NULL,
        state        TEXT NOT NULL,
        user         TEXT,
        skill        TEXT,
        currency     TEXT NOT NULL,
        created      INTEGER NOT NULL,
        spent        INTEGER NOT NULL,
        conversation TEXT NOT NULL,
        turn         INTEGER NOT NULL,
        body         TEXT NOT NULL
    ) STRICT;
    CREATE UNIQUE INDEX ledger_reservation_by_key ON ledger_reservation(key)
        WHERE state <> 'released';
    CREATE INDEX ledger_reservation_of_user ON ledger_reservation(user, currency, created);
    CREATE INDEX ledger_reservation_of_skill ON ledger_reservation(skill, currency, created);
    CREATE INDEX ledger_reservation_by_conversation ON ledger_reservation(conversation);
    CREATE INDEX ledger_reservation_open ON ledger_reservation(conversation, turn)
        WHERE state IN ('open', 'settling');
",
    "
    -- By name, as in the metadata; a name that is not in here is of unknown source.
    ALTER TABLE conversation ADD COLUMN metadata_trust TEXT NOT NULL DEFAULT '{}';
",
    "
    -- The proof of payment of a handoff that waits.
    ALTER TABLE handoff ADD COLUMN proof TEXT;
",
    "
    -- When whoever sent the message called it off.
    ALTER TABLE turn ADD COLUMN called_off INTEGER;
    -- A follower may come before the first message of its conversation.
    CREATE TABLE follower (
        key          TEXT NOT NULL,
        id           TEXT NOT NULL,
        user         TEXT NOT NULL,
        conversation TEXT NOT NULL,
        how          TEXT NOT NULL,
        told         TEXT NOT NULL,
        over         INTEGER NOT NULL,
        PRIMARY KEY (key, id)
    ) STRICT;
    CREATE INDEX follower_by_conversation ON follower(conversation);
    CREATE INDEX follower_waiting ON follower(key) WHERE over = 0;
",
];

/// A file that this program cannot work with.
#[derive(Debug, thiserror::Error)]
pub(super) enum SchemaError {
    #[error(transparent)]
    Sqlite(#[from] rusqlite::Error),
    #[error(
        "it has version {found} and this program knows up to {known}; use the program that wrote it"
    )]
    FromTheFuture { found: i64, known: usize },
}

/// Makes the tables, or brings them up to date.
pub(super) fn prepare(connection: &mut Connection, patience: Duration) -> Result<(), SchemaError> {
    connection.busy_timeout(patience)?;
    // Readers do not wait for the writer.
    log_ahead(connection, patience)?;
    // A commit that was acknowledged survives power loss.
    connection.pragma_update(None, "synchronous", "FULL")?;
    connection.pragma_update(None, "foreign_keys", true)?;
    // What is replaced or deleted is overwritten, not only marked as free, or
    // else a conversation could be read after it was erased.
    connection.pragma_update(None, "secure_delete", true)?;
    // What undoes a write that fails. In files, every write of a full batch would go there too.
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    // In KiB, below zero. Names of messages and handoffs land all over their indexes, whose inner
    // pages stay in this for millions of turns; the standard 2 MiB are read anew all the time.
    connection.pragma_update(None, "cache_size", -32_768)?;
    // In pages of 4 KiB. Copying the log back takes two syncs and copies each page once, however
    // often it was written: four times the standard costs a quarter, and lasts a tenth of a second.
    connection.pragma_update(None, "wal_autocheckpoint", 4_000)?;
    let transaction =
        connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    let found: i64 = transaction.pragma_query_value(None, "user_version", |row| row.get(0))?;
    let missing = usize::try_from(found)
        .ok()
        .and_then(|found| MIGRATIONS.get(found..))
        .ok_or(SchemaError::FromTheFuture {
            found,
            known: MIGRATIONS.len(),
        })?;
    for migration in missing {
        transaction.execute_batch(migration)?;
    }
    let version = i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX);
    transaction.pragma_update(None, "user_version", version)?;
    transaction.commit()?;
    Ok(())
}

/// Turns on the write-ahead log. Two programs that make the same file at once both want it for
/// themselves to do so, and SQLite tells the second one at once that the file is locked, however
/// long it was told to wait: waiting could never end if both held on to what they have.
fn log_ahead(connection: &Connection, patience: Duration) -> rusqlite::Result<()> {
    // Turning it on takes about a millisecond.
    const PAUSE: Duration = Duration::from_millis(2);
    let begun = Instant::now();
    loop {
        match connection.pragma_update(None, "journal_mode", "WAL") {
            Err(error)
                if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy)
                    && begun.elapsed() < patience =>
            {
                std::thread::sleep(PAUSE);
            }
            done => return done,
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::Barrier, thread};

    use super::*;

    #[test]
    fn programs_that_make_the_same_file_at_once_all_open_it() {
        // Without the second try, twenty rounds are enough to meet the lock.
        for _ in 0..20 {
            let folder = tempfile::tempdir().unwrap();
            let file = folder.path().join("baton.db");
            let start = Barrier::new(8);
            thread::scope(|scope| {
                for _ in 0..8 {
                    scope.spawn(|| {
                        let mut connection = Connection::open(&file).unwrap();
                        start.wait();
                        prepare(&mut connection, Duration::from_secs(10)).unwrap();
                    });
                }
            });
        }
    }
}
