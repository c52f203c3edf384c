//! Makes the context of a handoff.

use std::{fmt::Write, sync::Arc};

use jiff::{SignedDuration, Timestamp};

use super::wish::{By, Wish};
use crate::{
    contract::{ContextVersion, Findings, HandoffContext, HistoryPolicy, Mode, Reason},
    conversation::{Message, Metadata, Speaker, Trust, Turn},
    id::{AgentName, HandoffId},
};

/// Messages a summary looks back on, and characters it takes of each: what a
/// person skims before taking over, and what fits any model's attention. The
/// whole transcript travels besides.
const SUMMARY_MESSAGES: usize = 10;
const SUMMARY_CHARACTERS: usize = 200;

/// How long a handoff that nobody finishes is worth anything. A person may
/// approve or claim one after lunch, not next week.
const EXPIRES_AFTER: SignedDuration = SignedDuration::from_hours(4);

/// What is handed over before hooks have seen it.
pub(super) struct Draft<'a> {
    pub(super) wish: &'a Wish,
    pub(super) target: &'a AgentName,
    pub(super) reason: Reason,
    pub(super) state: String,
}

impl Draft<'_> {
    pub(super) fn into_context(self, turn: &Turn) -> HandoffContext {
        let wish = self.wish;
        let created = Timestamp::now();
        // A cold handoff brings the task and nothing else.
        let cold = wish.mode == Mode::Cold;
        let history = if cold {
            HistoryPolicy::None
        } else {
            wish.history
        };
        let Past {
            summary,
            involved,
            trust: summary_trust,
        } = match history {
            HistoryPolicy::None => Past::default(),
            _ => look_back(turn),
        };
        let noted = if cold {
            Metadata::default()
        } else {
            noted(turn)
        };
        // What has passed through many hands may have been changed in each.
        let hops = wish.chain.len().saturating_sub(1);
        let mut provenance = wish.provenance.clone();
        if cold {
            provenance = provenance.without("findings");
        }
        let asked = match wish.by {
            By::Operator => Trust::OPERATOR,
            _ => Trust::USER,
        };
        provenance.add("original-task", asked.after(hops));
        if let Some(trust) = summary_trust {
            provenance.add("summary", trust.after(hops));
        }
        // It quotes agents.
        if !self.state.is_empty() {
            provenance.add("state", Trust::MODEL.after(hops));
        }
        let mut snapshot = Findings::new();
        for (name, noted) in noted.iter() {
            provenance.add(format!("snapshot/{name}"), noted.trust.after(hops));
            snapshot.insert(name.clone(), noted.value.clone());
        }
        HandoffContext {
            version: ContextVersion::CURRENT,
            id: HandoffId::generate(),
            conversation: turn.query.conversation.clone(),
            task: turn.task.clone(),
            user: turn.query.user.clone(),
            source: wish.source(turn).clone(),
            target: self.target.clone(),
            reason: self.reason,
            mode: wish.mode,
            history,
            original_task: turn.query.text.clone(),
            summary,
            state: self.state,
            facts: Vec::new(),
            decisions: Vec::new(),
            findings: if cold {
                Findings::new()
            } else {
                wish.findings.clone()
            },
            data: Findings::new(),
            snapshot,
            confidence: wish.confidence,
            instructions: wish.instructions.clone(),
            chain: wish.chain.clone(),
            involved,
            metadata: wish.metadata.clone(),
            created,
            expires: created.checked_add(EXPIRES_AFTER).ok(),
            trust: provenance.lowest().unwrap_or(Trust::USER),
            provenance,
        }
    }
}

/// The conversation's metadata as it is now.
fn noted(turn: &Turn) -> Metadata {
    let mut noted = Metadata::clone(&turn.metadata);
    turn.with_effects(|effects| noted.extend(effects.metadata.clone()));
    noted
}

/// What the conversation was about before.
#[derive(Default)]
struct Past {
    summary: String,
    /// The agents that spoke.
    involved: Vec<AgentName>,
    /// The lowest of the messages'; none: there were no messages.
    trust: Option<Trust>,
}

/// The last messages, a line each, and the agents that spoke in them. A history
/// that cannot be read gives none: the handoff is worth more than its summary.
/// A line break within a message would let it speak in another one's name.
fn look_back(turn: &Turn) -> Past {
    let messages: Vec<Arc<Message>> = turn
        .history
        .page(None, SUMMARY_MESSAGES)
        .unwrap_or_default();
    let mut summary = String::new();
    let mut involved = Vec::new();
    let trust = messages.iter().map(|message| message.trust).min();
    for message in &messages {
        let speaker = match &message.speaker {
            Speaker::User => "user",
            Speaker::Operator => "operator",
            Speaker::Agent { agent } => {
                if !involved.contains(agent) {
                    involved.push(agent.clone());
                }
                agent.as_str()
            }
            Speaker::Tool { name, .. } => name.as_str(),
        };
        let said: String = message
            .content
            .chars()
            .take(SUMMARY_CHARACTERS)
            .map(|c| if c == '\n' { ' ' } else { c })
            .collect();
        // Writing to a string cannot fail.
        let _ = writeln!(summary, "{speaker}: {said}");
    }
    Past {
        summary,
        involved,
        trust,
    }
}

#[cfg(test)]
mod tests;
