//! Baton decides, for each message of a conversation, which agent answers it.
//!
//! The decision is code: skills, WebAssembly components that anybody may have
//! written. See `docs/architecture.md` for how the parts fit together; data
//! flows one way through them:
//!
//! ```text
//! query → verdicts → decision → context → target → outcome → store
//! ```

#![deny(missing_docs, unsafe_code)]

pub mod agent;
pub mod contract;
pub mod conversation;
pub mod handoff;
pub mod id;
mod nearest;
pub mod routing;
pub mod skill;
pub mod store;
