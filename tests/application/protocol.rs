//! The handoff protocol: chains, modes, several intents, who decides, and what
//! a target must say before it is handed anything.

mod approval;
mod chains;
mod deciding;
mod handshake;
mod intents;
mod modes;
mod sequential;
mod ways;

use crate::support::{desk::Desk, skills};

/// A desk with an expert, reached in every way, and these agents and rules.
pub fn desk(expert: &str, more: &str) -> Desk {
    let config = format!(
        r#"
entry    = "desk"
fallback = "assistant"
{more}
[agents.desk]
kind = "scripted"
[agents.assistant]
kind = "scripted"
[agents.other]
kind = "scripted"
[agents.expert]
kind = "scripted"
{expert}
"#
    );
    Desk::new(&config).skill("modes.wasm", skills::modes())
}
