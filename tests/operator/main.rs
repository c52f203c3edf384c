//! What an operator relies on: what is in the folder takes effect, what is wrong
//! is said and harms nobody, and what a skill may do is what was granted.

#[path = "../support/mod.rs"]
mod support;

mod admission;
mod approvals;
mod audit;
mod cache;
mod config;
mod conversations;
mod dependencies;
mod diff;
mod docs;
mod explain;
mod features;
mod finding;
mod grants;
mod handoffs;
mod hot_reload;
mod inspect;
mod json;
mod limits;
mod loading;
mod shown;
#[cfg(target_os = "linux")]
mod terminal;
mod warm;
