//! Agents as skills may ask them, under the same rules as a handoff.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;

use super::{
    Agent, AgentFailure, Assignment, Directory, Policy,
    cashier::Cashier,
    finder::{Finder, SKILLS_PATIENCE},
    policy::Borders,
};
use crate::{
    contract::Reason,
    conversation::{
        Colleague, ColleagueAnswer, ColleagueError, Colleagues, FoundAgent, SearchBroken, Turn,
    },
    discovery::Meanings,
    id::AgentName,
    routing::Territory,
};

/// The agents and what the operator allows them.
pub(super) struct Staff {
    pub(super) agents: Arc<Directory>,
    pub(super) policy: Policy,
    pub(super) cashier: Arc<Cashier>,
    pub(super) finder: Arc<Finder>,
}

impl Staff {
    pub(super) fn new(
        agents: Directory,
        policy: Policy,
        cashier: Arc<Cashier>,
        meanings: Option<Arc<dyn Meanings>>,
    ) -> Self {
        let agents = Arc::new(agents);
        Self {
            finder: Arc::new(Finder::new(agents.clone(), meanings)),
            agents,
            policy,
            cashier,
        }
    }

    /// Whoever steps in last for every agent stands in its lists too, so that a
    /// skill need not know the desk's own roles.
    fn colleague(&self, agent: &Arc<dyn Agent>) -> Colleague {
        let card = agent.card();
        let with_last = |list: &[AgentName], last: Option<&AgentName>| {
            let last = last.filter(|last| **last != card.name && !list.contains(last));
            list.iter().chain(last).cloned().collect()
        };
        Colleague {
            name: card.name.clone(),
            description: card.description.clone(),
            examples: card.examples.clone(),
            skills: card.skills.iter().map(|skill| skill.name.clone()).collect(),
            kind: card.kind,
            alternatives: with_last(&card.alternatives, self.agents.fallback()),
            escalation: with_last(&card.escalation, self.policy.human.as_ref()),
            readiness: agent.readiness(),
            price: self.policy.payments.prices.get(&card.name).copied(),
        }
    }
}

impl Colleagues for Staff {
    fn list(&self) -> Vec<Colleague> {
        self.agents
            .all()
            .map(|agent| self.colleague(agent))
            .collect()
    }

    fn describe(&self, name: &AgentName) -> Option<Colleague> {
        self.agents.get(name).map(|agent| self.colleague(agent))
    }

    fn find(
        self: Arc<Self>,
        turn: Arc<Turn>,
        wish: String,
        most: usize,
    ) -> BoxFuture<'static, Result<Vec<FoundAgent>, SearchBroken>> {
        Box::pin(async move {
            let search = self.finder.search(&wish, SKILLS_PATIENCE).await?;
            let borders = Borders {
                policy: &self.policy,
                agents: &self.agents,
            };
            let owner = &turn.query.owner;
            let may = |name: &AgentName| {
                let forbids = |reason| borders.forbids(&turn, owner, name, reason);
                name != owner && forbids(Reason::Specialization).is_none()
            };
            Ok(search.take(most, may))
        })
    }

    fn ask(
        &self,
        turn: &Arc<Turn>,
        name: AgentName,
        text: String,
        limit: Option<Duration>,
    ) -> BoxFuture<'static, Result<ColleagueAnswer, ColleagueError>> {
        let Some(agent) = self.agents.get(&name).cloned() else {
            return Box::pin(async { Err(ColleagueError::Unknown(name)) });
        };
        let borders = Borders {
            policy: &self.policy,
            agents: &self.agents,
        };
        // The owner may always be asked: the conversation is its own.
        if name != turn.query.owner
            && let Some(why) = borders.forbids(turn, &turn.query.owner, &name, Reason::Delegation)
        {
            return Box::pin(async { Err(ColleagueError::NotAllowed(why)) });
        }
        let (turn, cashier) = (turn.clone(), self.cashier.clone());
        Box::pin(async move {
            let mut bill = cashier.bill(&name, None);
            if let Some(bill) = &mut bill {
                let opened = cashier.open(&turn, bill).await;
                let opened = opened.map_err(|error| ColleagueError::Failed {
                    agent: name.clone(),
                    why: error.to_string(),
                })?;
                if let Err(why) = opened {
                    cashier.refused(&turn, bill, &why);
                    return Err(ColleagueError::Payment { agent: name, why });
                }
            }
            let assignment = Assignment {
                text: text.into(),
                limit,
                ..Assignment::of(&turn)
            };
            let answered = agent.answer(assignment).await;
            if let Some(bill) = &bill {
                match &answered {
                    Err(_) => cashier.forgive(&turn, bill),
                    Ok(_) => {
                        if let Err(why) = cashier.pay(&turn, bill).await {
                            cashier.forgive(&turn, bill);
                            return Err(ColleagueError::Payment { agent: name, why });
                        }
                    }
                }
            }
            match answered {
                Ok(reply) => Ok(ColleagueAnswer {
                    agent: name,
                    reply: reply.text,
                    insights: reply.insights.into_iter().collect(),
                }),
                Err(AgentFailure::Timeout(limit)) => {
                    Err(ColleagueError::Timeout { agent: name, limit })
                }
                Err(failure) => Err(ColleagueError::Failed {
                    agent: name,
                    why: failure.to_string(),
                }),
            }
        })
    }
}
