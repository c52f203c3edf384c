//! `baton ticket approve` and `refuse`: a person decides about a handoff.

use std::process::ExitCode;

use baton::{handoff::Decided, id::TicketId, view::ticket::Done};
use clap::Args;

use super::act::Person;
use crate::cli::{
    Global,
    answer::{self, Speaker},
    input::id,
    open::open_quietly,
    output::Output,
    wrap::wrap,
};

/// Approves the handoff that a ticket asks about. It is made at once, and what
/// its target answers is said in the conversation.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service ticket approve T-9XK2M4QA --as ana")]
pub struct Approve {
    /// The ticket
    #[arg(value_name = "TICKET", value_parser = id::<TicketId>)]
    ticket: TicketId,
    #[command(flatten)]
    person: Person,
}

/// Refuses the handoff that a ticket asks about. Whoever has the conversation
/// answers, and is told the reason.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service ticket refuse T-9XK2M4QA --reason \"not without an invoice\"")]
pub struct Refuse {
    /// The ticket
    #[arg(value_name = "TICKET", value_parser = id::<TicketId>)]
    ticket: TicketId,
    /// Why not; for the agent that answers, and for the record
    #[arg(long, value_name = "TEXT")]
    reason: String,
    #[command(flatten)]
    person: Person,
}

impl Approve {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let desk = open_quietly(global).await?.desk;
        let decided = desk.approve(&self.ticket, self.person.name()).await?;
        show(&decided, "Approved", output)
    }
}

impl Refuse {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let desk = open_quietly(global).await?.desk;
        let decided = desk.refuse(&self.ticket, self.person.name(), &self.reason);
        show(&decided.await?, "Refused", output)
    }
}

fn show(decided: &Decided, done: &str, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Decided { tended, answer } = decided;
    if output.is_json() {
        output.value(&Done::from(decided))?;
        return Ok(ExitCode::SUCCESS);
    }
    let before = if tended.repeated { " (as before)" } else { "" };
    output.line(&format!(
        "{done} {}{before}; {} has the conversation.",
        tended.ticket.id, tended.owner
    ))?;
    if let Some(answer) = answer {
        output.line(&format!("\n{}\n", wrap(&answer.reply, output.width())))?;
        output.line(&answer::details(answer, output.width(), Speaker::Unnamed))?;
    }
    Ok(ExitCode::SUCCESS)
}
