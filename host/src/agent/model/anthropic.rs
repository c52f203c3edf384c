//! A client for endpoints that speak Anthropic's messages.
//!
//! The protocol is <https://docs.anthropic.com/en/api/messages>. Its events are read as loose JSON,
//! as those of the other protocol are: gateways differ in what they leave out.

mod reply;
mod request;

use std::sync::Arc;

use eventsource_stream::{EventStreamError, Eventsource};
use futures_util::StreamExt;
use serde_json::{Map, Value};

use self::{reply::Partial, request::body};
use super::client::{
    ChatError, ChatReply, ChatRequest, EndpointConfig,
    reply::{quote, reported_error},
    transport::Target,
};

/// The version of the protocol that is spoken here.
const VERSION: &str = "2023-06-01";

/// One model at one endpoint.
#[derive(Clone, Debug)]
pub(super) struct Messages {
    target: Arc<Target>,
    parameters: Map<String, Value>,
    max_reply_bytes: usize,
}

impl Messages {
    /// Reads the key from its environment variable; opens no connection yet.
    pub(super) fn new(config: EndpointConfig) -> Result<Self, ChatError> {
        Ok(Self {
            target: Arc::new(Target::new(&config, &["messages"])?),
            parameters: config.parameters,
            max_reply_bytes: config.max_reply_bytes,
        })
    }

    /// Where it is, and the model that is asked for.
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// Asks for a reply and hands each piece of it to `on_delta` as it arrives.
    pub(super) async fn stream(
        &self,
        request: ChatRequest,
        on_delta: &mut (dyn FnMut(&str) + Send),
    ) -> Result<ChatReply, ChatError> {
        let url = &self.target.name;
        let body = body(request, &self.parameters, &self.target.model);
        let request = self.target.post(&body).header("anthropic-version", VERSION);
        let request = request.build().map_err(|error| ChatError::Client {
            reason: error.to_string(),
        })?;
        let response = self.target.execute(request).await?;
        let response = self.target.events(response).await?;
        let mut events = response.bytes_stream().eventsource();
        let mut partial = Partial::default();
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| match error {
                EventStreamError::Transport(error) => ChatError::Interrupted {
                    url: url.clone(),
                    detail: error.to_string(),
                },
                other => ChatError::Malformed {
                    url: url.clone(),
                    detail: other.to_string(),
                },
            })?;
            let data: Value = serde_json::from_str(&event.data).map_err(|error| {
                let detail = format!("what it sent is not JSON ({error}): {}", quote(&event.data));
                ChatError::Malformed {
                    url: url.clone(),
                    detail,
                }
            })?;
            if data["type"] == "error" {
                let detail = reported_error(&data).unwrap_or_else(|| quote(&event.data));
                let url = url.clone();
                return Err(match data["error"]["type"].as_str() {
                    Some("overloaded_error" | "api_error" | "rate_limit_error") => {
                        ChatError::Overloaded { url, detail }
                    }
                    _ => ChatError::Reported { url, detail },
                });
            }
            partial.absorb(&data, self.max_reply_bytes, on_delta)?;
        }
        partial.finish(url, &self.target.model)
    }
}

#[cfg(test)]
mod tests;
