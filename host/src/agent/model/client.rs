//! What models are asked and answer, whatever the protocol; and a client for any chat endpoint
//! that speaks OpenAI's: OpenAI itself, Ollama, vLLM, llama.cpp, a gateway.
//!
//! `async-openai` serializes requests and reads event streams. Every HTTP request goes through
//! [`Target::send`] instead of its own executor, because that one retries refusals for minutes
//! while a customer waits, forgets the status of a refusal whose body is not OpenAI's JSON (a plain
//! `404 page not found`), takes an HTML page for an empty stream, and sends an empty
//! `authorization` header when there is no key.

mod embeddings;
mod error;
pub(super) mod reply;
mod request;
pub(super) mod transport;
mod whole;

use std::sync::Arc;
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use futures_util::StreamExt;
use serde_json::{Map, Value};

pub use embeddings::Embeddings;
pub use error::ChatError;
pub use reply::ChatReply;
use reply::{Partial, quote, reported_error};
pub use request::{ChatCall, ChatRequest, ChatTool, ChatTurn, ToolChoice};
use transport::Target;

/// What an endpoint speaks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Protocol {
    /// OpenAI's chat completions.
    #[default]
    OpenAi,
    /// Anthropic's messages.
    Anthropic,
}

/// Where an agent's model is and how long to wait for it.
#[derive(Clone, Debug)]
pub struct EndpointConfig {
    /// What it speaks.
    pub protocol: Protocol,
    /// Up to and including the version, as in `http://localhost:11434/v1`.
    pub base_url: String,
    /// Sent exactly as written.
    pub model: String,
    /// Name of the environment variable that holds the key; local servers need none.
    pub api_key_env: Option<String>,
    /// Further fields of the request, such as `temperature`, sent as they are.
    pub parameters: Map<String, Value>,
    /// Until a connection is there.
    pub connect_timeout: Duration,
    /// For the whole reply, from the request to the last word.
    pub timeout: Duration,
    /// A model stuck in a loop must not fill the memory or the customer's screen.
    pub max_reply_bytes: usize,
}

impl EndpointConfig {
    /// An endpoint with the usual limits and no key.
    pub fn new(base_url: impl Into<String>, model: impl Into<String>) -> Self {
        Self {
            protocol: Protocol::OpenAi,
            base_url: base_url.into(),
            model: model.into(),
            api_key_env: None,
            parameters: Map::new(),
            connect_timeout: Duration::from_secs(5),
            timeout: Duration::from_secs(60),
            max_reply_bytes: 256 * 1024,
        }
    }
}

/// One model at one endpoint.
#[derive(Clone, Debug)]
pub struct ChatEndpoint {
    client: Client<OpenAIConfig>,
    target: Arc<Target>,
    parameters: Map<String, Value>,
    max_reply_bytes: usize,
}

impl ChatEndpoint {
    /// Where it is, and the model that is asked for.
    pub(super) fn target(&self) -> &Target {
        &self.target
    }

    /// Reads the key from its environment variable; opens no connection yet.
    pub fn new(config: EndpointConfig) -> Result<Self, ChatError> {
        let target = Arc::new(Target::new(&config, &["chat", "completions"])?);
        let client = target.client(&config.base_url, |target, request| async move {
            target.send(request).await
        });
        Ok(Self {
            client,
            target,
            parameters: config.parameters,
            max_reply_bytes: config.max_reply_bytes,
        })
    }

    /// Asks for a reply and hands each piece of it to `on_delta` as it arrives, unless it is to
    /// come whole.
    pub(super) async fn ask(
        &self,
        request: ChatRequest,
        on_delta: &mut (dyn FnMut(&str) + Send),
    ) -> Result<ChatReply, ChatError> {
        match request.whole {
            true => self.whole(request).await,
            false => self.stream(request, on_delta).await,
        }
    }

    async fn stream(
        &self,
        request: ChatRequest,
        on_delta: &mut (dyn FnMut(&str) + Send),
    ) -> Result<ChatReply, ChatError> {
        let body = request.into_body(&self.parameters, &self.target.model);
        let mut events = self
            .client
            .chat()
            .create_stream_byot::<_, Value>(body)
            .await
            .map_err(|error| explain(&self.target.name, error))?;
        let mut partial = Partial::default();
        while let Some(event) = events.next().await {
            let event = event.map_err(|error| explain(&self.target.name, error))?;
            if let Some(detail) = reported_error(&event) {
                return Err(ChatError::Reported {
                    url: self.target.name.clone(),
                    detail,
                });
            }
            partial.absorb(&event, self.max_reply_bytes, on_delta)?;
        }
        partial.finish(&self.target.name, &self.target.model)
    }
}

/// What an error of the library means.
fn explain(url: &str, error: OpenAIError) -> ChatError {
    let url = url.to_owned();
    match error {
        OpenAIError::Boxed(inner) => match inner.downcast::<ChatError>() {
            Ok(error) => *error,
            Err(other) => ChatError::Malformed {
                url,
                detail: other.to_string(),
            },
        },
        OpenAIError::JSONDeserialize(error, event) => {
            let detail = format!("what it sent is not JSON ({error}): {}", quote(&event));
            ChatError::Malformed { url, detail }
        }
        OpenAIError::StreamError(error) => ChatError::Interrupted {
            url,
            detail: error.to_string(),
        },
        other => ChatError::Malformed {
            url,
            detail: other.to_string(),
        },
    }
}

#[cfg(test)]
mod tests;
