//! Finds the agent in whose field a conversation is.

use baton_sdk::{
    AgentState, Role, agents, conversation,
    discovery::{self, Found},
    log,
};

use crate::phrase;

/// What the operator says.
pub const PHRASE: &str = "this needs a specialist";

/// Messages looked back at: a conversation that needs a specialist now need not
/// have begun in that field.
const RECENT: u32 = 10;

/// Agents looked at: the best of them may be busy.
const CANDIDATES: u32 = 5;

/// Kinds of agents that answer from no field of their own.
const NO_FIELD: [&str; 2] = ["human", "records"];

/// The agent that is best at what the customer has spoken of, and what the
/// operator has added, and could answer now. How sure that is, is said with it:
/// that there is to be a specialist, the operator has decided.
pub fn for_conversation(more: &str) -> Option<Found> {
    let found = match discovery::find_agents(&said(more), CANDIDATES) {
        Ok(found) => found,
        Err(why) => {
            log::warn(&format!("no specialist can be looked for: {why}"));
            return None;
        }
    };
    let best = found.into_iter().find(|found| could_answer(&found.agent));
    if best.is_none() {
        log::warn("no agent is good at what this conversation is about");
    }
    best
}

/// What the customer said lately. Without the grant `conversation`, nothing.
fn said(more: &str) -> String {
    let messages = conversation::recent(RECENT).unwrap_or_default();
    let users = messages
        .iter()
        .filter(|message| message.role() == Role::User)
        .map(|message| message.content.as_str())
        .filter(|text| phrase::begins(text, PHRASE).is_none());
    users.chain([more]).collect::<Vec<_>>().join("\n")
}

fn could_answer(name: &str) -> bool {
    agents::describe(name).is_ok_and(|agent| {
        let kind = agent.kind();
        agent.state() == AgentState::Ready
            && !NO_FIELD.iter().any(|none| kind.as_deref() == Some(none))
    })
}
