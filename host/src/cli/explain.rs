//! `baton explain`: what every skill says to a message, and what comes of it.

mod rows;
mod show;

use std::process::ExitCode;

use baton::handoff::Explanation;
use clap::Args;
use serde::Serialize;

use super::{
    Global,
    input::{self, Who},
    open::open,
    output::Output,
    text::microseconds,
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
            output.value(&json(&explanation))?;
        } else {
            output.line(&show(&explanation, self.all, output.table_width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// An explanation for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Explained<'a> {
    owner: &'a str,
    /// `hand-off` or `stay`.
    decision: &'static str,
    target: &'a str,
    why: &'static str,
    /// What the answer would cost.
    price: Option<baton::payment::Money>,
    conditions: Vec<rows::Row>,
    events: &'a [baton::conversation::Event],
    microseconds: u64,
}

/// The explanation for programs.
pub fn json(explanation: &Explanation) -> Explained<'_> {
    let winner = explanation.decision.winner();
    Explained {
        owner: explanation.owner.as_str(),
        decision: if winner.is_some() { "hand-off" } else { "stay" },
        target: winner.map_or(explanation.owner.as_str(), |winner| {
            winner.proposal.target.as_str()
        }),
        why: show::why(explanation),
        price: explanation.price,
        conditions: rows::rows(explanation),
        events: &explanation.events,
        microseconds: microseconds(explanation.took),
    }
}
