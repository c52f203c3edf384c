//! What a model is asked, as the protocol writes it.

use serde_json::{Map, Value, json};

use crate::agent::model::client::{ChatCall, ChatRequest, ChatTurn, ToolChoice};

/// Tokens of a reply, which the protocol wants said: three thousand words, more
/// than anybody reads in a chat. `max_tokens` among the parameters replaces it.
const MAX_TOKENS: u32 = 4096;

/// The body, with the operator's own fields as the base.
pub(super) fn body(request: ChatRequest, parameters: &Map<String, Value>, model: &str) -> Value {
    let mut body = parameters.clone();
    body.entry("max_tokens")
        .or_insert_with(|| json!(MAX_TOKENS));
    body.insert("model".to_owned(), json!(model));
    body.insert("stream".to_owned(), json!(true));
    if let Some(system) = request.system {
        body.insert("system".to_owned(), json!(system));
    }
    body.insert(
        "messages".to_owned(),
        Value::Array(messages(request.messages)),
    );
    if !request.tools.is_empty() {
        let tools = request.tools.into_iter().map(|tool| {
            json!({
                "name": tool.name,
                "description": tool.description,
                "input_schema": tool.parameters,
            })
        });
        body.insert("tools".to_owned(), tools.collect());
        let choice = match request.choice {
            ToolChoice::Auto => "auto",
            ToolChoice::None => "none",
            ToolChoice::Required => "any",
        };
        body.insert("tool_choice".to_owned(), json!({ "type": choice }));
    }
    Value::Object(body)
}

/// Here results are the user's: all of one reply's calls, and what the user
/// says after them, are one message.
fn messages(turns: Vec<ChatTurn>) -> Vec<Value> {
    let mut messages: Vec<(&str, Vec<Value>)> = Vec::new();
    for turn in turns {
        let (role, blocks) = match turn {
            ChatTurn::User(text) => ("user", vec![said(&text)]),
            ChatTurn::Assistant { text, calls } => {
                let text = (!text.trim().is_empty()).then(|| said(&text));
                let calls = calls.into_iter().map(call);
                ("assistant", text.into_iter().chain(calls).collect())
            }
            ChatTurn::Tool { answers, text } => {
                let result = json!({
                    "type": "tool_result",
                    "tool_use_id": answers,
                    "content": text,
                });
                ("user", vec![result])
            }
        };
        match messages.last_mut() {
            Some((before, known)) if *before == role => known.extend(blocks),
            _ => messages.push((role, blocks)),
        }
    }
    let written = messages.into_iter();
    written
        .map(|(role, content)| json!({ "role": role, "content": content }))
        .collect()
}

fn said(text: &str) -> Value {
    json!({ "type": "text", "text": text })
}

fn call(call: ChatCall) -> Value {
    // The protocol takes objects only; what a model wrote besides is no loss.
    let input = match serde_json::from_str(&call.arguments) {
        Ok(input @ Value::Object(_)) => input,
        _ => json!({}),
    };
    json!({ "type": "tool_use", "id": call.id, "name": call.name, "input": input })
}
