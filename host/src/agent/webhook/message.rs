//! What a web server is sent, and what it answers.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    contract::{Confidence, Findings, Reason},
    conversation::{Message, SavedState, Speaker, Trust, Turn},
    handoff::{AgentFailure, Assignment, Exchange, HandoffCall, Purpose, Reply, Templates},
    id::{AgentName, SkillName},
};

/// Messages of the conversation that are sent at most, as models are.
const TRANSCRIPT: usize = 200;

/// The version of what is kept for an agent.
const STATE: u32 = 1;

/// Bytes that an agent may have kept: a page of notes. What is more belongs
/// into a store of its own.
const MAX_STATE: usize = 64 * 1024;

/// Characters of a refusal that are quoted.
const QUOTE: usize = 200;

/// The body of a request.
pub(super) fn request(
    assignment: &Assignment,
    agent: &AgentName,
    templates: &Templates,
) -> Result<Value, AgentFailure> {
    let turn = &assignment.turn;
    let context = assignment.context.as_deref();
    let context_json = context.map(serde_json::to_value).transpose();
    let said = assignment.transcript(TRANSCRIPT)?;
    let targets = assignment.may_hand_to.iter();
    let targets: Vec<Value> = targets
        .map(|colleague| json!({ "agent": colleague.name, "description": colleague.description }))
        .collect();
    Ok(json!({
        "type": match assignment.purpose {
            Purpose::Answer => "message.answer",
            Purpose::Decide => "message.decide",
            Purpose::Approve => "handoff.approve",
        },
        "timestamp": jiff::Timestamp::now(),
        "data": {
            "agent": agent,
            "conversation": turn.query.conversation,
            "user": turn.query.user,
            "turn": turn.query.turn,
            "message": &*assignment.text,
            "history": said.iter().filter_map(told).collect::<Vec<Value>>(),
            "instructions": context.map(|context| templates.render(context)),
            "context": context_json.map_err(|error| AgentFailure::Failed(error.to_string()))?,
            "handoffs": targets,
            "exchanges": assignment.exchanges.iter().map(exchange).collect::<Vec<Value>>(),
            "state": state(turn, agent)?,
        },
    }))
}

fn told(message: &Arc<Message>) -> Option<Value> {
    let text = message.content.trim();
    let (role, agent) = match &message.speaker {
        Speaker::User => ("user", None),
        Speaker::Agent { agent } => ("agent", Some(agent)),
        Speaker::Operator | Speaker::Tool { .. } => return None,
    };
    (!text.is_empty()).then(|| json!({ "role": role, "agent": agent, "text": text }))
}

/// A handoff that it called for in this assignment, and what came of it.
fn exchange(exchange: &Exchange) -> Value {
    let target = &exchange.call.target;
    match &exchange.result {
        Ok(answer) => json!({ "target": target, "agent": answer.agent, "reply": answer.reply }),
        Err(refused) => json!({ "target": target, "refused": refused.to_string() }),
    }
}

/// The same work has the same id, however often and by whichever attempt it is
/// sent: the server need not do it twice.
pub(super) fn webhook_id(assignment: &Assignment, agent: &AgentName) -> String {
    let mut hash = Sha256::new();
    let exchanges = assignment.exchanges.len().to_string();
    let purpose = format!("{:?}", assignment.purpose);
    let task = assignment.turn.task.as_str();
    for part in [task, agent.as_str(), &assignment.text, &exchanges, &purpose] {
        hash.update((part.len() as u64).to_le_bytes());
        hash.update(part);
    }
    let hash: [u8; 32] = hash.finalize().into();
    format!("msg_{}", hex::encode(&hash[..16]))
}

/// An answer.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Said {
    #[serde(default)]
    reply: String,
    #[serde(default)]
    handoff: Option<Wanted>,
    #[serde(default)]
    insights: Findings,
    /// To be sent with the next request of the conversation.
    #[serde(default)]
    state: Option<Value>,
}

/// A handoff that it calls for instead of answering.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    target: AgentName,
    #[serde(default)]
    reason: Option<Reason>,
    #[serde(default)]
    instructions: String,
    #[serde(default)]
    findings: Findings,
    #[serde(default)]
    confidence: Option<Confidence>,
}

impl Said {
    /// What it means; what it wants to remember is kept with the turn.
    pub(super) fn into_reply(
        self,
        assignment: &Assignment,
        agent: &AgentName,
    ) -> Result<Reply, AgentFailure> {
        if let Some(state) = &self.state {
            keep(&assignment.turn, agent, state)?;
        }
        let handoff = self.handoff.map(|wanted| HandoffCall {
            target: wanted.target,
            reason: wanted.reason,
            instructions: wanted.instructions,
            findings: wanted.findings,
            confidence: wanted.confidence.unwrap_or(Confidence::CERTAIN),
        });
        if let Some(call) = &handoff
            && !assignment.may_hand_to.iter().any(|c| c.name == call.target)
        {
            let why = format!("it hands over to `{}`, which it may not reach", call.target);
            return Err(AgentFailure::Failed(why));
        }
        Ok(Reply {
            text: self.reply,
            insights: self.insights,
            handoff,
            ..Reply::default()
        })
    }
}

fn keep(turn: &Turn, agent: &AgentName, state: &Value) -> Result<(), AgentFailure> {
    let value = state.to_string().into_bytes();
    if value.len() > MAX_STATE {
        let why = format!(
            "its `state` has {} bytes; {MAX_STATE} are kept",
            value.len()
        );
        return Err(AgentFailure::Failed(why));
    }
    let state = SavedState {
        version: STATE,
        value: value.into(),
        trust: Trust::TOOL,
    };
    turn.with_effects(|effects| effects.states.insert(place(agent), state));
    Ok(())
}

fn state(turn: &Turn, agent: &AgentName) -> Result<Value, AgentFailure> {
    let saved = turn.state(&place(agent));
    let saved = saved.map_err(|error| AgentFailure::Failed(error.to_string()))?;
    let value = saved.and_then(|saved| serde_json::from_slice(&saved.value).ok());
    Ok(value.unwrap_or_default())
}

/// Kept as what a skill remembers is, under a name that no skill can have.
fn place(agent: &AgentName) -> SkillName {
    SkillName::from(format!("agent/{agent}"))
}

/// On one line and short enough to read.
pub(super) fn quote(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match words.char_indices().nth(QUOTE) {
        _ if words.is_empty() => "no explanation".to_owned(),
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
