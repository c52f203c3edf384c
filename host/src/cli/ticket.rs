//! `baton ticket`: what waits for a person.

use std::process::ExitCode;

use baton::conversation::Ticket;
use clap::{Args, Subcommand};

use super::{
    Global,
    open::open_quietly,
    output::{Output, table},
    text::{moment, one_line},
};

/// What can be done with tickets.
#[derive(Subcommand)]
pub enum Command {
    /// List the tickets that are not closed, oldest first
    List(List),
}

/// Lists the tickets.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service ticket list")]
pub struct List {}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let Self::List(List {}) = self;
        let opened = open_quietly(global).await?;
        let tickets = opened.desk.store().tickets().await?;
        if output.is_json() {
            output.value(&tickets)?;
        } else if tickets.is_empty() {
            output.line("No ticket is open.")?;
        } else {
            output.line(&show(&tickets, output.table_width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(tickets: &[Ticket], width: Option<usize>) -> String {
    let rows = tickets.iter().map(|ticket| {
        [
            ticket.id.to_string(),
            ticket.state.as_str().to_owned(),
            moment(ticket.created),
            ticket
                .user
                .as_ref()
                .map_or_else(|| "-".to_owned(), ToString::to_string),
            one_line(&ticket.opened_by),
            one_line(&ticket.reason),
            ticket.conversation.to_string(),
        ]
    });
    let heading = [
        "TICKET",
        "STATE",
        "OPENED",
        "USER",
        "BY",
        "REASON",
        "CONVERSATION",
    ];
    table(width, heading, rows)
}
