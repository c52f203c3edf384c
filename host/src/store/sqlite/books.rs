//! The books in SQLite.

use std::collections::BTreeSet;

use async_trait::async_trait;
use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, Row, params, types::Type};

use super::{
    SqliteStore, line,
    rows::{json, number, run, text},
};
use crate::{
    handoff::{Ledger, LedgerFilter, PostingResult, StoreError},
    id::{ConversationId, MovementId, PaymentKey, ReservationId, SkillName, UserId},
    payment::{
        Account, Audit, Balance, Books, CapOf, Currency, Entry, Failure, Movement, Posting,
        Reservation, ReservationState, Snapshot, post,
    },
};

/// Does them in order, until one is refused; of that one nothing is left.
pub(super) fn do_postings(
    db: &Connection,
    postings: &[Posting],
) -> rusqlite::Result<PostingResult> {
    let mut done = Vec::with_capacity(postings.len());
    for posting in postings {
        db.execute_batch("SAVEPOINT posting")?;
        let posted = post(&mut Rows(db), posting);
        let end = match &posted {
            Ok(_) => "RELEASE posting",
            Err(_) => "ROLLBACK TO posting; RELEASE posting",
        };
        db.execute_batch(end)?;
        match posted {
            Ok(posted) => done.push(posted),
            Err(Failure::Refused(refused)) => return Ok(Err(refused)),
            Err(Failure::Broken(error)) => return Err(error),
        }
    }
    Ok(Ok(done))
}

/// What is set aside for a turn that has not been settled.
pub(super) fn open_in(
    db: &Connection,
    conversation: &ConversationId,
    turn: u64,
) -> rusqlite::Result<Vec<Reservation>> {
    db.prepare_cached(
        "SELECT body FROM ledger_reservation WHERE conversation = ?1 AND turn = ?2
            AND state IN ('open', 'settling') ORDER BY id",
    )?
    .query_map(params![conversation.as_str(), number(turn)], |row| {
        json(row, 0)
    })?
    .collect()
}

/// Leaves nobody's words in what was paid; that it was paid stays.
pub(super) fn erase(db: &Connection, conversation: &str) -> rusqlite::Result<()> {
    for table in ["ledger_movement", "ledger_reservation"] {
        let sql = format!(
            "UPDATE {table} SET body = json_set(body, '$.description', '')
             WHERE conversation = ?1"
        );
        run(db, &sql, [conversation])?;
    }
    Ok(())
}

/// The rows of the books.
struct Rows<'a>(&'a Connection);

impl Books for Rows<'_> {
    type Error = rusqlite::Error;

    fn balance(&self, account: &Account, currency: Currency) -> rusqlite::Result<i64> {
        let found = self
            .0
            .prepare_cached(
                "SELECT amount FROM ledger_balance WHERE account = ?1 AND currency = ?2",
            )?
            .query_row([account.to_string().as_str(), currency.as_str()], |row| {
                row.get(0)
            })
            .optional()?;
        Ok(found.unwrap_or(0))
    }

    fn movement(&self, key: &PaymentKey) -> rusqlite::Result<Option<Movement>> {
        self.0
            .prepare_cached("SELECT body FROM ledger_movement WHERE key = ?1")?
            .query_row([key.as_str()], |row| json(row, 0))
            .optional()
    }

    fn reservation(&self, id: &ReservationId) -> rusqlite::Result<Option<Reservation>> {
        self.0
            .prepare_cached("SELECT body FROM ledger_reservation WHERE id = ?1")?
            .query_row([id.as_str()], |row| json(row, 0))
            .optional()
    }

    fn standing(&self, key: &PaymentKey) -> rusqlite::Result<Option<Reservation>> {
        self.0
            .prepare_cached(
                "SELECT body FROM ledger_reservation WHERE key = ?1 AND state <> 'released'",
            )?
            .query_row([key.as_str()], |row| json(row, 0))
            .optional()
    }

    fn spent(&self, by: &CapOf, currency: Currency, since: Timestamp) -> rusqlite::Result<i64> {
        let (sql, name) = match by {
            CapOf::User(user) => (
                "SELECT coalesce(sum(spent), 0) FROM ledger_reservation
                 WHERE user = ?1 AND currency = ?2 AND created >= ?3",
                user.as_str(),
            ),
            CapOf::Skill(skill) => (
                "SELECT coalesce(sum(spent), 0) FROM ledger_reservation
                 WHERE skill = ?1 AND currency = ?2 AND created >= ?3",
                skill.as_str(),
            ),
        };
        let since = since.as_millisecond();
        self.0
            .prepare_cached(sql)?
            .query_row(params![name, currency.as_str(), since], |row| row.get(0))
    }

    fn add(&mut self, movement: &Movement) -> rusqlite::Result<()> {
        run(
            self.0,
            "INSERT INTO ledger_movement (id, key, user, conversation, currency, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![
                movement.id.as_str(),
                movement.key.as_str(),
                movement.user.as_ref().map(UserId::as_str),
                movement.conversation.as_ref().map(ConversationId::as_str),
                movement.amount.currency().as_str(),
                text(movement)?,
            ],
        )?;
        for entry in movement.entries() {
            let account = entry.account.to_string();
            run(
                self.0,
                "INSERT INTO ledger_entry (movement, account, currency, amount)
                 VALUES (?1, ?2, ?3, ?4)",
                params![
                    entry.movement.as_str(),
                    account,
                    entry.currency.as_str(),
                    entry.millionths
                ],
            )?;
            run(
                self.0,
                "INSERT INTO ledger_balance (account, currency, amount) VALUES (?1, ?2, ?3)
                 ON CONFLICT (account, currency) DO UPDATE SET amount = amount + excluded.amount",
                params![account, entry.currency.as_str(), entry.millionths],
            )?;
        }
        Ok(())
    }

    fn put(&mut self, kept: &Reservation) -> rusqlite::Result<()> {
        run(
            self.0,
            "INSERT INTO ledger_reservation
                (id, key, state, user, skill, currency, created, spent, conversation, turn, body)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, spent = excluded.spent,
                body = excluded.body",
            params![
                kept.id.as_str(),
                kept.key.as_str(),
                kept.state.as_str(),
                kept.user.as_ref().map(UserId::as_str),
                kept.skill.as_ref().map(SkillName::as_str),
                kept.amount.currency().as_str(),
                kept.time.as_millisecond(),
                kept.spent(),
                kept.conversation.as_str(),
                number(kept.turn),
                text(kept)?,
            ],
        )
    }
}

fn parsed<T: std::str::FromStr<Err: std::error::Error + Send + Sync + 'static>>(
    row: &Row<'_>,
    column: usize,
) -> rusqlite::Result<T> {
    row.get_ref(column)?.as_str()?.parse().map_err(|e: T::Err| {
        rusqlite::Error::FromSqlConversionFailure(column, Type::Text, e.into())
    })
}

fn balances(db: &Connection, filter: &LedgerFilter) -> rusqlite::Result<Vec<Balance>> {
    let of = filter
        .user
        .clone()
        .map(|user| Account::User(user).to_string());
    db.prepare_cached(
        "SELECT account, currency, amount FROM ledger_balance
         WHERE (?1 IS NULL OR account = ?1) AND (?2 IS NULL OR currency = ?2)
         ORDER BY account, currency",
    )?
    .query_map(
        params![of, filter.currency.as_ref().map(Currency::as_str)],
        |row| {
            Ok(Balance {
                account: parsed(row, 0)?,
                currency: parsed(row, 1)?,
                millionths: row.get(2)?,
            })
        },
    )?
    .collect()
}

fn movements(db: &Connection, filter: &LedgerFilter) -> rusqlite::Result<Vec<Movement>> {
    db.prepare_cached(
        "SELECT body FROM ledger_movement WHERE (?1 IS NULL OR user = ?1)
            AND (?2 IS NULL OR conversation = ?2) AND (?3 IS NULL OR currency = ?3)
         ORDER BY seq",
    )?
    .query_map(
        params![
            filter.user.as_ref().map(UserId::as_str),
            filter.conversation.as_ref().map(ConversationId::as_str),
            filter.currency.as_ref().map(Currency::as_str),
        ],
        |row| json(row, 0),
    )?
    .collect()
}

fn snapshot(db: &Connection) -> rusqlite::Result<Snapshot> {
    // One look at one moment: whoever writes meanwhile is not half in it.
    let look = db.unchecked_transaction()?;
    let entries = look
        .prepare("SELECT movement, account, currency, amount FROM ledger_entry")?
        .query_map([], |row| {
            Ok(Entry {
                movement: MovementId::from(row.get::<_, String>(0)?),
                account: parsed(row, 1)?,
                currency: parsed(row, 2)?,
                millionths: row.get(3)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let reservations = look
        .prepare("SELECT body FROM ledger_reservation ORDER BY id")?
        .query_map([], |row| json(row, 0))?
        .collect::<Result<_, _>>()?;
    let open_turns: BTreeSet<_> = look
        .prepare("SELECT conversation, number FROM turn WHERE state = 'open'")?
        .query_map([], |row| {
            let id = ConversationId::from(row.get::<_, String>(0)?);
            Ok((id, row.get::<_, i64>(1)?.unsigned_abs()))
        })?
        .collect::<Result<_, _>>()?;
    Ok(Snapshot {
        movements: movements(&look, &LedgerFilter::default())?,
        entries,
        balances: balances(&look, &LedgerFilter::default())?,
        reservations,
        open_turns,
    })
}

/// The turn has its answer: everything is paid or goes back.
pub(super) fn conclude(
    db: &Connection,
    conversation: &ConversationId,
    turn: u64,
    postings: &[Posting],
) -> rusqlite::Result<()> {
    if let Err(refused) = do_postings(db, postings)? {
        tracing::error!("money of {conversation} goes back unpaid: {refused}");
    }
    // Work that was broken off may have set money aside that nobody noted.
    cut_off(db, conversation, turn).map(drop)
}

/// Gives back what a turn has set aside that was cut off; what a provider was
/// just asked to collect may have been collected.
pub(super) fn cut_off(
    db: &Connection,
    conversation: &ConversationId,
    turn: u64,
) -> rusqlite::Result<Vec<Reservation>> {
    let mut done = Vec::new();
    for kept in open_in(db, conversation, turn)? {
        let reservation: ReservationId = kept.id.clone();
        let posting = match kept.state {
            ReservationState::Settling => Posting::Lost { reservation },
            _ => Posting::Release { reservation },
        };
        match do_postings(db, &[posting])? {
            Ok(posted) => done.extend(posted.into_iter().filter_map(|p| p.reservation())),
            Err(refused) => tracing::error!("money of {conversation} stays set aside: {refused}"),
        }
    }
    Ok(done)
}

#[async_trait]
impl Ledger for SqliteStore {
    async fn post(
        &self,
        turn_of: Option<&ConversationId>,
        postings: Vec<Posting>,
    ) -> Result<PostingResult, StoreError> {
        let (me, turn_of) = (self.me.clone(), turn_of.cloned());
        let id = turn_of.clone();
        let posted = self.write("move money", move |db| {
            if let Some(id) = &turn_of
                && !line::is_first(db, id, &me)?
            {
                return Ok(None);
            }
            do_postings(db, &postings).map(Some)
        });
        match (posted.await?, id) {
            (Some(posted), _) => Ok(posted),
            (None, id) => Err(StoreError::TakenOver(
                id.unwrap_or_else(|| ConversationId::from("")),
            )),
        }
    }

    async fn balances(&self, filter: &LedgerFilter) -> Result<Vec<Balance>, StoreError> {
        self.read("read balances", |db| balances(db, filter))
    }

    async fn movements(&self, filter: &LedgerFilter) -> Result<Vec<Movement>, StoreError> {
        self.read("read the ledger", |db| movements(db, filter))
    }

    async fn audit(&self) -> Result<Audit, StoreError> {
        Ok(self.read("read the ledger", snapshot)?.audit())
    }
}
