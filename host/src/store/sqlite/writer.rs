//! The thread that writes.

use std::{sync::mpsc, thread, time::Duration};

use rusqlite::{Connection, TransactionBehavior};
use tokio::sync::oneshot;

use super::{holder::Holder, line};

/// Writes taken into one transaction at most. Far more than come in during one
/// sync of a disk; the bound keeps the first of them from waiting for ever.
const BATCH: usize = 256;

/// How often places in line are renewed and cut-off turns looked for: twice
/// before a place ends, and seldom enough to cost nothing.
const LOOKS_AFTER: Duration = Duration::from_secs(2);

type Write = Box<dyn FnOnce(&Connection) -> rusqlite::Result<()> + Send>;
type Done = oneshot::Sender<Result<(), String>>;

/// Hands writes to the thread; it ends when all clones of this are gone.
#[derive(Clone)]
pub(super) struct Writer(mpsc::Sender<(Write, Done)>);

impl Writer {
    /// Starts the thread.
    pub(super) fn start(mut connection: Connection, me: Holder) -> std::io::Result<Self> {
        let (writer, queue) = mpsc::channel();
        thread::Builder::new()
            .name("baton-store".to_owned())
            .spawn(move || write_all(&mut connection, &queue, &me))?;
        Ok(Self(writer))
    }

    /// Has something written and waits until it is on the disk.
    pub(super) async fn write<T: Send + 'static>(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    ) -> Result<T, String> {
        let stopped = |_| "its thread has stopped".to_owned();
        let (give, value) = oneshot::channel();
        let (done, waiting) = oneshot::channel();
        let write = move |db: &Connection| {
            // Whoever waits reads it only when the commit is done.
            let _ = give.send(write(db)?);
            Ok(())
        };
        self.0
            .send((Box::new(write), done))
            .map_err(|_| "its thread has stopped".to_owned())?;
        waiting.await.map_err(stopped)??;
        value.await.map_err(stopped)
    }

    /// Has something written for which nobody waits.
    pub(super) fn post(
        &self,
        write: impl FnOnce(&Connection) -> rusqlite::Result<()> + Send + 'static,
    ) {
        let (done, _) = oneshot::channel();
        // A store that is gone has given up all its places.
        let _ = self.0.send((Box::new(write), done));
    }
}

fn write_all(connection: &mut Connection, queue: &mpsc::Receiver<(Write, Done)>, me: &Holder) {
    loop {
        let first = match queue.recv_timeout(LOOKS_AFTER) {
            Ok(first) => first,
            Err(mpsc::RecvTimeoutError::Timeout) => {
                look_after(connection, me);
                continue;
            }
            Err(mpsc::RecvTimeoutError::Disconnected) => break,
        };
        let (writes, waiting): (Vec<Write>, Vec<Done>) = std::iter::once(first)
            .chain(queue.try_iter().take(BATCH - 1))
            .unzip();
        let results = commit(connection, writes)
            .unwrap_or_else(|error| vec![Err(error.to_string()); waiting.len()]);
        for (done, result) in waiting.into_iter().zip(results) {
            // Nobody may be waiting any more.
            let _ = done.send(result);
        }
    }
    give_up(connection, me);
}

/// Makes the writes in one transaction, and says what became of each.
fn commit(
    connection: &mut Connection,
    writes: Vec<Write>,
) -> rusqlite::Result<Vec<Result<(), String>>> {
    let mut transaction = connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
    let alone = writes.len() == 1;
    let mut results = Vec::with_capacity(writes.len());
    for write in writes {
        let result = if alone {
            // Nothing else would be lost with it, and a savepoint costs two statements.
            write(&transaction)
        } else {
            // One write's failure is its own; the others' must not be lost.
            let savepoint = transaction.savepoint()?;
            let written = write(&savepoint);
            if written.is_ok() {
                savepoint.commit()?;
            }
            written
        };
        results.push(result.map_err(|error| error.to_string()));
    }
    if alone && results.iter().any(Result::is_err) {
        transaction.rollback()?;
    } else {
        transaction.commit()?;
    }
    Ok(results)
}

fn look_after(connection: &mut Connection, me: &Holder) {
    let looked = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .and_then(|transaction| {
            line::look_after(&transaction, me)?;
            transaction.commit()
        });
    if let Err(error) = looked {
        tracing::warn!("the store could not look after turns under way: {error}");
    }
}

/// The store is closed: nobody works on its turns any more.
fn give_up(connection: &mut Connection, me: &Holder) {
    let given_up = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .and_then(|transaction| {
            transaction.execute("DELETE FROM lease WHERE holder = ?1", [me.name()])?;
            line::look_after(&transaction, me)?;
            transaction.commit()
        });
    if let Err(error) = given_up {
        tracing::warn!("the store could not give up its turns: {error}");
    }
}
