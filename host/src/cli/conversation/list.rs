//! Which conversations there are.

use std::process::ExitCode;

use baton::{id::UserId, view::conversation::Listed};
use clap::Args;

use super::super::{
    Global,
    input::id,
    open::open_quietly,
    output::{Output, table},
    text::{moment, one_line},
};

/// Lists the conversations, the one that rested longest first. One that was
/// deleted is not among them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service conversation list
  baton -C examples/customer-service conversation list --user c-1001")]
pub struct List {
    /// Only those of this user
    #[arg(long, value_name = "ID", value_parser = id::<UserId>)]
    user: Option<UserId>,
}

impl List {
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let found = opened
            .desk
            .store()
            .conversations(self.user.as_ref())
            .await?;
        if output.is_json() {
            output.value(&found.iter().map(Listed::new).collect::<Vec<_>>())?;
        } else if found.is_empty() {
            output.line("No conversation is kept.")?;
        } else {
            let heading = ["LAST", "USER", "OWNER", "TURNS", "MESSAGES", "CONVERSATION"];
            let rows = found.iter().map(|kept| {
                [
                    kept.last.map_or_else(|| "—".to_owned(), moment),
                    kept.user
                        .as_ref()
                        .map_or_else(|| "visitor".to_owned(), |user| one_line(user.as_str())),
                    one_line(kept.owner.as_str()),
                    kept.turns.to_string(),
                    kept.messages.to_string(),
                    one_line(kept.id.as_str()),
                ]
            });
            output.line(&table(output.table_width(), heading, rows))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}
