//! Finds the agent in whose field a conversation is.

use baton_sdk::{
    AgentState, Role,
    agents::{self, Agent},
    conversation, log,
};
use std::collections::BTreeSet;

/// Messages looked back at: a conversation that needs a specialist now need not
/// have begun in that field.
const RECENT: u32 = 10;

/// Letters compared of each word, so that "charged" and "charges" are one; and
/// the shortest word that says anything.
const STEM: usize = 5;
const SHORTEST: usize = 4;

/// Kinds of agents that answer from no field of their own.
const NO_FIELD: [&str; 2] = ["human", "records"];

/// A specialist, how sure that is, and the words that speak for it.
pub struct Found {
    pub agent: String,
    pub confidence: f64,
    pub words: Vec<String>,
}

/// The agent that describes itself in the words of the customer, and of what
/// the operator has added. A word that many agents use says little.
pub fn for_conversation(owner: &str, more: &str) -> Option<Found> {
    let agents: Vec<Agent> = agents::list().ok()?;
    let fields: Vec<(&Agent, BTreeSet<String>)> = agents
        .iter()
        .filter(|agent| agent.name != owner && agent.state() == AgentState::Ready)
        .filter(|agent| {
            let kind = agent.kind();
            !NO_FIELD.iter().any(|none| kind.as_deref() == Some(none))
        })
        .map(|agent| (agent, field(agent)))
        .collect();
    let said = said(more);
    let weight = |word: &String| {
        let users = fields.iter().filter(|(_, field)| field.contains(word));
        1.0 / users.count().max(1) as f64
    };
    let scored = fields.iter().map(|(agent, field)| {
        let words: Vec<String> = said.intersection(field).cloned().collect();
        let score: f64 = words.iter().map(weight).sum();
        (agent, words, score)
    });
    let all: Vec<_> = scored.filter(|(_, _, score)| *score > 0.0).collect();
    let total: f64 = all.iter().map(|(_, _, score)| score).sum();
    let best = all.into_iter().reduce(|a, b| if b.2 > a.2 { b } else { a });
    let Some((agent, words, score)) = best else {
        log::warn("no agent describes itself in the words of this conversation");
        return None;
    };
    Some(Found {
        agent: agent.name.clone(),
        confidence: score / total,
        words,
    })
}

/// What the customer said lately. Without the grant `conversation`, nothing.
fn said(more: &str) -> BTreeSet<String> {
    let messages = conversation::recent(RECENT).unwrap_or_default();
    let users = messages
        .iter()
        .filter(|message| message.role() == Role::User);
    users
        .flat_map(|message| stems(&message.content))
        .chain(stems(more))
        .collect()
}

fn field(agent: &Agent) -> BTreeSet<String> {
    let texts = [agent.name.as_str(), agent.description.as_str()];
    texts
        .into_iter()
        .chain(agent.examples.iter().map(String::as_str))
        .chain(agent.skills.iter().map(String::as_str))
        .flat_map(stems)
        .collect()
}

fn stems(text: &str) -> impl Iterator<Item = String> {
    text.split(|letter: char| !letter.is_alphanumeric())
        .filter(|word| word.chars().count() >= SHORTEST)
        .map(|word| word.to_lowercase().chars().take(STEM).collect())
}
