//! `baton agent`: who can answer.

use std::process::ExitCode;

use baton::{
    conversation::Readiness,
    handoff::{AgentCard, Desk, Directory},
};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{
    Global,
    open::open_quietly,
    output::{Output, table},
    text::{list, one_line},
};

/// What can be done with agents.
#[derive(Subcommand)]
pub enum Command {
    /// List the agents
    List(List),
}

/// Lists the agents.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service agent list")]
pub struct List {}

/// An agent for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Listed<'a> {
    #[serde(flatten)]
    card: &'a AgentCard,
    /// `ready`, `busy` or `down`.
    state: &'static str,
    /// It has new conversations.
    entry: bool,
    /// It answers when others fail.
    fallback: bool,
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let Self::List(List {}) = self;
        let opened = open_quietly(global).await?;
        if output.is_json() {
            output.value(&listed(opened.desk.directory()))?;
        } else {
            output.line(&show(&opened.desk, output.table_width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The agents for programs.
pub fn listed(directory: &Directory) -> Vec<Listed<'_>> {
    directory
        .all()
        .map(|agent| {
            let card = agent.card();
            Listed {
                card,
                state: Readiness::as_str(agent.readiness()),
                entry: card.name == *directory.entry(),
                fallback: directory.fallback() == Some(&card.name),
            }
        })
        .collect()
}

/// The agents as a table.
pub fn show(desk: &Desk, width: Option<usize>) -> String {
    let rows = listed(desk.directory()).into_iter().map(|agent| {
        [
            agent.card.name.to_string(),
            agent.card.kind.to_owned(),
            agent.state.to_owned(),
            roles(&agent),
            one_line(&agent.card.description),
        ]
    });
    table(
        width,
        ["AGENT", "KIND", "STATE", "ROLE", "DESCRIPTION"],
        rows,
    )
}

/// What it is to the desk, and who takes its place.
fn roles(agent: &Listed<'_>) -> String {
    let mut roles = Vec::new();
    if agent.entry {
        roles.push("entry".to_owned());
    }
    if agent.fallback {
        roles.push("fallback".to_owned());
    }
    if !agent.card.alternatives.is_empty() {
        roles.push(format!("then {}", list(&agent.card.alternatives, "")));
    }
    list(roles, "-")
}
