//! What an author relies on: what a skill says is checked, what it does wrong is
//! told to its operator, and what it remembers is kept for it alone.

#[path = "../support/mod.rs"]
mod support;

mod build;
mod c;
mod capabilities;
mod cases;
mod conditions;
mod conformance;
mod go;
mod guide;
mod hooks;
mod looking_back;
mod manifest;
mod new;
mod older;
mod payments;
mod quarantine;
mod replayed;
mod settings;
mod state;
mod storage;
mod tools;
mod upgrade;
mod versatile;
mod web;
