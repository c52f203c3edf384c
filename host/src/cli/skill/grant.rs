//! `baton skill grant` and `baton skill revoke`.

use std::{collections::BTreeMap, process::ExitCode};

use anyhow::{Context, bail};
use baton::{
    contract::Skill,
    folder::OperatorFolder,
    nearest::nearest,
    skill::{ALL_GRANTS, Entry, GrantWord, Installed, Lock, Origin, UnknownGrant, Waiting},
};
use clap::Args;
use serde::Serialize;

use super::{grants, inspect::meant};
use crate::cli::{
    Global,
    open::open_quietly,
    output::Output,
    style::{FAINT, GOOD, NOTE, STRONG, paint},
    text::{list, short_digest},
};

/// Lets a loaded skill do more. The grants are written to baton.lock and hold
/// for the file and the bytes that are there now. A running host notices it at
/// once.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service skill grant customer-service agents
  baton skill grant crm conversation http:crm.example.com")]
pub struct Grant {
    /// The skill's name
    #[arg(value_name = "NAME")]
    name: String,
    /// What it may do: `agents`, `http:HOST`, …
    #[arg(value_name = "CAPABILITY", required = true, value_parser = word)]
    words: Vec<GrantWord>,
}

/// Takes back what `baton skill grant` gave. What stands in baton.toml is taken
/// back there.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton skill revoke crm http:crm.example.com")]
pub struct Revoke {
    /// The skill's name
    #[arg(value_name = "NAME")]
    name: String,
    /// What it may not do any more
    #[arg(value_name = "CAPABILITY", required = true, value_parser = word)]
    words: Vec<GrantWord>,
}

/// What a skill may do now, for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Changed {
    skill: String,
    version: Option<String>,
    file: Option<String>,
    digest: Option<String>,
    granted: Vec<String>,
    waiting: Vec<grants::Waits>,
}

fn word(text: &str) -> Result<GrantWord, String> {
    text.parse().map_err(|wrong: UnknownGrant| {
        let UnknownGrant::NoSuch(name) = &wrong else {
            return wrong.to_string();
        };
        match nearest(name, &ALL_GRANTS, |grant| grant.as_str()) {
            Some(meant) => format!("{wrong}; did you mean `{meant}`?"),
            None => {
                let all = ALL_GRANTS.map(baton::skill::Grant::example).join(", ");
                format!("{wrong}; the grants are {all}")
            }
        }
    })
}

impl Grant {
    /// Writes the approvals down.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let entries = opened.skills.entries();
        let Some((file, installed)) = find(&self.name, &entries) else {
            bail!(
                "there is no loaded skill `{}`{}",
                self.name,
                meant(&self.name, &entries)
            );
        };
        let skill = &installed.skill;
        Lock::update(&opened.lock_file, |lock| {
            for word in &self.words {
                let approval = skill.approval(file, word, Origin::Command);
                lock.approve(&skill.manifest().name, word.clone(), approval);
            }
        })
        .context("nothing is granted")?;
        tell(&opened, &self.name, output).await?;
        let wants = skill.wants();
        let idle: Vec<&GrantWord> = self
            .words
            .iter()
            .filter(|word| !wants.contains(&word.grant()))
            .collect();
        if !idle.is_empty() && !output.is_json() {
            let note = format!("  it does not want {} in this version", list(idle, ""));
            output.line(&paint(FAINT, note))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Revoke {
    /// Takes the approvals back.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let name = self.name.as_str().into();
        let lock = Lock::read(&opened.lock_file)?;
        let listed = opened.skills.entitlement(&name);
        for word in &self.words {
            if listed.lists(word) {
                bail!(
                    "`{word}` stands in baton.toml; take it out of skills.{name}.grants there, as this command does not edit that file"
                );
            }
            if lock.approval(&name, word).is_none() {
                let entries = opened.skills.entries();
                let hint = match lock.file(&name).is_some() || find(&self.name, &entries).is_some()
                {
                    true => "; `baton skill inspect` shows what it has".to_owned(),
                    false => meant(&self.name, &entries),
                };
                bail!("`{name}` was not granted `{word}`{hint}");
            }
        }
        Lock::update(&opened.lock_file, |lock| {
            for word in &self.words {
                lock.revoke(&name, word);
            }
        })
        .context("nothing is revoked")?;
        tell(&opened, &self.name, output).await?;
        Ok(ExitCode::SUCCESS)
    }
}

/// The loaded skill of that name, and its file.
pub fn find<'a>(
    name: &str,
    entries: &'a BTreeMap<String, Entry>,
) -> Option<(&'a str, &'a Installed)> {
    entries.iter().find_map(|(file, entry)| {
        let installed = entry.installed.as_ref()?;
        (installed.skill.manifest().name.as_str() == name).then_some((file.as_str(), installed))
    })
}

/// Tells what the skill may do now.
async fn tell(opened: &OperatorFolder, name: &str, output: &mut Output) -> anyhow::Result<()> {
    opened.skills.scan().await?;
    let entries = opened.skills.entries();
    let found = find(name, &entries);
    let nothing = BTreeMap::new();
    let waiting = found.map_or(&nothing, |(_, installed)| &installed.standing.waiting);
    let granted: Vec<String> = found
        .into_iter()
        .flat_map(|(_, installed)| installed.standing.granted.words())
        .map(ToString::to_string)
        .collect();
    if output.is_json() {
        return output.value(&Changed {
            skill: name.to_owned(),
            version: found.map(|(_, i)| i.skill.manifest().version.to_string()),
            file: found.map(|(file, _)| file.to_owned()),
            digest: found.map(|(_, i)| i.skill.digest().to_string()),
            granted,
            waiting: grants::for_programs(waiting),
        });
    }
    let of = found.map(|(file, installed)| {
        let version = &installed.skill.manifest().version;
        let digest = short_digest(&installed.skill.digest().to_string());
        format!(" {version} from {file}, digest {digest},")
    });
    output.line(&format!(
        "{}{} is granted {}",
        paint(STRONG, name),
        of.unwrap_or_default(),
        paint(GOOD, list(granted, "nothing"))
    ))?;
    if !waiting.is_empty() {
        let text = format!("  {}", grants::waits(&name, waiting));
        output.line(&paint(NOTE, text))?;
    }
    if waiting.values().any(|why| *why == Waiting::Audited) {
        let text = format!("  what it tries: baton skill audit {name}");
        output.line(&paint(FAINT, text))?;
    }
    Ok(())
}
