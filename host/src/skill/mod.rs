//! Skills as WebAssembly components: loading, sandbox, capabilities.

mod bindings;
mod build;
mod cache;
mod capability;
mod convert;
mod engine;
mod export;
mod fault;
mod folder;
mod grant;
mod guest;
mod limits;
mod load;
mod lock;
mod manifest;
mod meter;
mod refusal;
mod sandbox;
mod settings;
mod wasi;

pub use build::{BuildError, Built, build_rust_skill, build_rust_skill_with};
pub use cache::Cache;
pub use engine::{EngineError, MAX_MEMORY, SkillEngine, TICK};
pub use folder::{
    Entry, Fingerprint, FolderError, Installed, Notice, Rules, SkillFolder, WatchError, Watching,
    read,
};
pub use grant::{ALL_GRANTS, Grant, Grants, UnknownGrant};
pub use guest::Permit;
pub use limits::{Limits, STACK, Time};
pub use load::{Allowed, Facts, WasmSkill};
pub use lock::{Lock, LockError};
pub use manifest::ManifestError;
pub use meter::LogMeter;
pub use refusal::{CONTRACT, CONTRACT_VERSION, Refusal};
pub use settings::SkillConfig;
