//! What a model is at, and what came of it so far.

use std::sync::Arc;

use super::{
    budget::{Budget, UsedUp},
    client::{ChatError, ChatReply, ChatRequest, ToolChoice},
    foreign, prompt,
    tool::{self, Tools, Use},
    transcript::{Made, Reader, Round, transcript},
};
use crate::{
    conversation::{EventKind, Message},
    handoff::{AgentFailure, Assignment, Reply, Templates, Usage, suspected},
    id::AgentName,
    trust::Detection,
};

/// One assignment, from the first request to the reply.
pub(super) struct Work<'a> {
    pub(super) assignment: &'a Assignment,
    pub(super) said: Vec<Arc<Message>>,
    /// Tools that were run for this message before this assignment.
    pub(super) executed: Vec<Arc<Message>>,
    pub(super) tools: Tools,
    /// Calls of tools in this assignment, and calls that could not be made.
    pub(super) rounds: Vec<Round>,
    /// Over all requests.
    pub(super) spent: Option<Usage>,
    pub(super) budget: Budget,
    /// Why there are no more calls.
    pub(super) used_up: Option<UsedUp>,
    /// What the user has read already.
    pub(super) out: String,
    pub(super) agent: AgentName,
}

impl Work<'_> {
    pub(super) fn request(
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
            whole: false,
        }
    }

    /// Puts on record what is wrong with the messages that came with a handoff.
    pub(super) fn note_suspected(&self) {
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
    pub(super) fn source(&self) -> Option<&AgentName> {
        self.assignment.context.as_deref().map(|c| &c.source)
    }

    /// What the model wrote before it called, and the user has read.
    pub(super) fn spoken(&mut self, text: &str) {
        self.out.push_str(text);
        self.out.push_str("\n\n");
        if let Some(deltas) = &self.assignment.deltas {
            deltas(&self.agent, "\n\n");
        }
    }

    /// Calls a tool, and what the model is told of it.
    pub(super) async fn call(&self, call: Use) -> Made {
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
    pub(super) fn step(&mut self) -> ToolChoice {
        self.used_up = self.budget.step(self.spent);
        match self.used_up {
            None => ToolChoice::Auto,
            Some(_) => ToolChoice::None,
        }
    }

    pub(super) fn said(&self, text: String) -> Reply {
        Reply {
            text: format!("{}{text}", self.out),
            usage: self.spent,
            ..Reply::default()
        }
    }

    /// Counts what a request took, or says what became of it.
    pub(super) fn took(
        &mut self,
        asked: Result<ChatReply, ChatError>,
    ) -> Result<ChatReply, AgentFailure> {
        let reply = asked.map_err(|error| match error {
            ChatError::Unreachable { .. } => AgentFailure::Unreachable(error.to_string()),
            _ => AgentFailure::Failed(error.to_string()),
        })?;
        if let Some(usage) = reply.usage {
            *self.spent.get_or_insert_default() += Usage {
                prompt_tokens: usage.prompt_tokens,
                completion_tokens: usage.completion_tokens,
            };
        }
        Ok(reply)
    }
}
