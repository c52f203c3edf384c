//! What the tests have in common: an operator's folder, the program run on it,
//! components to put into it, and a model's endpoint that plays back bytes.

// Each of the test programs uses another part of this.
#![allow(dead_code)]

pub mod a2a;
pub mod chat;
pub mod collector;
pub mod desk;
pub mod endpoint;
pub mod facilitator;
pub mod files;
pub mod program;
pub mod served;
pub mod shapes;
pub mod skills;
#[cfg(target_os = "linux")]
pub mod terminal;
pub mod web;
pub mod webhook;

use std::path::{Path, PathBuf};

/// The repository.
pub fn repository() -> &'static Path {
    let host = Path::new(env!("CARGO_MANIFEST_DIR"));
    host.parent().unwrap()
}

/// A folder for what this and later runs of the tests share.
pub fn shared(name: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
    std::fs::create_dir_all(&folder).unwrap();
    folder
}
