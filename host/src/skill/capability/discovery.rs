//! `discovery`: agents by what they are good at.

use serde_json::json;
use wasmtime::component::Resource;

use super::{
    error, not_granted,
    waiting::{Answered, Pending},
    wrong_handle,
};
use crate::{
    conversation::{FoundAgent, SearchBroken},
    skill::{
        bindings::baton::skill::{
            discovery::{Found, Host},
            types::{Error, PairResult},
        },
        grant::Grant,
        guest::Guest,
    },
};

/// Agents that one search returns at most: more than anybody chooses from.
const MOST: u32 = 100;

impl Host for Guest {
    fn start_find(
        &mut self,
        intent: String,
        max_results: u32,
    ) -> wasmtime::Result<Result<Resource<Pending>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Discovery)? else {
            return Ok(Err(not_granted(self, Grant::Discovery)));
        };
        let most = max_results.min(MOST) as usize;
        let work = turn.colleagues.clone().find(turn.clone(), intent, most);
        Ok(self.start(async { Answered::Found(work.await) }))
    }

    async fn finish_find(
        &mut self,
        handle: Resource<Pending>,
    ) -> wasmtime::Result<Result<Vec<Found>, Error>> {
        self.enter()?;
        let pending = self.handles.delete(handle)?;
        let result = pending.result().await;
        self.waited();
        Ok(match result {
            None => Err(error("failed", SearchBroken.to_string())),
            Some(Answered::Found(Ok(found))) => Ok(found.into_iter().map(convert).collect()),
            Some(Answered::Found(Err(broken))) => Err(error("failed", broken.to_string())),
            Some(_) => Err(wrong_handle("a search")),
        })
    }
}

fn convert(FoundAgent { found, basis }: FoundAgent) -> Found {
    let pair = |name: &str, value: &str| PairResult {
        name: name.to_owned(),
        value: json!(value).to_string(),
    };
    let mut extra = vec![pair("by", basis.as_str())];
    extra.extend(basis.why().map(|why| pair("fallback", why)));
    Found {
        agent: found.agent.to_string(),
        score: found.score,
        skill: found.skill,
        why: found.nearest,
        extra,
    }
}
