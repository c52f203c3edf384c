//! Everything that is kept, to take along.

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use baton::view::conversation::exported;
use clap::Args;

use super::{
    super::{Global, open::open_quietly, output::Output},
    Which,
};

/// Writes everything that is kept of a conversation, or of all conversations
/// of a person, as one JSON value: messages, metadata, what skills remember
/// and have stored, handoffs, events, tickets.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton conversation export c-1
  baton conversation export --user c-1001 -o c-1001.json")]
pub struct Export {
    #[command(flatten)]
    which: Which,
    /// Write to this file
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
}

impl Export {
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let found = self.which.find(&opened.desk).await?;
        if found.is_empty() {
            bail!(self.which.nothing());
        }
        let value = exported(opened.desk.store(), &found).await?;
        match &self.output {
            None => output.value(&value)?,
            Some(file) => std::fs::write(file, serde_json::to_string_pretty(&value)? + "\n")
                .with_context(|| format!("cannot write {}", file.display()))?,
        }
        Ok(ExitCode::SUCCESS)
    }
}
