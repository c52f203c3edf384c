//! Agents of others, reached over A2A, and this desk reached by them.

mod bad_remotes;
mod finding;
mod front_door;
mod push;
mod questions;
mod remote;
mod tasks;
