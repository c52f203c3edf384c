//! `scripted`: an agent that does what the configuration says, for tests and
//! benchmarks.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use serde_json::{Map, Value};

use crate::{
    contract::{Confidence, Findings, Reason},
    conversation::Readiness,
    handoff::{
        Agent, AgentCard, AgentFailure, Assignment, HandoffCall, Reply, Templates, ToolName,
    },
    id::AgentName,
};

/// What a scripted agent does.
#[derive(Clone, Debug)]
pub enum Script {
    /// Says this, with `{text}` replaced by the message and `{instructions}`
    /// by what it was handed over with.
    Reply(String),
    /// Fails with this.
    Fail(String),
    /// Never answers.
    Hang,
    /// Is not ready.
    Busy,
    /// Panics, as an agent with an error in its own code would.
    Panic,
    /// Hands over to this agent by a call; when that is refused, says why.
    HandTo(AgentName, Option<Reason>),
    /// Calls this tool with these arguments, and says the text with `{result}`
    /// replaced by the result.
    CallTool(ToolName, Map<String, Value>, String),
}

/// An agent with a script.
pub struct Scripted {
    card: AgentCard,
    script: Script,
    delay: Duration,
    templates: Arc<Templates>,
}

impl Scripted {
    /// An agent that follows the script after the delay.
    pub fn new(card: AgentCard, script: Script, delay: Duration) -> Self {
        Self {
            card,
            script,
            delay,
            templates: Templates::standard(),
        }
    }

    /// With what it is told of a handoff in these words.
    pub fn with_templates(mut self, templates: Arc<Templates>) -> Self {
        self.templates = templates;
        self
    }
}

#[async_trait]
impl Agent for Scripted {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    fn calls(&self) -> bool {
        matches!(self.script, Script::HandTo(..))
    }

    fn readiness(&self) -> Readiness {
        match self.script {
            Script::Busy => Readiness::Busy,
            _ => Readiness::Ready,
        }
    }

    // A panic is the whole point of one script.
    #[allow(clippy::panic)]
    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        if !self.delay.is_zero() {
            tokio::time::sleep(self.delay).await;
        }
        match &self.script {
            Script::Reply(text) => {
                let instructions = || {
                    assignment
                        .context
                        .as_deref()
                        .map(|context| self.templates.render(context))
                        .unwrap_or_default()
                };
                let text = if text.contains('{') {
                    text.replace("{text}", &assignment.text)
                        .replace("{instructions}", &instructions())
                } else {
                    text.clone()
                };
                if let Some(deltas) = &assignment.deltas {
                    deltas(&self.card.name, &text);
                }
                Ok(Reply {
                    text,
                    ..Reply::default()
                })
            }
            Script::CallTool(tool, arguments, text) => {
                let Some(tools) = &assignment.tools else {
                    return Err(AgentFailure::Failed("it has no tools".to_owned()));
                };
                let limit = tools.limits().time;
                let result = tools.call(tool, arguments.clone(), limit).await;
                Ok(Reply {
                    text: text.replace("{result}", &result.text),
                    ..Reply::default()
                })
            }
            Script::Fail(why) => Err(AgentFailure::Failed(why.clone())),
            Script::HandTo(target, reason) => Ok(hand_to(target, *reason, &assignment)),
            Script::Hang => std::future::pending().await,
            Script::Busy => Err(AgentFailure::Busy),
            Script::Panic => panic!("the script says so"),
        }
    }
}

fn hand_to(target: &AgentName, reason: Option<Reason>, assignment: &Assignment) -> Reply {
    let said = match (&assignment.refused, &assignment.delegated) {
        (Some(refused), _) => Some(format!("refused: {refused}")),
        (None, Some(answer)) => Some(format!("{} says: {}", answer.agent, answer.reply)),
        (None, None) => None,
    };
    match said {
        Some(text) => Reply {
            text,
            ..Reply::default()
        },
        None => Reply {
            handoff: Some(HandoffCall {
                target: target.clone(),
                reason,
                instructions: String::new(),
                findings: Findings::new(),
                confidence: Confidence::CERTAIN,
            }),
            ..Reply::default()
        },
    }
}
