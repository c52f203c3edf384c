//! The other agents of a case.

use std::{collections::BTreeMap, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Calls,
    case::{AgentCase, FoundCase},
};
use crate::{
    conversation::{
        Basis, Colleague, ColleagueAnswer, ColleagueError, Colleagues, FoundAgent, Readiness,
        SearchBroken, Turn,
    },
    discovery::Found,
    id::AgentName,
};

/// How long a question may take where the skill does not say.
const PATIENCE: Duration = Duration::from_secs(30);

/// The other agents of a case, who answer as it says.
pub(super) struct Staff {
    pub(super) agents: BTreeMap<String, AgentCase>,
    pub(super) found: Vec<FoundCase>,
    pub(super) calls: Calls,
}

impl Staff {
    fn colleague(name: &str, agent: &AgentCase) -> Colleague {
        Colleague {
            name: AgentName::from(name),
            description: agent.description.clone(),
            examples: Vec::new(),
            skills: Vec::new(),
            kind: "scripted",
            alternatives: Vec::new(),
            escalation: Vec::new(),
            price: agent.price,
            readiness: match agent.busy {
                true => Readiness::Busy,
                false => Readiness::Ready,
            },
        }
    }
}

impl Colleagues for Staff {
    fn list(&self) -> Vec<Colleague> {
        let agents = self.agents.iter();
        agents
            .map(|(name, agent)| Self::colleague(name, agent))
            .collect()
    }

    fn describe(&self, name: &AgentName) -> Option<Colleague> {
        let agent = self.agents.get(name.as_str())?;
        Some(Self::colleague(name.as_str(), agent))
    }

    fn find(
        self: Arc<Self>,
        _: Arc<Turn>,
        wish: String,
        most: usize,
    ) -> BoxFuture<'static, Result<Vec<FoundAgent>, SearchBroken>> {
        self.calls.note(format!("find {wish}"));
        let found = self.found.iter().take(most).map(|one| FoundAgent {
            found: Found {
                agent: AgentName::from(one.agent.as_str()),
                score: one.score,
                skill: one.skill.clone(),
                nearest: one.why.clone(),
            },
            basis: Basis::Words,
        });
        let found = found.collect();
        async { Ok(found) }.boxed()
    }

    fn ask(
        &self,
        _: &Arc<Turn>,
        agent: AgentName,
        text: String,
        limit: Option<Duration>,
    ) -> BoxFuture<'static, Result<ColleagueAnswer, ColleagueError>> {
        self.calls.note(format!("ask {agent}: {text}"));
        let Some(case) = self.agents.get(agent.as_str()).cloned() else {
            return async { Err(ColleagueError::Unknown(agent)) }.boxed();
        };
        let limit = limit.unwrap_or(PATIENCE);
        async move {
            let takes = Duration::from_millis(case.after_ms);
            tokio::time::sleep(takes.min(limit)).await;
            if takes > limit {
                return Err(ColleagueError::Timeout { agent, limit });
            }
            match case.fails {
                Some(why) => Err(ColleagueError::Failed { agent, why }),
                None => Ok(ColleagueAnswer {
                    agent,
                    reply: case.reply,
                    insights: case.insights.into_iter().collect(),
                }),
            }
        }
        .boxed()
    }
}
