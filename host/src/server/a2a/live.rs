//! Tasks whose turn goes on in this process.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use dashmap::DashMap;
use tokio::{sync::watch, task::JoinHandle};

use super::{asked::Asked, problem::Problem, task::TaskRef};
use crate::{
    handoff::Answer,
    id::{AgentName, DeliveryKey},
    server::Hall,
};

/// What happens in a turn.
#[derive(Clone)]
pub(super) enum Update {
    /// An agent has said this.
    Delta(AgentName, Arc<str>),
    /// The turn has ended.
    End(Result<Arc<Answer>, Problem>),
    /// Its sender has called it off.
    CalledOff,
}

/// A turn that goes on, whoever listens.
pub(super) struct Live {
    pub(super) task: TaskRef,
    pub(super) text: Arc<str>,
    updates: Mutex<Vec<Update>>,
    /// How many there are.
    count: watch::Sender<usize>,
    work: Mutex<Option<JoinHandle<()>>>,
}

impl Live {
    fn push(&self, update: Update) {
        let mut updates = self.updates.lock().unwrap_or_else(PoisonError::into_inner);
        updates.push(update);
        self.count.send_replace(updates.len());
    }

    /// The update with this number, when it comes.
    pub(super) async fn update(&self, number: usize) -> Update {
        let mut count = self.count.subscribe();
        // The sender lives as long as this.
        let _ = count.wait_for(|count| *count > number).await;
        let updates = self.updates.lock().unwrap_or_else(PoisonError::into_inner);
        updates.get(number).cloned().unwrap_or(Update::CalledOff)
    }

    /// How it ended, when it ends.
    pub(super) async fn end(&self) -> Update {
        let mut number = 0;
        loop {
            match self.update(number).await {
                Update::Delta(..) => number += 1,
                end => return end,
            }
        }
    }

    /// Breaks the turn off; false: it was faster.
    pub(super) async fn call_off(&self) -> bool {
        let work = self
            .work
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(work) = work else {
            return false;
        };
        work.abort();
        let broken_off = work.await.is_err();
        if broken_off {
            self.push(Update::CalledOff);
        }
        broken_off
    }
}

/// All of them.
#[derive(Default)]
pub(in crate::server) struct Tasks(DashMap<DeliveryKey, Arc<Live>>);

impl Tasks {
    pub(super) fn get(&self, key: &DeliveryKey) -> Option<Arc<Live>> {
        self.0.get(key).map(|live| live.clone())
    }

    /// One of the task with this id, begun by whoever has this prefix.
    pub(super) fn of(&self, prefix: &str, id: &str) -> Option<Arc<Live>> {
        let prefix = format!("{prefix}{id}/");
        let mut all = self.0.iter();
        let found = all.find(|live| live.key().as_str().starts_with(&prefix));
        found.map(|live| live.clone())
    }

    pub(super) fn forget(&self, key: &DeliveryKey) {
        self.0.remove(key);
    }

    /// Has the desk answer. A message that is being answered is not asked again.
    pub(super) fn start(&self, hall: &Arc<Hall>, asked: Asked) -> Arc<Live> {
        let Asked {
            key,
            task,
            mut incoming,
        } = asked;
        let live = Arc::new(Live {
            task,
            text: incoming.text.as_str().into(),
            updates: Mutex::default(),
            count: watch::Sender::new(0),
            work: Mutex::default(),
        });
        let place = self.0.entry(key.clone());
        if let dashmap::Entry::Occupied(other) = place {
            return other.get().clone();
        }
        place.insert(live.clone());
        let speaks = live.clone();
        incoming.deltas = Some(Arc::new(move |agent: &AgentName, part: &str| {
            speaks.push(Update::Delta(agent.clone(), part.into()));
        }));
        let (hall, ends) = (hall.clone(), live.clone());
        let work = tokio::spawn(async move {
            let answer = hall.desk().answer(incoming).await;
            let end = match answer {
                Ok(answer) => Ok(Arc::new(answer)),
                Err(error) => Err(Problem::from(&error)),
            };
            ends.push(Update::End(end));
            hall.tasks.forget(&key);
        });
        let mut place = live.work.lock().unwrap_or_else(PoisonError::into_inner);
        *place = Some(work);
        drop(place);
        live
    }

    /// Waits until all have ended, but not for ever.
    pub(in crate::server) async fn finish(&self, patience: Duration) {
        let all = async {
            while let Some(live) = self.0.iter().next().map(|live| live.clone()) {
                live.end().await;
                // It goes from the list a moment later.
                tokio::task::yield_now().await;
            }
        };
        if tokio::time::timeout(patience, all).await.is_err() {
            tracing::warn!("some tasks have not ended in time, and are broken off");
        }
    }
}
