//! `baton agent`: who can answer.

use std::process::ExitCode;

use baton::{
    conversation::FoundAgent as FoundBy,
    handoff::Desk,
    id::AgentName,
    view::agent::{Listed, listed},
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
    /// Find agents for a wish, with a score from 0 to 1
    Find(Find),
}

/// Lists the agents.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service agent list")]
pub struct List {}

/// Finds agents for a wish.
#[derive(Args)]
#[command(after_help = "\
A score of 0.7 means that seven of ten agents found like this are the right ones.

Example:
  baton -C examples/customer-service agent find \"where is my parcel?\"")]
pub struct Find {
    /// What somebody wants, in their words
    wish: String,
    /// How many agents to show at most
    #[arg(long, default_value_t = 5)]
    max: usize,
}

/// A found agent for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct FoundAgent {
    agent: AgentName,
    score: f64,
    skill: Option<String>,
    nearest: Option<String>,
    /// `words` or `meanings`.
    by: &'static str,
    /// Why the encoder that is configured was not asked.
    #[serde(skip_serializing_if = "Option::is_none")]
    why: Option<String>,
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        match self {
            Self::List(List {}) if output.is_json() => {
                output.value(&listed(&opened.desk))?;
            }
            Self::List(List {}) => output.line(&show(&opened.desk, output.table_width()))?,
            Self::Find(find) => {
                let found = find.search(&opened.desk).await?;
                if output.is_json() {
                    output.value(&found)?;
                } else if found.is_empty() {
                    output.line("no agent has anything in common with that")?;
                } else {
                    output.line(&show_found(&found, output.table_width()))?;
                    if let Some(why) = &found[0].why {
                        output.line(&format!("by words alone: {}", one_line(why)))?;
                    }
                }
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Find {
    async fn search(&self, desk: &Desk) -> anyhow::Result<Vec<FoundAgent>> {
        let found = desk.find_agents(&self.wish, self.max).await?;
        let listed = found
            .into_iter()
            .map(|FoundBy { found, basis }| FoundAgent {
                agent: found.agent,
                score: found.score,
                skill: found.skill,
                nearest: found.nearest,
                by: basis.as_str(),
                why: basis.why().map(str::to_owned),
            });
        Ok(listed.collect())
    }
}

fn show_found(found: &[FoundAgent], width: Option<usize>) -> String {
    let rows = found.iter().map(|found| {
        [
            found.agent.to_string(),
            format!("{:.2}", found.score),
            one_line(found.skill.as_deref().unwrap_or("-")),
            one_line(found.nearest.as_deref().unwrap_or("-")),
        ]
    });
    table(width, ["AGENT", "SCORE", "SKILL", "NEAREST"], rows)
}

/// The agents as a table.
pub fn show(desk: &Desk, width: Option<usize>) -> String {
    let rows = listed(desk).into_iter().map(|agent| {
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
