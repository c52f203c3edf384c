//! What clients can ask for, in either binding.

use std::sync::Arc;

use a2a::{ListTasksRequest, ListTasksResponse, SendMessageRequest, Task, TaskState, TaskStatus};
use axum::http::HeaderMap;
use jiff::Timestamp;
use tokio::sync::mpsc;

use super::{
    Caller, Door,
    asked::{self, Asked},
    check_version,
    live::{Live, Update},
    problem::Problem,
    push,
    stream::{Follow, Item},
    task::{self, Standing, TaskRef, View, standing},
};
use crate::{
    config::Right,
    conversation::clean,
    handoff::{DeliveryProgress, DeskError, KeptDelivery},
    server::Hall,
};

/// Tasks of a page if nothing is said, and at most; the protocol's own numbers.
const PAGE: i32 = 50;
const MAX_PAGE: i32 = 100;

/// Items that wait for a client that reads slowly; the turn does not.
const WAITING: usize = 16;

/// One request.
pub(super) struct Visit {
    pub(super) hall: Arc<Hall>,
    pub(super) caller: Caller,
    pub(super) door: Door,
}

/// A message that was taken.
struct Begun {
    task: TaskRef,
    text: String,
    /// None: it was answered before.
    live: Option<Arc<Live>>,
}

impl Visit {
    /// Whose request it is, and whether it may be made.
    pub(super) fn new(
        hall: &Arc<Hall>,
        agent: Option<&str>,
        headers: &HeaderMap,
        query: Option<&str>,
        sent: Option<&SendMessageRequest>,
    ) -> Result<Self, Problem> {
        let client = hall.tokens.admit(headers, Right::Talk)?;
        check_version(headers, query)?;
        let door = match agent {
            None => Door::Desk,
            Some(name) => super::door(hall, &client.scopes, name)?,
        };
        let named = asked::named_user(headers, sent)?;
        Ok(Self {
            hall: hall.clone(),
            caller: Caller::of(client, named.as_deref(), headers)?,
            door,
        })
    }

    /// Takes a message. Everything that can be refused at once is.
    async fn begin(&self, request: &SendMessageRequest) -> Result<Begun, Problem> {
        let desk = self.hall.desk();
        self.hall
            .rate
            .count(&self.caller.client.name, &self.caller.user)?;
        let continues = self.continued(request).await?;
        let asked = Asked::read(&self.caller, &self.door, request, continues.as_ref())?;
        let text = clean(&asked.incoming.text).map_err(|error| Problem::from(&error.into()))?;
        let text = text.into_owned();
        let task = asked.task.clone();
        if let Some(open) = desk.store().open(&task.conversation).await?
            && open.user.as_ref() != Some(&self.caller.user)
        {
            return Err((&DeskError::NotYours(task.conversation)).into());
        }
        let configuration = request.configuration.as_ref();
        let follower = configuration.and_then(|c| c.task_push_notification_config.as_ref());
        let kept = match continues {
            Some(_) => None,
            None => task::find(desk, &self.caller, &task.id).await?,
        };
        if let Some(config) = follower {
            push::create(self, &task, config.clone()).await?;
        }
        let is_settled = kept.is_some_and(|kept| {
            kept.called_off.is_some() || matches!(kept.progress, DeliveryProgress::Answered(_))
        });
        let live = (!is_settled).then(|| self.hall.tasks.start(&self.hall, asked));
        Ok(Begun { task, text, live })
    }

    /// The task that a message names, if that takes more of them.
    async fn continued(&self, request: &SendMessageRequest) -> Result<Option<TaskRef>, Problem> {
        let message = &request.message;
        let Some(id) = message.task_id.as_deref().filter(|id| !id.is_empty()) else {
            return Ok(None);
        };
        let kept = task::find(self.hall.desk(), &self.caller, id).await?;
        let kept = kept.ok_or_else(|| Problem::no_task(id))?;
        let context = message.context_id.as_deref().filter(|id| !id.is_empty());
        if context.is_some_and(|context| context != kept.conversation.as_str()) {
            return Err(Problem::params(format!(
                "the task {id} belongs to another context; leave `contextId` out"
            )));
        }
        let standing = standing(self.hall.desk(), &kept).await?;
        if standing.state.is_terminal() {
            return Err(Problem::unsupported(format!(
                "the task {id} has ended; leave `taskId` out to go on in its context"
            )));
        }
        Ok(Some(TaskRef::of(&kept)))
    }

    /// Sends a message, and has the task that comes of it.
    pub(super) async fn send(&self, request: SendMessageRequest) -> Result<Task, Problem> {
        let configuration = request.configuration.as_ref();
        let view = View::of(configuration.and_then(|c| c.history_length))?;
        let at_once = configuration.and_then(|c| c.return_immediately) == Some(true);
        let begun = self.begin(&request).await?;
        let mut otherwise = Standing::new(TaskState::Submitted, Timestamp::now());
        if let Some(live) = &begun.live
            && !at_once
        {
            match live.end().await {
                Update::End(Err(problem)) => return Err(problem),
                Update::CalledOff => otherwise.state = TaskState::Canceled,
                Update::End(Ok(_)) | Update::Delta(..) => {}
            }
        }
        let kept = task::find(self.hall.desk(), &self.caller, &begun.task.id).await?;
        let standing = match &kept {
            Some(kept) if begun.live.is_some() && at_once => self.at_once(kept).await?,
            Some(kept) => standing(self.hall.desk(), kept).await?,
            None => otherwise,
        };
        let text = kept.map_or(begun.text, |kept| kept.message.content.to_string());
        Ok(task::task(&begun.task, &text, &standing, view))
    }

    /// A message that is taken up again has not failed yet.
    async fn at_once(&self, kept: &KeptDelivery) -> Result<Standing, Problem> {
        match (&kept.progress, kept.called_off) {
            (DeliveryProgress::CutOff, None) => {
                Ok(Standing::new(TaskState::Working, kept.message.time))
            }
            _ => {
                let now = standing(self.hall.desk(), kept).await?;
                // What it has asked was just answered.
                Ok(match now.state {
                    TaskState::InputRequired => Standing::new(TaskState::Working, now.since),
                    _ => now,
                })
            }
        }
    }

    /// Sends a message, and has what comes of it as it comes.
    pub(super) async fn stream(
        self,
        request: SendMessageRequest,
    ) -> Result<mpsc::Receiver<Item>, Problem> {
        let configuration = request.configuration.as_ref();
        let view = View::of(configuration.and_then(|c| c.history_length))?;
        let Begun { task, text, live } = self.begin(&request).await?;
        Ok(self.follow(task, text, live, view))
    }

    /// What comes of a task that has not ended.
    pub(super) async fn subscribe(self, id: &str) -> Result<mpsc::Receiver<Item>, Problem> {
        let view = View::of(None)?;
        let live = self.hall.tasks.of(&self.caller.prefix, id);
        let kept = task::find(self.hall.desk(), &self.caller, id).await?;
        let (task, text) = match (&kept, &live) {
            (Some(kept), None) => {
                let standing = standing(self.hall.desk(), kept).await?;
                if standing.state.is_terminal() {
                    return Err(Problem::unsupported(format!(
                        "the task {id} has ended; GetTask tells how"
                    )));
                }
                (TaskRef::of(kept), kept.message.content.to_string())
            }
            (_, Some(live)) => (live.task.clone(), live.text.to_string()),
            (None, None) => return Err(Problem::no_task(id)),
        };
        Ok(self.follow(task, text, live, view))
    }

    fn follow(
        self,
        task: TaskRef,
        text: String,
        live: Option<Arc<Live>>,
        view: View,
    ) -> mpsc::Receiver<Item> {
        let (to, items) = mpsc::channel(WAITING);
        let follow = Follow {
            visit: self,
            task,
            text,
            to,
        };
        tokio::spawn(follow.run(live, view));
        items
    }

    /// How a task stands.
    pub(super) async fn get(&self, id: &str, history: Option<i32>) -> Result<Task, Problem> {
        let view = View::of(history)?;
        if let Some(kept) = task::find(self.hall.desk(), &self.caller, id).await? {
            let standing = match self.hall.tasks.of(&self.caller.prefix, id) {
                Some(_) => self.at_once(&kept).await?,
                None => standing(self.hall.desk(), &kept).await?,
            };
            let text = &kept.message.content;
            return Ok(task::task(&TaskRef::of(&kept), text, &standing, view));
        }
        // It waits for its turn.
        match self.hall.tasks.of(&self.caller.prefix, id) {
            Some(live) => {
                let standing = Standing::new(TaskState::Submitted, Timestamp::now());
                Ok(task::task(&live.task, &live.text, &standing, view))
            }
            None => Err(Problem::no_task(id)),
        }
    }

    /// This caller's tasks, those first whose state has changed last.
    pub(super) async fn list(
        &self,
        request: ListTasksRequest,
    ) -> Result<ListTasksResponse, Problem> {
        let size = request.page_size.unwrap_or(PAGE);
        if !(1..=MAX_PAGE).contains(&size) {
            let message = format!("`pageSize` is from 1 to {MAX_PAGE}");
            return Err(Problem::params(message));
        }
        let after = request
            .page_token
            .as_deref()
            .filter(|token| !token.is_empty());
        let after = after.map(cursor).transpose()?;
        let view = View {
            artifacts: request.include_artifacts == Some(true),
            ..View::of(request.history_length)?
        };
        let desk = self.hall.desk();
        let mut found = Vec::new();
        let all = desk
            .store()
            .deliveries(&self.caller.user, &self.caller.prefix);
        for kept in all.await? {
            let context = request.context_id.as_deref().filter(|id| !id.is_empty());
            if context.is_some_and(|context| context != kept.conversation.as_str()) {
                continue;
            }
            let standing = standing(desk, &kept).await?;
            let wanted = request.status.as_ref();
            let wanted = wanted.filter(|state| **state != TaskState::Unspecified);
            let since = request
                .status_timestamp_after
                .map(|at| at.timestamp_millis());
            if wanted.is_some_and(|wanted| *wanted != standing.state)
                || since.is_some_and(|since| standing.since.as_millisecond() < since)
            {
                continue;
            }
            found.push((
                standing.since.as_millisecond(),
                TaskRef::of(&kept),
                kept,
                standing,
            ));
        }
        found.sort_by(|a, b| (b.0, &b.1.id).cmp(&(a.0, &a.1.id)));
        let total = found.len();
        if let Some((at, id)) = after {
            found.retain(|(since, task, ..)| (*since, task.id.as_str()) < (at, id.as_str()));
        }
        let count = usize::try_from(size).unwrap_or_default();
        let more = found.len() > count;
        found.truncate(count);
        let last = found.last().filter(|_| more);
        let next = last.map(|(since, task, ..)| format!("{since}-{}", task.id));
        let tasks: Vec<Task> = (found.iter())
            .map(|(_, task, kept, standing)| {
                task::task(task, &kept.message.content, standing, view)
            })
            .collect();
        Ok(ListTasksResponse {
            tasks,
            page_size: size,
            next_page_token: next.unwrap_or_default(),
            total_size: i32::try_from(total).unwrap_or(i32::MAX),
        })
    }

    /// Calls a task off: breaks its turn off, or takes it back from the person
    /// for whom it waits.
    pub(super) async fn cancel(&self, id: &str) -> Result<Task, Problem> {
        let desk = self.hall.desk();
        let live = self.hall.tasks.of(&self.caller.prefix, id);
        let kept = task::find(desk, &self.caller, id).await?;
        let (task, text) = match (&live, &kept) {
            (_, Some(kept)) => (TaskRef::of(kept), kept.message.content.to_string()),
            (Some(live), None) => (live.task.clone(), live.text.to_string()),
            (None, None) => return Err(Problem::no_task(id)),
        };
        match (&live, &kept) {
            (Some(live), _) => {
                if !live.call_off().await {
                    return Err(Problem::not_cancelable("the task has just ended"));
                }
                self.hall.tasks.forget(&task.key);
            }
            (None, Some(kept)) => self.take_back(kept).await?,
            (None, None) => {}
        }
        let now = Timestamp::now();
        let store = desk.store();
        // A message that had not had its turn yet has left nothing.
        store.call_off(&self.caller.user, &task.key, now).await?;
        let canceled = Standing::new(TaskState::Canceled, now);
        Ok(task::task(&task, &text, &canceled, View::of(None)?))
    }

    async fn take_back(&self, kept: &KeptDelivery) -> Result<(), Problem> {
        let desk = self.hall.desk();
        let standing = standing(desk, kept).await?;
        if standing.state == TaskState::InputRequired {
            return Ok(());
        }
        let by = &self.caller.client.name;
        let Some(ticket) = &standing.ticket else {
            return Err(Problem::not_cancelable(
                match standing.state.is_terminal() {
                    true => "the task has ended",
                    false => "another process works on the task",
                },
            ));
        };
        let about = desk.store().ticket(ticket).await?;
        if about.is_some_and(|ticket| ticket.approval.is_some()) {
            let why = "whoever wanted it has called it off";
            desk.refuse(ticket, by, why).await?;
        } else {
            desk.close_ticket(ticket, by).await?;
        }
        Ok(())
    }

    /// The task as it is kept, for what belongs to it.
    pub(super) async fn task(&self, id: &str) -> Result<TaskRef, Problem> {
        let kept = task::find(self.hall.desk(), &self.caller, id).await?;
        let live = || self.hall.tasks.of(&self.caller.prefix, id);
        kept.map(|kept| TaskRef::of(&kept))
            .or_else(|| live().map(|live| live.task.clone()))
            .ok_or_else(|| Problem::no_task(id))
    }

    /// How the task stands now, and the news of it; none: it is not kept.
    pub(super) async fn status(
        &self,
        task: &TaskRef,
    ) -> Result<Option<(Standing, TaskStatus)>, Problem> {
        let desk = self.hall.desk();
        let Some(kept) = task::find(desk, &self.caller, &task.id).await? else {
            return Ok(None);
        };
        let standing = standing(desk, &kept).await?;
        let status = task::status(task, &standing);
        Ok(Some((standing, status)))
    }
}

/// Where the page before has ended.
fn cursor(token: &str) -> Result<(i64, String), Problem> {
    let parts = token.split_once('-');
    let read = parts.and_then(|(at, id)| Some((at.parse().ok()?, id.to_owned())));
    read.ok_or_else(|| Problem::params("`pageToken` is none of this desk's"))
}
