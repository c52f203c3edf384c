//! `baton agent`: who can answer.

use std::{process::ExitCode, time::Duration};

use anyhow::bail;
use baton::{
    conversation::FoundAgent as FoundBy,
    handoff::Desk,
    id::AgentName,
    nearest::nearest,
    view::agent::{Listed, listed},
};
use clap::{Args, Subcommand};
use serde::Serialize;

use super::{
    Global,
    input::id,
    open::open_quietly,
    output::{Output, table},
    text::{list, one_line},
};

/// How long agents elsewhere have to say what they are.
const INTRODUCTIONS: Duration = Duration::from_secs(3);

/// What can be done with agents.
#[derive(Subcommand)]
pub enum Command {
    /// List the agents
    List(List),
    /// Show all that is known of one agent
    Show(Show),
    /// Find agents for a wish, with a score from 0 to 1
    Find(Find),
}

/// Lists the agents.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service agent list")]
pub struct List {}

/// Shows one agent.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service agent show billing-department")]
pub struct Show {
    /// The agent
    #[arg(value_parser = id::<AgentName>)]
    agent: AgentName,
}

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
        // Those that are down have said so, or will be known by the next time.
        opened.desk.directory().introduce(INTRODUCTIONS).await;
        match self {
            Self::List(List {}) if output.is_json() => {
                output.value(&listed(&opened.desk))?;
            }
            Self::List(List {}) => output.line(&show(&opened.desk, output.table_width()))?,
            Self::Show(Show { agent: name }) => {
                let agents = listed(&opened.desk);
                let Some(agent) = agents.iter().find(|agent| agent.card.name == name) else {
                    let near = nearest(name.as_str(), &agents, |agent| agent.card.name.as_str());
                    let near = near.map_or_else(String::new, |near| {
                        format!("; did you mean `{}`?", near.card.name)
                    });
                    bail!("there is no agent `{name}`{near}");
                };
                if output.is_json() {
                    output.value(agent)?;
                } else {
                    output.line(&described(agent))?;
                }
            }
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
    let agents = listed(desk);
    // Where nothing costs anything, nobody asks for prices.
    if agents.iter().any(|agent| agent.price.is_some()) {
        let rows = agents.iter().map(|agent| {
            [
                agent.card.name.to_string(),
                agent.card.kind.to_owned(),
                agent.state.to_owned(),
                agent
                    .price
                    .map_or_else(|| "-".to_owned(), |price| price.to_string()),
                roles(agent),
                one_line(&agent.card.description),
            ]
        });
        let head = ["AGENT", "KIND", "STATE", "PRICE", "ROLE", "DESCRIPTION"];
        return table(width, head, rows);
    }
    let rows = agents.iter().map(|agent| {
        [
            agent.card.name.to_string(),
            agent.card.kind.to_owned(),
            agent.state.to_owned(),
            roles(agent),
            one_line(&agent.card.description),
        ]
    });
    table(
        width,
        ["AGENT", "KIND", "STATE", "ROLE", "DESCRIPTION"],
        rows,
    )
}

/// All that is known of one, a line for each thing.
fn described(agent: &Listed<'_>) -> String {
    let card = agent.card;
    let price = agent.price.map_or_else(
        || "nothing".to_owned(),
        |price| format!("{price} an answer"),
    );
    let skills: Vec<&str> = card
        .skills
        .iter()
        .map(|skill| skill.name.as_str())
        .collect();
    let lines = [
        ("agent", card.name.to_string()),
        ("kind", card.kind.to_owned()),
        ("state", agent.state.to_owned()),
        ("role", roles(agent)),
        ("description", one_line(&card.description)),
        ("offers", list(&skills, "-")),
        ("scopes", list(&card.scopes, "-")),
        ("escalation", list(&card.escalation, "-")),
        ("costs", price),
    ];
    let of_skills = card.skills.iter().flat_map(|skill| &skill.examples);
    let examples = card.examples.iter().chain(of_skills);
    let examples = examples.map(|text| ("example", one_line(text)));
    let why = agent.why.as_deref().map(|why| ("why", one_line(why)));
    let lines = lines.into_iter().chain(why).chain(examples);
    let lines: Vec<String> = lines
        .map(|(name, value)| format!("{name:<12} {value}"))
        .collect();
    lines.join("\n")
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
