use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Map, Value, json};

use super::{
    EndpointConfig, Model,
    mock::{Mock, calls, refuses, says},
};
use crate::{
    agent::Script,
    contract::{HandoffDeclaration, HistoryPolicy, Mode},
    conversation::{Conversation, Effects, Execution, Message, MessageList, ToolCall, execution},
    handoff::{
        Agent, AgentCard, Answer, Deltas, Desk, Incoming, LegEnd, Policy, Rules, Store, Usage,
    },
    id::{AgentName, ConversationId},
    routing::{Member, Terms},
    store::SqliteStore,
    testing::{Native, agent, answering, desk_of, desk_on, say},
};

fn model(name: &str, mock: &Mock) -> Arc<dyn Agent> {
    let card = AgentCard {
        name: AgentName::from(name),
        kind: "openai",
        description: String::new(),
        examples: Vec::new(),
        skills: Vec::new(),
        scopes: Vec::new(),
        timeout: Duration::from_secs(10),
        alternatives: Vec::new(),
        escalation: Vec::new(),
        at_once: None,
    };
    let endpoint = EndpointConfig::new(mock.url.as_str(), "m");
    Arc::new(Model::new(card, "Be kind.".to_owned(), endpoint).unwrap())
}

fn wants(target: &str) -> Member {
    Native::wants("s", target).on(Terms::default())
}

fn wants_with(target: &str, change: impl FnOnce(&mut HandoffDeclaration)) -> Member {
    Native::wants("s", target)
        .condition(change)
        .on(Terms::default())
}

fn desk(
    agents: Vec<Arc<dyn Agent>>,
    skills: Vec<Member>,
    change: impl FnOnce(&mut Policy),
) -> Desk {
    let mut policy = Policy::default();
    change(&mut policy);
    let general = [answering("general")];
    let agents = agents.into_iter().chain(general).collect();
    desk_of(agents, Some("general"), skills, policy, Rules::default())
}

/// A desk whose conversations go to the model `assistant`, beside `billing`.
fn assistant(mock: &Mock, billing: Arc<dyn Agent>) -> Desk {
    let agents = vec![model("assistant", mock), billing];
    desk(agents, vec![wants("assistant")], |_| {})
}

fn by(answer: &Answer) -> (&str, &str, &str) {
    (
        answer.agent.as_str(),
        answer.reply.as_str(),
        answer.owner.as_str(),
    )
}

fn roles(request: &Value) -> Vec<&str> {
    let messages = request["messages"].as_array().unwrap();
    messages
        .iter()
        .map(|m| m["role"].as_str().unwrap())
        .collect()
}

fn system(request: &Value) -> &str {
    request["messages"][0]["content"].as_str().unwrap()
}

/// The last message is the result of the call in the one before.
fn result(request: &Value) -> &str {
    let messages = request["messages"].as_array().unwrap();
    let [.., asked, result] = messages.as_slice() else {
        panic!("{request:#}")
    };
    let calls = asked["tool_calls"].as_array().unwrap();
    assert_eq!(asked["role"], "assistant");
    assert_eq!(result["role"], "tool");
    assert_eq!(calls[calls.len() - 1]["id"], result["tool_call_id"]);
    result["content"].as_str().unwrap()
}

const HAND_OVER: &str = "hand_over_to_billing";

mod choosing;
mod handing;
mod reading;
mod using;
