//! Tasks, as they follow from what is kept of a message and its turn.

use std::{collections::HashMap, sync::Arc};

use a2a::{Artifact, Message, Part, Role, Task, TaskState, TaskStatus};
use chrono::{DateTime, Utc};
use jiff::Timestamp;
use serde_json::Value;

use super::{Caller, problem::Problem};
use crate::{
    conversation::{self, EventKind, TicketState},
    handoff::{Answer, DeliveryProgress, Desk, KeptDelivery, LegEnd},
    id::{AgentName, ConversationId, DeliveryKey, TicketId},
};

/// Messages that are looked through for what a person has said since.
const LOOKED_THROUGH: usize = 1000;

/// Which task.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct TaskRef {
    pub(super) id: String,
    pub(super) key: DeliveryKey,
    pub(super) conversation: ConversationId,
}

impl TaskRef {
    /// The task of a delivery: its key has the caller, the task's id, and the
    /// message's, which may have slashes of its own.
    pub(super) fn of(delivery: &KeptDelivery) -> Self {
        let id = delivery.key.as_str().split('/').nth(2);
        Self {
            id: id.unwrap_or_default().to_owned(),
            key: delivery.key.clone(),
            conversation: delivery.conversation.clone(),
        }
    }

    /// The key of another message of the same task, which is no task itself.
    pub(super) fn continued_by(&self, message: &DeliveryKey) -> DeliveryKey {
        let parts: Vec<&str> = self.key.as_str().splitn(4, '/').collect();
        let caller = parts.get(1).copied().unwrap_or_default();
        DeliveryKey::from(format!("a2a+/{caller}/{}/{message}", self.id))
    }

    /// What the keys of all of those begin with.
    fn continuations(&self) -> String {
        let nameless = self.continued_by(&DeliveryKey::from(""));
        nameless.as_str().to_owned()
    }

    /// What its sender called the message that began it.
    fn message_id(&self) -> &str {
        let parts = self.key.as_str().splitn(4, '/');
        parts.last().unwrap_or_default()
    }
}

/// How a task stands.
#[derive(Clone, Debug)]
pub(super) struct Standing {
    pub(super) state: TaskState,
    pub(super) since: Timestamp,
    /// What is said with the state.
    pub(super) says: Option<String>,
    /// The answer, and whose it is.
    pub(super) answer: Option<(AgentName, Arc<str>)>,
    /// The ticket on which a person works on it.
    pub(super) ticket: Option<TicketId>,
}

impl Standing {
    pub(super) fn new(state: TaskState, since: Timestamp) -> Self {
        Self {
            state,
            since,
            says: None,
            answer: None,
            ticket: None,
        }
    }

    fn said(self, says: impl Into<String>) -> Self {
        Self {
            says: Some(says.into()),
            ..self
        }
    }

    fn answered(agent: AgentName, text: Arc<str>, since: Timestamp) -> Self {
        Self {
            answer: Some((agent, text)),
            ..Self::new(TaskState::Completed, since)
        }
    }
}

/// This caller's task with this id.
pub(super) async fn find(
    desk: &Desk,
    caller: &Caller,
    id: &str,
) -> Result<Option<KeptDelivery>, Problem> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Ok(None);
    }
    let prefix = format!("{}{id}/", caller.prefix);
    let found = desk.store().deliveries(&caller.user, &prefix).await?;
    Ok(found.into_iter().next())
}

/// How the task of this delivery stands.
pub(super) async fn standing(desk: &Desk, kept: &KeptDelivery) -> Result<Standing, Problem> {
    let began = kept.message.time;
    if let Some(at) = kept.called_off {
        return Ok(Standing::new(TaskState::Canceled, at));
    }
    match &kept.progress {
        DeliveryProgress::UnderWay => Ok(Standing::new(TaskState::Working, began)),
        DeliveryProgress::CutOff => {
            let why = "it was broken off; send the same message to take it up again";
            Ok(Standing::new(TaskState::Failed, began).said(why))
        }
        DeliveryProgress::Answered(answer) if answer.asks => asked(desk, kept, answer).await,
        DeliveryProgress::Answered(answer) => answered(desk, kept, answer).await,
    }
}

/// How a task stands whose agent has asked something: as the message that has
/// continued it last. Without one it waits for that, unless the conversation has
/// gone on by a message that has named no task: then the question was the answer.
async fn asked(desk: &Desk, kept: &KeptDelivery, answer: &Answer) -> Result<Standing, Problem> {
    let Some(conversation) = desk.store().open(&kept.conversation).await? else {
        return answered(desk, kept, answer).await;
    };
    if let Some(user) = &conversation.user {
        let prefix = TaskRef::of(kept).continuations();
        let later = desk.store().deliveries(user, &prefix).await?.into_iter();
        let later = later.filter(|delivery| delivery.turn > kept.turn);
        if let Some(last) = later.max_by_key(|delivery| delivery.turn) {
            return Box::pin(standing(desk, &last)).await;
        }
    }
    if conversation.turns > kept.turn {
        return answered(desk, kept, answer).await;
    }
    let since = kept.message.time.checked_add(answer.took);
    let since = since.unwrap_or(kept.message.time);
    Ok(Standing::new(TaskState::InputRequired, since).said(answer.reply.as_str()))
}

async fn answered(desk: &Desk, kept: &KeptDelivery, answer: &Answer) -> Result<Standing, Problem> {
    let ended = kept.message.time.checked_add(answer.took);
    let ended = ended.unwrap_or(kept.message.time);
    let done = || Standing::answered(answer.agent.clone(), answer.reply.as_str().into(), ended);
    let approval = answer.route.iter().find_map(|leg| match &leg.end {
        LegEnd::Waiting(ticket) => Some(ticket.clone()),
        _ => None,
    });
    let agent = desk.directory().get(&answer.agent);
    let of_people = agent.is_some_and(|agent| agent.card().kind == "human");
    if approval.is_none() && !of_people {
        return Ok(done());
    }
    let events = desk.store().events(&kept.conversation).await?;
    let said = match &approval {
        Some(ticket) => {
            let resumed = events.iter().find_map(|(turn, event)| match &event.kind {
                EventKind::TurnResumed { ticket: of } if of == ticket => Some(*turn),
                _ => None,
            });
            let end = events.iter().find_map(|(turn, event)| match &event.kind {
                EventKind::TurnAnswered { agent, .. } if Some(*turn) == resumed => {
                    Some((agent.clone(), event.time))
                }
                _ => None,
            });
            match end {
                None => None,
                Some((agent, time)) => {
                    message(desk, kept, |said| said.time >= time && is_by(said, &agent)).await?
                }
            }
        }
        None => None,
    };
    let ticket = approval.or_else(|| {
        events.iter().find_map(|(turn, event)| match &event.kind {
            EventKind::TicketOpened { ticket, .. } | EventKind::TicketAppended { ticket }
                if *turn == kept.turn =>
            {
                Some(ticket.clone())
            }
            _ => None,
        })
    });
    let Some(ticket) = ticket else {
        return Ok(done());
    };
    let reply = events.iter().find_map(|(turn, event)| match &event.kind {
        EventKind::TicketReplied {
            ticket: of,
            message,
            ..
        } if *of == ticket && *turn >= kept.turn => Some(message.clone()),
        _ => None,
    });
    let said = match (said, reply) {
        (Some(said), _) => Some(said),
        (None, Some(reply)) => message(desk, kept, |said| said.id == reply).await?,
        (None, None) => None,
    };
    if let Some(said) = said {
        let agent = match &said.speaker {
            conversation::Speaker::Agent { agent } => agent.clone(),
            _ => answer.agent.clone(),
        };
        return Ok(Standing::answered(agent, said.content.clone(), said.time));
    }
    let state = match desk.store().ticket(&ticket).await?.map(|t| t.state) {
        Some(TicketState::Open) => TaskState::Submitted,
        Some(TicketState::Claimed) => TaskState::Working,
        // Its people were done without a word.
        Some(TicketState::Closed) | None => return Ok(done()),
    };
    let waits = Standing::new(state, ended).said(answer.reply.as_str());
    Ok(Standing {
        ticket: Some(ticket),
        ..waits
    })
}

fn is_by(message: &conversation::Message, name: &AgentName) -> bool {
    matches!(&message.speaker, conversation::Speaker::Agent { agent } if agent == name)
}

/// The first of the conversation's later messages that is meant.
async fn message(
    desk: &Desk,
    kept: &KeptDelivery,
    is_meant: impl Fn(&conversation::Message) -> bool,
) -> Result<Option<Arc<conversation::Message>>, Problem> {
    let Some(conversation) = desk.store().open(&kept.conversation).await? else {
        return Ok(None);
    };
    let page = conversation.history.page(None, LOOKED_THROUGH);
    let page = page.map_err(|error| Problem::params(error.to_string()))?;
    Ok(page.into_iter().find(|message| is_meant(message)))
}

/// What of a task is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct View {
    /// None: all messages.
    pub(super) history: Option<usize>,
    pub(super) artifacts: bool,
}

impl View {
    /// A negative length is no length.
    pub(super) fn of(history: Option<i32>) -> Result<Self, Problem> {
        let history = history.map(usize::try_from).transpose();
        let history = history.map_err(|_| Problem::params("`historyLength` is negative"))?;
        Ok(Self {
            history,
            artifacts: true,
        })
    }
}

/// The task as a client reads it.
pub(super) fn task(reference: &TaskRef, text: &str, standing: &Standing, view: View) -> Task {
    let said = Message {
        message_id: reference.message_id().to_owned(),
        context_id: Some(reference.conversation.to_string()),
        task_id: Some(reference.id.clone()),
        ..Message::new(Role::User, vec![Part::text(text)])
    };
    let artifacts = standing.answer.as_ref().filter(|_| view.artifacts);
    Task {
        id: reference.id.clone(),
        context_id: reference.conversation.to_string(),
        status: status(reference, standing),
        artifacts: artifacts.map(|(agent, text)| vec![artifact(agent, text)]),
        history: (view.history != Some(0)).then(|| vec![said]),
        metadata: standing.ticket.as_ref().map(|ticket| {
            let ticket = Value::String(ticket.to_string());
            HashMap::from([("ticket".to_owned(), ticket)])
        }),
    }
}

pub(super) fn status(reference: &TaskRef, standing: &Standing) -> TaskStatus {
    let message = standing.says.as_ref().map(|says| Message {
        // The same status has the same message.
        message_id: format!("{}-{}", reference.id, standing.since.as_millisecond()),
        context_id: Some(reference.conversation.to_string()),
        task_id: Some(reference.id.clone()),
        ..Message::new(Role::Agent, vec![Part::text(says.as_str())])
    });
    TaskStatus {
        state: standing.state.clone(),
        message,
        timestamp: time(standing.since),
    }
}

/// One artifact for each agent that is heard.
pub(super) fn artifact(agent: &AgentName, text: &str) -> Artifact {
    Artifact {
        artifact_id: agent.to_string(),
        name: Some(agent.to_string()),
        description: None,
        parts: vec![Part::text(text)],
        metadata: None,
        extensions: None,
    }
}

/// The protocol counts in milliseconds.
fn time(at: Timestamp) -> Option<DateTime<Utc>> {
    DateTime::from_timestamp_millis(at.as_millisecond())
}
