//! A conversation as a provider accepts it: every call has its result right
//! behind it and every result its call, nobody speaks twice in a row, nothing
//! is empty, and nothing of it is about routing.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use serde_json::{Map, Value};

use super::{
    client::{ChatCall, ChatTurn},
    foreign::{Source, foreign},
    tool::hands_over,
};
use crate::{
    conversation::{Message, Speaker, ToolCall},
    handoff::{callable, reading},
    id::AgentName,
    trust::Sanitize,
};

/// Several models' templates refuse a conversation that an assistant begins.
const EARLIER: &str = "[Earlier messages are left out.]";

/// The model must know that it has called, or it calls again.
const NO_RESULT: &str = "[No result was recorded. The call may or may not have had its effect.]";

/// Some providers refuse a result without text.
const EMPTY_RESULT: &str = "[The result is empty.]";

/// Calls that a model made within this assignment, in one reply.
#[derive(Clone, Debug)]
pub(super) struct Round {
    pub(super) calls: Vec<Made>,
}

/// One of them, and what the model is told of it.
#[derive(Clone, Debug)]
pub(super) struct Made {
    pub(super) name: String,
    pub(super) arguments: Map<String, Value>,
    pub(super) result: String,
}

/// Who reads a conversation, and what it may see of it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a> {
    pub(super) agent: &'a AgentName,
    pub(super) sanitize: Sanitize,
    /// Handoffs on the way to it.
    pub(super) hops: usize,
}

/// What was said, the message to answer, and what the model called since.
/// `executed` are the tools that were run for that message before this
/// assignment.
pub(super) fn transcript(
    reader: Reader<'_>,
    said: &[Arc<Message>],
    asked: &str,
    executed: &[Arc<Message>],
    rounds: Vec<Round>,
) -> Vec<ChatTurn> {
    let mut transcript = Transcript::default();
    let mut seen = HashSet::new();
    for message in said.iter().filter(|message| seen.insert(&message.id)) {
        transcript.message(reader, message);
    }
    transcript.user(asked);
    for message in executed.iter().filter(|message| seen.insert(&message.id)) {
        transcript.message(reader, message);
    }
    for round in rounds {
        transcript.round(round);
    }
    transcript.into_turns()
}

#[derive(Default)]
struct Transcript<'a> {
    turns: Vec<Turn>,
    /// By the id that the record has for it: the last call, as turn and place.
    open: HashMap<&'a str, (usize, usize)>,
    /// By idempotency key: the first call.
    keys: HashMap<&'a str, (usize, usize)>,
}

enum Turn {
    User(String),
    Assistant { text: String, calls: Vec<Call> },
}

struct Call {
    name: String,
    arguments: String,
    result: Option<String>,
}

impl<'a> Transcript<'a> {
    fn message(&mut self, reader: Reader<'_>, message: &'a Message) {
        let data = |name: String, own| match reading(message) {
            // People who answer as agents are the operator's.
            None => message.content.to_string(),
            Some(reading) => {
                let trust = message.trust.after(reader.hops);
                let name = &name;
                let source = Source { name, trust, own };
                foreign(source, reading, &message.content, reader.sanitize)
            }
        };
        match &message.speaker {
            Speaker::User | Speaker::Operator => self.user(&message.content),
            Speaker::Agent { agent } => {
                let text = data(format!("answer of {agent}"), agent == reader.agent);
                self.agent(&text, &message.calls);
            }
            Speaker::Tool { answers, name } => {
                let text = data(format!("tool {name}"), false);
                self.result(answers, text);
            }
        }
    }

    fn user(&mut self, text: &str) {
        if text.trim().is_empty() {
            return;
        }
        match self.turns.last_mut() {
            Some(Turn::User(before)) => join(before, text),
            _ => self.turns.push(Turn::User(text.to_owned())),
        }
    }

    fn agent(&mut self, text: &str, calls: &'a [ToolCall]) {
        let mut made = Vec::new();
        let continues = matches!(
            self.turns.last(),
            Some(Turn::Assistant { calls, .. }) if calls.is_empty()
        );
        let turn = self.turns.len() - usize::from(continues);
        for call in calls.iter().filter(|call| !hands_over(&call.name)) {
            // A call with a key that is there already is a second attempt at it.
            let first = self.keys.get(call.key.as_str()).copied();
            let place = first.unwrap_or((turn, made.len()));
            self.open.insert(&call.id, place);
            if first.is_some() {
                continue;
            }
            if !call.key.is_empty() {
                self.keys.insert(&call.key, place);
            }
            made.push(Call {
                name: callable(&call.name),
                arguments: Value::Object(call.arguments.clone()).to_string(),
                result: None,
            });
        }
        self.assistant(text, made);
    }

    /// Goes on with the assistant's turn before, unless that ends with calls.
    fn assistant(&mut self, text: &str, made: Vec<Call>) {
        let said = !text.trim().is_empty();
        match self.turns.last_mut() {
            _ if !said && made.is_empty() => {}
            Some(Turn::Assistant {
                text: before,
                calls,
            }) if calls.is_empty() => {
                if said {
                    join(before, text);
                }
                *calls = made;
            }
            _ => self.turns.push(Turn::Assistant {
                text: if said { text.to_owned() } else { String::new() },
                calls: made,
            }),
        }
    }

    /// One that answers no call, or one that has its result, is left out.
    fn result(&mut self, answers: &str, text: String) {
        let Some((turn, place)) = self.open.remove(answers) else {
            return;
        };
        if let Some(Turn::Assistant { calls, .. }) = self.turns.get_mut(turn)
            && let Some(call) = calls.get_mut(place)
        {
            call.result.get_or_insert(text);
        }
    }

    fn round(&mut self, round: Round) {
        let calls = round.calls.into_iter().map(|made| Call {
            name: callable(&made.name),
            arguments: Value::Object(made.arguments).to_string(),
            result: Some(made.result),
        });
        self.assistant("", calls.collect());
    }

    /// Calls are numbered anew: ids of different models clash, and some
    /// providers take nothing but nine letters and digits.
    fn into_turns(self) -> Vec<ChatTurn> {
        let mut turns = Vec::new();
        if let Some(Turn::Assistant { .. }) = self.turns.first() {
            turns.push(ChatTurn::User(EARLIER.to_owned()));
        }
        let mut number = 0;
        for turn in self.turns {
            match turn {
                Turn::User(text) => turns.push(ChatTurn::User(text)),
                Turn::Assistant { text, calls } => {
                    let mut results = Vec::new();
                    let calls = calls.into_iter().map(|call| {
                        number += 1;
                        let id = format!("call{number:05}");
                        let result = match call.result {
                            None => NO_RESULT.to_owned(),
                            Some(text) if text.trim().is_empty() => EMPTY_RESULT.to_owned(),
                            Some(text) => text,
                        };
                        results.push(ChatTurn::Tool {
                            answers: id.clone(),
                            text: result,
                        });
                        ChatCall {
                            id,
                            name: call.name,
                            arguments: call.arguments,
                        }
                    });
                    let calls = calls.collect();
                    turns.push(ChatTurn::Assistant { text, calls });
                    turns.extend(results);
                }
            }
        }
        turns
    }
}

fn join(before: &mut String, text: &str) {
    if !before.is_empty() {
        before.push_str("\n\n");
    }
    before.push_str(text);
}

#[cfg(test)]
mod tests;
