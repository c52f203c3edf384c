//! Several agents' replies as one.

use std::fmt::Write;

use super::{Reply, StandIn, flow::Delivered, transfer::Handed};
use crate::{contract::Findings, id::AgentName};

/// What one of several agents said, or that it did not.
pub(super) struct Part {
    asked: AgentName,
    result: Result<Delivered, String>,
}

impl Part {
    /// What came of one handoff, and who has the conversation because of it.
    pub(super) fn of(asked: AgentName, handed: Handed) -> (Self, Option<AgentName>) {
        match handed {
            Handed::Delivered(delivered, moved) => {
                let result = Ok(delivered);
                (Self { asked, result }, moved)
            }
            Handed::Refused(refused) => {
                let result = Err(refused.to_string());
                (Self { asked, result }, None)
            }
        }
    }

    /// What it found out.
    pub(super) fn insights(&self) -> Findings {
        match &self.result {
            Ok(delivered) => delivered.reply.insights.clone(),
            Err(_) => Findings::new(),
        }
    }
}

/// The parts under the names of those who said them; whoever did not answer is
/// named too. None: nobody did.
pub(super) fn joined(parts: Vec<Part>) -> Option<Delivered> {
    let mut text = String::new();
    let mut whole: Option<Delivered> = None;
    for Part { asked, result } in parts {
        match result {
            Ok(delivered) => {
                // Writing to a string cannot fail.
                let _ = write!(
                    text,
                    "{}: {}\n\n",
                    delivered.agent,
                    delivered.reply.text.trim()
                );
                let whole = whole.get_or_insert_with(|| Delivered {
                    agent: delivered.agent.clone(),
                    reply: Reply::default(),
                    stand_in: StandIn::None,
                });
                whole.reply.sources.extend(delivered.reply.sources);
                whole.reply.insights.extend(delivered.reply.insights);
            }
            Err(why) => {
                let _ = write!(text, "{asked} has not answered: {why}\n\n");
            }
        }
    }
    whole.map(|mut whole| {
        whole.reply.text = text.trim_end().to_owned();
        whole
    })
}
