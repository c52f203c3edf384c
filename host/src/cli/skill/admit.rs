//! `baton skill admit`: lets a skill's verdicts count.

use std::process::ExitCode;

use anyhow::bail;
use baton::{contract::Skill, routing::Admission, skill::Lock};
use clap::Args;
use serde::Serialize;

use super::inspect::meant;
use crate::cli::{
    Global,
    open::open_quietly,
    output::Output,
    style::{FAINT, GOOD, STRONG, paint},
    text::{count, short_digest},
};

/// Lets the verdicts of a loaded skill count, where baton.toml says
/// `admission = "shadow"`. The admission holds for these bytes: a new version
/// waits again. A running host notices it at once.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service skill admit finance")]
pub struct Admit {
    /// The skill's name
    #[arg(value_name = "NAME")]
    name: String,
}

/// An admission for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Admitted {
    skill: String,
    version: String,
    file: String,
    digest: String,
    /// It was admitted before.
    already: bool,
}

impl Admit {
    /// Writes the admission down.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let entries = opened.skills.entries();
        let found = entries.iter().find_map(|(file, entry)| {
            let installed = entry.installed.as_ref()?;
            (installed.skill.manifest().name.as_str() == self.name).then_some((file, installed))
        });
        let Some((file, installed)) = found else {
            bail!(
                "there is no loaded skill `{}`{}",
                self.name,
                meant(&self.name, &entries)
            );
        };
        let (manifest, digest) = (installed.skill.manifest(), installed.skill.digest());
        let mut already = false;
        Lock::update(&opened.lock_file, |lock| {
            already = lock.admits(&manifest.name, &digest);
            if !already {
                lock.admit(manifest.name.clone(), &digest, file.clone());
            }
        })?;
        let admitted = Admitted {
            skill: manifest.name.to_string(),
            version: manifest.version.to_string(),
            file: file.clone(),
            digest: digest.to_string(),
            already,
        };
        if output.is_json() {
            output.value(&admitted)?;
        } else {
            output.line(&show(&admitted))?;
            let conditions = count(manifest.handoffs.len(), "condition");
            let hooks = count(manifest.hooks.len(), "hook");
            output.line(&paint(FAINT, format!("  {conditions} and {hooks}")))?;
            if already || installed.admission == Admission::Admitted {
                let note = "baton.toml lets every skill's verdicts count, so nothing changes";
                let note = if already {
                    "It was admitted before; nothing changes."
                } else {
                    note
                };
                output.line(&paint(FAINT, format!("  {note}")))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(admitted: &Admitted) -> String {
    let Admitted {
        skill,
        version,
        file,
        digest,
        ..
    } = admitted;
    format!(
        "{} {} {version} from {file}, digest {}",
        paint(GOOD, "admitted"),
        paint(STRONG, skill),
        short_digest(digest)
    )
}
