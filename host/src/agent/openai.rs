//! `openai`: a model behind any endpoint that speaks OpenAI's protocol.

mod client;
mod foreign;
mod held;
mod prompt;
mod tool;
mod transcript;

use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;

use client::{ChatEndpoint, ChatReply, ChatRequest, ChatTurn, ToolChoice};
pub use client::{ChatError, EndpointConfig};
use held::Held;
use tool::{Heard, Tools};
use transcript::{Round, transcript};

use crate::{
    contract::Reason,
    conversation::Message,
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Purpose, Reply, Templates, Usage},
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
    /// The endpoint has refused a request because of its tools. Many local
    /// models know none; they shall answer, and leave handing over to others.
    toolless: AtomicBool,
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
            toolless: AtomicBool::new(false),
        })
    }

    /// With what it is told of a handoff in these words.
    pub fn with_templates(mut self, templates: Arc<Templates>) -> Self {
        self.templates = templates;
        self
    }

    /// Answers or hands over. A call that cannot be made is told to the model,
    /// once; then it is to answer in words.
    async fn converse(&self, mut work: Work<'_>) -> Result<Reply, AgentFailure> {
        let mut choice = match work.tools.offered.is_empty() {
            true => ToolChoice::None,
            false => ToolChoice::Auto,
        };
        loop {
            let mut held = Held::new(
                work.assignment.deltas.clone(),
                self.card.name.clone(),
                choice != ToolChoice::None,
            );
            let reply = self.ask(&mut work, choice, &mut held).await?;
            match work.tools.hear(&reply) {
                Heard::Words => {
                    held.release();
                    return Ok(work.said(reply.text));
                }
                _ if choice == ToolChoice::None => {
                    let why = "it called a tool again instead of answering".to_owned();
                    return Err(AgentFailure::Failed(why));
                }
                Heard::HandOver(mut call) => {
                    // Who gives the work back without a word has done it.
                    if call.reason.is_none() && work.source() == Some(&call.target) {
                        call.reason = Some(Reason::Completion);
                    }
                    return Ok(Reply {
                        handoff: Some(call),
                        ..work.said(String::new())
                    });
                }
                Heard::Declines(why) => return Ok(work.said(why)),
                Heard::Wrong(round) => {
                    work.wrong.push(round);
                    choice = ToolChoice::None;
                }
            }
        }
    }

    /// Chooses among the tools, and nothing else counts.
    async fn choose(&self, mut work: Work<'_>) -> Result<Reply, AgentFailure> {
        let purpose = work.assignment.purpose;
        let mut held = Held::new(None, self.card.name.clone(), true);
        let reply = self.ask(&mut work, ToolChoice::Required, &mut held).await?;
        match work.tools.hear(&reply) {
            Heard::HandOver(call) => Ok(Reply {
                handoff: Some(call),
                ..work.said(String::new())
            }),
            Heard::Declines(why) => Ok(work.said(why)),
            // Words instead of an approval are the reason against it.
            Heard::Words if purpose == Purpose::Approve => Ok(work.said(reply.text)),
            Heard::Words => Err(AgentFailure::Failed(
                "it wrote something instead of deciding".to_owned(),
            )),
            Heard::Wrong(round) => {
                let why = round.calls.into_iter().next().map(|call| call.result);
                Err(AgentFailure::Failed(why.unwrap_or_default()))
            }
        }
    }

    async fn ask(
        &self,
        work: &mut Work<'_>,
        choice: ToolChoice,
        held: &mut Held,
    ) -> Result<ChatReply, AgentFailure> {
        let mut request = work.request(&self.instructions, &self.templates, choice);
        if !self.calls() && choice != ToolChoice::Required {
            request.tools.clear();
        }
        let tools = !request.tools.is_empty() && choice != ToolChoice::Required;
        let mut on_delta = |part: &str| held.take(part);
        let mut asked = self.endpoint.chat(request.clone(), &mut on_delta).await;
        if let Err(error) = &asked
            && tools
            && error.is_about_tools()
        {
            tracing::warn!("`{}` cannot hand over: {error}", self.card.name);
            self.toolless.store(true, Ordering::Relaxed);
            request.tools.clear();
            asked = self.endpoint.chat(request, &mut on_delta).await;
        }
        let reply = asked.map_err(|error| match error {
            ChatError::Unreachable { .. } => AgentFailure::Unreachable(error.to_string()),
            _ => AgentFailure::Failed(error.to_string()),
        })?;
        if let Some(usage) = reply.usage {
            *work.spent.get_or_insert_default() += Usage {
                prompt_tokens: usage.prompt_tokens,
                completion_tokens: usage.completion_tokens,
            };
        }
        Ok(reply)
    }
}

#[async_trait]
impl Agent for OpenAi {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    fn calls(&self) -> bool {
        !self.toolless.load(Ordering::Relaxed)
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let work = Work {
            said: assignment.transcript(TRANSCRIPT)?,
            tools: Tools::new(&assignment.may_hand_to, assignment.purpose),
            wrong: Vec::new(),
            spent: None,
            assignment: &assignment,
        };
        match assignment.purpose {
            Purpose::Answer => self.converse(work).await,
            Purpose::Decide | Purpose::Approve => self.choose(work).await,
        }
    }
}

/// One assignment, from the first request to the reply.
struct Work<'a> {
    assignment: &'a Assignment,
    said: Vec<Arc<Message>>,
    tools: Tools,
    /// Calls of this assignment that could not be made.
    wrong: Vec<Round>,
    /// Over all requests.
    spent: Option<Usage>,
}

impl Work<'_> {
    fn request(
        &self,
        instructions: &str,
        templates: &Templates,
        choice: ToolChoice,
    ) -> ChatRequest {
        let assignment = self.assignment;
        let made = assignment.exchanges.iter().map(|e| self.tools.round(e));
        let rounds = made.chain(self.wrong.iter().cloned()).collect();
        let messages = transcript(&self.said, &assignment.text, rounds);
        let tools = match choice {
            ToolChoice::None => tool::bygone(called(&messages)),
            ToolChoice::Auto | ToolChoice::Required => self.tools.offered.clone(),
        };
        ChatRequest {
            system: prompt::system(instructions, templates, assignment, foreign::any(&messages)),
            messages,
            tools,
            choice,
        }
    }

    /// Who gave the agent its work.
    fn source(&self) -> Option<&AgentName> {
        self.assignment.context.as_deref().map(|c| &c.source)
    }

    fn said(&self, text: String) -> Reply {
        Reply {
            text,
            usage: self.spent,
            ..Reply::default()
        }
    }
}

/// The names of all tools that were called.
fn called(messages: &[ChatTurn]) -> impl Iterator<Item = &str> {
    messages
        .iter()
        .flat_map(|turn| match turn {
            ChatTurn::Assistant { calls, .. } => calls.as_slice(),
            ChatTurn::User(_) | ChatTurn::Tool { .. } => &[],
        })
        .map(|call| call.name.as_str())
}

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
