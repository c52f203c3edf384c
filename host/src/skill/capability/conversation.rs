//! `conversation`: the conversation that the turn belongs to.

use super::{error, not_granted};
use crate::{
    conversation::{Message as Said, Speaker, ToolCall},
    id::MessageId,
    skill::{
        bindings::baton::skill::{
            conversation::Host,
            types::{Error, MessageResult as Message, PairResult, ToolCallResult as Call},
        },
        convert::{line, milliseconds},
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
        let noted = turn.metadata(&name);
        if let Some(noted) = &noted {
            turn.tell(&self.permit.skill, noted.trust);
        }
        Ok(Ok(noted.map(|noted| noted.value.to_string())))
    }

    fn set_metadata(&mut self, name: String, value: String) -> wasmtime::Result<Result<(), Error>> {
        let Some(turn) = self.enter_granted(Grant::Conversation)? else {
            return Ok(Err(not_granted(self, Grant::Conversation)));
        };
        if !self.may_write() {
            let why = "a condition may read metadata, hooks and tools may write it";
            return Ok(Err(error("not-allowed", why)));
        }
        let value = match serde_json::from_str(&value) {
            Ok(value) => value,
            Err(wrong) => return Ok(Err(error("invalid", format!("not JSON: {wrong}")))),
        };
        let trust = turn.trust_in(&self.permit.skill);
        turn.with_effects(|effects| effects.metadata.note(line(&name), value, trust));
        Ok(Ok(()))
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

pub(in crate::skill) fn message(said: &Said) -> Message {
    let (role, agent, answers) = match &said.speaker {
        Speaker::User => ("user", None, None),
        Speaker::Operator => ("operator", None, None),
        Speaker::Agent { agent } => ("agent", Some(agent.to_string()), None),
        Speaker::Tool { answers, .. } => ("tool", None, Some(answers.clone())),
    };
    Message {
        id: said.id.to_string(),
        time: milliseconds(said.time),
        role: role.to_owned(),
        content: said.content.to_string(),
        agent,
        tool_calls: said.calls.iter().map(tool_call).collect(),
        answers,
        trust: said.trust.percent(),
        extra: Vec::new(),
    }
}

fn tool_call(call: &ToolCall) -> Call {
    Call {
        id: call.id.clone(),
        name: call.name.clone(),
        arguments: serde_json::Value::Object(call.arguments.clone()).to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::id::AgentName;

    #[test]
    fn a_skill_reads_calls_and_results_as_messages_that_belong_together() {
        let call = ToolCall {
            id: "1".to_owned(),
            name: "refund".to_owned(),
            arguments: serde_json::Map::from_iter([("order".to_owned(), 7.into())]),
            key: "k".to_owned(),
        };
        let asked = message(&Said::from_agent(AgentName::from("a"), "").calling(vec![call]));
        assert_eq!(asked.tool_calls.len(), 1);
        assert_eq!(asked.tool_calls[0].arguments, r#"{"order":7}"#);
        let answered = message(&Said::from_tool("refund", "1", "done"));
        assert_eq!(answered.role, "tool");
        assert_eq!(answered.answers.as_deref(), Some("1"));
    }
}
