//! `baton skill admit`: lets a skill's verdicts count.

use std::process::ExitCode;

use baton::{contract::Skill, folder::Admitted, routing::Admission};
use clap::Args;

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

impl Admit {
    /// Writes the admission down.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let (admitted, installed) = opened.admit(&self.name.as_str().into()).await?;
        let manifest = installed.skill.manifest();
        if output.is_json() {
            output.value(&admitted)?;
        } else {
            output.line(&show(&admitted))?;
            let conditions = count(manifest.handoffs.len(), "condition");
            let hooks = count(manifest.hooks.len(), "hook");
            output.line(&paint(FAINT, format!("  {conditions} and {hooks}")))?;
            if admitted.already || installed.admission == Admission::Admitted {
                let note = "baton.toml lets every skill's verdicts count, so nothing changes";
                let note = if admitted.already {
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
