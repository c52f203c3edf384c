//! `baton explain`: what every skill says to a message, and what comes of it.

mod show;

use std::process::ExitCode;

use baton::view::condition::explained;
use clap::Args;

use super::{
    Global,
    input::{self, Who},
    open::open,
    output::Output,
};
pub use show::show;

/// Shows what every skill says, and who would answer. Nothing is stored and
/// nobody is asked to answer.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service explain \"Where is my parcel?\"
  baton explain --conversation 01J9ZQ --all \"And now?\"")]
pub struct Explain {
    /// The message; `-` reads it from standard input
    #[arg(value_name = "MESSAGE")]
    message: Option<String>,
    #[command(flatten)]
    who: Who,
    /// List every condition that was not asked, however many there are
    #[arg(long)]
    all: bool,
}

impl Explain {
    /// Shows the explanation.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
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
