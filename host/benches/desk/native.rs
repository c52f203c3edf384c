//! The benchmark skill's condition as a Rust closure: what a sandbox costs is
//! the difference.

use std::sync::Arc;

use async_trait::async_trait;
use baton::{
    contract::{
        Caller, Confidence, Digest, Fault, Findings, HandoffContext, Manifest, Outcome, Patch,
        Proposal, Refusal, Session, Skill, ToolError, Verdict,
    },
    conversation::Turn,
    id::{AgentName, FunctionName},
};
use serde_json::Value;

pub struct Native {
    pub manifest: Manifest,
}

struct Running {
    turn: Arc<Turn>,
}

impl Skill for Native {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn digest(&self) -> Digest {
        Digest([0; 32])
    }

    fn acts_outside(&self) -> bool {
        false
    }

    fn open(self: Arc<Self>, turn: &Arc<Turn>) -> Box<dyn Session> {
        Box::new(Running { turn: turn.clone() })
    }
}

#[async_trait]
impl Session for Running {
    async fn evaluate(&mut self, handoffs: &[u32]) -> Result<Vec<Verdict>, Fault> {
        let text = self.turn.query.text.to_lowercase();
        let holds = ["stock", "portfolio", "invest", "trading"]
            .iter()
            .any(|w| text.contains(w));
        let verdict = || {
            if holds {
                Verdict::HandOff(Proposal {
                    target: AgentName::from("finance-expert"),
                    confidence: Confidence::CERTAIN,
                    reason: None,
                    instructions: String::new(),
                    findings: Findings::new(),
                })
            } else {
                Verdict::Pass
            }
        };
        Ok(handoffs.iter().map(|_| verdict()).collect())
    }

    async fn before(
        &mut self,
        _hook: u32,
        _context: &HandoffContext,
    ) -> Result<Result<Patch, Refusal>, Fault> {
        Ok(Ok(Patch::default()))
    }

    async fn after(
        &mut self,
        _hook: u32,
        _context: &HandoffContext,
        _outcome: &Outcome,
    ) -> Result<Result<Patch, Refusal>, Fault> {
        Ok(Ok(Patch::default()))
    }

    async fn call(
        &mut self,
        _tool: &FunctionName,
        _arguments: &Value,
        _caller: &Caller,
    ) -> Result<Value, ToolError> {
        Err(ToolError::Refused {
            code: "unknown-tool".to_owned(),
            message: String::new(),
        })
    }
}
