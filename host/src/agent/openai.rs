//! `openai`: a model behind any endpoint that speaks OpenAI's protocol.

mod client;

use std::sync::Arc;

use async_trait::async_trait;

use client::{ChatEndpoint, ChatReply, ChatRequest, ChatRole, ChatTurn};
pub use client::{ChatError, EndpointConfig};

use crate::{
    contract::{Findings, HandoffContext},
    conversation::{Message, Speaker},
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Deltas, Reply, Templates, Usage},
    id::AgentName,
};

/// Messages of the conversation that a model is sent at most. The customer
/// should never explain again, and two hundred messages are a long afternoon.
const TRANSCRIPT: usize = 200;

/// A model as an agent.
pub struct OpenAi {
    card: AgentCard,
    instructions: String,
    endpoint: ChatEndpoint,
    templates: Arc<Templates>,
}

impl OpenAi {
    /// Opens no connection yet.
    pub fn new(
        card: AgentCard,
        instructions: String,
        endpoint: EndpointConfig,
    ) -> Result<Self, ChatError> {
        Ok(Self {
            card,
            instructions,
            endpoint: ChatEndpoint::new(endpoint)?,
            templates: Templates::standard(),
        })
    }

    /// With what it is told of a handoff in these words.
    pub fn with_templates(mut self, templates: Arc<Templates>) -> Self {
        self.templates = templates;
        self
    }

    fn system(&self, context: Option<&HandoffContext>) -> Option<String> {
        let handed_over = context.map(|context| self.templates.render(context));
        let parts: Vec<&str> = [Some(self.instructions.as_str()), handed_over.as_deref()]
            .into_iter()
            .flatten()
            .filter(|part| !part.is_empty())
            .collect();
        (!parts.is_empty()).then(|| parts.join("\n\n"))
    }
}

#[async_trait]
impl Agent for OpenAi {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let said = assignment.transcript(TRANSCRIPT)?;
        let Assignment {
            text,
            context,
            deltas,
            ..
        } = assignment;
        let mut messages: Vec<ChatTurn> = said.iter().map(as_chat).collect();
        messages.push(ChatTurn {
            role: ChatRole::User,
            text: text.to_string(),
        });
        let request = ChatRequest {
            system: self.system(context.as_deref()),
            messages,
        };
        let mut on_delta = forward(deltas, self.card.name.clone());
        match self.endpoint.chat(request, &mut on_delta).await {
            Ok(ChatReply { text, usage, .. }) => Ok(Reply {
                text,
                insights: Findings::new(),
                sources: Vec::new(),
                handoff: None,
                usage: usage.map(|usage| Usage {
                    prompt_tokens: usage.prompt_tokens,
                    completion_tokens: usage.completion_tokens,
                }),
            }),
            Err(error @ ChatError::Unreachable { .. }) => {
                Err(AgentFailure::Unreachable(error.to_string()))
            }
            Err(error) => Err(AgentFailure::Failed(error.to_string())),
        }
    }
}

/// To a model, every agent that spoke before is the assistant: it takes the
/// conversation over as its own.
fn as_chat(message: &Arc<Message>) -> ChatTurn {
    let role = match message.speaker {
        Speaker::User | Speaker::Operator => ChatRole::User,
        Speaker::Agent { .. } => ChatRole::Assistant,
    };
    ChatTurn {
        role,
        text: message.content.to_string(),
    }
}

fn forward(deltas: Option<Deltas>, name: AgentName) -> impl FnMut(&str) + Send {
    move |part: &str| {
        if let Some(deltas) = &deltas {
            deltas(&name, part);
        }
    }
}
