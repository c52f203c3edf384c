//! One handoff to one target, from context to outcome.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Agent, Assignment, Deltas, HandoffState, Leg, LegEnd, Offer, Prepared, Reply, StandIn,
    StoreError,
    approval::Ready,
    cashier::Bill,
    flow::{Delivered, Flow, Said},
    hooks::Rejection,
    screen::screen,
    wish::{By, Wish},
};
use crate::{
    contract::{HandoffContext, Mode, Outcome, OutcomeError, Reason},
    conversation::EventKind,
    id::AgentName,
    trace::{self, HandoffCall, Span},
    trust::Sanitize,
};

/// How long a target has to say whether it takes the work. It says so from
/// what it knows of itself; one that must think is not ready.
const OFFER: Duration = Duration::from_secs(2);

/// What came of it.
pub(super) struct Attempted {
    pub(super) end: LegEnd,
    pub(super) delivered: Option<Delivered>,
    /// Who has the conversation, if the wish moves it.
    pub(super) owner: AgentName,
}

impl Flow<'_> {
    /// Runs hooks and target. Everything that goes wrong on the way is an end
    /// of the attempt; only a store that fails is an error.
    pub(super) async fn attempt(
        &mut self,
        wish: &Wish,
        agent: &Arc<dyn Agent>,
        context: HandoffContext,
        deltas: Option<Deltas>,
    ) -> Result<Attempted, StoreError> {
        let mut span = span(wish, &context);
        let work = pin!(self.run_through(wish, agent, context, deltas));
        let attempted = span.around(work).await;
        let attempted = span.checked("store", attempted)?;
        span.end(attempted.end.error());
        Ok(attempted)
    }

    async fn run_through(
        &mut self,
        wish: &Wish,
        agent: &Arc<dyn Agent>,
        mut context: HandoffContext,
        deltas: Option<Deltas>,
    ) -> Result<Attempted, StoreError> {
        let began = Instant::now();
        let turn = self.turn.clone();
        let chooser = wish.by.chooser();
        turn.record(EventKind::HandoffInitiated {
            handoff: context.id.clone(),
            source: context.source.clone(),
            target: context.target.clone(),
            reason: context.reason.to_string(),
            by: wish.by.label(),
            confidence: context.confidence.value(),
            microseconds: wish.by.took(),
        });
        if context.mode == Mode::Supervised {
            let within = self.desk.policy().approval_within;
            context.expires = context.created.checked_add(within).ok();
        }
        let sanitize = self.sanitize(wish, context.reason);
        let ready = match self.hooks.before(chooser, &mut context).await {
            Err(rejection) => Err(rejection),
            Ok(()) => match screen(&turn, &mut context, sanitize) {
                Err(rejection) => Err(rejection),
                Ok(()) => {
                    // Somebody may think about it for long; it must not be lost.
                    if context.mode == Mode::Supervised {
                        self.keep(Arc::new(context.clone())).await?;
                    }
                    self.handshake(wish, agent, &context).await
                }
            },
        };
        let context = Arc::new(context);
        match ready {
            Ok(Ready::Now) => self.carry_out(wish, agent, context, deltas, began).await,
            Ok(Ready::Later {
                by,
                reply,
                ticket,
                asked_before,
            }) => {
                // What is asked twice is decided once.
                let end = match asked_before {
                    false => LegEnd::Waiting(ticket),
                    true => LegEnd::Rejected(format!("{by}: the ticket {ticket} decides")),
                };
                if let LegEnd::Rejected(why) = &end {
                    turn.record(EventKind::HandoffRejected {
                        handoff: context.id.clone(),
                        by: by.to_string(),
                        why: why.clone(),
                    });
                }
                // Nobody knows how long it waits; no money waits with it.
                turn.with_tab(|tab| tab.forgive(&context.id));
                let owner = context.source.clone();
                self.leg(wish, context, end.clone(), began);
                let delivered = Some(Delivered {
                    agent: by,
                    reply: *reply,
                    stand_in: StandIn::None,
                });
                Ok(Attempted {
                    end,
                    delivered,
                    owner,
                })
            }
            Err(rejection) => Ok(self.reject(wish, context, rejection, began)),
        }
    }

    /// What becomes of an injection. Somebody must answer in the end: the stand-in
    /// gets what it may get, rather than nothing.
    fn sanitize(&self, wish: &Wish, reason: Reason) -> Sanitize {
        let stands_in = wish.by == By::Desk && reason == Reason::Recovery;
        match self.desk.policy().sanitize {
            Sanitize::Refuse if stands_in => Sanitize::Strip,
            sanitize => sanitize,
        }
    }

    /// It will not be made, and that is on record.
    pub(super) fn reject(
        &mut self,
        wish: &Wish,
        context: Arc<HandoffContext>,
        Rejection { by, why }: Rejection,
        began: Instant,
    ) -> Attempted {
        let end = LegEnd::Rejected(format!("{by}: {why}"));
        self.turn.record(EventKind::HandoffRejected {
            handoff: context.id.clone(),
            by,
            why,
        });
        self.turn.with_tab(|tab| tab.forgive(&context.id));
        let owner = context.source.clone();
        self.leg(wish, context, end.clone(), began);
        Attempted {
            end,
            delivered: None,
            owner,
        }
    }

    /// Has the target work on what nothing stands against any more.
    pub(super) async fn carry_out(
        &mut self,
        wish: &Wish,
        agent: &Arc<dyn Agent>,
        context: Arc<HandoffContext>,
        deltas: Option<Deltas>,
        began: Instant,
    ) -> Result<Attempted, StoreError> {
        let turn = self.turn.clone();
        let chooser = wish.by.chooser();
        let mut bill = self.desk.cashier().bill(&context.target, Some(&context.id));
        // What follows may have effects outside, which this commit precedes.
        if let Some(rejection) = self.accept(&context, bill.as_mut()).await? {
            return Ok(self.reject(wish, context, rejection, began));
        }
        turn.record(EventKind::HandoffAccepted {
            handoff: context.id.clone(),
        });
        let deltas = deltas.filter(|_| !self.hooks.may_replace(chooser, &context.target));
        let ran = Instant::now();
        let assignment = Assignment {
            context: Some(context.clone()),
            deltas,
            limit: wish.limit,
            ..Assignment::of(&turn)
        };
        let chain = [wish.chain.as_slice(), std::slice::from_ref(&context.target)].concat();
        let before = self.legs.len();
        let said = self.converse(agent, assignment, chain).await?;
        let said = self.pay(bill.as_ref(), &context.target, said).await;
        if said.is_err() {
            self.forgive_since(before);
            turn.with_tab(|tab| tab.forgive(&context.id));
        }
        let milliseconds = u64::try_from(ran.elapsed().as_millis()).unwrap_or(u64::MAX);
        turn.record(match &said {
            Ok(_) => EventKind::HandoffCompleted {
                handoff: context.id.clone(),
                milliseconds,
            },
            Err(failure) => EventKind::HandoffFailed {
                handoff: context.id.clone(),
                why: failure.to_string(),
            },
        });

        let failure = said.as_ref().err().map(ToString::to_string);
        let Said {
            agent: speaker,
            mut reply,
            owner,
        } = said.unwrap_or_else(|_| Said {
            agent: context.target.clone(),
            reply: Reply::default(),
            owner: context.source.clone(),
        });
        let mut outcome = Outcome {
            agent: speaker,
            result: match failure.clone() {
                None => Ok(reply.text.clone()),
                Some(why) => Err(OutcomeError(why)),
            },
            insights: std::mem::take(&mut reply.insights),
            fallback: false,
            milliseconds,
        };
        let replaced = self
            .hooks
            .after(chooser, &context, &mut outcome)
            .await
            .is_some();
        if failure.is_some() {
            // Hooks may have charged for it meanwhile.
            turn.with_tab(|tab| tab.forgive(&context.id));
        }
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
        self.leg(wish, context.clone(), end.clone(), began);
        self.handoffs.push((context, outcome));
        Ok(Attempted {
            end,
            delivered,
            owner,
        })
    }

    async fn keep(&mut self, context: Arc<HandoffContext>) -> Result<(), StoreError> {
        let prepared = Prepared {
            context,
            turn: self.turn.query.turn,
            state: HandoffState::Prepared,
            postings: Vec::new(),
        };
        self.desk.store().prepare(prepared).await.map(drop)
    }

    /// Keeps that the target will work on it, and sets its price aside, in one
    /// commit.
    async fn accept(
        &mut self,
        context: &Arc<HandoffContext>,
        mut bill: Option<&mut Bill>,
    ) -> Result<Option<Rejection>, StoreError> {
        let cashier = self.desk.cashier();
        let turn = &self.turn;
        let rejection = |why: String| {
            Some(Rejection {
                by: "desk".to_owned(),
                why,
            })
        };
        let demand = match &bill {
            None => None,
            Some(bill) => match cashier.demand(turn, bill).await {
                Ok(demand) => demand,
                Err(why) => return Ok(rejection(cashier.refused(turn, bill, &why))),
            },
        };
        let demands = demand.is_some();
        let mut postings = cashier.returns(turn).await;
        postings.extend(demand);
        let prepared = Prepared {
            context: context.clone(),
            turn: turn.query.turn,
            state: HandoffState::Accepted,
            postings,
        };
        let posted = self.desk.store().prepare(prepared).await?;
        Ok(match (posted, bill.as_mut()) {
            (Ok(posted), Some(bill)) if demands => {
                let own = posted.into_iter().next_back();
                if let Some(own) = own.and_then(|posted| posted.reservation()) {
                    cashier.opened(turn, bill, own);
                }
                None
            }
            (Ok(_), _) => None,
            (Err(why), Some(bill)) => rejection(cashier.refused(turn, bill, &why)),
            (Err(why), None) => rejection(why.to_string()),
        })
    }

    /// Capable, ready, willing? And approved, if somebody must approve.
    async fn handshake(
        &mut self,
        wish: &Wish,
        agent: &Arc<dyn Agent>,
        context: &HandoffContext,
    ) -> Result<Ready, Rejection> {
        willing(agent, context).await?;
        match context.mode {
            Mode::Supervised => self.approval(wish, context).await,
            _ => Ok(Ready::Now),
        }
    }

    pub(super) fn leg(
        &mut self,
        wish: &Wish,
        context: Arc<HandoffContext>,
        end: LegEnd,
        began: Instant,
    ) {
        self.legs.push(Leg {
            agent: context.target.clone(),
            handoff: Some(context.id.clone()),
            reason: Some(context.reason),
            chosen_by: wish.by.condition(),
            by: Some(wish.by.label()),
            confidence: Some(context.confidence.value()),
            context: Some(context),
            end,
            took: began.elapsed(),
        });
    }
}

/// What is observed of a handoff.
pub(super) fn span(wish: &Wish, context: &HandoffContext) -> Span {
    Span::below(|| {
        trace::handoff(HandoffCall {
            id: context.id.as_str(),
            source: context.source.as_str(),
            target: context.target.as_str(),
            reason: context.reason.to_string(),
            by: wish.by.label(),
            confidence: context.confidence.value(),
        })
    })
}

/// Capable, ready, willing?
pub(super) async fn willing(
    agent: &Arc<dyn Agent>,
    context: &HandoffContext,
) -> Result<(), Rejection> {
    let by = || context.target.to_string();
    if let Some(missing) = lacks(agent, context) {
        let why = format!("it does not offer `{missing}`");
        return Err(Rejection { by: by(), why });
    }
    let rejected = match tokio::time::timeout(OFFER, agent.offer(context)).await {
        Ok(Offer::Accepted) => return Ok(()),
        Ok(Offer::Rejected(why)) => why,
        Err(_) => format!("it has not said within {OFFER:?} whether it takes it"),
    };
    Err(Rejection {
        by: by(),
        why: rejected,
    })
}

/// Something the handoff needs that the agent does not offer. Whoever wants a
/// handoff says what it needs in the metadata, as `needs`; an agent that lists
/// nothing is taken to be able to do anything.
fn lacks(agent: &Arc<dyn Agent>, context: &HandoffContext) -> Option<String> {
    let offers = &agent.card().skills;
    if offers.is_empty() {
        return None;
    }
    let needs = context.metadata.get("needs")?;
    let needed: Vec<&str> = match needs {
        serde_json::Value::String(one) => vec![one.as_str()],
        serde_json::Value::Array(several) => several.iter().filter_map(|n| n.as_str()).collect(),
        _ => Vec::new(),
    };
    needed
        .into_iter()
        .find(|needed| !offers.iter().any(|offer| offer.name == *needed))
        .map(str::to_owned)
}
