//! A reply that comes at once, for whoever does not read along: one response in the place of an
//! event for each word.

use eventsource_stream::Eventsource;
use futures_util::StreamExt;
use reqwest::{Response, header::CONTENT_TYPE};
use serde_json::Value;

use super::{ChatEndpoint, ChatError, ChatReply, ChatRequest, Partial, quote, reported_error};

/// Bytes of a response for each of the reply's: JSON writes a character in six at most.
const ESCAPED: usize = 6;

/// Bytes of a response beside the reply.
const BESIDE: usize = 64 * 1024;

impl ChatEndpoint {
    /// Asks for a reply as a whole.
    pub(super) async fn whole(&self, request: ChatRequest) -> Result<ChatReply, ChatError> {
        let body = request.into_body(&self.parameters, &self.target.model);
        let request = self.target.post(&body).build();
        let request = request.map_err(|error| ChatError::Client {
            reason: error.to_string(),
        })?;
        let response = self.target.execute(request).await?;
        let kind = response.headers().get(CONTENT_TYPE);
        let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
        // Some servers stream whatever they are asked.
        if !kind.contains("json") {
            let response = self.target.events(response).await?;
            return self.events(response).await;
        }
        let mut reply: Value = self.json(&self.bytes(response).await?)?;
        self.refuse_error(&reply)?;
        let message = reply.pointer_mut("/choices/0").and_then(|choice| {
            let choice = choice.as_object_mut()?;
            let message = choice.remove("message").filter(Value::is_object)?;
            choice.insert("delta".to_owned(), message);
            // It has arrived to its end, whatever the server leaves out.
            choice
                .entry("finish_reason")
                .and_modify(|reason| {
                    if reason.is_null() {
                        *reason = "stop".into();
                    }
                })
                .or_insert_with(|| "stop".into());
            Some(())
        });
        if message.is_none() {
            return Err(ChatError::Malformed {
                url: self.target.name.clone(),
                detail: format!("there is no message in {}", quote(&reply.to_string())),
            });
        }
        let mut partial = Partial::default();
        partial.absorb(&reply, self.max_reply_bytes, &mut |_| {})?;
        partial.finish(&self.target.name, &self.target.model)
    }

    async fn events(&self, response: Response) -> Result<ChatReply, ChatError> {
        let mut events = response.bytes_stream().eventsource();
        let mut partial = Partial::default();
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| self.interrupted(&error))?;
            if event.data == "[DONE]" {
                break;
            }
            let event = self.json(event.data.as_bytes())?;
            self.refuse_error(&event)?;
            partial.absorb(&event, self.max_reply_bytes, &mut |_| {})?;
        }
        partial.finish(&self.target.name, &self.target.model)
    }

    async fn bytes(&self, mut response: Response) -> Result<Vec<u8>, ChatError> {
        let mut bytes = Vec::new();
        while let Some(part) = response
            .chunk()
            .await
            .map_err(|error| self.interrupted(&error))?
        {
            bytes.extend_from_slice(&part);
            if bytes.len() > BESIDE.saturating_add(self.max_reply_bytes.saturating_mul(ESCAPED)) {
                return Err(ChatError::TooLong {
                    limit: self.max_reply_bytes,
                });
            }
        }
        Ok(bytes)
    }

    fn json(&self, text: &[u8]) -> Result<Value, ChatError> {
        let read = serde_json::from_slice::<Value>(text);
        let read = read.and_then(|value| match value.is_object() {
            true => Ok(value),
            false => Err(serde::de::Error::custom("it is no object")),
        });
        read.map_err(|error| {
            let text = quote(&String::from_utf8_lossy(text));
            ChatError::Malformed {
                url: self.target.name.clone(),
                detail: format!("what it sent is not JSON ({error}): {text}"),
            }
        })
    }

    fn refuse_error(&self, value: &Value) -> Result<(), ChatError> {
        match reported_error(value) {
            None => Ok(()),
            Some(detail) => Err(ChatError::Reported {
                url: self.target.name.clone(),
                detail,
            }),
        }
    }

    fn interrupted(&self, error: &dyn std::fmt::Display) -> ChatError {
        ChatError::Interrupted {
            url: self.target.name.clone(),
            detail: error.to_string(),
        }
    }
}

#[cfg(test)]
mod tests;
