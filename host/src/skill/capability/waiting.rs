//! `waiting`: handles of work that goes on while the skill does something else.

use std::time::Duration;

use futures_util::future::select_all;
use tokio::{sync::watch, task::JoinHandle};
use wasmtime::component::Resource;

use super::error;
use crate::{
    conversation::{ColleagueAnswer, ColleagueError, FoundAgent, SearchBroken},
    payment::{Money, PaymentError, Reservation},
    skill::{
        bindings::baton::skill::{
            types::Error,
            waiting::{Host, HostPending},
        },
        guest::Guest,
    },
    web::{Response, WebError},
};

/// What work comes to.
#[derive(Clone)]
pub enum Answered {
    /// Of a query to another agent.
    Colleague(Result<ColleagueAnswer, ColleagueError>),
    /// Of a request to the web.
    Web(Result<Response, WebError>),
    /// Of a look at what the user can spend.
    Balance(Result<Vec<Money>, PaymentError>),
    /// Of money that was to move.
    Payment(Result<Reservation, PaymentError>),
    /// Of a search for agents.
    Found(Result<Vec<FoundAgent>, SearchBroken>),
}

/// Work under way. Dropping it cancels the work.
pub struct Pending {
    task: JoinHandle<()>,
    result: watch::Receiver<Option<Answered>>,
}

impl Pending {
    /// Starts the work.
    pub(super) fn start(work: impl Future<Output = Answered> + Send + 'static) -> Self {
        let (done, result) = watch::channel(None);
        let task = tokio::spawn(async move {
            // Whoever waited may be gone.
            let _ = done.send(Some(work.await));
        });
        Self { task, result }
    }

    fn is_ready(&self) -> bool {
        // A task that was broken off will never have a result.
        self.result.borrow().is_some() || self.result.has_changed().is_err()
    }

    /// Ends when the work has.
    fn done(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut result = self.result.clone();
        async move {
            // An error means that the work was broken off, which is an end too.
            let _ = result.wait_for(Option::is_some).await;
        }
    }

    /// The result, once there is one.
    pub(super) async fn result(mut self) -> Option<Answered> {
        match self.result.wait_for(Option::is_some).await {
            Ok(result) => result.clone(),
            Err(_) => None,
        }
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Guest {
    /// Starts work and gives the handle of it, if there may be another.
    pub(super) fn start(
        &mut self,
        work: impl Future<Output = Answered> + Send + 'static,
    ) -> Result<Resource<Pending>, Error> {
        let pending = self.permit.limits.pending;
        // What has no handle is dropped, and so is broken off.
        self.handles.push(Pending::start(work)).map_err(|_| {
            error(
                "limit",
                format!("{pending} queries at the same time are all"),
            )
        })
    }
}

impl HostPending for Guest {
    fn ready(&mut self, handle: Resource<Pending>) -> wasmtime::Result<bool> {
        self.enter()?;
        Ok(self.handles.get(&handle)?.is_ready())
    }

    async fn wait(&mut self, handle: Resource<Pending>) -> wasmtime::Result<()> {
        self.enter()?;
        self.handles.get(&handle)?.done().await;
        self.waited();
        Ok(())
    }

    fn drop(&mut self, handle: Resource<Pending>) -> wasmtime::Result<()> {
        self.handles.delete(handle)?;
        Ok(())
    }
}

impl Host for Guest {
    async fn wait_any(
        &mut self,
        handles: Vec<Resource<Pending>>,
        timeout_ms: Option<u32>,
    ) -> wasmtime::Result<Vec<u32>> {
        self.enter()?;
        if handles.is_empty() {
            return Ok(Vec::new());
        }
        let mut waits = Vec::with_capacity(handles.len());
        for handle in &handles {
            waits.push(Box::pin(self.handles.get(handle)?.done()));
        }
        let any = select_all(waits);
        match timeout_ms {
            None => drop(any.await),
            Some(ms) => {
                let limit = Duration::from_millis(ms.into());
                // When the time is up, none is ready, and the list says so.
                drop(tokio::time::timeout(limit, any).await);
            }
        }
        self.waited();
        let mut ready = Vec::new();
        for (position, handle) in (0u32..).zip(&handles) {
            if self.handles.get(handle)?.is_ready() {
                ready.push(position);
            }
        }
        Ok(ready)
    }
}
