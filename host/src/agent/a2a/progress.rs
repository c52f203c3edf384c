//! What comes of a message, put together to a reply.

use a2a::{Artifact, Message, PartContent, Role, StreamResponse, Task, TaskState, TaskStatus};
use serde_json::Value;

use super::{A2aError, wire::quote};
use crate::{contract::Findings, handoff::Reply};

/// Bytes of a reply, as of a model's.
const MAX_REPLY: usize = 256 * 1024;

/// Artifacts of one task. An answer has one or two.
const MAX_ARTIFACTS: usize = 100;

/// Takes what is new of the reply.
pub(super) type OnDelta<'a> = &'a mut (dyn FnMut(&str) + Send);

/// How far it has come.
#[derive(Debug)]
pub(super) struct Progress {
    /// Who it is from, for messages.
    name: String,
    pub(super) task: Option<String>,
    pub(super) context: Option<String>,
    state: TaskState,
    artifacts: Vec<Piece>,
    /// What was said with the state, or instead of a task.
    said: String,
    /// What has been told as it came is not how it is now.
    rewritten: bool,
}

#[derive(Debug)]
struct Piece {
    id: String,
    name: String,
    text: String,
    data: Vec<Value>,
}

/// What there is to be done about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Wait,
    Read,
}

impl Progress {
    pub(super) fn new(name: String) -> Self {
        Self {
            name,
            task: None,
            context: None,
            state: TaskState::Unspecified,
            artifacts: Vec::new(),
            said: String::new(),
            rewritten: false,
        }
    }

    pub(super) fn event(
        &mut self,
        event: StreamResponse,
        on_delta: OnDelta<'_>,
    ) -> Result<Next, A2aError> {
        match event {
            StreamResponse::Task(task) => self.task(task, on_delta),
            StreamResponse::Message(message) => self.message(message, on_delta),
            StreamResponse::StatusUpdate(update) => {
                self.belongs(update.task_id, Some(update.context_id));
                self.status(update.status)
            }
            StreamResponse::ArtifactUpdate(update) => {
                self.belongs(update.task_id, Some(update.context_id));
                self.artifact(update.artifact, update.append == Some(true), on_delta)?;
                Ok(Next::Wait)
            }
        }
    }

    pub(super) fn task(&mut self, task: Task, on_delta: OnDelta<'_>) -> Result<Next, A2aError> {
        self.belongs(task.id, Some(task.context_id));
        for artifact in task.artifacts.into_iter().flatten() {
            self.artifact(artifact, false, on_delta)?;
        }
        if task.status.message.is_none()
            && let Some(last) = task.history.into_iter().flatten().next_back()
            && last.role == Role::Agent
        {
            self.said = self.words(&last)?;
        }
        self.status(task.status)
    }

    /// An answer without a task.
    pub(super) fn message(
        &mut self,
        message: Message,
        on_delta: OnDelta<'_>,
    ) -> Result<Next, A2aError> {
        if let Some(context) = message.context_id.clone().filter(|id| !id.is_empty()) {
            self.context = Some(context);
        }
        self.state = TaskState::Completed;
        self.said = self.words(&message)?;
        if self.artifacts.is_empty() {
            on_delta(&self.said);
        }
        Ok(Next::Read)
    }

    fn belongs(&mut self, task: String, context: Option<String>) {
        self.task = Some(task);
        if let Some(context) = context.filter(|id| !id.is_empty()) {
            self.context = Some(context);
        }
    }

    fn status(&mut self, status: TaskStatus) -> Result<Next, A2aError> {
        if let Some(message) = &status.message {
            self.said = self.words(message)?;
        }
        self.state = status.state;
        Ok(match self.state {
            TaskState::Unspecified | TaskState::Submitted | TaskState::Working => Next::Wait,
            _ => Next::Read,
        })
    }

    fn artifact(
        &mut self,
        artifact: Artifact,
        append: bool,
        on_delta: OnDelta<'_>,
    ) -> Result<(), A2aError> {
        let (mut text, mut data) = (String::new(), Vec::new());
        for part in artifact.parts {
            match part.content {
                PartContent::Text(more) => text.push_str(&more),
                PartContent::Data(value) => data.push(value),
                PartContent::Url(url) => text.push_str(&url),
                // Bytes are nothing that a conversation can show.
                PartContent::Raw(_) => {}
            }
        }
        let size: usize = self.artifacts.iter().map(|piece| piece.text.len()).sum();
        if size + text.len() > MAX_REPLY || self.artifacts.len() > MAX_ARTIFACTS {
            return Err(self.too_long());
        }
        let last = self.artifacts.len().checked_sub(1);
        let place = (self.artifacts.iter()).position(|piece| piece.id == artifact.artifact_id);
        match place.and_then(|at| Some((at, self.artifacts.get_mut(at)?))) {
            None => {
                let parted = self.artifacts.iter().any(|piece| !piece.text.is_empty());
                if parted && !text.is_empty() {
                    self.tell("\n\n", on_delta);
                }
                self.tell(&text, on_delta);
                self.artifacts.push(Piece {
                    id: artifact.artifact_id,
                    name: artifact.name.unwrap_or_default(),
                    text,
                    data,
                });
            }
            Some((at, piece)) if append => {
                piece.text.push_str(&text);
                piece.data.extend(data);
                self.rewritten |= Some(at) != last && !text.is_empty();
                self.tell(&text, on_delta);
            }
            Some((at, piece)) => {
                let more = match text.strip_prefix(piece.text.as_str()) {
                    Some("") => Some(String::new()),
                    Some(more) if Some(at) == last => Some(more.to_owned()),
                    _ => None,
                };
                (piece.text, piece.data) = (text, data);
                match more {
                    Some(more) => self.tell(&more, on_delta),
                    None => self.rewritten = true,
                }
            }
        }
        Ok(())
    }

    /// Passes it on, as long as what has been passed on is how it still is.
    fn tell(&self, text: &str, on_delta: OnDelta<'_>) {
        if !self.rewritten && !text.is_empty() {
            on_delta(text);
        }
    }

    fn words(&self, message: &Message) -> Result<String, A2aError> {
        let texts: Vec<&str> = message.parts.iter().filter_map(|p| p.as_text()).collect();
        let text = texts.join("\n");
        match text.len() > MAX_REPLY {
            true => Err(self.too_long()),
            false => Ok(text),
        }
    }

    fn too_long(&self) -> A2aError {
        A2aError::TooLong {
            url: self.name.clone(),
            limit: MAX_REPLY,
        }
    }

    /// Whether it is the user's turn, in the same task.
    pub(super) fn asks(&self) -> bool {
        self.state == TaskState::InputRequired
    }

    /// Whether there is nothing left to be called off.
    pub(super) fn is_over(&self) -> bool {
        self.state.is_terminal()
    }

    /// The reply; or why there is none.
    pub(super) fn reply(self) -> Result<Reply, A2aError> {
        let asks = self.asks();
        let state = match self.state {
            TaskState::Completed | TaskState::InputRequired => None,
            TaskState::AuthRequired => Some("auth-required"),
            TaskState::Rejected => Some("rejected"),
            TaskState::Canceled => Some("canceled"),
            TaskState::Failed => Some("failed"),
            TaskState::Unspecified | TaskState::Submitted | TaskState::Working => {
                Some("interrupted")
            }
        };
        if let Some(state) = state {
            let why = quote(&self.said);
            return Err(A2aError::Ended { state, why });
        }
        let mut insights = Findings::new();
        let mut texts = Vec::new();
        for piece in self.artifacts {
            let name = match piece.name.is_empty() {
                true => piece.id,
                false => piece.name,
            };
            match piece.data.len() {
                0 => {}
                1 => insights.extend(piece.data.into_iter().map(|data| (name.clone(), data))),
                _ => drop(insights.insert(name, Value::Array(piece.data))),
            }
            if !piece.text.is_empty() {
                texts.push(piece.text);
            }
        }
        // What is asked comes after what was found so far.
        if texts.is_empty() || (self.state == TaskState::InputRequired && !self.said.is_empty()) {
            texts.push(self.said);
        }
        Ok(Reply {
            text: texts.join("\n\n"),
            insights,
            asks,
            ..Reply::default()
        })
    }
}
