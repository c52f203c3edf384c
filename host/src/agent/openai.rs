//! `openai`: a model behind any endpoint that speaks OpenAI's protocol.

mod budget;
mod client;
mod foreign;
mod held;
mod prompt;
mod tool;
mod transcript;

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use async_trait::async_trait;

use budget::{Budget, UsedUp};
use client::{ChatEndpoint, ChatReply, ChatRequest, ToolChoice};
pub use client::{ChatError, Embeddings, EndpointConfig};
use held::Held;
use tool::{Called, Heard, Tools, Use};
use transcript::{Made, Reader, Round, transcript};

use crate::{
    contract::Reason,
    conversation::{EventKind, Message},
    handoff::{
        Agent, AgentCard, AgentFailure, Assignment, Purpose, Reply, Templates, Usage, suspected,
    },
    id::AgentName,
    trust::Detection,
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
        let purpose = work.assignment.purpose;
        let mut held = Held::new(None, self.card.name.clone(), true);
        let reply = self.ask(&mut work, ToolChoice::Required, &mut held).await?;
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
        if !self.calls() && choice != ToolChoice::Required {
            request.tools.clear();
        }
        let tools = !request.tools.is_empty() && choice != ToolChoice::Required;
        let mut on_delta = |part: &str| held.take(part);
        let mut began = Instant::now();
        let mut asked = self.endpoint.chat(request.clone(), &mut on_delta).await;
        if let Err(error) = &asked
            && tools
            && error.is_about_tools()
        {
            tracing::warn!("`{}` cannot hand over: {error}", self.card.name);
            self.toolless.store(true, Ordering::Relaxed);
            request.tools.clear();
            self.note(work, began, None);
            began = Instant::now();
            asked = self.endpoint.chat(request, &mut on_delta).await;
        }
        self.note(work, began, asked.as_ref().ok());
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

impl OpenAi {
    /// Puts a request to the model on record.
    fn note(&self, work: &Work<'_>, began: Instant, reply: Option<&ChatReply>) {
        let usage = reply.and_then(|reply| reply.usage);
        let model = reply.map_or_else(|| self.endpoint.model(), |reply| reply.model.as_str());
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
impl Agent for OpenAi {
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

/// One assignment, from the first request to the reply.
struct Work<'a> {
    assignment: &'a Assignment,
    said: Vec<Arc<Message>>,
    /// Tools that were run for this message before this assignment.
    executed: Vec<Arc<Message>>,
    tools: Tools,
    /// Calls of tools in this assignment, and calls that could not be made.
    rounds: Vec<Round>,
    /// Over all requests.
    spent: Option<Usage>,
    budget: Budget,
    /// Why there are no more calls.
    used_up: Option<UsedUp>,
    /// What the user has read already.
    out: String,
    agent: AgentName,
}

impl Work<'_> {
    fn request(
        &self,
        instructions: &str,
        templates: &Templates,
        choice: ToolChoice,
    ) -> ChatRequest {
        let assignment = self.assignment;
        let sanitize = assignment.turn.sanitize;
        let exchanges = assignment.exchanges.iter();
        let made = exchanges.map(|e| self.tools.round(e, sanitize));
        let rounds = made.chain(self.rounds.iter().cloned()).collect();
        let reader = Reader {
            agent: &self.agent,
            sanitize,
            hops: assignment.context.as_deref().map_or(0, |c| c.hops()),
        };
        let messages = transcript(reader, &self.said, &assignment.text, &self.executed, rounds);
        let tools = match choice {
            ToolChoice::None => tool::bygone(tool::called(&messages)),
            ToolChoice::Required => self.tools.offered.clone(),
            ToolChoice::Auto => {
                let mut tools = self.tools.offered.clone();
                // Whoever had the conversation before may have had other tools.
                let before = tool::bygone(tool::called(&messages));
                tools.extend(before.into_iter().filter(|t| !self.tools.offers(&t.name)));
                tools
            }
        };
        ChatRequest {
            system: prompt::system(
                instructions,
                templates,
                assignment,
                prompt::About {
                    tools: self.tools.work(),
                    reads_foreign: foreign::any(&messages),
                    used_up: self.used_up,
                },
            ),
            messages,
            tools,
            choice,
        }
    }

    /// Puts on record what is wrong with the messages that came with a handoff.
    fn note_suspected(&self) {
        let Some(context) = self.assignment.context.as_deref() else {
            return;
        };
        let found: Vec<Detection> = self.said.iter().filter_map(|m| suspected(m)).collect();
        if !found.is_empty() {
            let turn = &self.assignment.turn;
            turn.record(EventKind::HandoffContextSanitized {
                handoff: context.id.clone(),
                found,
                action: turn.sanitize,
            });
        }
    }

    /// Who gave the agent its work.
    fn source(&self) -> Option<&AgentName> {
        self.assignment.context.as_deref().map(|c| &c.source)
    }

    /// What the model wrote before it called, and the user has read.
    fn spoken(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push_str("\n\n");
        if let Some(deltas) = &self.assignment.deltas {
            deltas(&self.agent, "\n\n");
        }
    }

    /// Calls a tool, and what the model is told of it.
    async fn call(&self, call: Use) -> Made {
        let Use {
            name,
            tool,
            arguments,
        } = call;
        let result = match &self.assignment.tools {
            None => format!("there is no tool `{tool}`"),
            Some(tools) => {
                let limit = self.budget.left();
                let result = tools.call(&tool, arguments.clone(), limit).await;
                let sanitize = self.assignment.turn.sanitize;
                foreign::returned(
                    &format!("tool {tool}"),
                    result.trust,
                    &result.text,
                    sanitize,
                )
            }
        };
        Made {
            name,
            arguments,
            result,
        }
    }

    /// Counts a reply with calls, and says whether there may be another.
    fn step(&mut self) -> ToolChoice {
        self.used_up = self.budget.step(self.spent);
        match self.used_up {
            None => ToolChoice::Auto,
            Some(_) => ToolChoice::None,
        }
    }

    fn said(&self, text: String) -> Reply {
        Reply {
            text: format!("{}{text}", self.out),
            usage: self.spent,
            ..Reply::default()
        }
    }
}

#[cfg(test)]
mod mock;
#[cfg(test)]
mod tests;
