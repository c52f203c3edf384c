//! Runs the skills' tools that an agent calls in a turn.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use async_trait::async_trait;
use serde_json::{Map, Value};
use sha2::{Digest, Sha256};

use super::{
    OfferedTool, Store, StoreError, ToolAccess, ToolLimits, ToolName, ToolResult, Toolbox,
};
use crate::{
    contract::{Caller, CallerKind, Effect, Session, ToolDeclaration, ToolError},
    conversation::{
        EventKind, Execution, History, Message, MessageList, Speaker, ToolCall, ToolEnd, Turn,
        execution,
    },
    id::{AgentName, MessageId},
    routing::{Admission, Catalog, Member, note_fault},
    trace::{self, Span},
    trust::Trust,
};

/// The place of one skill's instance: empty before the first call, while a
/// call is under way, and after a call that went wrong.
type Place = Arc<tokio::sync::Mutex<Option<Box<dyn Session>>>>;

/// The instances whose tools agents call in a turn: one of each skill, which
/// does one thing at a time. Branches of a turn share them.
#[derive(Default)]
pub(super) struct Instances(Mutex<HashMap<usize, Place>>);

impl Instances {
    fn place(&self, member: usize) -> Place {
        let mut places = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        places.entry(member).or_default().clone()
    }
}

/// The tools of one agent in one turn.
pub(super) struct Workbench {
    pub(super) agent: AgentName,
    pub(super) turn: Arc<Turn>,
    pub(super) store: Arc<dyn Store>,
    pub(super) catalog: Arc<Catalog>,
    pub(super) access: ToolAccess,
    pub(super) instances: Arc<Instances>,
    /// Handoffs on the way to this agent.
    pub(super) hops: usize,
}

/// A tool that may be called.
struct Found<'a> {
    at: usize,
    member: &'a Member,
    declaration: &'a ToolDeclaration,
}

impl Workbench {
    /// The tools that the operator lets the agent call, and the user too.
    fn allowed(&self) -> impl Iterator<Item = Found<'_>> {
        let members = self.catalog.members().iter().enumerate();
        members.flat_map(move |(at, member)| {
            let tools = member.skill.manifest().tools.iter();
            tools
                .map(move |declaration| Found {
                    at,
                    member,
                    declaration,
                })
                .filter(|found| {
                    let (skill, tool) = (found.member.name(), &found.declaration.name);
                    found.member.terms.admission == Admission::Admitted
                        && self.access.tools.iter().any(|t| t.names(skill, tool))
                        && self.turn.query.lacks(&found.declaration.scopes).is_none()
                })
        })
    }

    /// The same for the same work: for every attempt at it, whichever agent
    /// makes it and in whichever turn.
    fn key(&self, tool: &ToolName, arguments: &Map<String, Value>) -> String {
        let arguments = Value::Object(arguments.clone()).to_string();
        let mut hash = Sha256::new();
        for part in [self.turn.task.as_str(), &tool.to_string(), &arguments] {
            hash.update(part);
            hash.update([0]);
        }
        let hash: [u8; 32] = hash.finalize().into();
        hex::encode(&hash[..16])
    }

    /// What is known of an earlier call with this key.
    fn before(&self, key: &str) -> Result<Execution, String> {
        let now = MessageList(self.turn.with_effects(|effects| effects.messages.clone()));
        for history in [&now as &dyn History, &*self.turn.history] {
            match execution(history, key) {
                Ok(Execution::Never) => {}
                Ok(known) => return Ok(known),
                Err(error) => return Err(error.to_string()),
            }
        }
        Ok(Execution::Never)
    }

    fn say(&self, message: Message) {
        let message = Arc::new(message);
        self.turn
            .with_effects(|effects| effects.messages.push(message));
    }

    /// Puts the calls so far on record for good: what the next one does outside
    /// is not undone when this host stops.
    async fn keep_calls(&self) -> Result<(), StoreError> {
        let messages = self.turn.with_effects(|effects| effects.messages.clone());
        let conversation = &self.turn.query.conversation;
        self.store.keep_calls(conversation, messages).await
    }

    /// A call that had no effect may be made again.
    fn forget_key(&self, id: &str) {
        self.turn.with_effects(|effects| {
            let messages = effects.messages.iter_mut().rev();
            for message in messages.map(Arc::make_mut) {
                if let Some(call) = message.calls.iter_mut().find(|call| call.id == id) {
                    call.key.clear();
                    return;
                }
            }
        });
    }

    async fn run(
        &self,
        found: Found<'_>,
        tool: &ToolName,
        arguments: Map<String, Value>,
        limit: Duration,
        span: &mut Span,
    ) -> (ToolEnd, String) {
        if found.member.quarantine.is_active() {
            let why = "this tool is out of order until an operator has looked at it";
            return (ToolEnd::NotMade, why.to_owned());
        }
        let fits = found.declaration.accepts(&Value::Object(arguments.clone()));
        if let Err(wrong) = fits {
            return (ToolEnd::NotMade, format!("error: {wrong}"));
        }
        let place = self.instances.place(found.at);
        let Ok(mut place) = tokio::time::timeout(limit, place.lock_owned()).await else {
            return (ToolEnd::NotMade, "there is no time left for it".to_owned());
        };
        let key = match found.declaration.effect {
            Effect::Read => String::new(),
            Effect::Write => self.key(tool, &arguments),
        };
        if !key.is_empty() {
            match self.before(&key) {
                Ok(Execution::Never) => {}
                Ok(Execution::Done(result)) => {
                    return (ToolEnd::Repeated, result.content.to_string());
                }
                Ok(Execution::Unknown) => {
                    let why = "this was called before, and may or may not have been done; it is \
                               not done again";
                    return (ToolEnd::Repeated, why.to_owned());
                }
                Err(why) => return (ToolEnd::NotMade, why),
            }
        }
        let id = MessageId::generate().to_string();
        span.note("gen_ai.tool.call.id", || Some(id.clone()));
        let has_effect = !key.is_empty() && found.member.skill.acts_outside();
        let call = ToolCall {
            id: id.clone(),
            name: tool.to_string(),
            arguments: arguments.clone(),
            key,
        };
        // First on record: the future may be dropped while the tool works.
        self.say(Message::from_agent(self.agent.clone(), "").calling(vec![call]));
        if has_effect && let Err(why) = self.keep_calls().await {
            self.forget_key(&id);
            let why = format!("error: this call cannot be put on record: {why}");
            self.say(Message::from_tool(tool.to_string(), id, why.as_str()));
            return (ToolEnd::NotMade, why);
        }
        let mut session = match place.take() {
            Some(session) => session,
            None => found.member.skill.clone().open(&self.turn),
        };
        let caller = Caller {
            kind: CallerKind::Agent,
            name: self.agent.to_string(),
            user: self.turn.query.user.clone(),
            conversation: Some(self.turn.query.conversation.clone()),
            scopes: self.turn.query.scopes.clone(),
        };
        let arguments = Value::Object(arguments);
        let called = session.call(&tool.tool, &arguments, &caller);
        let (end, text) = match tokio::time::timeout(limit, called).await {
            Ok(Ok(value)) => {
                *place = Some(session);
                match value {
                    Value::String(text) => (ToolEnd::Done, text),
                    other => (ToolEnd::Done, other.to_string()),
                }
            }
            Ok(Err(refused @ ToolError::Refused { .. })) => {
                *place = Some(session);
                self.forget_key(&id);
                (ToolEnd::Refused, format!("error: {refused}"))
            }
            // An instance is never used after a fault, or after being broken off.
            Ok(Err(ToolError::Fault(fault))) => {
                let during = format!("tool {}", tool.tool);
                note_fault(found.member, &self.turn, &during, &fault);
                (ToolEnd::Failed, format!("error: the tool failed: {fault}"))
            }
            Err(_) => (
                ToolEnd::Failed,
                "error: the tool has not answered in time".to_owned(),
            ),
        };
        let mut result = Message::from_tool(tool.to_string(), id, text.as_str());
        result.trust = self.trust(tool);
        self.say(result);
        (end, text)
    }

    /// A skill that was told something less believable may pass it on.
    fn trust(&self, tool: &ToolName) -> Trust {
        self.turn.trust_after(&tool.skill, self.hops)
    }
}

#[async_trait]
impl Toolbox for Workbench {
    fn offered(&self) -> Vec<OfferedTool> {
        self.allowed()
            .filter(|found| !found.member.quarantine.is_active())
            .map(|found| OfferedTool {
                name: ToolName {
                    skill: found.member.name().clone(),
                    tool: found.declaration.name.clone(),
                },
                description: found.declaration.description.clone(),
                parameters: found.declaration.parameters.clone(),
            })
            .collect()
    }

    fn limits(&self) -> ToolLimits {
        self.access.limits
    }

    async fn call(
        &self,
        tool: &ToolName,
        arguments: Map<String, Value>,
        limit: Duration,
    ) -> ToolResult {
        let began = Instant::now();
        let mut span = Span::below(|| trace::tool(tool.to_string(), tool.skill.as_str()));
        span.tell("gen_ai.tool.call.arguments", || {
            Value::Object(arguments.clone()).to_string()
        });
        let found = self.allowed().find(|found| {
            *found.member.name() == tool.skill && found.declaration.name == tool.tool
        });
        let (end, text) = match found {
            None => (ToolEnd::NotMade, format!("there is no tool `{tool}`")),
            Some(found) => {
                let place = span.place();
                let run = self.run(found, tool, arguments, limit, &mut span);
                place.around(run).await
            }
        };
        span.tell("gen_ai.tool.call.result", || text.clone());
        span.end(end.error());
        self.turn.record(EventKind::ToolCalled {
            agent: self.agent.clone(),
            skill: tool.skill.clone(),
            tool: tool.tool.clone(),
            outcome: end,
            milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
        });
        ToolResult {
            text,
            trust: self.trust(tool),
            end,
        }
    }
}

/// The tools that were called in this turn so far, as messages. An agent that
/// is to know nothing of the conversation sees its own alone.
pub(super) fn executed(turn: &Turn, only: Option<&AgentName>) -> Vec<Arc<Message>> {
    let messages = turn.with_effects(|effects| effects.messages.clone());
    let Some(only) = only else { return messages };
    let mut calls: Vec<String> = Vec::new();
    let own = |message: &Arc<Message>| match &message.speaker {
        Speaker::Agent { agent } if agent == only => {
            calls.extend(message.calls.iter().map(|call| call.id.clone()));
            true
        }
        Speaker::Tool { answers, .. } => calls.contains(answers),
        _ => false,
    };
    messages.into_iter().filter(own).collect()
}

#[cfg(test)]
mod tests;
