//! Makes the context of a handoff.

use std::{fmt::Write, sync::Arc};

use jiff::Timestamp;

use crate::{
    contract::{Confidence, Findings, HandoffContext, Reason},
    conversation::{Message, Speaker, Trust, Turn},
    id::{AgentName, HandoffId},
};

/// Messages a summary looks back on, and characters it takes of each: what a
/// person skims before taking over, and what fits any model's attention. The
/// whole transcript travels besides.
const SUMMARY_MESSAGES: usize = 10;
const SUMMARY_CHARACTERS: usize = 200;

/// What is handed over before hooks have seen it.
pub(super) struct Draft {
    pub(super) source: AgentName,
    pub(super) target: AgentName,
    pub(super) reason: Reason,
    pub(super) confidence: Confidence,
    pub(super) instructions: String,
    pub(super) findings: Findings,
    pub(super) metadata: Findings,
    pub(super) chain: Vec<AgentName>,
    pub(super) state: String,
}

impl Draft {
    pub(super) fn into_context(self, turn: &Turn) -> HandoffContext {
        HandoffContext {
            id: HandoffId::generate(),
            conversation: turn.query.conversation.clone(),
            task: turn.task.clone(),
            user: turn.query.user.clone(),
            source: self.source,
            target: self.target,
            reason: self.reason,
            original_task: turn.query.text.clone(),
            summary: summary(turn),
            state: self.state,
            facts: Vec::new(),
            decisions: Vec::new(),
            findings: self.findings,
            confidence: self.confidence,
            instructions: self.instructions,
            chain: self.chain,
            metadata: self.metadata,
            created: Timestamp::now(),
            expires: None,
            trust: Trust::USER,
        }
    }
}

/// The last messages, a line each. A history that cannot be read gives none:
/// the handoff is worth more than its summary.
fn summary(turn: &Turn) -> String {
    let messages: Vec<Arc<Message>> = turn
        .history
        .page(None, SUMMARY_MESSAGES)
        .unwrap_or_default();
    let mut summary = String::new();
    for message in messages {
        let speaker = match &message.speaker {
            Speaker::User => "user",
            Speaker::Agent { agent } => agent.as_str(),
        };
        let said: String = message.content.chars().take(SUMMARY_CHARACTERS).collect();
        // Writing to a string cannot fail.
        let _ = writeln!(summary, "{speaker}: {said}");
    }
    summary
}
