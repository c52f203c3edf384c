//! Baton decides, for each message of a conversation, which agent answers it.
//!
//! The decision is code: skills, WebAssembly components that anybody may have
//! written. See `docs/architecture.md` for how the parts fit together; data
//! flows one way through them:
//!
//! ```text
//! query → verdicts → decision → context → target → outcome → store
//! ```

#![deny(unsafe_code)]
#![warn(missing_docs)]

pub mod agent;
pub mod config;
pub mod contract;
pub mod conversation;
pub mod discovery;
pub mod encoder;
pub mod folder;
pub mod handoff;
pub mod id;
pub mod nearest;
pub mod payment;
pub mod profile;
pub mod provider;
pub mod rehearsal;
pub mod routing;
pub mod schema;
pub mod server;
pub mod skill;
pub mod store;
pub mod telemetry;
#[cfg(test)]
mod testing;
mod tls;
pub mod trace;
pub mod trust;
pub mod view;
pub mod web;
pub mod whole;
