//! Write Baton skills, and agents, in Rust.
//!
//! A skill is a struct whose functions say when a conversation goes to another
//! agent (`#[handoff]`), what happens before and after (`#[hook]`), and what
//! others may call (`#[tool]`):
//!
//! ```
//! use baton_sdk::prelude::*;
//!
//! /// Sends investment questions to the expert.
//! #[skill]
//! pub struct Finance;
//!
//! #[skill]
//! impl Finance {
//!     /// Investments and trading go to the expert.
//!     #[handoff("finance-expert", triggers = ["stock", "portfolio"])]
//!     fn needs_finance_expert(&self, query: &Query) -> bool {
//!         query.mentions_any(["stock", "portfolio"])
//!     }
//! }
//!
//! // A skill is tested like any other code:
//! assert!(Finance.needs_finance_expert(&Query::new("My stock is down")));
//! ```
//!
//! An agent is a struct with a function that answers, marked with `#[agent]`:
//!
//! ```
//! use baton_sdk::prelude::*;
//!
//! /// Welcomes whoever comes in.
//! #[agent(examples = ["hello", "good morning"])]
//! pub struct Greeter;
//!
//! #[agent]
//! impl Greeter {
//!     fn answer(&self, request: &Request) -> String {
//!         format!("Welcome, {}!", request.query.user.as_deref().unwrap_or("stranger"))
//!     }
//! }
//!
//! assert_eq!(Greeter.answer(&Request::new("Hello").written_by("Ada")), "Welcome, Ada!");
//! ```
//!
//! Built for `wasm32-unknown-unknown`, it is a component that exports what it
//! has and imports the capabilities that it calls, no more. Natively the
//! capabilities are answered by a [`testing::Desk`].
#![deny(missing_docs)]

#[doc(hidden)]
mod agent;
#[cfg(target_arch = "wasm32")]
mod allocator;
mod backend;
mod bindings;
mod codes;
#[doc(hidden)]
mod declared;
mod error;
mod json;
mod panic;
mod patch;
mod proposal;
mod query;
#[doc(hidden)]
mod skill;
mod state;
mod tool;

pub mod agents;
pub mod clock;
pub mod config;
pub mod conversation;
pub mod discovery;
pub mod handoffs;
pub mod http;
pub mod log;
pub mod payments;
pub mod random;
pub mod storage;
#[cfg(not(target_arch = "wasm32"))]
pub mod testing;
pub mod tickets;
pub mod waiting;

pub use agent::{AgentAnswer, Declined, Exchange, HandOver, Reply, Request, Target};
pub use baton_sdk_macros::{agent, handoff, hook, skill, tool};
pub use bindings::types::{HandoffContext, Message, Outcome, Pair, Query, Replacement};
pub use codes::{AgentState, ErrorCode, Reason, ReceiptState, RefusalCode, Role, ToolErrorCode};
pub use error::{Error, ToolError};
pub use json::{Pairs, ToJson};
pub use patch::{HookAnswer, Patch, Refusal};
pub use proposal::{DynamicAnswer, Grounds, Proposal, StaticAnswer};
pub use tool::Caller;

/// What nearly every skill uses.
pub mod prelude {
    pub use crate::{
        Caller, Declined, Error, Grounds, HandOver, HandoffContext, Outcome, Pair, Pairs, Patch,
        Proposal, Query, Refusal, Reply, Request, ToolError, agent, handoff, hook, skill, tool,
    };
}

/// What `#[skill]` writes refers to these; nothing else should.
#[doc(hidden)]
pub mod __private {
    pub use crate::agent::{Agent, AgentAnswer, Offers};
    pub use crate::bindings::answers;
    pub use crate::bindings::answers::exports::baton::agent::agent::{
        Description as AgentDescription, Failure as AgentFailure, Reply as AgentReply,
        Request as AgentRequest,
    };
    pub use crate::bindings::describes::exports::baton::skill::manifest::{
        Skill as Manifest, Want,
    };
    pub use crate::bindings::types::{HandoffContext, Outcome, Patch, Query, Refusal, Verdict};
    pub use crate::bindings::{concludes, describes, prepares, routes, serves_tools};
    pub use crate::declared::{Handoff, Hook, Tool, manifest};
    pub use crate::error::ToolError;
    pub use crate::patch::HookAnswer;
    pub use crate::proposal::{DynamicAnswer, StaticAnswer};
    pub use crate::skill::{Identity, Memory, Skill, Wants, no_such_hook, no_such_tool, verdicts};
    pub use crate::state::{Kept, keep, recall};
    pub use crate::tool::{Arguments, Caller, answer, schema};
    pub use schemars;
    pub use serde;
}
