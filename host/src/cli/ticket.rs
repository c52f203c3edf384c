//! `baton ticket`: what waits for a person, and what people do about it.

mod act;
mod decide;
mod show;

use std::{collections::BTreeMap, process::ExitCode};

use baton::{
    conversation::{Approval, ApprovalDecision, Ticket},
    id::{AgentName, ConversationId, HandoffId, TicketId, UserId},
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
    /// What is to be decided; null: the ticket asks for words.
    approval: Option<Approved<'a>>,
}

/// What is to be decided, for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Approved<'a> {
    handoff: &'a HandoffId,
    target: &'a AgentName,
    deadline: Option<Timestamp>,
    /// `approved`, `refused` or `expired`; null: nothing yet.
    decision: Option<&'static str>,
}

impl<'a> Approved<'a> {
    fn new(approval: &'a Approval) -> Self {
        Self {
            handoff: &approval.handoff,
            target: &approval.target,
            deadline: approval.deadline,
            decision: approval.decision.as_ref().map(ApprovalDecision::as_str),
        }
    }
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
            approval: ticket.approval.as_ref().map(Approved::new),
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
