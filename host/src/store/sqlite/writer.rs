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
        let batch: Vec<(Write, Done)> = std::iter::once(first)
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
    give_up(connection, me);
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
