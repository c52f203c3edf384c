//! What an author relies on: what a skill says is checked, what it does wrong is
//! told to its operator, and what it remembers is kept for it alone.

#[path = "../support/mod.rs"]
mod support;

mod build;
mod capabilities;
mod conditions;
mod hooks;
mod manifest;
mod payments;
mod quarantine;
mod state;
mod tools;
