//! One model at one endpoint, whatever it speaks.

use std::time::Duration;

use super::{
    anthropic::Messages,
    client::{
        ChatEndpoint, ChatError, ChatReply, ChatRequest, EndpointConfig, Protocol,
        transport::Target,
    },
};
use crate::trace::ModelCall;

/// One model at one endpoint.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    wire: Wire,
    /// For a whole reply.
    timeout: Duration,
}

#[derive(Clone, Debug)]
enum Wire {
    OpenAi(Box<ChatEndpoint>),
    Anthropic(Messages),
}

impl Endpoint {
    /// Reads the key from its environment variable; opens no connection yet.
    pub(super) fn new(config: EndpointConfig) -> Result<Self, ChatError> {
        Ok(Self {
            timeout: config.timeout,
            wire: match config.protocol {
                Protocol::OpenAi => Wire::OpenAi(Box::new(ChatEndpoint::new(config)?)),
                Protocol::Anthropic => Wire::Anthropic(Messages::new(config)?),
            },
        })
    }

    fn target(&self) -> &Target {
        match &self.wire {
            Wire::OpenAi(endpoint) => endpoint.target(),
            Wire::Anthropic(endpoint) => endpoint.target(),
        }
    }

    /// The model that is asked for.
    pub(super) fn model(&self) -> &str {
        &self.target().model
    }

    /// What is observed of a request to it.
    pub(super) fn observed<'a>(&'a self, conversation: &'a str) -> ModelCall<'a> {
        let target = self.target();
        ModelCall {
            provider: match self.wire {
                Wire::OpenAi(_) => "openai",
                Wire::Anthropic(_) => "anthropic",
            },
            model: &target.model,
            address: target.url.host_str(),
            port: target.url.port_or_known_default(),
            conversation,
        }
    }

    /// Asks for a reply and hands each piece of it to `on_delta` as it arrives. Dropping the future
    /// closes the connection, which is how endpoints learn that they can stop.
    pub(super) async fn chat(
        &self,
        request: ChatRequest,
        on_delta: &mut (dyn FnMut(&str) + Send),
    ) -> Result<ChatReply, ChatError> {
        let offered = !request.tools.is_empty();
        let after = self.timeout;
        let url = &self.target().name;
        let reply = async {
            match &self.wire {
                Wire::OpenAi(endpoint) => endpoint.ask(request, on_delta).await,
                Wire::Anthropic(endpoint) => endpoint.stream(request, on_delta).await,
            }
        };
        let reply = match tokio::time::timeout(after, reply).await {
            Ok(reply) => reply?,
            Err(_) => {
                let url = url.clone();
                return Err(ChatError::Timeout { url, after });
            }
        };
        if let (false, "", Some(call)) = (offered, reply.text.trim(), reply.calls.first()) {
            let tool = call.name.clone();
            return Err(ChatError::UnexpectedToolCall { tool });
        }
        tracing::debug!(url, model = reply.model, usage = ?reply.usage, "chat reply");
        Ok(reply)
    }
}
