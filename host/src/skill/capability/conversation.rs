//! `conversation`: the conversation that the turn belongs to.

use super::{error, not_granted};
use crate::{
    conversation::{Message as Said, Speaker},
    id::MessageId,
    skill::{
        bindings::baton::skill::{
            conversation::Host,
            types::{Error, Message, PairResult},
        },
        convert::milliseconds,
        grant::Grant,
        guest::Guest,
    },
};

/// Messages in one page at most; the contract says so.
const PAGE: u32 = 100;

impl Host for Guest {
    fn messages(
        &mut self,
        before: Option<String>,
        limit: u32,
    ) -> wasmtime::Result<Result<Vec<Message>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Conversation)? else {
            return Ok(Err(not_granted(self, Grant::Conversation)));
        };
        let before = before.map(MessageId::from);
        let page = turn.history.page(before.as_ref(), limit.min(PAGE) as usize);
        for said in page.iter().flatten() {
            turn.tell(&self.permit.skill, said.trust);
        }
        Ok(match page {
            Ok(messages) => Ok(messages.iter().map(|said| message(said)).collect()),
            Err(failed) => Err(error("failed", failed.to_string())),
        })
    }

    fn metadata(&mut self, name: String) -> wasmtime::Result<Result<Option<String>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Conversation)? else {
            return Ok(Err(not_granted(self, Grant::Conversation)));
        };
        Ok(Ok(turn.metadata(&name).map(|value| value.to_string())))
    }

    fn profile(&mut self) -> wasmtime::Result<Result<Vec<PairResult>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Conversation)? else {
            return Ok(Err(not_granted(self, Grant::Conversation)));
        };
        let known = turn
            .query
            .user
            .as_ref()
            .and_then(|user| turn.profiles.profile(user));
        Ok(Ok(known
            .iter()
            .flat_map(|profile| profile.iter())
            .map(|(name, value)| PairResult {
                name: name.clone(),
                value: value.to_string(),
            })
            .collect()))
    }
}

fn message(said: &Said) -> Message {
    let (role, agent) = match &said.speaker {
        Speaker::User => ("user", None),
        Speaker::Operator => ("operator", None),
        Speaker::Agent { agent } => ("agent", Some(agent.to_string())),
    };
    Message {
        id: said.id.to_string(),
        time: milliseconds(said.time),
        role: role.to_owned(),
        content: said.content.to_string(),
        agent,
        tool_calls: Vec::new(),
        answers: None,
        trust: said.trust.percent(),
        extra: Vec::new(),
    }
}
