//! A handoff run again from its record, to see whether it ends as it did.

use std::{sync::Arc, time::Instant};

use super::{
    Assignment, DeskError, StoreError,
    desk::Desk,
    past::{Until, Without},
};
use crate::{
    contract::{HandoffContext, Outcome, OutcomeError},
    conversation::Message,
    id::{AgentName, HandoffId},
};

/// Why a handoff cannot be run again.
#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    /// There is none of that name.
    #[error(
        "there is no handoff `{0}` in this folder's store; `baton history CONVERSATION` names them"
    )]
    Unknown(HandoffId),
    /// There is nothing to compare with.
    #[error(
        "the handoff `{0}` has no outcome: its target has not run, or has not finished; \
         `baton deadletter retry` makes what could not be finished"
    )]
    NoOutcome(HandoffId),
    /// Its target is gone.
    #[error("there is no agent `{0}` any more")]
    NoAgent(AgentName),
    /// The conversation cannot be opened.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// What was kept cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Both outcomes of a handoff.
#[derive(Clone, Debug)]
pub struct Replay {
    /// What the target received, both times.
    pub context: Arc<HandoffContext>,
    /// How it ended then.
    pub recorded: Outcome,
    /// How it ends now.
    pub replayed: Outcome,
}

impl Replay {
    /// Whether the user would read the same.
    pub fn is_same(&self) -> bool {
        self.recorded.result == self.replayed.result
    }
}

impl Desk {
    /// Gives the target the recorded context once more, with the conversation
    /// as it was then. Nothing of it is kept, no hook runs, and a handoff that
    /// the target calls for is not followed.
    pub async fn replay(&self, id: &HandoffId) -> Result<Replay, ReplayError> {
        let unknown = || ReplayError::Unknown(id.clone());
        let kept = self.store().handoff(id).await?.ok_or_else(unknown)?;
        let context = kept.context;
        let recorded = kept.outcome;
        let recorded = recorded.ok_or_else(|| ReplayError::NoOutcome(id.clone()))?;
        let Some(agent) = self.directory().get(&context.target).cloned() else {
            return Err(ReplayError::NoAgent(context.target.clone()));
        };
        let mut conversation = self.open(context.conversation.clone(), None).await?;
        let then = Until {
            history: conversation.history,
            time: context.created,
        };
        conversation.history = Without::the_last(&context.original_task, Arc::new(then))?;
        conversation.owner = context.source.clone();
        conversation.people.clear();
        let message = Message::from_user(context.original_task.clone());
        // The turn is never concluded, so its effects are nobody's.
        let turn = self.begin(&conversation, &message, Arc::from([]), None);
        turn.afterwards.call_off();
        let assignment = Assignment {
            context: Some(context.clone()),
            ..Assignment::of(&turn)
        };
        let began = Instant::now();
        let answered = agent.answer(assignment).await;
        let milliseconds = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let mut replayed = Outcome {
            agent: context.target.clone(),
            result: Err(OutcomeError(String::new())),
            insights: Default::default(),
            fallback: false,
            milliseconds,
        };
        replayed.result = match answered {
            Ok(reply) => {
                replayed.insights = reply.insights;
                match reply.handoff {
                    None => Ok(reply.text),
                    Some(call) => Err(OutcomeError(format!(
                        "it hands over to {}, which a replay does not follow",
                        call.target
                    ))),
                }
            }
            Err(failure) => Err(OutcomeError(failure.to_string())),
        };
        Ok(Replay {
            context,
            recorded,
            replayed,
        })
    }
}
