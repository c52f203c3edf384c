//! `openai` and `anthropic`: a model behind any endpoint that speaks one of
//! those protocols. They differ in `endpoint.rs` and below, and in nothing else.

mod anthropic;
mod budget;
mod client;
mod endpoint;
mod foreign;
mod held;
mod prompt;
mod tool;
mod transcript;
mod work;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use async_trait::async_trait;

use budget::Budget;
pub use client::{ChatError, Embeddings, EndpointConfig, Protocol};
use client::{ChatReply, ChatRequest, ChatTurn, ToolChoice};
use endpoint::Endpoint;
use held::Held;
use tool::{Called, Heard, Tools};
use transcript::Round;
use work::Work;

use crate::{
    contract::Reason,
    conversation::EventKind,
    handoff::{Agent, AgentCard, AgentFailure, Assignment, Purpose, Reply, Templates},
    trace::{self, Span},
};

/// Messages of the conversation that a model is sent at most. The customer
/// should never explain again, and two hundred messages are a long afternoon.
const TRANSCRIPT: usize = 200;

/// Tries of one request, with a pause before each but the first, which grows
/// from this: a gateway that is overloaded for a moment has room again within
/// a second, and a customer waits.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// A model as an agent.
pub struct Model {
    card: AgentCard,
    instructions: String,
    endpoint: Endpoint,
    /// A cheaper model for decisions; where it fails, the first one decides.
    triage: Option<Endpoint>,
    templates: Arc<Templates>,
    /// The endpoint has refused a request because of its tools. Many local
    /// models know none; they shall answer, and leave handing over to others.
    toolless: AtomicBool,
}

impl Model {
    /// Opens no connection yet.
    pub fn new(
        card: AgentCard,
        instructions: String,
        endpoint: EndpointConfig,
    ) -> Result<Self, ChatError> {
        Ok(Self {
            card,
            instructions,
            endpoint: Endpoint::new(endpoint)?,
            triage: None,
            templates: Templates::standard(),
            toolless: AtomicBool::new(false),
        })
    }

    /// With another model for decisions.
    pub fn with_triage(mut self, endpoint: EndpointConfig) -> Result<Self, ChatError> {
        self.triage = Some(Endpoint::new(endpoint)?);
        Ok(self)
    }

    /// With what it is told of a handoff in these words.
    pub fn with_templates(mut self, templates: Arc<Templates>) -> Self {
        self.templates = templates;
        self
    }

    /// Answers or hands over. Calls of tools are made and their results told to
    /// the model, as often as its budget allows; then it is to answer in words.
    /// A model that has only handoffs to call is told of a wrong call once.
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
                Heard::HandOver(mut call, uses) => {
                    for call in uses {
                        work.call(call).await;
                    }
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
                    work.rounds.push(round);
                    choice = match work.tools.work() {
                        true => work.step(),
                        false => ToolChoice::None,
                    };
                }
                Heard::Uses(calls) => {
                    if held.is_out() {
                        work.spoken(&reply.text);
                    }
                    let mut made = Vec::new();
                    for call in calls {
                        made.push(match call {
                            Called::Tool(call) => work.call(call).await,
                            Called::Wrong(made) => made,
                        });
                    }
                    work.rounds.push(Round { calls: made });
                    choice = work.step();
                }
            }
        }
    }

    /// Chooses among the tools, and nothing else counts.
    async fn choose(&self, mut work: Work<'_>) -> Result<Reply, AgentFailure> {
        if let Some(triage) = &self.triage {
            match self.choose_at(triage, &mut work).await {
                Ok(reply) => return Ok(reply),
                Err(why) => {
                    let (name, model) = (&self.card.name, triage.model());
                    tracing::warn!("`{name}` decides itself, since `{model}` cannot: {why}");
                }
            }
        }
        self.choose_at(&self.endpoint, &mut work).await
    }

    async fn choose_at(
        &self,
        endpoint: &Endpoint,
        work: &mut Work<'_>,
    ) -> Result<Reply, AgentFailure> {
        let purpose = work.assignment.purpose;
        let mut held = Held::new(None, self.card.name.clone(), true);
        let choice = ToolChoice::Required;
        let request = work.request(&self.instructions, &self.templates, choice);
        let asked = self.try_at(endpoint, work, request, &mut held).await;
        let reply = work.took(asked)?;
        match work.tools.hear(&reply) {
            Heard::HandOver(call, _) => Ok(Reply {
                handoff: Some(call),
                ..work.said(String::new())
            }),
            Heard::Declines(why) => Ok(work.said(why)),
            // Words instead of an approval are the reason against it.
            Heard::Words if purpose == Purpose::Approve => Ok(work.said(reply.text)),
            Heard::Words => Err(AgentFailure::Failed(
                "it wrote something instead of deciding".to_owned(),
            )),
            Heard::Uses(_) => Err(AgentFailure::Failed(
                "it called a tool instead of deciding".to_owned(),
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
        if !self.calls() {
            request.tools.clear();
        }
        let tools = !request.tools.is_empty();
        let mut asked = self
            .try_at(&self.endpoint, work, request.clone(), held)
            .await;
        if let Err(error) = &asked
            && tools
            && error.is_about_tools()
        {
            tracing::warn!("`{}` cannot hand over: {error}", self.card.name);
            self.toolless.store(true, Ordering::Relaxed);
            request.tools.clear();
            asked = self.try_at(&self.endpoint, work, request, held).await;
        }
        work.took(asked)
    }

    /// Asks, and again where that may help: never after somebody has read what
    /// was said.
    async fn try_at(
        &self,
        endpoint: &Endpoint,
        work: &Work<'_>,
        request: ChatRequest,
        held: &mut Held,
    ) -> Result<ChatReply, ChatError> {
        let conversation = work.assignment.turn.query.conversation.as_str();
        let mut span = Span::below(|| trace::model(endpoint.observed(conversation)));
        span.tell("gen_ai.input.messages", || {
            trace::inputs(request.messages.iter().map(ChatTurn::observed))
        });
        let asked = span.around(self.tries(endpoint, work, request, held)).await;
        if let Ok(reply) = &asked {
            span.note("gen_ai.response.model", || Some(reply.model.clone()));
            let tokens = |count: u64| i64::try_from(count).ok();
            let usage = reply.usage;
            span.note("gen_ai.usage.input_tokens", || {
                usage.and_then(|usage| tokens(usage.prompt_tokens))
            });
            span.note("gen_ai.usage.output_tokens", || {
                usage.and_then(|usage| tokens(usage.completion_tokens))
            });
            span.tell("gen_ai.output.messages", || trace::outputs(&reply.text));
        }
        span.end(asked.as_ref().err().map(ChatError::word));
        asked
    }

    async fn tries(
        &self,
        endpoint: &Endpoint,
        work: &Work<'_>,
        request: ChatRequest,
        held: &mut Held,
    ) -> Result<ChatReply, ChatError> {
        let request = ChatRequest {
            whole: !held.is_heard(),
            ..request
        };
        let mut pause = PAUSE;
        let mut tries = 1;
        loop {
            let mut said = false;
            let began = Instant::now();
            let mut on_delta = |part: &str| {
                said = true;
                held.take(part);
            };
            let asked = endpoint.chat(request.clone(), &mut on_delta).await;
            self.note(endpoint, work, began, asked.as_ref().ok());
            let error = match asked {
                Ok(reply) => return Ok(reply),
                Err(error) => error,
            };
            let out = said && held.is_out();
            let again = (tries < TRIES && !out).then(|| error.again_after(pause));
            let Some(wait) = again.flatten() else {
                return Err(error);
            };
            tracing::debug!("`{}` is asked again in {wait:?}: {error}", self.card.name);
            held.forget();
            tokio::time::sleep(wait).await;
            pause *= 3;
            tries += 1;
        }
    }

    /// Puts a request to the model on record.
    fn note(
        &self,
        endpoint: &Endpoint,
        work: &Work<'_>,
        began: Instant,
        reply: Option<&ChatReply>,
    ) {
        let usage = reply.and_then(|reply| reply.usage);
        let model = reply.map_or_else(|| endpoint.model(), |reply| reply.model.as_str());
        work.assignment.turn.record(EventKind::ModelCalled {
            agent: self.card.name.clone(),
            model: model.to_owned(),
            milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            prompt_tokens: usage.map(|usage| usage.prompt_tokens),
            completion_tokens: usage.map(|usage| usage.completion_tokens),
        });
    }
}

#[async_trait]
impl Agent for Model {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    fn calls(&self) -> bool {
        !self.toolless.load(Ordering::Relaxed)
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let offered = match (assignment.purpose, &assignment.tools) {
            (Purpose::Answer, Some(tools)) => tools.offered(),
            _ => Vec::new(),
        };
        let work = Work {
            said: assignment.transcript(TRANSCRIPT)?,
            executed: assignment.executed(&self.card.name),
            tools: Tools::new(&assignment.may_hand_to, offered, assignment.purpose),
            rounds: Vec::new(),
            spent: None,
            budget: Budget::new(&assignment),
            used_up: None,
            out: String::new(),
            agent: self.card.name.clone(),
            assignment: &assignment,
        };
        work.note_suspected();
        match assignment.purpose {
            Purpose::Answer => self.converse(work).await,
            Purpose::Decide | Purpose::Approve => self.choose(work).await,
        }
    }
}

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
