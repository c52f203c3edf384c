//! `baton ticket`: what waits for a person, and what people do about it.

mod act;
mod show;

use std::{collections::BTreeMap, process::ExitCode};

use baton::{
    conversation::Ticket,
    id::{AgentName, ConversationId, TicketId, UserId},
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
    /// Show a ticket with its context and what was said
    Show(show::Show),
    /// Take a ticket
    Claim(act::Claim),
    /// Say something to the customer
    Reply(act::Reply),
    /// End a ticket; the agent from before has the conversation again
    Close(act::Close),
    /// End a ticket and give the conversation to an agent
    HandBack(act::HandBack),
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
    /// `open`, `claimed` or `closed`.
    state: &'static str,
    conversation: &'a ConversationId,
    user: Option<&'a UserId>,
    opened_by: &'a str,
    agent: Option<&'a AgentName>,
    claimed_by: Option<&'a str>,
    /// Messages since a person last replied.
    waiting: u32,
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
            agent: ticket.agent.as_ref(),
            claimed_by: ticket.claimed_by.as_deref(),
            waiting: ticket.waiting,
            reason: &ticket.reason,
            details: &ticket.details,
            created: ticket.created,
        }
    }
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(list) => list.run(global, output).await,
            Self::Show(show) => show.run(global, output).await,
            Self::Claim(claim) => claim.run(global, output).await,
            Self::Reply(reply) => reply.run(global, output).await,
            Self::Close(close) => close.run(global, output).await,
            Self::HandBack(back) => back.run(global, output).await,
        }
    }
}

impl List {
    async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let tickets = opened.desk.store().tickets().await?;
        if output.is_json() {
            output.value(&tickets.iter().map(Listed::new).collect::<Vec<_>>())?;
        } else if tickets.is_empty() {
            output.line("No ticket is open.")?;
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
    if ticket.waiting > 0 {
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
