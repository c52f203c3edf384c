//! `baton skill grant` and `baton skill revoke`.

use std::{collections::BTreeMap, process::ExitCode};

use baton::{
    contract::Skill,
    folder::{Changed, find},
    nearest::nearest,
    skill::{ALL_GRANTS, GrantWord, Origin, UnknownGrant, Waiting},
    view::grant,
};
use clap::Args;

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
        let name = self.name.as_str().into();
        let changed = opened.grant(&name, &self.words, Origin::Command).await?;
        tell(&changed, output)?;
        let entries = opened.skills.entries();
        let found = find(&self.name, &entries);
        let wants = found
            .map(|(_, installed)| installed.skill.wants())
            .unwrap_or_default();
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
        let changed = opened.revoke(&name, &self.words).await?;
        tell(&changed, output)?;
        Ok(ExitCode::SUCCESS)
    }
}

/// Tells what the skill may do now.
fn tell(changed: &Changed, output: &mut Output) -> anyhow::Result<()> {
    if output.is_json() {
        return output.value(changed);
    }
    let Changed { name, installed } = changed;
    let nothing = BTreeMap::new();
    let waiting = changed.waiting().unwrap_or(&nothing);
    let of = installed.as_ref().map(|(file, installed)| {
        let version = &installed.skill.manifest().version;
        let digest = short_digest(&installed.skill.digest().to_string());
        format!(" {version} from {file}, digest {digest},")
    });
    output.line(&format!(
        "{}{} is granted {}",
        paint(STRONG, name),
        of.unwrap_or_default(),
        paint(GOOD, list(changed.granted(), "nothing"))
    ))?;
    if !waiting.is_empty() {
        let text = format!("  {}", grant::waits(name, waiting));
        output.line(&paint(NOTE, text))?;
    }
    if waiting.values().any(|why| *why == Waiting::Audited) {
        let text = format!("  what it tries: baton skill audit {name}");
        output.line(&paint(FAINT, text))?;
    }
    Ok(())
}
