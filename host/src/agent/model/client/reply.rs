//! A reply, put together from the events of its stream.
//!
//! Events are read as loose JSON: endpoints differ in what they leave out, and a missing `object`
//! or `created` is no reason to lose an answer.

use serde_json::Value;

use super::{ChatCall, ChatError};

/// A message of an endpoint is quoted in ours, so a page of HTML must not fill the terminal.
const MAX_QUOTE_CHARS: usize = 200;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChatReply {
    pub text: String,
    /// Tools that the model calls, in its order; nothing of them is checked.
    pub calls: Vec<ChatCall>,
    /// `None` when the endpoint does not count tokens.
    pub usage: Option<Usage>,
    /// The model that answered; a gateway may choose another one than was asked for.
    pub model: String,
    /// The reply ends early, at the token limit.
    pub truncated: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    pub prompt_tokens: u64,
    pub completion_tokens: u64,
}

/// A reply on its way.
#[derive(Default)]
pub(super) struct Partial {
    text: String,
    usage: Option<Usage>,
    model: Option<String>,
    calls: PartialCalls,
    finish_reason: Option<String>,
    events: usize,
}

impl Partial {
    pub(super) fn absorb(
        &mut self,
        event: &Value,
        limit: usize,
        on_delta: &mut (dyn FnMut(&str) + Send),
    ) -> Result<(), ChatError> {
        self.events += 1;
        let choice = &event["choices"][0];
        let delta = &choice["delta"];
        if let Some(model) = event["model"].as_str() {
            self.model = Some(model.to_owned());
        }
        if let Some(reason) = choice["finish_reason"]
            .as_str()
            .filter(|text| !text.is_empty())
        {
            self.finish_reason = Some(reason.to_owned());
        }
        for part in delta["tool_calls"].as_array().into_iter().flatten() {
            self.calls.absorb(part);
        }
        let usage = &event["usage"];
        if let (Some(prompt_tokens), Some(completion_tokens)) = (
            usage["prompt_tokens"].as_u64(),
            usage["completion_tokens"].as_u64(),
        ) {
            self.usage = Some(Usage {
                prompt_tokens,
                completion_tokens,
            });
        }

        let text = text_of(&delta["content"]);
        if self.text.len() + text.len() + self.calls.bytes > limit {
            return Err(ChatError::TooLong { limit });
        }
        if !text.is_empty() {
            self.text.push_str(&text);
            on_delta(&text);
        }
        Ok(())
    }

    /// The finish reason decides whether the reply is whole: some servers never send the closing
    /// `[DONE]`, and a stream that a proxy cut off can end as cleanly as a complete one.
    pub(super) fn finish(self, url: &str, model: &str) -> Result<ChatReply, ChatError> {
        let url = url.to_owned();
        if self.events == 0 {
            let detail = "the stream holds no event".to_owned();
            return Err(ChatError::Malformed { url, detail });
        }
        let Some(finish_reason) = self.finish_reason else {
            let detail = format!("no finish reason after {} bytes of text", self.text.len());
            return Err(ChatError::Interrupted { url, detail });
        };
        let calls = self.calls.calls;
        if self.text.trim().is_empty() && calls.is_empty() {
            return Err(ChatError::EmptyReply { url, finish_reason });
        }
        Ok(ChatReply {
            text: self.text,
            calls: calls.into_iter().map(|(_, call)| call).collect(),
            usage: self.usage,
            model: self.model.unwrap_or_else(|| model.to_owned()),
            truncated: finish_reason == "length",
        })
    }
}

/// Calls on their way, each with its index.
#[derive(Default)]
struct PartialCalls {
    calls: Vec<(Option<u64>, ChatCall)>,
    bytes: usize,
}

impl PartialCalls {
    /// Parts belong together by their index. Some servers leave it out or give every call the
    /// index 0, so a new id begins a new call whatever the index says.
    fn absorb(&mut self, part: &Value) {
        let index = part["index"].as_u64();
        let id = part["id"].as_str().unwrap_or_default();
        let function = &part["function"];
        let name = function["name"].as_str().unwrap_or_default();
        let arguments = match &function["arguments"] {
            Value::String(text) => text.clone(),
            Value::Null => String::new(),
            // Ollama's own form, which some gateways pass on.
            object => object.to_string(),
        };
        self.bytes += id.len() + name.len() + arguments.len();
        let same = |(at, call): &&mut (Option<u64>, ChatCall)| {
            (index.is_none() || *at == index)
                && (id.is_empty() || call.id.is_empty() || call.id == id)
                && (index.is_some() || !id.is_empty() || name.is_empty())
        };
        match self.calls.iter_mut().rev().find(same) {
            None => self.calls.push((
                index,
                ChatCall {
                    id: id.to_owned(),
                    name: name.to_owned(),
                    arguments,
                },
            )),
            Some((_, call)) => {
                if call.id.is_empty() {
                    id.clone_into(&mut call.id);
                }
                // A name that comes with every part is the same name.
                if call.name.is_empty() {
                    name.clone_into(&mut call.name);
                }
                call.arguments.push_str(&arguments);
            }
        }
    }
}

/// Text as such, or the text parts of a list; a reasoning model's thoughts are neither.
fn text_of(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    }
}

/// The message of an object that reports an error, as OpenAI, vLLM, Ollama and gateways write it.
pub(in crate::agent::model) fn reported_error(value: &Value) -> Option<String> {
    let message = |error: &Value| {
        [error, &error["message"], &error["detail"]]
            .into_iter()
            .find_map(Value::as_str)
            .map(quote)
    };
    match &value["error"] {
        Value::Null if value["choices"].is_null() => message(value),
        Value::Null => None,
        error => message(error).or_else(|| Some(quote(&error.to_string()))),
    }
}

/// On one line and short enough to read.
pub(in crate::agent::model) fn quote(text: &str) -> String {
    let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return "no explanation".to_owned();
    }
    match words.char_indices().nth(MAX_QUOTE_CHARS) {
        Some((end, _)) => format!("{}…", &words[..end]),
        None => words,
    }
}
