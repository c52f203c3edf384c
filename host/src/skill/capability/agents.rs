//! `agents`: other agents, asked beside the conversation.

use std::time::Duration;

use serde_json::{Value, json};
use wasmtime::component::Resource;

use super::{
    error, not_granted,
    waiting::{Answered, Pending},
    wrong_handle,
};
use crate::{
    conversation::{Colleague, ColleagueError, Readiness, Trust},
    id::AgentName,
    skill::{
        bindings::baton::skill::{
            agents::{Agent, Answer, Host},
            types::{Error, PairResult},
        },
        grant::Grant,
        guest::Guest,
    },
};

impl Host for Guest {
    fn list_agents(&mut self) -> wasmtime::Result<Result<Vec<Agent>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Agents)? else {
            return Ok(Err(not_granted(self, Grant::Agents)));
        };
        Ok(Ok(turn
            .colleagues
            .list()
            .into_iter()
            .map(convert)
            .collect()))
    }

    fn describe_agent(&mut self, name: String) -> wasmtime::Result<Result<Agent, Error>> {
        let Some(turn) = self.enter_granted(Grant::Agents)? else {
            return Ok(Err(not_granted(self, Grant::Agents)));
        };
        let name = AgentName::from(name);
        Ok(turn
            .colleagues
            .describe(&name)
            .map(convert)
            .ok_or_else(|| unknown(&name)))
    }

    fn available(&mut self, name: String) -> wasmtime::Result<Result<bool, Error>> {
        let Some(turn) = self.enter_granted(Grant::Agents)? else {
            return Ok(Err(not_granted(self, Grant::Agents)));
        };
        let name = AgentName::from(name);
        let colleague = turn.colleagues.describe(&name);
        Ok(colleague
            .map(|c| c.readiness == Readiness::Ready)
            .ok_or_else(|| unknown(&name)))
    }

    fn start_query(
        &mut self,
        agent: String,
        text: String,
        timeout_ms: Option<u32>,
    ) -> wasmtime::Result<Result<Resource<Pending>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Agents)? else {
            return Ok(Err(not_granted(self, Grant::Agents)));
        };
        let limit = timeout_ms.map(|ms| Duration::from_millis(ms.into()));
        let work = turn
            .colleagues
            .ask(&turn, AgentName::from(agent), text, limit);
        Ok(self.start(async { Answered::Colleague(work.await) }))
    }

    async fn finish_query(
        &mut self,
        handle: Resource<Pending>,
    ) -> wasmtime::Result<Result<Answer, Error>> {
        self.enter()?;
        let pending = self.handles.delete(handle)?;
        let result = pending.result().await;
        self.waited();
        if let Some(turn) = &self.turn {
            turn.tell(&self.permit.skill, Trust::MODEL);
        }
        Ok(match result {
            None => Err(error("failed", "the query was broken off")),
            Some(Answered::Colleague(Ok(answer))) => Ok(Answer {
                agent: answer.agent.to_string(),
                reply: answer.reply,
                insights: answer
                    .insights
                    .into_iter()
                    .map(|(name, value)| PairResult {
                        name,
                        value: value.to_string(),
                    })
                    .collect(),
                extra: Vec::new(),
            }),
            Some(Answered::Colleague(Err(failed))) => {
                let code = match failed {
                    ColleagueError::Unknown(_) => "not-found",
                    ColleagueError::NotAllowed(_) => "not-allowed",
                    ColleagueError::Payment { ref why, .. } => why.code(),
                    ColleagueError::Timeout { .. } => "timeout",
                    ColleagueError::Failed { .. } => "failed",
                };
                Err(error(code, failed.to_string()))
            }
            Some(_) => Err(wrong_handle("a query")),
        })
    }
}

fn unknown(name: &AgentName) -> Error {
    error(
        "not-found",
        ColleagueError::Unknown(name.clone()).to_string(),
    )
}

fn pair(name: &str, value: Value) -> PairResult {
    PairResult {
        name: name.to_owned(),
        value: value.to_string(),
    }
}

fn convert(colleague: Colleague) -> Agent {
    let mut extra = vec![
        pair("kind", json!(colleague.kind)),
        pair("alternatives", json!(colleague.alternatives)),
        pair("escalation", json!(colleague.escalation)),
    ];
    extra.extend(colleague.price.map(|price| pair("price", json!(price))));
    Agent {
        name: colleague.name.to_string(),
        description: colleague.description,
        examples: colleague.examples,
        skills: colleague.skills,
        state: colleague.readiness.as_str().to_owned(),
        extra,
    }
}
