//! `a2a`: an agent of somebody else, reached by its card over A2A 1.0.
//!
//! The protocol is <https://a2a-protocol.org/v1.0.0/specification>.

mod cancel;
mod card;
mod endpoint;
mod error;
mod events;
mod memory;
mod message;
mod once;
mod progress;
mod wire;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use url::Url;

pub use error::A2aError;
pub use message::HANDOFF;

use self::{
    cancel::CallOff,
    card::{Cards, Remote, introduced},
    memory::Memory,
    progress::{Next, Progress},
    wire::Wire,
};
use super::http;
use crate::{
    contract::HandoffContext,
    conversation::Readiness,
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Offer, Purpose, Reply, Templates},
    id::MessageId,
};

/// Until a connection is there.
const CONNECT: Duration = Duration::from_secs(5);

/// Between two looks at a task that does not stream: soon at first, as many
/// have ended by then, and then less often.
const FIRST_LOOK: Duration = Duration::from_millis(50);
const LAST_LOOK: Duration = Duration::from_secs(2);

/// Tries of a message that has surely not been taken, with a pause before each
/// but the first, which grows from this.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// The longest pause that a server may ask for; then others are asked instead.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// Where a remote agent is.
#[derive(Clone, Debug)]
pub struct RemoteConfig {
    /// Its card.
    pub card: String,
    /// Where it is called, if that is not on the card's host.
    pub url: Option<String>,
    /// Name of the environment variable that holds the token.
    pub api_key_env: Option<String>,
    /// Whether a message that it gets twice, with the same `messageId`, has its
    /// effect once. The protocol lets servers do so and asks it of none.
    pub idempotent: bool,
}

/// An agent of somebody else.
pub struct A2a {
    /// As the operator says it is.
    ours: AgentCard,
    /// With what its own card says, once that is known.
    known: OnceLock<AgentCard>,
    cards: Cards,
    templates: Arc<Templates>,
    idempotent: bool,
}

impl A2a {
    /// Opens no connection yet.
    pub fn new(card: AgentCard, config: &RemoteConfig) -> Result<Self, A2aError> {
        let url = url(&config.card)?;
        let called_at = config.url.as_deref().map(self::url).transpose()?;
        let token = config.api_key_env.as_deref().map(|variable| {
            http::bearer(variable).map_err(|reason| A2aError::BadKey {
                variable: variable.to_owned(),
                reason,
            })
        });
        let http = http::client(called_at.as_ref().unwrap_or(&url), CONNECT)
            .map_err(|reason| A2aError::Client { reason })?;
        let wire = Wire {
            http,
            token: token.transpose()?,
        };
        Ok(Self {
            ours: card,
            known: OnceLock::new(),
            cards: Cards::new(url, wire, called_at),
            templates: Templates::standard(),
            idempotent: config.idempotent,
        })
    }

    /// With what it is told of a handoff in these words.
    pub fn with_templates(mut self, templates: Arc<Templates>) -> Self {
        self.templates = templates;
        self
    }

    async fn remote(&self) -> Result<Arc<Remote>, A2aError> {
        let remote = self.cards.remote().await?;
        self.known
            .get_or_init(|| introduced(&self.ours, &remote.card));
        Ok(remote)
    }

    /// Sends the message, again if it was surely not taken, and without the old
    /// task if that takes no more messages. What has been streamed is not
    /// asked for a second time.
    async fn converse(&self, assignment: &Assignment) -> Result<Reply, AgentFailure> {
        let remote = self.remote().await?;
        let name = &self.ours.name;
        let mut memory = Memory::read(&assignment.turn, name)?;
        if !self.idempotent {
            once::mark(&assignment.turn, name).await?;
        }
        let mut pause = PAUSE;
        let mut tries = 1;
        loop {
            match self.exchange(assignment, &remote, &memory).await {
                Ok((reply, next)) => {
                    next.write(&assignment.turn, name);
                    return Ok(reply);
                }
                Err(Failed::Before(error))
                    if memory.task.is_some() && error.is_about_an_old_task() =>
                {
                    memory.task = None;
                }
                Err(Failed::Before(error)) if tries < TRIES && error.is_before_any_work() => {
                    let wanted = match &error {
                        A2aError::Busy { retry_after, .. } => retry_after.unwrap_or(pause),
                        _ => pause,
                    };
                    if wanted > LONGEST_PAUSE {
                        return Err(error.into());
                    }
                    tracing::debug!("`{name}` is asked again in {wanted:?}: {error}");
                    tokio::time::sleep(wanted).await;
                    pause *= 3;
                    tries += 1;
                }
                Err(Failed::Before(error) | Failed::After(error)) => return Err(error.into()),
                Err(Failed::Ours(failure)) => return Err(failure),
            }
        }
    }

    async fn exchange(
        &self,
        assignment: &Assignment,
        remote: &Remote,
        memory: &Memory,
    ) -> Result<(Reply, Memory), Failed> {
        let name = &self.ours.name;
        let request = message::request(assignment, name, &self.templates, memory, remote)
            .map_err(Failed::Ours)?;
        let deltas = assignment.deltas.clone();
        let mut on_delta = |part: &str| {
            if let Some(deltas) = &deltas {
                deltas(name, part);
            }
        };
        let endpoint = &remote.endpoint;
        let mut progress = Progress::new(http::without_secrets(&endpoint.url));
        let mut call_off = CallOff::new(endpoint.clone());
        let mut next = Next::Wait;
        if remote.streams() {
            let mut events = endpoint.stream(request).await.map_err(Failed::Before)?;
            while next == Next::Wait {
                let event = match events.next().await {
                    Ok(Some(event)) => event,
                    Ok(None) => break,
                    // How far a task has come can still be asked.
                    Err(A2aError::Interrupted { .. }) if progress.task.is_some() => break,
                    // A stream may begin with the refusal.
                    Err(error) if progress.task.is_none() => return Err(Failed::Before(error)),
                    Err(error) => return Err(Failed::After(error)),
                };
                next = progress
                    .event(event, &mut on_delta)
                    .map_err(Failed::After)?;
                call_off.know(progress.task.as_ref());
            }
        } else {
            let sent = endpoint.send(request).await.map_err(Failed::Before)?;
            next = match sent {
                a2a::SendMessageResponse::Task(task) => progress.task(task, &mut on_delta),
                a2a::SendMessageResponse::Message(said) => progress.message(said, &mut on_delta),
            }
            .map_err(Failed::After)?;
            call_off.know(progress.task.as_ref());
        }
        let mut pause = FIRST_LOOK;
        while next == Next::Wait {
            let Some(task) = progress.task.clone() else {
                let detail = "the stream has neither a task nor a message".to_owned();
                let url = http::without_secrets(&endpoint.url);
                return Err(Failed::After(A2aError::Interrupted { url, detail }));
            };
            tokio::time::sleep(pause).await;
            pause = (pause * 2).min(LAST_LOOK);
            let task = endpoint.task(&task).await.map_err(Failed::After)?;
            next = progress.task(task, &mut on_delta).map_err(Failed::After)?;
        }
        let memory = Memory {
            context: progress.context.clone().or_else(|| memory.context.clone()),
            task: progress.task.clone().filter(|_| progress.asks()),
            // The work has the name of the message that it is about.
            heard: Some(MessageId::from(assignment.turn.task.as_str())),
        };
        // A question of the remote is no end, but nobody has left either.
        if progress.is_over() || progress.asks() {
            call_off.end();
        }
        Ok((progress.reply().map_err(Failed::After)?, memory))
    }
}

/// How an exchange failed.
enum Failed {
    /// Before the remote agent has said anything.
    Before(A2aError),
    /// Later.
    After(A2aError),
    /// For a reason of ours.
    Ours(AgentFailure),
}

fn url(text: &str) -> Result<Url, A2aError> {
    let bad = |reason: String| A2aError::BadUrl {
        url: text.to_owned(),
        reason,
    };
    let url = Url::parse(text).map_err(|error| bad(error.to_string()))?;
    match url.scheme() {
        "http" | "https" => Ok(url),
        _ => Err(bad("it must begin with http:// or https://".to_owned())),
    }
}

#[async_trait]
impl Agent for A2a {
    fn card(&self) -> &AgentCard {
        self.known.get().unwrap_or(&self.ours)
    }

    fn readiness(&self) -> Readiness {
        match self.cards.is_down() {
            true => Readiness::Down,
            false => Readiness::Ready,
        }
    }

    async fn introduce(&self) -> bool {
        self.remote().await.is_ok()
    }

    async fn offer(&self, _context: &HandoffContext) -> Offer {
        match self.remote().await {
            Ok(_) => Offer::Accepted,
            Err(error) => Offer::Rejected(format!("[{}] {error}", error.code())),
        }
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        if assignment.purpose != Purpose::Answer {
            let why = "it answers, and decides nothing for this desk";
            return Err(AgentFailure::Refused(why.to_owned()));
        }
        self.converse(&assignment).await
    }
}
