//! `baton ticket`: what waits for a person, and what people do about it.

mod act;
mod decide;
mod show;

use std::process::ExitCode;

use baton::{conversation::Ticket, view::ticket::Listed};
use clap::{Args, Subcommand};

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
    /// List the tickets that wait, oldest first; with --closed or --all, others too
    List(List),
    /// Show a ticket with its context and what was said
    Show(show::Show),
    /// Take a ticket
    Claim(act::Claim),
    /// Say something to the customer
    Reply(act::Reply),
    /// Approve the handoff that a ticket asks about; it is made at once
    Approve(decide::Approve),
    /// Refuse it; whoever has the conversation answers
    Refuse(decide::Refuse),
    /// End a ticket; the agent from before has the conversation again
    Close(act::Close),
    /// End a ticket and give the conversation to an agent
    HandBack(act::HandBack),
}

/// Lists the tickets.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service ticket list
  baton -C examples/customer-service ticket list --closed")]
pub struct List {
    /// Those that are closed
    #[arg(long, conflicts_with = "all")]
    closed: bool,
    /// All of them
    #[arg(long)]
    all: bool,
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(global, output).await,
            Self::Show(show) => show.run(global, output).await,
            Self::Claim(claim) => claim.run(global, output).await,
            Self::Reply(reply) => reply.run(global, output).await,
            Self::Approve(approve) => approve.run(global, output).await,
            Self::Refuse(refuse) => refuse.run(global, output).await,
            Self::Close(close) => close.run(global, output).await,
            Self::HandBack(back) => back.run(global, output).await,
        }
    }
}

impl List {
    async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let store = opened.desk.store();
        let mut tickets = Vec::new();
        if self.closed || self.all {
            tickets = store.closed_tickets().await?;
        }
        if !self.closed {
            tickets.extend(store.tickets().await?);
        }
        tickets.sort_by_key(|ticket| ticket.created);
        if output.is_json() {
            output.value(&tickets.iter().map(Listed::new).collect::<Vec<_>>())?;
        } else if tickets.is_empty() {
            output.line(match (self.closed, self.all) {
                (true, _) => "No ticket is closed.",
                (_, true) => "There are no tickets.",
                _ => "No ticket is open.",
            })?;
        } else {
            output.line(&all(&tickets, output.table_width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn all(tickets: &[Ticket], width: Option<usize>) -> String {
    if let Some(width) = width {
        let blocks: Vec<String> = tickets
            .iter()
            .map(|ticket| block(ticket, Some(width)))
            .collect();
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
            state(ticket),
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
fn block(ticket: &Ticket, width: Option<usize>) -> String {
    let origin = format!(
        "  {} since {} · user {} · by {} · conversation {}",
        state(ticket),
        moment(ticket.created),
        user(ticket),
        one_line(&ticket.opened_by),
        ticket.conversation
    );
    let reason = wrap(&format!("  {}", one_line(&ticket.reason)), width);
    let origin = wrap(&origin, width);
    format!(
        "{}\n{}\n{reason}",
        paint(STRONG, &ticket.id),
        paint(FAINT, origin)
    )
}

/// Whose it is, and whether the customer waits for a word.
fn state(ticket: &Ticket) -> String {
    let mut state = ticket.state.as_str().to_owned();
    if let Some(name) = &ticket.claimed_by {
        state += &format!(" by {}", one_line(name));
    }
    if let Some(approval) = &ticket.approval {
        state += &match (&approval.decision, approval.deadline) {
            (Some(decision), _) => format!(", {}", decision.as_str()),
            (None, Some(deadline)) => format!(", approval until {}", moment(deadline)),
            (None, None) => ", approval".to_owned(),
        };
    } else if ticket.waiting > 0 {
        state += &format!(", {} waiting", ticket.waiting);
    }
    state
}

fn user(ticket: &Ticket) -> String {
    ticket
        .user
        .as_ref()
        .map_or_else(|| "-".to_owned(), ToString::to_string)
}
