//! What a skill is to the host: the words of the WIT packages `baton:skill` and
//! `baton:agent` as checked types, and the trait that whatever runs skills
//! implements.

mod agent;
mod code;
mod context;
mod fault;
mod history;
mod manifest;
mod outcome;
mod patch;
mod skill;
mod verdict;

pub use agent::{
    AgentHandoff, AgentManifest, AgentOffer, AgentPurpose, AgentRefusal, AgentReply, AgentRequest,
    PastCall,
};
pub use code::{Access, DecidedBy, Effect, HookPoint, Mode, OnFailure, Ownership, Reach, Reason};
pub use context::{ContextVersion, HandoffContext};
pub use fault::Fault;
pub use history::{HistoryPolicy, UnknownHistoryPolicy};
pub use manifest::{HandoffDeclaration, HookDeclaration, Manifest, ToolDeclaration, Want};
pub use outcome::{Outcome, OutcomeError};
pub use patch::{Patch, Refusal, RefusalCode, Replacement};
pub use skill::{Caller, CallerKind, Digest, INVALID_ARGUMENTS, Session, Skill, ToolError};
pub use verdict::{Confidence, Findings, Proposal, Verdict};
