//! An operator's command to hand a conversation over.

use std::{sync::Arc, time::Instant};

use super::{
    Answer, DeskError, StandIn,
    conclude::Ending,
    desk::Desk,
    intake::{Arrival, Taken},
    turn,
    wish::{By, Wish},
};
use crate::{
    contract::{Findings, Reason},
    conversation::{EventKind, Message},
    id::{AgentName, ConversationId, HandoffId, Scope, TaskId},
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

impl Desk {
    /// Hands a conversation over by an operator's command: to the first target,
    /// and by each to the next, every one with the findings of those before.
    /// A target that fails ends the chain; the answers so far stand.
    pub async fn hand_over(&self, order: Order) -> Result<Vec<Answer>, DeskError> {
        let _turn_of_this_conversation = self.enter(&order.conversation).await?;
        let mut settles = order.settles.clone();
        let mut answers = Vec::new();
        let mut findings = order.findings.clone();
        let mut known = Provenance::default();
        known.add_all("findings", findings.keys(), Trust::OPERATOR);
        for target in &order.targets {
            let began = Instant::now();
            if self.store().open(&order.conversation).await?.is_none() {
                return Err(DeskError::NoConversation(order.conversation.clone()));
            }
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
            let finished = turn::run_wish(self, &self.catalog(), &turn, wish).await?;
            let insights = &finished.delivered.reply.insights;
            known = known.passed_on("findings");
            known.add_all("findings", insights.keys(), Trust::MODEL);
            findings.extend(insights.clone());
            let failed = finished.delivered.stand_in != StandIn::None;
            let end = Ending {
                key: None,
                // The client has not seen what was ordered, nor its answer.
                thread: None,
                settles: settles.take(),
                closes: None,
                hold,
                began,
            };
            answers.push(self.conclude(&conversation, &turn, finished, end).await?);
            if failed {
                break;
            }
        }
        Ok(answers)
    }
}
