//! `baton explain`: what every skill says to a message, and what comes of it; or,
//! of a turn that was, what the record says.

mod show;

use std::process::ExitCode;

use anyhow::bail;
use baton::{
    id::ConversationId,
    view::{condition::explained, recalled::recalled},
};
use clap::Args;

use super::{
    Global,
    input::{self, Who},
    open::{open, open_quietly},
    output::Output,
};
pub use show::{show, show_recalled};

/// Shows what every skill says, and who would answer. Nothing is stored and
/// nobody is asked to answer. With --turn, shows what the record says of a turn
/// that was; then no skill is asked either.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service explain \"Where is my parcel?\"
  baton explain --conversation 01J9ZQ --all \"And now?\"
  baton explain --conversation 01J9ZQ --turn 2")]
pub struct Explain {
    /// The message; `-` reads it from standard input
    #[arg(value_name = "MESSAGE")]
    message: Option<String>,
    #[command(flatten)]
    who: Who,
    /// List every condition that was not asked, however many there are
    #[arg(long)]
    all: bool,
    /// Tell of this turn of the conversation, from the record
    #[arg(long, value_name = "NUMBER", requires = "conversation")]
    #[arg(conflicts_with_all = ["message", "all", "user", "scopes"])]
    turn: Option<u64>,
}

impl Explain {
    /// Shows the explanation.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        if let (Some(turn), Some(id)) = (self.turn, &self.who.conversation) {
            return recall(global, id, turn, output).await;
        }
        let text = input::message(self.message)?;
        let opened = open(global).await?;
        let explanation = opened.desk.explain(self.who.says(text)).await?;
        if output.is_json() {
            output.value(&explained(&explanation))?;
        } else {
            output.line(&show(&explanation, self.all, output.table_width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

async fn recall(
    global: &Global,
    id: &ConversationId,
    turn: u64,
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let opened = open_quietly(global).await?;
    let store = opened.desk.store();
    if store.open(id).await?.is_none() {
        bail!("there is no conversation `{id}` in this folder's store");
    }
    let events = store.events(id).await?;
    let of_turn = events.iter().filter(|(at, _)| *at == turn);
    let Some(recalled) = recalled(turn, of_turn.map(|(_, event)| event)) else {
        bail!("nothing is on record of turn {turn} of `{id}`");
    };
    if output.is_json() {
        output.value(&recalled)?;
    } else {
        output.line(&show_recalled(&recalled, output.table_width()))?;
    }
    Ok(ExitCode::SUCCESS)
}
