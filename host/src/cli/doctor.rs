//! `baton doctor`: whether this machine can build skills.

use std::{path::Path, process::ExitCode};

use baton::skill::{Language, ToolState, check_tools, install_tools};
use clap::Args;
use serde::Serialize;

use super::{
    Global,
    output::{Output, table},
    skill::language::one_of,
    style::{BAD, FAINT, GOOD, paint},
};

/// Checks the tools that build skills, and says what installs those that are
/// missing.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton doctor
  baton doctor rust
  baton doctor --install python")]
pub struct Doctor {
    /// Only the tools of this language; all if not said
    #[arg(value_name = "LANGUAGE", value_parser = one_of)]
    language: Option<Language>,
    /// Install what this language needs beyond its own compiler or interpreter,
    /// for this user or this checkout alone
    #[arg(long, value_name = "LANGUAGE", conflicts_with = "language", value_parser = one_of)]
    install: Option<Language>,
}

/// The whole of it, for programs.
#[derive(Serialize)]
struct Health<'a> {
    healthy: bool,
    tools: &'a [ToolState],
}

impl Doctor {
    /// Looks, and installs if that is wished.
    pub fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        if let Some(language) = self.install {
            install_tools(language, &global.folder)?;
        }
        let states = match self.language.or(self.install) {
            Some(language) => check_tools(language, &global.folder)?,
            None => all(&global.folder)?,
        };
        let healthy = states.iter().all(|state| state.fits);
        if output.is_json() {
            output.value(&Health {
                healthy,
                tools: &states,
            })?;
        } else {
            let shown = show(&states, output.table_width());
            output.line(&shown)?;
        }
        Ok(match healthy {
            true => ExitCode::SUCCESS,
            false => ExitCode::FAILURE,
        })
    }
}

fn all(folder: &Path) -> anyhow::Result<Vec<ToolState>> {
    let mut states = Vec::new();
    for language in Language::ALL {
        states.extend(check_tools(*language, folder)?);
    }
    Ok(states)
}

fn show(states: &[ToolState], width: Option<usize>) -> String {
    let rows = states.iter().map(|state| {
        let found = state.found.as_deref().unwrap_or("missing");
        let found = match state.fits {
            true => paint(GOOD, found),
            false => paint(BAD, found),
        };
        let install = match state.fits {
            true => String::new(),
            false => paint(FAINT, &state.install),
        };
        [
            state.language.to_string(),
            state.tool.clone(),
            state.wanted.clone().unwrap_or_else(|| "any".to_owned()),
            found,
            install,
        ]
    });
    table(
        width,
        ["LANGUAGE", "TOOL", "WANTED", "FOUND", "WHAT INSTALLS IT"],
        rows,
    )
}
