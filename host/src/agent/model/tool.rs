//! The tools by which a model hands over, and what its calls mean.

mod schema;

pub(super) use schema::bygone;
use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::{
    client::{ChatCall, ChatReply, ChatTool, ChatTurn},
    foreign::returned,
    transcript::{Made, Round},
};
use crate::{
    contract::{Confidence, Reason},
    conversation::Colleague,
    handoff::{Exchange, HandoffCall, OfferedTool, Purpose, ToolName, callable_and_free},
    id::AgentName,
    trust::{Sanitize, Trust},
};

/// How the tools that hand over begin.
const PREFIX: &str = "hand_over_to_";

/// Calls of one reply that are looked at. Models that call for several things
/// at once call for a handful; a longer list is one that has lost its thread.
const CALLS: usize = 16;

/// Characters of a wrong call that are told back to the model.
const QUOTE: usize = 200;

/// What a model is offered, and whom each tool means.
pub(super) struct Tools {
    targets: Vec<(String, AgentName)>,
    skills: Vec<(String, ToolName)>,
    pub(super) offered: Vec<ChatTool>,
    /// The tool by which nothing is handed over.
    otherwise: Option<&'static str>,
}

/// What a model's reply means.
pub(super) enum Heard {
    /// It answers in words.
    Words,
    /// It calls these tools and then hands over; what it wrote besides counts
    /// for nothing.
    HandOver(HandoffCall, Vec<Use>),
    /// It calls tools; those calls of it that make no sense are among them.
    Uses(Vec<Called>),
    /// It decides against a handoff, and says why.
    Declines(String),
    /// It called, and nothing of it can be done; each call with what is wrong.
    Wrong(Round),
}

/// One call of a tool of a skill.
#[derive(Clone, Debug)]
pub(super) struct Use {
    /// As the model calls it.
    pub(super) name: String,
    pub(super) tool: ToolName,
    pub(super) arguments: Map<String, Value>,
}

/// One call of a reply that uses tools.
pub(super) enum Called {
    Tool(Use),
    Wrong(Made),
}

/// What one call means.
enum Meaning {
    HandOver(HandoffCall),
    Declines(String),
    Use(Use),
}

impl Tools {
    pub(super) fn new(
        colleagues: &[Colleague],
        skills: Vec<OfferedTool>,
        purpose: Purpose,
    ) -> Self {
        let mut targets: Vec<(String, AgentName)> = Vec::new();
        let mut offered: Vec<ChatTool> = Vec::new();
        for colleague in colleagues {
            let name = unique(&offered, &format!("{PREFIX}{}", colleague.name));
            offered.push(schema::hand_over(name.clone(), colleague));
            targets.push((name, colleague.name.clone()));
        }
        let otherwise = match purpose {
            Purpose::Answer => None,
            Purpose::Decide => Some(("stay", "Nobody of the others: whoever has it answers.")),
            Purpose::Approve => Some(("decline", "The handoff is not to be made.")),
        };
        offered.extend(otherwise.map(|(name, meaning)| schema::decline(name, meaning)));
        let mut named = Vec::new();
        for skill in skills {
            let name = unique(&offered, &skill.name.to_string());
            named.push((name.clone(), skill.name));
            offered.push(ChatTool {
                name,
                description: skill.description,
                parameters: skill.parameters,
            });
        }
        Self {
            targets,
            skills: named,
            offered,
            otherwise: otherwise.map(|(name, _)| name),
        }
    }

    /// Whether it is offered.
    pub(super) fn offers(&self, name: &str) -> bool {
        self.offered.iter().any(|tool| tool.name == name)
    }

    /// Whether there is anything to call but handoffs.
    pub(super) fn work(&self) -> bool {
        !self.skills.is_empty()
    }

    /// What a reply means. Its first valid handoff decides where it goes on;
    /// the tools that it calls besides are called before.
    pub(super) fn hear(&self, reply: &ChatReply) -> Heard {
        if reply.calls.is_empty() {
            return Heard::Words;
        }
        let mut handoff = None;
        let mut calls = Vec::new();
        for (call, number) in reply.calls.iter().zip(1..) {
            let meaning = match number {
                ..=CALLS => self.understand(call, reply.truncated),
                _ => Err(format!(
                    "it is the call number {number}, and {CALLS} are all"
                )),
            };
            match meaning {
                Ok(Meaning::Declines(why)) if handoff.is_none() => return Heard::Declines(why),
                Ok(Meaning::HandOver(call)) if handoff.is_none() => handoff = Some(call),
                // The first one decides.
                Ok(Meaning::Declines(_) | Meaning::HandOver(_)) => {}
                Ok(Meaning::Use(call)) => calls.push(Called::Tool(call)),
                Err(why) => calls.push(Called::Wrong(self.wrong(call, &why))),
            }
        }
        if let Some(handoff) = handoff {
            let uses = calls.into_iter().filter_map(|call| match call {
                Called::Tool(call) => Some(call),
                Called::Wrong(_) => None,
            });
            return Heard::HandOver(handoff, uses.collect());
        }
        if calls.iter().any(|call| matches!(call, Called::Tool(_))) {
            return Heard::Uses(calls);
        }
        let calls = calls.into_iter().filter_map(|call| match call {
            Called::Wrong(made) => Some(made),
            Called::Tool(_) => None,
        });
        Heard::Wrong(Round {
            calls: calls.collect(),
        })
    }

    fn wrong(&self, call: &ChatCall, why: &str) -> Made {
        // Who has tools may do better with the next call.
        let then = if self.work() {
            ""
        } else {
            " Answer the user yourself."
        };
        Made {
            name: call.name.clone(),
            arguments: object(&call.arguments).unwrap_or_default(),
            result: format!("This call was not made: {why}.{then}"),
        }
    }

    fn understand(&self, call: &ChatCall, truncated: bool) -> Result<Meaning, String> {
        let ChatCall {
            name, arguments, ..
        } = call;
        let declines = self.otherwise == Some(name.as_str());
        let target = self.targets.iter().find(|(tool, _)| tool == name);
        let skill = self.skills.iter().find(|(tool, _)| tool == name);
        if target.is_none() && skill.is_none() && !declines {
            return Err(format!("there is no tool `{}`", quote(name)));
        }
        // A model with nothing to say writes nothing; one that was cut off may
        // have had something to say.
        let arguments = match arguments.trim() {
            "" if !truncated => Ok(Map::new()),
            text => object(text),
        };
        let arguments = arguments.map_err(|error| {
            let written = quote(&call.arguments);
            format!("its arguments are no JSON object ({error}): {written}")
        })?;
        match (target, skill) {
            (Some((_, target)), _) => hand_over(target, arguments).map(Meaning::HandOver),
            (None, Some((name, tool))) => Ok(Meaning::Use(Use {
                name: name.clone(),
                tool: tool.clone(),
                arguments,
            })),
            (None, None) => {
                let why = arguments.get("why").and_then(Value::as_str);
                let why = why.filter(|why| !why.trim().is_empty());
                Ok(Meaning::Declines(
                    why.unwrap_or("no reason given").to_owned(),
                ))
            }
        }
    }

    /// A call of an earlier round and what came of it, for the model to read.
    pub(super) fn round(&self, exchange: &Exchange, sanitize: Sanitize) -> Round {
        let call = &exchange.call;
        let offered = self.targets.iter().find(|(_, agent)| *agent == call.target);
        let name = match offered {
            Some((name, _)) => name.clone(),
            None => unique(&self.offered, &format!("{PREFIX}{}", call.target)),
        };
        let mut arguments = Map::new();
        if let Some(reason) = call.reason {
            arguments.insert("reason".to_owned(), json!(reason));
        }
        if !call.instructions.is_empty() {
            arguments.insert("instructions".to_owned(), json!(call.instructions));
        }
        if !call.findings.is_empty() {
            arguments.insert("findings".to_owned(), json!(call.findings));
        }
        arguments.insert("confidence".to_owned(), json!(call.confidence.value()));
        let result = match &exchange.result {
            Ok(answer) => {
                let findings: Map<String, Value> = answer.insights.iter().cloned().collect();
                let told = json!({
                    "agent": answer.agent,
                    "reply": answer.reply,
                    "findings": findings,
                });
                let source = format!("colleague {}", answer.agent);
                returned(&source, Trust::MODEL, &told.to_string(), sanitize)
            }
            Err(refused) => format!(
                "This handoff is not made: {refused}. Answer the user yourself, and do not \
                 mention it."
            ),
        };
        let call = Made {
            name,
            arguments,
            result,
        };
        Round { calls: vec![call] }
    }
}

/// Whether a tool of this name hands over.
pub(super) fn hands_over(name: &str) -> bool {
    // Names of skills' tools have a slash.
    name.starts_with(PREFIX) && !name.contains('/')
}

/// Tools whose names differ only in what is replaced are numbered.
fn unique(taken: &[ChatTool], name: &str) -> String {
    callable_and_free(name, |name| taken.iter().any(|tool| tool.name == name))
}

#[derive(Deserialize)]
struct Arguments {
    reason: Option<Reason>,
    instructions: Option<String>,
    findings: Option<Map<String, Value>>,
    confidence: Option<f64>,
}

fn hand_over(target: &AgentName, arguments: Map<String, Value>) -> Result<HandoffCall, String> {
    let Arguments {
        reason,
        instructions,
        findings,
        confidence,
    } = Arguments::deserialize(Value::Object(arguments)).map_err(|error| error.to_string())?;
    let confidence = match confidence {
        None => Confidence::CERTAIN,
        Some(value) => Confidence::new(value)
            .ok_or_else(|| format!("`confidence` is {value}, and goes from 0 to 1"))?,
    };
    Ok(HandoffCall {
        target: target.clone(),
        reason,
        instructions: instructions.unwrap_or_default(),
        findings: findings.unwrap_or_default(),
        confidence,
    })
}

fn object(text: &str) -> Result<Map<String, Value>, serde_json::Error> {
    serde_json::from_str(text)
}

fn quote(text: &str) -> String {
    text.chars().take(QUOTE).collect()
}

/// The names of all tools that were called.
pub(super) fn called(messages: &[ChatTurn]) -> impl Iterator<Item = &str> {
    messages
        .iter()
        .flat_map(|turn| match turn {
            ChatTurn::Assistant { calls, .. } => calls.as_slice(),
            ChatTurn::User(_) | ChatTurn::Tool { .. } => &[],
        })
        .map(|call| call.name.as_str())
}

#[cfg(test)]
mod tests;
