//! Who can answer, and how they do.

use serde::Serialize;

use crate::{
    conversation::Readiness,
    handoff::{AgentCard, AgentTally, Breaker, Desk},
    payment::Money,
};

/// An agent for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed<'a> {
    /// What is known of it without asking it.
    #[serde(flatten)]
    pub card: &'a AgentCard,
    /// `ready`, `busy` or `down`.
    pub state: &'static str,
    /// What keeps it from work altogether, where it knows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// It has new conversations.
    pub entry: bool,
    /// It answers when others fail.
    pub fallback: bool,
    /// What keeps it from being asked too often after failures.
    pub breaker: Breaker,
    /// How many assignments it works on in this process.
    pub load: u64,
    /// How many it takes at the same time; none: any number.
    pub at_once: Option<usize>,
    /// What its answer costs; none: nothing.
    pub price: Option<Money>,
    /// What it has done since this process began.
    #[serde(skip)]
    pub tally: AgentTally,
}

/// The agents.
pub fn listed(desk: &Desk) -> Vec<Listed<'_>> {
    let directory = desk.directory();
    let (payments, condition) = (desk.payments(), directory.conditions());
    condition
        .map(|condition| {
            let card = condition.agent.card();
            Listed {
                card,
                state: Readiness::as_str(condition.agent.readiness()),
                why: condition.agent.trouble(),
                entry: card.name == *directory.entry(),
                fallback: directory.fallback() == Some(&card.name),
                breaker: condition.breaker,
                load: condition.load,
                at_once: card.at_once,
                price: payments.price(&card.name),
                tally: condition.tally,
            }
        })
        .collect()
}
