//! `baton skill audit`: what a skill tried without being granted it.

use std::process::ExitCode;

use anyhow::bail;
use baton::{
    folder::{find, meant},
    handoff::Denial,
    view::grant::grant_command,
};
use clap::Args;
use jiff::Timestamp;
use serde::Serialize;

use crate::cli::{
    Global,
    open::open_quietly,
    output::{Output, table},
    style::{FAINT, paint},
    text::{moment, one_line},
};

/// Shows what a skill tried without being granted it: how often, and when last.
/// With `grants = "audit"` in its section of baton.toml, everything is denied,
/// so that this shows all that it would do.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service skill audit customer-service")]
pub struct Audit {
    /// The skill's name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Something it tried, for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Tried {
    capability: String,
    times: u64,
    last: Option<Timestamp>,
    /// The command that would have allowed it.
    command: String,
}

impl Audit {
    /// Shows it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let name = self.name.as_str().into();
        let denials = opened.desk.store().denials(&name).await?;
        let entries = opened.skills.entries();
        let found = find(&self.name, &entries);
        if denials.is_empty() && found.is_none() {
            bail!(
                "there is no loaded skill `{name}`, and none of that name has tried anything{}",
                meant(&self.name, &entries)
            );
        }
        let tried: Vec<Tried> = denials.into_iter().map(|d| tried(&self.name, d)).collect();
        if output.is_json() {
            output.value(&tried)?;
            return Ok(ExitCode::SUCCESS);
        }
        if tried.is_empty() {
            output.line(&format!(
                "{name} has tried nothing that it was not granted."
            ))?;
        } else {
            let rows = tried.iter().map(|tried| {
                [
                    one_line(&tried.capability),
                    tried.times.to_string(),
                    tried.last.map(moment).unwrap_or_default(),
                    tried.command.clone(),
                ]
            });
            let heading = ["TRIED", "TIMES", "LAST", "TO GRANT IT"];
            output.line(&table(output.table_width(), heading, rows))?;
        }
        // What it has not tried yet it may still try.
        if let Some((_, installed)) = found {
            let kinds: Vec<&str> = tried.iter().map(|tried| &*tried.capability).collect();
            let quiet = installed.skill.wants_in_words().into_iter();
            let quiet = quiet.filter(|want| {
                let is_kind = |tried: &&str| tried.split(':').next() == Some(want.grant.as_str());
                !kinds.iter().any(is_kind)
            });
            for want in quiet {
                let text = format!("  not tried: {}, {}", want.grant, one_line(&want.plain));
                output.line(&paint(FAINT, text))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn tried(skill: &str, denial: Denial) -> Tried {
    let example = baton::skill::Grant::named(&denial.capability);
    let word = example.map_or(&*denial.capability, |grant| grant.example());
    Tried {
        command: grant_command(&skill, &[word]),
        times: denial.times,
        last: denial.last,
        capability: denial.capability,
    }
}
