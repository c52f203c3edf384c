//! Skills as WebAssembly components: loading, sandbox, capabilities.

mod bindings;
mod build;
mod cache;
mod capability;
mod convert;
mod engine;
mod fault;
mod grant;
mod guest;
mod limits;
mod load;
mod manifest;
mod sandbox;

pub use cache::Cache;
pub use engine::{EngineError, MAX_MEMORY, SkillEngine, TICK};
pub use grant::{ALL_GRANTS, Grant, Grants, UnknownGrant};
pub use guest::Permit;
pub use limits::{Limits, STACK, Time};
pub use load::{CONTRACT, CONTRACT_VERSION, Facts, Refusal, WasmSkill};
pub use manifest::ManifestError;
