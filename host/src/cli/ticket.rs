//! `baton ticket`: what waits for a person.

use std::{collections::BTreeMap, process::ExitCode};

use baton::{
    conversation::Ticket,
    id::{ConversationId, TicketId, UserId},
};
use clap::{Args, Subcommand};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::{
    Global,
    open::open_quietly,
    output::{Output, table},
    style::{FAINT, STRONG, paint},
    text::{moment, one_line},
    wrap::wrap,
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

/// A ticket for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Listed<'a> {
    id: &'a TicketId,
    /// `open` or `claimed`.
    state: &'static str,
    conversation: &'a ConversationId,
    user: Option<&'a UserId>,
    opened_by: &'a str,
    reason: &'a str,
    details: &'a BTreeMap<String, Value>,
    created: Timestamp,
}

impl<'a> Listed<'a> {
    fn new(ticket: &'a Ticket) -> Self {
        Self {
            id: &ticket.id,
            state: ticket.state.as_str(),
            conversation: &ticket.conversation,
            user: ticket.user.as_ref(),
            opened_by: &ticket.opened_by,
            reason: &ticket.reason,
            details: &ticket.details,
            created: ticket.created,
        }
    }
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let Self::List(List {}) = self;
        let opened = open_quietly(global).await?;
        let tickets = opened.desk.store().tickets().await?;
        if output.is_json() {
            output.value(&tickets.iter().map(Listed::new).collect::<Vec<_>>())?;
        } else if tickets.is_empty() {
            output.line("No ticket is open.")?;
        } else {
            output.line(&show(&tickets, output.table_width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(tickets: &[Ticket], width: Option<usize>) -> String {
    if let Some(width) = width {
        let blocks: Vec<String> = tickets.iter().map(|ticket| block(ticket, width)).collect();
        return blocks.join("\n\n");
    }
    let heading = [
        "TICKET",
        "STATE",
        "OPENED",
        "USER",
        "BY",
        "CONVERSATION",
        "REASON",
    ];
    let rows = tickets.iter().map(|ticket| {
        [
            ticket.id.to_string(),
            ticket.state.as_str().to_owned(),
            moment(ticket.created),
            user(ticket),
            one_line(&ticket.opened_by),
            ticket.conversation.to_string(),
            one_line(&ticket.reason),
        ]
    });
    table(None, heading, rows)
}

/// A few lines, as seven columns do not fit eighty.
fn block(ticket: &Ticket, width: usize) -> String {
    let origin = format!(
        "  {} since {} · user {} · by {} · conversation {}",
        ticket.state.as_str(),
        moment(ticket.created),
        user(ticket),
        one_line(&ticket.opened_by),
        ticket.conversation
    );
    let reason = wrap(&format!("  {}", one_line(&ticket.reason)), Some(width));
    let origin = wrap(&origin, Some(width));
    format!(
        "{}\n{}\n{reason}",
        paint(STRONG, &ticket.id),
        paint(FAINT, origin)
    )
}

fn user(ticket: &Ticket) -> String {
    ticket
        .user
        .as_ref()
        .map_or_else(|| "-".to_owned(), ToString::to_string)
}
