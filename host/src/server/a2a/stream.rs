//! What comes of a task, event by event.

use std::{collections::HashMap, convert::Infallible, sync::Arc, time::Duration};

use a2a::{StreamResponse, TaskArtifactUpdateEvent, TaskState, TaskStatusUpdateEvent};
use axum::response::{
    IntoResponse, Response, Sse,
    sse::{Event, KeepAlive},
};
use futures_util::stream;
use jiff::Timestamp;
use serde_json::Value;
use tokio::sync::mpsc;

use super::{
    live::{Live, Update},
    operation::Visit,
    problem::Problem,
    task::{self, Standing, TaskRef, View, artifact},
};
use crate::id::AgentName;

/// How often a comment is sent while nothing else is, so that no proxy takes
/// the connection for dead; theirs wait a minute and more.
const ALIVE: Duration = Duration::from_secs(15);

/// How often to look whether a person has answered. It took them minutes.
const LOOK: Duration = Duration::from_secs(1);

/// An event, or the problem that ends the stream.
pub(super) type Item = Result<StreamResponse, Problem>;

/// Follows one task for one client.
pub(super) struct Follow {
    pub(super) visit: Visit,
    pub(super) task: TaskRef,
    pub(super) text: String,
    pub(super) to: mpsc::Sender<Item>,
}

/// The client has left.
struct Gone;

impl Follow {
    /// Until the task has ended, or the client has left. The turn goes on
    /// whether anybody follows it or not.
    pub(super) async fn run(self, live: Option<Arc<Live>>, view: View) {
        if let Err(problem) = self.all(live, view).await {
            // The client may be gone as well.
            let _ = self.to.send(Err(problem)).await;
        }
    }

    async fn all(&self, live: Option<Arc<Live>>, view: View) -> Result<(), Problem> {
        let state = match live {
            Some(_) => TaskState::Working,
            None => TaskState::Submitted,
        };
        let mut standing = Standing::new(state, Timestamp::now());
        if live.is_none()
            && let Some((now, _)) = self.visit.status(&self.task).await?
        {
            standing = now;
        }
        let first = task::task(&self.task, &self.text, &standing, view);
        if self.send(StreamResponse::Task(first)).await.is_err() || standing.state.is_terminal() {
            return Ok(());
        }
        let mut told = standing.state;
        let mut said: HashMap<AgentName, String> = HashMap::new();
        if let Some(live) = live {
            match self.listen(&live, &mut said).await {
                Err(Gone) => return Ok(()),
                Ok(Some(Update::End(Err(problem)))) => return Err(problem),
                Ok(Some(Update::CalledOff)) => {
                    let canceled = Standing::new(TaskState::Canceled, Timestamp::now());
                    let _ = self.tell(&canceled).await;
                    return Ok(());
                }
                Ok(_) => {}
            }
        }
        while let Some((standing, _)) = self.visit.status(&self.task).await? {
            if standing.state != told {
                if let Some((agent, text)) = &standing.answer
                    && said.get(agent).map(String::as_str) != Some(&**text)
                    && self.artifact(agent, text, false).await.is_err()
                {
                    return Ok(());
                }
                if self.tell(&standing).await.is_err() {
                    return Ok(());
                }
                told = standing.state;
                // Whoever is asked sends the answer, and hears what comes of that.
                if told == TaskState::InputRequired {
                    return Ok(());
                }
            }
            if told.is_terminal() {
                return Ok(());
            }
            tokio::select! {
                () = tokio::time::sleep(LOOK) => {}
                () = self.visit.hall.closing.cancelled() => return Ok(()),
                () = self.to.closed() => return Ok(()),
            }
        }
        Ok(())
    }

    /// Passes on what agents say, until the turn has ended.
    async fn listen(
        &self,
        live: &Live,
        said: &mut HashMap<AgentName, String>,
    ) -> Result<Option<Update>, Gone> {
        for number in 0.. {
            let update = tokio::select! {
                update = live.update(number) => update,
                () = self.to.closed() => return Err(Gone),
            };
            match update {
                Update::Delta(agent, text) => {
                    let appends = said.contains_key(&agent);
                    self.artifact(&agent, &text, appends).await?;
                    said.entry(agent).or_default().push_str(&text);
                }
                end => return Ok(Some(end)),
            }
        }
        Ok(None)
    }

    async fn artifact(&self, agent: &AgentName, text: &str, append: bool) -> Result<(), Gone> {
        self.send(StreamResponse::ArtifactUpdate(TaskArtifactUpdateEvent {
            task_id: self.task.id.clone(),
            context_id: self.task.conversation.to_string(),
            artifact: artifact(agent, text),
            append: Some(append),
            last_chunk: None,
            metadata: None,
        }))
        .await
    }

    async fn tell(&self, standing: &Standing) -> Result<(), Gone> {
        self.send(StreamResponse::StatusUpdate(TaskStatusUpdateEvent {
            task_id: self.task.id.clone(),
            context_id: self.task.conversation.to_string(),
            status: task::status(&self.task, standing),
            metadata: None,
        }))
        .await
    }

    async fn send(&self, event: StreamResponse) -> Result<(), Gone> {
        self.to.send(Ok(event)).await.map_err(|_| Gone)
    }
}

/// The events as they are sent, each in the words of its binding.
pub(super) fn respond(
    items: mpsc::Receiver<Item>,
    write: impl Fn(Item) -> Result<Value, serde_json::Error> + Send + 'static,
) -> Response {
    let events = stream::unfold((items, write), async |(mut items, write)| {
        let item = items.recv().await?;
        let event = match write(item) {
            Ok(value) => Event::default().data(value.to_string()),
            Err(error) => Event::default().comment(format!("cannot be written: {error}")),
        };
        Some((Ok::<_, Infallible>(event), (items, write)))
    });
    Sse::new(events)
        .keep_alive(KeepAlive::new().interval(ALIVE))
        .into_response()
}
