//! A reply, put together from the events of its stream.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::agent::model::client::{ChatCall, ChatError, ChatReply, reply::Usage};

/// A reply on its way.
#[derive(Default)]
pub(super) struct Partial {
    text: String,
    /// By the index of their blocks.
    calls: BTreeMap<u64, ChatCall>,
    call_bytes: usize,
    model: Option<String>,
    prompt_tokens: Option<u64>,
    completion_tokens: Option<u64>,
    stop_reason: Option<String>,
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
        match event["type"].as_str().unwrap_or_default() {
            "message_start" => {
                let message = &event["message"];
                self.model = message["model"].as_str().map(str::to_owned);
                self.count(&message["usage"]);
            }
            "content_block_start" => {
                let block = &event["content_block"];
                if block["type"] == "tool_use" {
                    self.begin_call(event["index"].as_u64(), block);
                }
                self.say(block["text"].as_str().unwrap_or_default(), on_delta);
            }
            "content_block_delta" => {
                let delta = &event["delta"];
                if let Some(part) = delta["partial_json"].as_str()
                    && let Some(call) = event["index"].as_u64().and_then(|i| self.calls.get_mut(&i))
                {
                    call.arguments.push_str(part);
                    self.call_bytes += part.len();
                }
                // A reasoning model's thoughts are deltas of another kind.
                self.say(delta["text"].as_str().unwrap_or_default(), on_delta);
            }
            "message_delta" => {
                let reason = event["delta"]["stop_reason"].as_str();
                if let Some(reason) = reason {
                    self.stop_reason = Some(reason.to_owned());
                }
                self.count(&event["usage"]);
            }
            // `ping`, the ends of blocks and of the message, and what is yet to come.
            _ => {}
        }
        if self.text.len() + self.call_bytes > limit {
            return Err(ChatError::TooLong { limit });
        }
        Ok(())
    }

    fn begin_call(&mut self, index: Option<u64>, block: &Value) {
        let name = block["name"].as_str().unwrap_or_default();
        let id = block["id"].as_str().unwrap_or_default();
        // Some gateways send the arguments at once, and others leave the index out.
        let arguments = match &block["input"] {
            Value::Object(input) if !input.is_empty() => block["input"].to_string(),
            _ => String::new(),
        };
        self.call_bytes += name.len() + id.len() + arguments.len();
        let next = self.calls.keys().last().map_or(0, |last| last + 1);
        let call = ChatCall {
            id: id.to_owned(),
            name: name.to_owned(),
            arguments,
        };
        self.calls.insert(index.unwrap_or(next), call);
    }

    fn say(&mut self, text: &str, on_delta: &mut (dyn FnMut(&str) + Send)) {
        if !text.is_empty() {
            self.text.push_str(text);
            on_delta(text);
        }
    }

    /// Counts are of the whole message so far. What comes from a cache was read too.
    fn count(&mut self, usage: &Value) {
        let read = [
            "input_tokens",
            "cache_creation_input_tokens",
            "cache_read_input_tokens",
        ];
        let read = read.into_iter().filter_map(|name| usage[name].as_u64());
        let read = read.reduce(u64::saturating_add);
        self.prompt_tokens = read.or(self.prompt_tokens);
        self.completion_tokens = usage["output_tokens"].as_u64().or(self.completion_tokens);
    }

    /// The stop reason decides whether the reply is whole.
    pub(super) fn finish(self, url: &str, model: &str) -> Result<ChatReply, ChatError> {
        let url = url.to_owned();
        if self.events == 0 {
            let detail = "the stream holds no event".to_owned();
            return Err(ChatError::Malformed { url, detail });
        }
        let Some(stop_reason) = self.stop_reason else {
            let detail = format!("no stop reason after {} bytes of text", self.text.len());
            return Err(ChatError::Interrupted { url, detail });
        };
        if stop_reason == "refusal" {
            let detail = "the model refuses to answer this".to_owned();
            return Err(ChatError::Reported { url, detail });
        }
        if self.text.trim().is_empty() && self.calls.is_empty() {
            return Err(ChatError::EmptyReply {
                url,
                finish_reason: stop_reason,
            });
        }
        let calls = self.calls.into_values().map(|mut call| {
            // A call without arguments has no delta.
            if call.arguments.is_empty() {
                "{}".clone_into(&mut call.arguments);
            }
            call
        });
        Ok(ChatReply {
            text: self.text,
            calls: calls.collect(),
            usage: match (self.prompt_tokens, self.completion_tokens) {
                (Some(prompt_tokens), Some(completion_tokens)) => Some(Usage {
                    prompt_tokens,
                    completion_tokens,
                }),
                _ => None,
            },
            model: self.model.unwrap_or_else(|| model.to_owned()),
            truncated: matches!(
                stop_reason.as_str(),
                "max_tokens" | "model_context_window_exceeded"
            ),
        })
    }
}
