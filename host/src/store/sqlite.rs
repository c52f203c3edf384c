//! The embedded store: one SQLite file.
//!
//! All writes go through one thread, which takes whatever has queued up into
//! one transaction: many turns share one disk sync, and SQLite, which has one
//! writer at a time anyway, is never fought over.

mod archive;
mod books;
mod cut_off;
mod deliveries;
mod holder;
mod line;
mod rows;
mod schema;
mod storage;
mod tickets;
mod turns;
mod writer;

use std::{
    path::Path,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};

use crate::{
    conversation::{
        Conversation, Effects, Event, HandoffRecord, History, HistoryError, Message, Records,
        SavedState, Thread, Ticket,
    },
    handoff::{
        Admission, Conclusion, DeadLetter, Hold, Intake, PostingResult, Prepared, Store,
        StoreError, Tending,
    },
    id::{ConversationId, DeliveryKey, HandoffId, MessageId, SkillName, TicketId, UserId},
};
use holder::Holder;
use writer::Writer;

/// How long a write waits for another process to finish its own.
const PATIENCE: Duration = Duration::from_secs(10);

/// Statements that a connection keeps planned. All that there are have room;
/// rusqlite's own 16 are fewer than a turn has, which then plans each anew.
const STATEMENTS: usize = 128;

/// Keeps everything in one SQLite file.
pub struct SqliteStore {
    writer: Writer,
    me: Holder,
    reader: Arc<Reader>,
}

impl SqliteStore {
    /// Opens the file, or makes it.
    pub fn open(file: &Path) -> Result<Self, StoreError> {
        let failed = |why: rusqlite::Error| StoreError::Open {
            place: file.display().to_string(),
            why: why.to_string(),
        };
        let mut connection = Connection::open(file).map_err(failed)?;
        connection.set_prepared_statement_cache_capacity(STATEMENTS);
        schema::prepare(&mut connection, PATIENCE).map_err(|error| StoreError::Open {
            place: file.display().to_string(),
            why: error.to_string(),
        })?;
        let me = Holder::here();
        recover(&mut connection, &me).map_err(failed)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(file, flags).map_err(failed)?;
        reader.set_prepared_statement_cache_capacity(STATEMENTS);
        reader.busy_timeout(PATIENCE).map_err(failed)?;
        let writer = Writer::start(connection, me.clone()).map_err(|error| StoreError::Open {
            place: file.display().to_string(),
            why: error.to_string(),
        })?;
        Ok(Self {
            writer,
            me,
            reader: Arc::new(Reader {
                connection: Mutex::new(reader),
            }),
        })
    }

    async fn write<T: Send + 'static>(
        &self,
        what: &'static str,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, StoreError> {
        let written = self.writer.write(write).await;
        written.map_err(|why| StoreError::Failed { what, why })
    }

    fn read<R>(
        &self,
        what: &'static str,
        query: impl FnOnce(&Connection) -> rusqlite::Result<R>,
    ) -> Result<R, StoreError> {
        let read = self.reader.read(query);
        read.map_err(|why| StoreError::Failed { what, why })
    }
}

/// Cuts off the turns that a host of earlier left behind.
fn recover(connection: &mut Connection, me: &Holder) -> rusqlite::Result<()> {
    if cut_off::under_way(connection)?.is_empty() {
        return Ok(());
    }
    let transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    line::look_after(&transaction, me)?;
    transaction.commit()
}

/// The connection that reads.
#[derive(Debug)]
struct Reader {
    connection: Mutex<Connection>,
}

impl Reader {
    fn read<R>(&self, query: impl FnOnce(&Connection) -> rusqlite::Result<R>) -> Result<R, String> {
        let connection = self
            .connection
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        query(&connection).map_err(|error| error.to_string())
    }
}

/// The messages of a conversation up to the turn that reads them.
#[derive(Debug)]
struct Transcript {
    reader: Arc<Reader>,
    conversation: ConversationId,
    /// The last message that existed when the turn began.
    last: i64,
}

impl History for Transcript {
    fn page(
        &self,
        before: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError> {
        self.reader
            .read(|db| rows::messages(db, &self.conversation, self.last, before, limit))
            .map_err(HistoryError)
    }
}

impl Records for SqliteStore {
    fn state(
        &self,
        conversation: &ConversationId,
        skill: &SkillName,
    ) -> Result<Option<SavedState>, HistoryError> {
        self.reader
            .read(|db| rows::state(db, conversation, skill))
            .map_err(HistoryError)
    }

    fn open_tickets(&self, user: &UserId) -> Result<Vec<Ticket>, HistoryError> {
        self.reader
            .read(|db| tickets::waiting(db, Some(user)))
            .map_err(HistoryError)
    }

    fn handoff_records(
        &self,
        conversation: &ConversationId,
    ) -> Result<Vec<HandoffRecord>, HistoryError> {
        self.reader
            .read(|db| rows::handoffs(db, rows::Handoffs::Of(conversation)))
            .map_err(HistoryError)
    }

    fn records_under_way(&self) -> Result<Vec<HandoffRecord>, HistoryError> {
        self.reader
            .read(|db| rows::handoffs(db, rows::Handoffs::UnderWay))
            .map_err(HistoryError)
    }

    fn waiting_tickets(&self) -> Result<Vec<Ticket>, HistoryError> {
        self.reader
            .read(|db| tickets::waiting(db, None))
            .map_err(HistoryError)
    }
}

#[async_trait]
impl Store for SqliteStore {
    async fn open(&self, id: &ConversationId) -> Result<Option<Conversation>, StoreError> {
        let found = self.read("read a conversation", |db| rows::conversation(db, id))?;
        Ok(found.map(|row| Conversation {
            id: id.clone(),
            user: row.user,
            owner: row.owner,
            turns: row.turns,
            metadata: Arc::new(row.metadata),
            people: row.people,
            history: Arc::new(Transcript {
                reader: self.reader.clone(),
                conversation: id.clone(),
                last: row.last_message,
            }),
        }))
    }

    async fn recognize(&self, thread: &Thread) -> Result<Option<ConversationId>, StoreError> {
        self.read("find a conversation", |db| rows::recognize(db, thread))
    }

    async fn delivered(
        &self,
        user: &UserId,
        key: &DeliveryKey,
    ) -> Result<Option<ConversationId>, StoreError> {
        self.read("find a message by its key", |db| {
            rows::delivered(db, user, key)
        })
    }

    fn hold(&self, id: &ConversationId) -> Hold {
        let (writer, me, id) = (self.writer.clone(), self.me.clone(), id.clone());
        Hold::new(move || writer.post(move |db| line::leave(db, &id, &me)))
    }

    async fn intake(&self, intake: Intake) -> Result<Admission, StoreError> {
        let me = self.me.clone();
        self.write("keep a message", move |db| line::admit(db, &me, &intake))
            .await
    }

    async fn line_up(
        &self,
        id: &ConversationId,
        max_waiting: usize,
    ) -> Result<Admission, StoreError> {
        let (me, id) = (self.me.clone(), id.clone());
        self.write("line up", move |db| {
            let not_yet = line::line_up(db, &me, &id, max_waiting)?;
            Ok(not_yet.unwrap_or(Admission::Begun))
        })
        .await
    }

    async fn proof(&self, handoff: &HandoffId) -> Result<Option<Arc<str>>, StoreError> {
        self.read("read a proof of payment", |db| turns::proof(db, handoff))
    }

    async fn prepare(&self, prepared: Prepared) -> Result<PostingResult, StoreError> {
        let Prepared {
            context,
            turn,
            state,
            postings,
        } = prepared;
        let (me, id) = (self.me.clone(), context.conversation.clone());
        let kept = self.write("keep a handoff", move |db| {
            if !line::is_first(db, &context.conversation, &me)? {
                return Ok(None);
            }
            let posted = books::do_postings(db, &postings)?;
            if posted.is_ok() {
                rows::insert_handoff(db, &context, turn, state)?;
            }
            Ok(Some(posted))
        });
        kept.await?.ok_or(StoreError::TakenOver(id))
    }

    async fn keep_calls(
        &self,
        conversation: &ConversationId,
        messages: Vec<Arc<Message>>,
    ) -> Result<(), StoreError> {
        let (me, id) = (self.me.clone(), conversation.clone());
        let ours = self.write("keep a call", move |db| {
            let ours = line::is_first(db, &id, &me)?;
            if ours {
                rows::insert_messages(db, &id, &messages)?;
            }
            Ok(ours)
        });
        match ours.await? {
            true => Ok(()),
            false => Err(StoreError::TakenOver(conversation.clone())),
        }
    }

    async fn conclude(&self, conclusion: Conclusion) -> Result<(), StoreError> {
        let (me, id) = (self.me.clone(), conclusion.conversation.clone());
        let ours = self.write("keep an answer", move |db| {
            let ours = line::is_first(db, &conclusion.conversation, &me)?;
            if ours {
                turns::conclude(db, &me, conclusion)?;
            }
            Ok(ours)
        });
        if ours.await? {
            Ok(())
        } else {
            Err(StoreError::TakenOver(id))
        }
    }

    async fn keep(&self, conversation: &Conversation, effects: Effects) -> Result<(), StoreError> {
        let (me, id) = (self.me.clone(), conversation.id.clone());
        let conversation = conversation.clone();
        let ours = self.write("keep what a tool did", move |db| {
            let ours = line::done(db, &conversation.id, &me)?;
            if ours {
                rows::insert_conversation(db, &conversation)?;
                rows::insert_messages(db, &conversation.id, &effects.messages)?;
                rows::insert_effects(db, &conversation.id, conversation.turns, effects)?;
            }
            Ok(ours)
        });
        if ours.await? {
            Ok(())
        } else {
            Err(StoreError::TakenOver(id))
        }
    }

    async fn events(&self, id: &ConversationId) -> Result<Vec<(u64, Event)>, StoreError> {
        self.read("read events", |db| rows::events(db, id))
    }

    async fn dead_letters(&self) -> Result<Vec<DeadLetter>, StoreError> {
        self.read("read dead letters", turns::dead_letters)
    }

    async fn drop_dead_letter(&self, id: &HandoffId) -> Result<bool, StoreError> {
        let id = id.clone();
        self.write("drop a dead letter", move |db| {
            turns::drop_dead_letter(db, &id)
        })
        .await
    }

    async fn tickets(&self) -> Result<Vec<Ticket>, StoreError> {
        self.read("read tickets", |db| tickets::waiting(db, None))
    }

    async fn ticket(&self, id: &TicketId) -> Result<Option<Ticket>, StoreError> {
        self.reader
            .read(|db| tickets::find(db, id))
            .map_err(|why| StoreError::Failed {
                what: "read a ticket",
                why,
            })
    }

    async fn tend(&self, tending: Tending) -> Result<bool, StoreError> {
        let me = self.me.clone();
        self.write("keep what was done with a ticket", move |db| {
            Ok(line::done(db, &tending.ticket.conversation, &me)? && tickets::tend(db, &tending)?)
        })
        .await
    }
}
