//! Skills as WebAssembly components: loading, sandbox, capabilities.

mod agent;
mod allowance;
mod bindings;
mod breakage;
mod build;
mod cache;
mod capability;
mod check;
mod convert;
mod diff;
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
mod ready;
mod refusal;
mod sandbox;
mod settings;
mod standing;
mod want;
mod warm;
mod wasi;

pub use agent::WasmAgent;
pub use allowance::Allowance;
pub use breakage::{Breakage, breakages};
pub use build::{
    BuildError, BuildOptions, Built, Language, Sdk, SdkError, Stamp, Symbols, ToolState,
    build_skill, check_tools, install_tools, prepare_tests,
};
pub use cache::Cache;
pub use check::Facts;
pub use diff::{Change, SkillDiff, Waits};
pub use engine::{EngineError, MAX_MEMORY, SkillEngine, TICK};
pub use folder::{
    Entry, Fingerprint, FolderError, Installed, Notice, PutError, Rules, SkillFolder, WatchError,
    Watching, read,
};
pub use grant::{ALL_GRANTS, Grant, GrantWord, Grants, UnknownGrant};
pub use guest::Permit;
pub use limits::{Limits, STACK, Time};
pub use load::WasmSkill;
pub use lock::{Approval, Lock, LockError, Origin, current_user};
pub use manifest::ManifestError;
pub use meter::LogMeter;
pub use ready::{Dependency, Lack};
pub use refusal::{AGENT_CONTRACT, CONTRACT, CONTRACT_VERSION, Refusal};
pub use settings::SkillConfig;
pub use standing::{Claimant, Entitlement, GrantRule, Standing, UpgradeRule, Waiting};
pub use want::Wanted;
pub use warm::Instances;
