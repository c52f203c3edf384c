//! Contexts and outcomes as the host would make them.

use crate::bindings::types::{HandoffContext, Outcome};

impl HandoffContext {
    /// A handoff from the front desk to this agent, for a user who said `task`.
    pub fn sample(target: &str, task: &str) -> Self {
        Self {
            id: "handoff".to_owned(),
            conversation: "conversation".to_owned(),
            task: "task".to_owned(),
            user: Some("user".to_owned()),
            source: "front-desk".to_owned(),
            target: target.to_owned(),
            reason: "specialization".to_owned(),
            original_task: task.to_owned(),
            summary: String::new(),
            state: String::new(),
            facts: Vec::new(),
            decisions: Vec::new(),
            findings: Vec::new(),
            confidence: 1.0,
            instructions: String::new(),
            chain: Vec::new(),
            metadata: Vec::new(),
            created: 0,
            expires: None,
            trust: 50,
            extra: Vec::new(),
        }
    }
}

impl Outcome {
    /// This agent answered so.
    pub fn success(agent: &str, reply: &str) -> Self {
        Self {
            success: true,
            agent: agent.to_owned(),
            reply: reply.to_owned(),
            insights: Vec::new(),
            error: None,
            fallback: false,
            milliseconds: 1,
            extra: Vec::new(),
        }
    }

    /// This agent failed.
    pub fn failure(agent: &str, error: &str) -> Self {
        Self {
            success: false,
            error: Some(error.to_owned()),
            ..Self::success(agent, "")
        }
    }
}
