//! What was said, removed.

use std::{
    io::{self, BufRead, IsTerminal},
    process::ExitCode,
};

use anyhow::bail;
use baton::handoff::KeptConversation;
use clap::Args;

use super::{
    super::{Global, open::open_quietly, output::Output, text::count},
    Which,
};

/// Removes what was said in a conversation, or in all conversations of a
/// person: messages, handoff contexts, metadata, what skills remember, tickets.
/// Their events stay, with what happened, when and by whom, and without any
/// content.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton conversation delete c-1
  baton conversation delete --user c-1001 --yes")]
pub struct Delete {
    #[command(flatten)]
    which: Which,
    /// Do not ask
    #[arg(short, long)]
    yes: bool,
}

impl Delete {
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let found = self.which.find(&opened.desk).await?;
        if found.is_empty() {
            bail!(self.which.nothing());
        }
        if !self.yes && !agreed(&found, output)? {
            output.line("Nothing was deleted.")?;
            return Ok(ExitCode::SUCCESS);
        }
        for kept in &found {
            opened.desk.erase(&kept.id).await?;
        }
        if output.is_json() {
            let ids: Vec<_> = found.iter().map(|kept| &kept.id).collect();
            output.value(&serde_json::json!({ "deleted": ids }))?;
        } else {
            output.line(&format!("{} deleted.", what(&found)))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// Asks whoever sits there. Nobody else can be asked, and silence is no consent.
fn agreed(found: &[KeptConversation], output: &mut Output) -> anyhow::Result<bool> {
    if !io::stdin().is_terminal() || !output.is_terminal() || output.is_json() {
        bail!(
            "{} would be deleted for good; say so with --yes",
            what(found)
        );
    }
    output.write(&format!("Delete {} for good? [y/N] ", what(found)))?;
    let mut answer = String::new();
    io::stdin().lock().read_line(&mut answer)?;
    Ok(matches!(answer.trim().to_lowercase().as_str(), "y" | "yes"))
}

fn what(found: &[KeptConversation]) -> String {
    let messages: u64 = found.iter().map(|kept| kept.messages).sum();
    format!(
        "{} with {}",
        count(found.len(), "conversation"),
        count(usize::try_from(messages).unwrap_or(usize::MAX), "message")
    )
}
