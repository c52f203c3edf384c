//! The turn of the desk: from a user's message over decision, context, hooks
//! and target to the one answer. Knows no WebAssembly, HTTP or SQL; agents and
//! stores come in through the traits defined here.

mod agent;
mod answer;
mod attempt;
mod colleagues;
mod context;
mod desk;
mod directory;
mod hooks;
mod policy;
mod render;
mod store;
mod tool;
mod turn;

pub use agent::{Agent, AgentCard, AgentFailure, Assignment, Deltas, Reply, Source, Usage};
pub use answer::{Answer, Leg, LegEnd, StandIn};
pub use desk::{Desk, DeskError, DeskParts, Explanation, Incoming};
pub use directory::{Directory, DirectoryError};
pub use policy::{Paths, Policy};
pub use render::instructions_for;
pub use store::{Conclusion, Intake, Prepared, Store, StoreError};
pub use tool::ToolCallError;
