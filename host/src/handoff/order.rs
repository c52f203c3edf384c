//! An operator's command to hand a conversation over.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Answer, DeskError, HandoffRefused, LimitReached, StandIn, StoreError,
    conclude::Ending,
    desk::{Desk, observe},
    flow::Flow,
    hooks::Hooks,
    intake::{Arrival, Taken},
    policy::Borders,
    transfer::Handed,
    turn::{self, Finished},
    wish::{By, Wish},
};
use crate::{
    contract::{Findings, Reason},
    conversation::{Conversation, EventKind, Message, Turn},
    id::{AgentName, ConversationId, HandoffId, Scope, TaskId},
    routing::Territory,
    trust::{Provenance, Trust},
};

/// An operator's command to hand a conversation over.
#[derive(Clone, Debug)]
pub struct Order {
    /// Which conversation.
    pub conversation: ConversationId,
    /// To whom, one after the other.
    pub targets: Vec<AgentName>,
    /// What is to be done.
    pub task: String,
    /// Why.
    pub reason: Reason,
    /// What each target is told besides.
    pub instructions: String,
    /// What is known already.
    pub findings: Findings,
    /// What the operator was authorized for.
    pub scopes: Arc<[Scope]>,
    /// The dead letter that this is to settle.
    pub settles: Option<HandoffId>,
    /// The task that this is another attempt at.
    pub continues: Option<TaskId>,
}

/// Why an order was not begun. Nothing of it is stored.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// There is no such agent.
    #[error("there is no agent `{name}`{}", meant.as_ref().map(|near| format!("; did you mean `{near}`?")).unwrap_or_default())]
    NoAgent {
        /// Who was named.
        name: AgentName,
        /// Who may have been meant.
        meant: Option<AgentName>,
    },
    /// The policy has no such way, or the agent is not for these scopes.
    #[error("nothing was handed over: {0}")]
    NotAllowed(String),
    /// The conversation cannot be handed over.
    #[error(transparent)]
    Desk(#[from] DeskError),
}

impl From<StoreError> for OrderError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

/// What an order's turn came to.
struct Carried {
    finished: Finished,
    /// A limit or the policy was in the way, and only the owner has answered.
    undone: bool,
}

impl Desk {
    /// Hands a conversation over by an operator's command: to the first target,
    /// and by each to the next, every one with the findings of those before.
    /// A target that fails ends the chain; the answers so far stand. Each target
    /// is a turn of its own, for which depth counts anew.
    pub async fn hand_over(&self, order: Order) -> Result<Vec<Answer>, OrderError> {
        let _turn_of_this_conversation = self.enter(&order.conversation).await?;
        self.may_be_ordered(&order).await?;
        let mut settles = order.settles.clone();
        let mut answers = Vec::new();
        let mut findings = order.findings.clone();
        let mut known = Provenance::default();
        known.add_all("findings", findings.keys(), Trust::OPERATOR);
        for target in &order.targets {
            let began = Instant::now();
            let arrival = Arrival {
                conversation: order.conversation.clone(),
                user: None,
                message: Arc::new(Message::from_operator(order.task.as_str())),
                key: None,
                before: Vec::new(),
                entry: None,
                settles: settles.clone(),
                resumes: None,
                max_waiting: self.policy().max_waiting,
            };
            let (conversation, message, hold) = match self.take_in(arrival).await? {
                Taken::Turn(conversation, message, hold) => (conversation, message, hold),
                Taken::Before(answer) => return Ok(vec![*answer]),
            };
            let scopes = order.scopes.clone();
            let turn = match order.continues.clone() {
                Some(task) => self.begin_task(&conversation, &message, scopes, task, None),
                None => self.begin(&conversation, &message, scopes, None),
            };
            turn.record(EventKind::TurnStarted);
            let mut provenance = known.clone();
            if !order.instructions.is_empty() {
                provenance.add("instructions", Trust::OPERATOR);
            }
            let wish = Wish {
                instructions: order.instructions.clone(),
                findings: findings.clone(),
                provenance,
                ..Wish::plain(
                    By::Operator,
                    target.clone(),
                    order.reason,
                    vec![conversation.owner.clone()],
                )
            };
            let mut span = self.span(&turn, None, began);
            let carried = span.around(self.carry(&turn, wish)).await;
            let Carried { finished, undone } = span.checked("store", carried)?;
            let insights = &finished.delivered.reply.insights;
            known = known.passed_on("findings");
            known.add_all("findings", insights.keys(), Trust::MODEL);
            findings.extend(insights.clone());
            let failed = finished.delivered.stand_in != StandIn::None;
            let end = Ending {
                key: None,
                // The client has not seen what was ordered, nor its answer.
                thread: None,
                // Work that is not done is not settled.
                settles: settles.take().filter(|_| !undone),
                closes: None,
                hold,
                began,
            };
            let answer = self.conclude(&conversation, &turn, finished, end).await;
            let answer = span.checked("store", answer)?;
            observe(&mut span, &answer);
            span.end(None);
            answers.push(answer);
            if failed {
                break;
            }
        }
        Ok(answers)
    }

    /// Whether there is the conversation, and every agent of the order, and a
    /// way from each to the next.
    async fn may_be_ordered(&self, order: &Order) -> Result<(), OrderError> {
        let Some(conversation) = self.store().open(&order.conversation).await? else {
            return Err(DeskError::NoConversation(order.conversation.clone()).into());
        };
        for name in &order.targets {
            if self.directory().get(name).is_none() {
                let meant = self.directory().nearest(name.as_str()).cloned();
                let name = name.clone();
                return Err(OrderError::NoAgent { name, meant });
            }
        }
        let borders = Borders {
            policy: self.policy(),
            agents: self.directory(),
        };
        let turn = self.would_be(&conversation, order);
        let sources = std::iter::once(&conversation.owner).chain(&order.targets);
        for (source, target) in sources.zip(&order.targets) {
            // Whoever has it already may always be told to work on it.
            if source != target
                && let Some(why) = borders.forbids(&turn, source, target, order.reason)
            {
                return Err(OrderError::NotAllowed(why));
            }
        }
        Ok(())
    }

    /// The order's turn as far as rules look at it; nothing of it is kept.
    fn would_be(&self, conversation: &Conversation, order: &Order) -> Arc<Turn> {
        let message = Message::from_operator(order.task.as_str());
        self.begin(conversation, &message, order.scopes.clone(), None)
    }

    /// Has the work done. When it may not be handed over after all, the owner is
    /// told and answers itself.
    async fn carry(&self, turn: &Arc<Turn>, wish: Wish) -> Result<Carried, StoreError> {
        let hooks = Hooks::new(self.catalog(), turn.clone(), Vec::new());
        let mut flow = Flow::new(self, turn, hooks);
        let stays = turn.query.owner.clone();
        let mut undone = false;
        let (mut delivered, owner) = match flow.hand_over(wish, None).await? {
            Handed::Delivered(delivered, moved) => (delivered, moved.unwrap_or(stays)),
            Handed::Refused(
                refused @ (HandoffRefused::Limit(_) | HandoffRefused::NotAllowed { .. }),
            ) => {
                // In a circle it comes back to the owner, whose work it then is.
                let circle = matches!(refused, HandoffRefused::Limit(LimitReached::Loop { .. }));
                undone = !circle;
                turn::without(&mut flow, refused).await?
            }
            Handed::Refused(HandoffRefused::Failed { .. }) => {
                (turn::stand_in(&mut flow, None).await?, stays)
            }
        };
        turn::say_what_was_not_paid(turn, &mut delivered, None);
        let finished = Finished::of(flow, delivered, owner, Duration::ZERO);
        Ok(Carried { finished, undone })
    }
}
