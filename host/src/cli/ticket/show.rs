//! `baton ticket show`: all that a person needs to know.

use std::{process::ExitCode, sync::Arc};

use anyhow::bail;
use baton::{
    conversation::{Approval, ApprovalDecision, Message, Speaker, Ticket},
    id::TicketId,
    view::ticket::{Listed, Shown, transcript},
};
use clap::Args;

use super::block;
use crate::cli::{
    Global,
    input::id,
    open::open_quietly,
    output::Output,
    style::{FAINT, STRONG, paint},
    text::{moment, one_line, plain},
    wrap::wrap,
};

/// Shows a ticket with all that came with it, and what was said so far.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service ticket show T-9XK2M4QA")]
pub struct Show {
    /// The ticket
    #[arg(value_name = "TICKET", value_parser = id::<TicketId>)]
    ticket: TicketId,
}

impl Show {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let store = opened.desk.store();
        let Some(ticket) = store.ticket(&self.ticket).await? else {
            bail!(
                "there is no ticket `{}`; `baton ticket list` shows those that wait",
                self.ticket
            );
        };
        let transcript = transcript(store, &ticket).await?;
        if output.is_json() {
            output.value(&Shown {
                ticket: Listed::new(&ticket),
                transcript: &transcript,
            })?;
        } else {
            output.line(&page(&ticket, &transcript, output.width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What a person is to decide, and how.
fn question(ticket: &Ticket, approval: &Approval) -> String {
    let target = &approval.target;
    let Some(decision) = &approval.decision else {
        return format!(
            "Shall the conversation be handed over to {target}? `baton ticket approve {id}`, or \
             `baton ticket refuse {id} --reason TEXT`.",
            id = ticket.id
        );
    };
    match decision {
        ApprovalDecision::Approved { by } => {
            format!("The handoff to {target} is approved by {by}.")
        }
        ApprovalDecision::Refused { by, why } => format!(
            "The handoff to {target} is refused by {by}: {}",
            one_line(why)
        ),
        ApprovalDecision::Expired => {
            format!("Nobody has approved the handoff to {target} in time.")
        }
    }
}

fn page(ticket: &Ticket, transcript: &[Arc<Message>], width: Option<usize>) -> String {
    let mut page = block(ticket, width);
    if let Some(approval) = &ticket.approval {
        page += &format!("\n\n{}", wrap(&question(ticket, approval), width));
    }
    for (name, value) in &ticket.details {
        // What is read from JSON can be written as JSON.
        let value = serde_json::to_string_pretty(value).unwrap_or_default();
        page += &format!("\n\n{}\n{}", paint(STRONG, plain(name)), plain(&value));
    }
    page += &format!("\n\n{}", paint(STRONG, "What was said"));
    for message in transcript {
        let speaker = match &message.speaker {
            Speaker::User => "user",
            Speaker::Operator => "operator",
            Speaker::Agent { agent } => agent.as_str(),
            Speaker::Tool { name, .. } => name.as_str(),
        };
        let heading = format!("{speaker} · {}", moment(message.time));
        let said = wrap(&plain(&message.content), width);
        page += &format!("\n\n{}\n{said}", paint(FAINT, heading));
    }
    page
}
