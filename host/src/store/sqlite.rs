//! The embedded store: one SQLite file.
//!
//! All writes go through one thread, which takes whatever has queued up into
//! one transaction: many turns share one disk sync, and SQLite, which has one
//! writer at a time anyway, is never fought over.

mod rows;
mod schema;
mod tickets;

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use async_trait::async_trait;
use rusqlite::{Connection, OpenFlags, TransactionBehavior};
use tokio::sync::oneshot;

use crate::{
    conversation::{
        Conversation, Effects, Event, HandoffRecord, History, HistoryError, Message, Records,
        SavedState, Ticket,
    },
    handoff::{Conclusion, Intake, Prepared, Store, StoreError, Tending},
    id::{ConversationId, MessageId, SkillName, TicketId, UserId},
};

/// Writes taken into one transaction at most. Far more than come in during one
/// sync of a disk; the bound keeps the first of them from waiting for ever.
const BATCH: usize = 256;

/// How long a write waits for another process to finish its own.
const PATIENCE: Duration = Duration::from_secs(10);

type Write = Box<dyn FnOnce(&Connection) -> rusqlite::Result<()> + Send>;
type Waiting = (Write, oneshot::Sender<Result<(), String>>);

/// Keeps everything in one SQLite file.
pub struct SqliteStore {
    writer: mpsc::Sender<Waiting>,
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
        schema::prepare(&mut connection, PATIENCE).map_err(|error| StoreError::Open {
            place: file.display().to_string(),
            why: error.to_string(),
        })?;
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let reader = Connection::open_with_flags(file, flags).map_err(failed)?;
        reader.busy_timeout(PATIENCE).map_err(failed)?;
        let (writer, queue) = mpsc::channel();
        thread::Builder::new()
            .name("baton-store".to_owned())
            .spawn(move || write_all(&mut connection, &queue))
            .map_err(|error| StoreError::Open {
                place: file.display().to_string(),
                why: error.to_string(),
            })?;
        Ok(Self {
            writer,
            reader: Arc::new(Reader {
                connection: Mutex::new(reader),
            }),
        })
    }

    async fn write(
        &self,
        what: &'static str,
        write: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) -> Result<(), StoreError> {
        let stopped = || StoreError::Failed {
            what,
            why: "its thread has stopped".to_owned(),
        };
        let (done, waiting) = oneshot::channel();
        self.writer
            .send((Box::new(write), done))
            .map_err(|_| stopped())?;
        waiting
            .await
            .map_err(|_| stopped())?
            .map_err(|why| StoreError::Failed { what, why })
    }
}

/// The writer's thread; ends when the store is dropped.
fn write_all(connection: &mut Connection, queue: &mpsc::Receiver<Waiting>) {
    while let Ok(first) = queue.recv() {
        let batch: Vec<Waiting> = std::iter::once(first)
            .chain(queue.try_iter().take(BATCH - 1))
            .collect();
        let mut waiting = Vec::with_capacity(batch.len());
        let committed = (|| {
            let mut transaction =
                connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
            for (write, done) in batch {
                // One write's failure is its own; the others' must not be lost.
                let savepoint = transaction.savepoint()?;
                let result = write(&savepoint);
                match &result {
                    Ok(()) => savepoint.commit()?,
                    Err(_) => drop(savepoint),
                }
                waiting.push((result.map_err(|error| error.to_string()), done));
            }
            transaction.commit()
        })();
        let lost = committed
            .err()
            .map(|error: rusqlite::Error| error.to_string());
        for (result, done) in waiting {
            let result = lost.clone().map_or(result, Err);
            // Nobody may be waiting any more.
            let _ = done.send(result);
        }
    }
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

    fn handoffs(&self, conversation: &ConversationId) -> Result<Vec<HandoffRecord>, HistoryError> {
        self.reader
            .read(|db| rows::handoffs(db, Some(conversation)))
            .map_err(HistoryError)
    }

    fn active_handoffs(&self) -> Result<Vec<HandoffRecord>, HistoryError> {
        self.reader
            .read(|db| rows::handoffs(db, None))
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
        let found = self
            .reader
            .read(|db| rows::conversation(db, id))
            .map_err(|why| StoreError::Failed {
                what: "read a conversation",
                why,
            })?;
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

    async fn intake(&self, intake: Intake) -> Result<(), StoreError> {
        self.write("keep a message", move |db| {
            rows::insert_conversation(db, &intake.conversation)?;
            rows::begin_turn(db, &intake.conversation.id)?;
            rows::insert_message(db, &intake.conversation.id, &intake.message)
        })
        .await
    }

    async fn prepare(&self, prepared: Prepared) -> Result<(), StoreError> {
        self.write("keep a handoff", move |db| {
            rows::insert_handoff(db, &prepared.context)
        })
        .await
    }

    async fn conclude(&self, conclusion: Conclusion) -> Result<(), StoreError> {
        self.write("keep an answer", move |db| {
            let Conclusion {
                conversation,
                turn,
                answer,
                owner,
                handoffs,
                effects,
            } = conclusion;
            rows::insert_message(db, &conversation, &answer)?;
            rows::set_owner(db, &conversation, &owner)?;
            for (context, outcome) in &handoffs {
                rows::finish_handoff(db, context, outcome)?;
            }
            rows::insert_effects(db, &conversation, turn, effects)
        })
        .await
    }

    async fn keep(&self, conversation: &Conversation, effects: Effects) -> Result<(), StoreError> {
        let conversation = conversation.clone();
        self.write("keep what a tool did", move |db| {
            rows::insert_conversation(db, &conversation)?;
            rows::insert_effects(db, &conversation.id, conversation.turns, effects)
        })
        .await
    }

    async fn events(&self, id: &ConversationId) -> Result<Vec<(u64, Event)>, StoreError> {
        self.reader
            .read(|db| rows::events(db, id))
            .map_err(|why| StoreError::Failed {
                what: "read events",
                why,
            })
    }

    async fn tickets(&self) -> Result<Vec<Ticket>, StoreError> {
        self.reader
            .read(|db| tickets::waiting(db, None))
            .map_err(|why| StoreError::Failed {
                what: "read tickets",
                why,
            })
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
        let kept = Arc::new(AtomicBool::new(false));
        let done = kept.clone();
        self.write("keep what was done with a ticket", move |db| {
            done.store(tickets::tend(db, &tending)?, Ordering::Relaxed);
            Ok(())
        })
        .await?;
        Ok(kept.load(Ordering::Relaxed))
    }
}
