//! Handoffs that could not be finished.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Answer, Desk, DeskError, Leg, Order, OrderError, StandIn, StoreError};
use crate::{
    contract::HandoffContext,
    conversation::{Effects, Event, EventKind, Turn},
    id::{HandoffId, Scope},
};

/// How far a handoff has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum HandoffState {
    /// The target has not been asked, or has not said yet that it takes it.
    Prepared,
    /// A person has to approve it first, on a ticket.
    Waiting,
    /// The target works on it.
    Accepted,
    /// The target, or a hook in its place, has answered.
    Completed,
    /// A hook, the policy or the target would not have it.
    Rejected,
    /// The target has not answered.
    Failed,
    /// The turn was cut off, or ended without it, or nobody approved it in time.
    Expired,
}

impl HandoffState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Prepared => "prepared",
            Self::Waiting => "waiting",
            Self::Accepted => "accepted",
            Self::Completed => "completed",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::Expired => "expired",
        }
    }
}

/// What is known of the work of a handoff that was not finished.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Unfinished {
    /// Everybody who was asked has failed or refused.
    Failed,
    /// It was cut off before the target was asked.
    NotBegun,
    /// It was cut off while the target may have been working. Doing it again
    /// may do it twice, so nothing does it again by itself.
    Unknown,
}

impl Unfinished {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::NotBegun => "not-begun",
            Self::Unknown => "unknown",
        }
    }
}

/// A handoff that could not be finished, with all that is needed to try again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct DeadLetter {
    /// Which turn of the conversation it belongs to.
    pub turn: u64,
    /// What is known of the work.
    pub outcome: Unfinished,
    /// What went wrong.
    pub why: String,
    /// When it was given up.
    pub time: Timestamp,
    /// What the target was to receive.
    pub context: HandoffContext,
}

impl DeadLetter {
    /// It is known by the handoff it was.
    pub fn id(&self) -> &HandoffId {
        &self.context.id
    }

    /// What is left of a turn that only a stand-in answered: the handoff that
    /// was wanted first, whoever was tried after it. None if nothing was to be
    /// handed over.
    pub(super) fn of(turn: &Turn, legs: &[Leg], stand_in: StandIn) -> Option<Box<Self>> {
        if !matches!(stand_in, StandIn::Agent | StandIn::Local) {
            return None;
        }
        let unfinished = |leg: &&Leg| leg.end.failure().is_some() && leg.context.is_some();
        let context = legs.iter().find(unfinished)?.context.as_deref()?.clone();
        let failures = legs
            .iter()
            .filter_map(|leg| Some(format!("{}: {}", leg.agent, leg.end.failure()?)));
        Some(Box::new(Self {
            turn: turn.query.turn,
            outcome: Unfinished::Failed,
            why: failures.collect::<Vec<_>>().join("; "),
            time: Timestamp::now(),
            context,
        }))
    }
}

/// Why a dead letter cannot be tried again.
#[derive(Debug, thiserror::Error)]
pub enum RetryError {
    /// There is none of that name.
    #[error("there is no dead letter `{0}`; `baton deadletter list` shows those that there are")]
    Unknown(HandoffId),
    /// The conversation cannot be handed over.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// There is no way to the target as things are now.
    #[error("the dead letter is kept: {0}")]
    Order(#[from] OrderError),
    /// The letters cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Desk {
    /// The dead letter of that name.
    pub async fn dead_letter(&self, id: &HandoffId) -> Result<DeadLetter, RetryError> {
        let letters = self.store().dead_letters().await?;
        letters
            .into_iter()
            .find(|letter| letter.id() == id)
            .ok_or_else(|| RetryError::Unknown(id.clone()))
    }

    /// Drops the dead letter of that name, and says so in its conversation.
    pub async fn drop_dead_letter(&self, id: &HandoffId) -> Result<(), RetryError> {
        let letter = self.dead_letter(id).await?;
        let about = letter.context.conversation.clone();
        let _turn_of_this_conversation = self.enter(&about).await?;
        let hold = self.between_turns(&about).await?;
        if !self.store().drop_dead_letter(id).await? {
            return Err(RetryError::Unknown(id.clone()));
        }
        let conversation = self.open(letter.context.conversation, None).await?;
        let mut effects = Effects::default();
        effects.events.push(Event {
            time: Timestamp::now(),
            kind: EventKind::DeadLetterDropped {
                handoff: id.clone(),
            },
        });
        self.store().keep(&conversation, effects).await?;
        hold.end();
        Ok(())
    }

    /// Hands the work over once more, by an operator's order, under the policy
    /// as it is now. The letter is gone when the answer is there; if only a stand-in answers again, a new
    /// one takes its place in the same commit.
    pub async fn retry(&self, id: &HandoffId, scopes: &[Scope]) -> Result<Answer, RetryError> {
        let letter = self.dead_letter(id).await?;
        let context = letter.context;
        let order = Order {
            conversation: context.conversation,
            targets: vec![context.target],
            task: context.original_task.to_string(),
            reason: context.reason,
            instructions: context.instructions,
            findings: context.findings,
            scopes: scopes.into(),
            settles: Some(id.clone()),
            continues: Some(context.task),
        };
        let mut answers = self.hand_over(order).await?;
        answers.pop().ok_or_else(|| RetryError::Unknown(id.clone()))
    }
}
