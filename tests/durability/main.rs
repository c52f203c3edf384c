//! What survives when the host is killed: everything that was acknowledged,
//! once, and nothing half done.

#[path = "../support/mod.rs"]
mod support;

mod disk;
mod events;
mod invariants;
mod kills;
mod letters;
mod load;
mod money;
mod power;
mod remotes;
mod writes;
