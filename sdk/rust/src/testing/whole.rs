//! A skill as a whole, the way the host calls it: by positions and names,
//! recalled before each call and kept after it.

use super::Desk;
use crate::agent::Agent;
use crate::bindings::answers::exports::baton::agent::agent::Description;
use crate::bindings::describes::exports::baton::skill::manifest;
use crate::bindings::types::{HandoffContext, Outcome, Patch, Query, Refusal, Verdict};
use crate::error::ToolError;
use crate::skill::Skill;
use crate::tool::Caller;
use std::marker::PhantomData;

/// The manifest that the host would read.
pub fn describe<S: Skill>() -> manifest::Skill {
    S::describe()
}

/// What the host would read of an agent.
pub fn describe_agent<A: Agent>() -> Description {
    crate::agent::description::<A>()
}

/// One skill in one conversation at a desk.
///
/// ```
/// # use baton_sdk::prelude::*;
/// use baton_sdk::testing::{Conversation, Desk};
/// # /// Counts.
/// # #[skill] pub struct Counter { calls: u32 }
/// # #[skill] impl Counter {
/// #    /// Counts its calls.
/// #    #[tool] fn count(&mut self) -> u32 { self.calls += 1; self.calls }
/// # }
/// let conversation = Conversation::<Counter>::at(Desk::new());
/// assert_eq!(conversation.call("count", "{}"), Ok("1".to_owned()));
/// assert_eq!(conversation.call("count", "{}"), Ok("2".to_owned()));
/// ```
pub struct Conversation<S> {
    desk: Desk,
    skill: PhantomData<S>,
}

impl<S: Skill> Conversation<S> {
    /// The skill remembers what the desk says it does, at first nothing.
    pub fn at(desk: Desk) -> Self {
        Self {
            desk,
            skill: PhantomData,
        }
    }

    /// What all conditions say, in the manifest's order.
    pub fn evaluate(&self, query: &Query) -> Vec<Verdict> {
        let handoffs: Vec<u32> = (0..)
            .zip(S::describe().handoffs)
            .map(|(at, _)| at)
            .collect();
        self.desk.run(|| S::evaluate(query, &handoffs))
    }

    /// Runs the hook at this position of the manifest before a handoff.
    pub fn before_handoff(&self, hook: u32, context: &HandoffContext) -> Result<Patch, Refusal> {
        self.desk.run(|| S::before_handoff(hook, context))
    }

    /// Runs the hook at this position of the manifest after a handoff.
    pub fn after_handoff(
        &self,
        hook: u32,
        context: &HandoffContext,
        outcome: &Outcome,
    ) -> Result<Patch, Refusal> {
        self.desk.run(|| S::after_handoff(hook, context, outcome))
    }

    /// Calls a tool with JSON arguments, as the agent that owns the conversation.
    pub fn call(&self, tool: &str, arguments: &str) -> Result<String, ToolError> {
        self.desk
            .run(|| S::call(tool, arguments, &Caller::agent("front-desk")))
    }
}
