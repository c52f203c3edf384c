//! One handoff, from context to outcome.

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::FutureExt;

use super::{
    Agent, AgentFailure, Assignment, Deltas, Leg, LegEnd, Prepared, Reply, StandIn, StoreError,
    context::Draft,
    hooks::{Hooks, Rejection},
    store::Store,
};
use crate::{
    contract::{HandoffContext, Outcome, OutcomeError},
    conversation::{EventKind, Readiness, Turn},
    id::{AgentName, FunctionName, SkillName},
};

/// What the user gets.
pub(super) struct Delivered {
    pub(super) agent: AgentName,
    pub(super) reply: Reply,
    pub(super) stand_in: StandIn,
}

/// A handoff about to be tried.
pub(super) struct Attempt<'a> {
    pub(super) agent: &'a Arc<dyn Agent>,
    pub(super) draft: Draft,
    /// Position in the catalog of the skill that chose.
    pub(super) chooser: Option<usize>,
    pub(super) chosen_by: Option<(SkillName, FunctionName)>,
    /// What the handoff allows; the agent may allow less.
    pub(super) limit: Option<Duration>,
}

/// What came of it.
pub(super) struct Attempted {
    pub(super) leg: Leg,
    pub(super) handoff: Option<(Arc<HandoffContext>, Outcome)>,
    pub(super) delivered: Option<Delivered>,
}

impl Attempt<'_> {
    /// Runs hooks and target. Everything that goes wrong on the way is an end
    /// of the leg; only a store that fails is an error.
    pub(super) async fn run(
        self,
        turn: &Arc<Turn>,
        hooks: &mut Hooks,
        store: &dyn Store,
        deltas: Option<Deltas>,
    ) -> Result<Attempted, StoreError> {
        let began = Instant::now();
        let Self {
            agent,
            draft,
            chooser,
            chosen_by,
            limit,
        } = self;
        let mut context = draft.into_context(turn);
        turn.record(EventKind::HandoffInitiated {
            handoff: context.id.clone(),
            source: context.source.clone(),
            target: context.target.clone(),
            reason: context.reason.to_string(),
            by: chosen_by
                .as_ref()
                .map_or_else(|| "desk".to_owned(), |(s, h)| format!("{s}/{h}")),
            confidence: context.confidence.value(),
        });
        let leg = |context: Arc<HandoffContext>, end: LegEnd| Leg {
            agent: context.target.clone(),
            handoff: Some(context.id.clone()),
            reason: Some(context.reason),
            chosen_by,
            confidence: Some(context.confidence.value()),
            context: Some(context),
            end,
            took: began.elapsed(),
        };

        let refused = match hooks.before(chooser, &mut context).await {
            Err(rejection) => Some(rejection),
            Ok(()) if agent.readiness() != Readiness::Ready => Some(Rejection {
                by: context.target.to_string(),
                why: format!("it is {}", agent.readiness().as_str()),
            }),
            Ok(()) => None,
        };
        let context = Arc::new(context);
        if let Some(Rejection { by, why }) = refused {
            let end = LegEnd::Rejected(format!("{by}: {why}"));
            turn.record(EventKind::HandoffRejected {
                handoff: context.id.clone(),
                by,
                why,
            });
            return Ok(Attempted {
                leg: leg(context, end),
                handoff: None,
                delivered: None,
            });
        }

        store
            .prepare(Prepared {
                context: context.clone(),
            })
            .await?;
        turn.record(EventKind::HandoffAccepted {
            handoff: context.id.clone(),
        });
        let deltas = deltas.filter(|_| !hooks.may_replace(chooser, &context.target));
        let ran = Instant::now();
        let answered = ask(
            agent,
            Assignment {
                turn: turn.clone(),
                text: turn.query.text.clone(),
                context: Some(context.clone()),
                deltas,
            },
            limit,
        )
        .await;
        let milliseconds = u64::try_from(ran.elapsed().as_millis()).unwrap_or(u64::MAX);
        turn.record(match &answered {
            Ok(_) => EventKind::HandoffCompleted {
                handoff: context.id.clone(),
                milliseconds,
            },
            Err(failure) => EventKind::HandoffFailed {
                handoff: context.id.clone(),
                why: failure.to_string(),
            },
        });

        let failure = answered.as_ref().err().map(ToString::to_string);
        let mut reply = answered.unwrap_or_default();
        let mut outcome = Outcome {
            agent: context.target.clone(),
            result: match failure.clone() {
                None => Ok(reply.text.clone()),
                Some(why) => Err(OutcomeError(why)),
            },
            insights: std::mem::take(&mut reply.insights),
            fallback: false,
            milliseconds,
        };
        let replaced = hooks.after(chooser, &context, &mut outcome).await.is_some();
        let delivered = match &outcome.result {
            Err(_) => None,
            Ok(text) => {
                if replaced {
                    reply = Reply {
                        text: text.clone(),
                        ..Reply::default()
                    };
                }
                reply.insights.clone_from(&outcome.insights);
                let stand_in = if failure.is_some() || outcome.fallback {
                    StandIn::Hook
                } else {
                    StandIn::None
                };
                Some(Delivered {
                    agent: outcome.agent.clone(),
                    reply,
                    stand_in,
                })
            }
        };
        let end = failure.map_or(LegEnd::Answered, LegEnd::Failed);
        Ok(Attempted {
            leg: leg(context.clone(), end),
            handoff: Some((context, outcome)),
            delivered,
        })
    }
}

/// Has an agent answer within its time. One that panics has failed like any
/// other: the desk must go on.
pub(super) async fn ask(
    agent: &Arc<dyn Agent>,
    assignment: Assignment,
    limit: Option<Duration>,
) -> Result<Reply, AgentFailure> {
    let own = agent.card().timeout;
    let limit = limit.map_or(own, |limit| limit.min(own));
    let answer = AssertUnwindSafe(agent.answer(assignment)).catch_unwind();
    match tokio::time::timeout(limit, answer).await {
        Err(_) => Err(AgentFailure::Timeout(limit)),
        Ok(Err(_)) => Err(AgentFailure::Failed(
            "it stopped with an internal error".to_owned(),
        )),
        Ok(Ok(Ok(reply))) if reply.text.trim().is_empty() => {
            Err(AgentFailure::Failed("its reply is empty".to_owned()))
        }
        Ok(Ok(answer)) => answer,
    }
}
