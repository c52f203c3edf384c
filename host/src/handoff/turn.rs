//! The flow of one turn.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    Assignment, Deltas, Leg, LegEnd, Reply, StandIn, StoreError,
    attempt::{Attempt, Attempted, Delivered, ask},
    context::Draft,
    desk::Desk,
    hooks::Hooks,
    policy::Borders,
};
use crate::{
    contract::{
        Confidence, Findings, HandoffContext, HandoffDeclaration, Mode, Outcome, Ownership, Reason,
    },
    conversation::{EventKind, Turn},
    id::{AgentName, FunctionName, SkillName},
    routing::{Candidate, Catalog, Detail, Territory, decide, evaluate},
};

/// What a turn came to.
pub(super) struct Finished {
    pub(super) delivered: Delivered,
    pub(super) owner: AgentName,
    pub(super) legs: Vec<Leg>,
    pub(super) handoffs: Vec<(Arc<HandoffContext>, Outcome)>,
    pub(super) decided_in: Duration,
}

/// One turn on its way.
pub(super) struct Flow<'a> {
    desk: &'a Desk,
    turn: &'a Arc<Turn>,
    deltas: Option<Deltas>,
    hooks: Hooks,
    legs: Vec<Leg>,
    handoffs: Vec<(Arc<HandoffContext>, Outcome)>,
}

impl<'a> Flow<'a> {
    /// From the query to the answer.
    pub(super) async fn run(
        desk: &'a Desk,
        catalog: &Arc<Catalog>,
        turn: &'a Arc<Turn>,
        deltas: Option<Deltas>,
    ) -> Result<Finished, StoreError> {
        let began = Instant::now();
        let mut evaluation = evaluate(catalog, turn, Detail::Decisive).await;
        let borders = Borders {
            policy: desk.policy(),
            agents: desk.directory(),
        };
        let decision = decide(catalog, &evaluation, turn, &borders);
        let decided_in = began.elapsed();

        let sessions = std::mem::take(&mut evaluation.sessions);
        let mut flow = Flow {
            desk,
            turn,
            deltas,
            hooks: Hooks::new(catalog.clone(), turn.clone(), sessions),
            legs: Vec::new(),
            handoffs: Vec::new(),
        };
        flow.hooks
            .keep_only(decision.winner().map(|winner| winner.member));
        let owner = &turn.query.owner;
        let (delivered, moved_to) = match decision.winner() {
            None => (flow.owner_answers().await, None),
            Some(winner) => {
                let members = catalog.members();
                let declaration = members
                    .get(winner.member)
                    .and_then(|member| member.handoffs().get(winner.handoff));
                match declaration {
                    Some(declaration) => flow.hand_over(winner, declaration).await?,
                    None => (None, None),
                }
            }
        };
        let delivered = match delivered {
            Some(delivered) => delivered,
            None => flow.stand_in().await?,
        };
        let owner = moved_to.unwrap_or_else(|| owner.clone());
        Ok(Finished {
            delivered,
            owner,
            legs: flow.legs,
            handoffs: flow.handoffs,
            decided_in,
        })
    }

    /// The conversation stays where it is.
    async fn owner_answers(&mut self) -> Option<Delivered> {
        let began = Instant::now();
        let owner = &self.turn.query.owner;
        let answered = match self.desk.directory().get(owner) {
            None => Err(format!("there is no agent `{owner}` any more")),
            Some(agent) => ask(
                agent,
                Assignment {
                    turn: self.turn.clone(),
                    text: self.turn.query.text.clone(),
                    context: None,
                    deltas: self.deltas.clone(),
                },
                None,
            )
            .await
            .map_err(|failure| failure.to_string()),
        };
        let end = match &answered {
            Ok(_) => LegEnd::Answered,
            Err(why) => {
                self.turn.record(EventKind::AgentFailed {
                    agent: owner.clone(),
                    why: why.clone(),
                });
                LegEnd::Failed(why.clone())
            }
        };
        self.legs.push(Leg {
            agent: owner.clone(),
            handoff: None,
            reason: None,
            chosen_by: None,
            confidence: None,
            context: None,
            end,
            took: began.elapsed(),
        });
        let reply = answered.ok()?;
        Some(Delivered {
            agent: owner.clone(),
            reply,
            stand_in: StandIn::None,
        })
    }

    /// Hands over to the target, or to one of its alternatives when it fails.
    /// Says besides who has the conversation now, if that has changed.
    async fn hand_over(
        &mut self,
        winner: &Candidate,
        declaration: &HandoffDeclaration,
    ) -> Result<(Option<Delivered>, Option<AgentName>), StoreError> {
        let source = &self.turn.query.owner;
        let first = &winner.proposal.target;
        let directory = self.desk.directory();
        let alternatives = directory
            .get(first)
            .map(|agent| agent.card().alternatives.clone())
            .unwrap_or_default();
        let mut reason = winner.proposal.reason.unwrap_or(declaration.reason);
        for target in std::iter::once(first).chain(&alternatives) {
            let borders = Borders {
                policy: self.desk.policy(),
                agents: directory,
            };
            if target == source || borders.forbids(self.turn, source, target).is_some() {
                continue;
            }
            let draft = Draft {
                source: source.clone(),
                target: target.clone(),
                reason,
                confidence: winner.proposal.confidence,
                instructions: winner.proposal.instructions.clone(),
                findings: winner.proposal.findings.clone(),
                metadata: declaration.metadata.clone(),
                chain: self.chain(),
                state: self.state(),
            };
            let chosen_by = Some((winner.skill.clone(), winner.condition.clone()));
            let delivered = self
                .attempt(
                    target,
                    draft,
                    Some(winner.member),
                    chosen_by,
                    declaration.timeout,
                )
                .await?;
            if let Some(delivered) = delivered {
                let moves = declaration.ownership == Ownership::Moves
                    && declaration.mode != Mode::Delegation
                    && delivered.stand_in == StandIn::None;
                return Ok((Some(delivered), moves.then(|| target.clone())));
            }
            reason = Reason::Failure;
        }
        Ok((None, None))
    }

    /// The fallback agent answers, and if it cannot either, a fixed text does.
    async fn stand_in(&mut self) -> Result<Delivered, StoreError> {
        let fallback = self.desk.directory().fallback().cloned();
        // Whoever has just failed is not asked again.
        let untried = fallback.filter(|name| !self.legs.iter().any(|leg| leg.agent == *name));
        if let Some(name) = untried {
            let draft = Draft {
                source: self.turn.query.owner.clone(),
                target: name.clone(),
                reason: Reason::Recovery,
                confidence: Confidence::CERTAIN,
                instructions: String::new(),
                findings: Findings::new(),
                metadata: Findings::new(),
                chain: self.chain(),
                state: self.state(),
            };
            if let Some(delivered) = self.attempt(&name, draft, None, None, None).await? {
                return Ok(Delivered {
                    stand_in: StandIn::Agent,
                    ..delivered
                });
            }
        }
        Ok(Delivered {
            agent: AgentName::from("desk"),
            reply: Reply {
                text: self.desk.policy().local_reply.clone(),
                ..Reply::default()
            },
            stand_in: StandIn::Local,
        })
    }

    async fn attempt(
        &mut self,
        target: &AgentName,
        draft: Draft,
        chooser: Option<usize>,
        chosen_by: Option<(SkillName, FunctionName)>,
        limit: Option<Duration>,
    ) -> Result<Option<Delivered>, StoreError> {
        let Some(agent) = self.desk.directory().get(target) else {
            return Ok(None);
        };
        let attempt = Attempt {
            agent,
            draft,
            chooser,
            chosen_by,
            limit,
        };
        let Attempted {
            leg,
            handoff,
            delivered,
        } = attempt
            .run(
                self.turn,
                &mut self.hooks,
                self.desk.store(),
                self.deltas.clone(),
            )
            .await?;
        self.legs.push(leg);
        self.handoffs.extend(handoff);
        Ok(delivered)
    }

    /// Everybody who has had the task in this turn.
    fn chain(&self) -> Vec<AgentName> {
        let mut chain = vec![self.turn.query.owner.clone()];
        for leg in &self.legs {
            if !chain.contains(&leg.agent) {
                chain.push(leg.agent.clone());
            }
        }
        chain
    }

    /// What went wrong before, for whoever is to do better.
    fn state(&self) -> String {
        self.legs
            .iter()
            .filter_map(|leg| match &leg.end {
                LegEnd::Answered => None,
                LegEnd::Rejected(why) | LegEnd::Failed(why) => {
                    Some(format!("{} could not answer: {why}\n", leg.agent))
                }
            })
            .collect()
    }
}

#[cfg(test)]
mod tests;
