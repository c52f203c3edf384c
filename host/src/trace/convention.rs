//! What spans are called and say, as far as there is a convention for it: the
//! semantic conventions for generative AI, 1.41
//! (<https://opentelemetry.io/docs/specs/semconv/gen-ai/>). A turn is a workflow
//! of agents; what only Baton has begins with `baton.`.

use opentelemetry::{KeyValue, trace::SpanKind};
use serde_json::json;

/// What a span is.
pub struct Described {
    /// Its name.
    pub name: String,
    /// Which side of a conversation between programs it is.
    pub kind: SpanKind,
    /// What is known of it.
    pub attributes: Vec<KeyValue>,
}

/// A turn of the desk.
pub fn turn() -> Described {
    Described {
        name: "invoke_workflow desk".to_owned(),
        kind: SpanKind::Internal,
        attributes: vec![
            KeyValue::new("gen_ai.operation.name", "invoke_workflow"),
            KeyValue::new("gen_ai.workflow.name", "desk"),
        ],
    }
}

/// A skill is asked what it says to a message.
pub fn evaluation(skill: &str, conditions: usize) -> Described {
    let conditions = i64::try_from(conditions).unwrap_or(i64::MAX);
    Described {
        name: format!("baton.skill.evaluate {skill}"),
        kind: SpanKind::Internal,
        attributes: vec![
            KeyValue::new("baton.skill.name", skill.to_owned()),
            KeyValue::new("baton.skill.conditions", conditions),
        ],
    }
}

/// A handoff that is tried.
pub struct HandoffCall<'a> {
    /// Which one.
    pub id: &'a str,
    /// Who has the conversation.
    pub source: &'a str,
    /// Who is to have it.
    pub target: &'a str,
    /// Why, in one of the reason codes.
    pub reason: String,
    /// What brought it about.
    pub by: String,
    /// How sure that was.
    pub confidence: f64,
}

/// From the decision to hand over to what comes of it.
pub fn handoff(call: HandoffCall<'_>) -> Described {
    Described {
        name: format!("baton.handoff {}", call.target),
        kind: SpanKind::Internal,
        attributes: vec![
            KeyValue::new("baton.handoff.id", call.id.to_owned()),
            KeyValue::new("baton.handoff.source", call.source.to_owned()),
            KeyValue::new("baton.handoff.target", call.target.to_owned()),
            KeyValue::new("baton.handoff.reason", call.reason),
            KeyValue::new("baton.handoff.by", call.by),
            KeyValue::new("baton.handoff.confidence", call.confidence),
        ],
    }
}

/// An agent that is asked.
pub struct AgentCall<'a> {
    /// Its name.
    pub name: &'a str,
    /// Of which kind it is, in the word of the configuration.
    pub kind: &'static str,
    /// Which conversation it is asked in.
    pub conversation: &'a str,
}

/// An agent works.
pub fn agent(call: AgentCall<'_>) -> Described {
    Described {
        name: format!("invoke_agent {}", call.name),
        kind: match call.kind {
            // Elsewhere.
            "a2a" | "http" => SpanKind::Client,
            _ => SpanKind::Internal,
        },
        attributes: vec![
            KeyValue::new("gen_ai.operation.name", "invoke_agent"),
            // An agent is found by its name here: it has no other id.
            KeyValue::new("gen_ai.agent.id", call.name.to_owned()),
            KeyValue::new("gen_ai.agent.name", call.name.to_owned()),
            KeyValue::new("gen_ai.conversation.id", call.conversation.to_owned()),
            KeyValue::new("baton.agent.kind", call.kind),
        ],
    }
}

/// A model that is asked.
pub struct ModelCall<'a> {
    /// What its endpoint speaks.
    pub provider: &'static str,
    /// The model that is asked for.
    pub model: &'a str,
    /// Where its endpoint is.
    pub address: Option<&'a str>,
    /// The port there.
    pub port: Option<u16>,
    /// Which conversation it is asked in.
    pub conversation: &'a str,
}

/// A model replies, with all tries that it takes.
pub fn model(call: ModelCall<'_>) -> Described {
    let mut attributes = vec![
        KeyValue::new("gen_ai.operation.name", "chat"),
        KeyValue::new("gen_ai.provider.name", call.provider),
        KeyValue::new("gen_ai.request.model", call.model.to_owned()),
        KeyValue::new("gen_ai.conversation.id", call.conversation.to_owned()),
    ];
    if let Some(address) = call.address {
        attributes.push(KeyValue::new("server.address", address.to_owned()));
    }
    if let Some(port) = call.port {
        attributes.push(KeyValue::new("server.port", i64::from(port)));
    }
    Described {
        name: format!("chat {}", call.model),
        kind: SpanKind::Client,
        attributes,
    }
}

/// A tool of a skill is called; the call's id is known only once it is made.
pub fn tool(name: String, skill: &str) -> Described {
    Described {
        name: format!("execute_tool {name}"),
        kind: SpanKind::Internal,
        attributes: vec![
            KeyValue::new("gen_ai.operation.name", "execute_tool"),
            KeyValue::new("gen_ai.tool.name", name),
            KeyValue::new("gen_ai.tool.type", "function"),
            KeyValue::new("baton.skill.name", skill.to_owned()),
        ],
    }
}

/// What was said to the desk or a model, as `gen_ai.input.messages` has it.
pub fn inputs<'a>(messages: impl Iterator<Item = (&'static str, &'a str)>) -> String {
    let message = |(role, text): (&str, &str)| json!({ "role": role, "parts": [{ "type": "text", "content": text }] });
    messages
        .map(message)
        .collect::<serde_json::Value>()
        .to_string()
}

/// What was answered, as `gen_ai.output.messages` has it.
pub fn outputs(text: &str) -> String {
    json!([{
        "role": "assistant",
        "parts": [{ "type": "text", "content": text }],
        "finish_reason": "stop",
    }])
    .to_string()
}
