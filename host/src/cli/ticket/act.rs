//! What a person does with a ticket.

use std::{process::ExitCode, sync::Arc};

use baton::{
    conversation::TicketState,
    handoff::Tended,
    id::{AgentName, Scope, TicketId},
    view::ticket::Done,
};
use clap::Args;

use crate::cli::{
    Global,
    input::{self, id},
    open::open_quietly,
    output::Output,
};

/// Who works on a ticket.
#[derive(Args)]
pub struct Person {
    /// Your name, as colleagues know it
    #[arg(
        long = "as",
        value_name = "NAME",
        env = "USER",
        default_value = "operator",
        hide_env_values = true
    )]
    name: String,
}

impl Person {
    pub(super) fn name(&self) -> &str {
        &self.name
    }
}

/// Takes a ticket, so that nobody else works on it.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service ticket claim T-9XK2M4QA --as ana")]
pub struct Claim {
    /// The ticket
    #[arg(value_name = "TICKET", value_parser = id::<TicketId>)]
    ticket: TicketId,
    #[command(flatten)]
    person: Person,
    /// Take it even if somebody else has claimed it
    #[arg(long)]
    force: bool,
}

/// Says something to the customer, in the ticket's conversation. A ticket that
/// nobody has claimed is claimed by it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service ticket reply T-9XK2M4QA \"We have sent a new one.\"
  baton -C examples/customer-service ticket reply T-9XK2M4QA --key mail-381 < answer.txt")]
pub struct Reply {
    /// The ticket
    #[arg(value_name = "TICKET", value_parser = id::<TicketId>)]
    ticket: TicketId,
    /// What you say; from standard input if it is `-` or left out
    #[arg(value_name = "TEXT")]
    text: Option<String>,
    #[command(flatten)]
    person: Person,
    /// Names this reply: repeated with the same key, it is said once
    #[arg(long, value_name = "KEY")]
    key: Option<String>,
}

/// Ends a ticket. A conversation that the people of the ticket have returns to
/// the agent that had it before.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service ticket close T-9XK2M4QA")]
pub struct Close {
    /// The ticket
    #[arg(value_name = "TICKET", value_parser = id::<TicketId>)]
    ticket: TicketId,
    #[command(flatten)]
    person: Person,
}

/// Ends a ticket and gives its conversation back to an agent.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service ticket hand-back T-9XK2M4QA
  baton -C examples/customer-service ticket hand-back T-9XK2M4QA --to billing-department")]
pub struct HandBack {
    /// The ticket
    #[arg(value_name = "TICKET", value_parser = id::<TicketId>)]
    ticket: TicketId,
    #[command(flatten)]
    person: Person,
    /// To this agent, instead of the one that had it before
    #[arg(long, value_name = "AGENT", value_parser = id::<AgentName>)]
    to: Option<AgentName>,
    /// What you are authorized for; may be given several times
    #[arg(long = "scope", value_name = "NAME", value_parser = id::<Scope>)]
    scopes: Vec<Scope>,
}

impl Claim {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let desk = open_quietly(global).await?.desk;
        let tended = desk.claim_ticket(&self.ticket, &self.person.name, self.force);
        show(&tended.await?, "You have", output)
    }
}

impl Reply {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let text = input::message(self.text)?;
        let desk = open_quietly(global).await?.desk;
        let key = self.key.as_deref();
        let tended = desk.reply_to_ticket(&self.ticket, &self.person.name, &text, key);
        show(&tended.await?, "Said in", output)
    }
}

impl Close {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let desk = open_quietly(global).await?.desk;
        let tended = desk.close_ticket(&self.ticket, &self.person.name);
        show(&tended.await?, "Closed", output)
    }
}

impl HandBack {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let desk = open_quietly(global).await?.desk;
        let scopes: Arc<[Scope]> = self.scopes.into();
        let to = self.to.as_ref();
        let tended = desk.hand_back(&self.ticket, &self.person.name, to, scopes);
        show(&tended.await?, "Handed back", output)
    }
}

fn show(tended: &Tended, done: &str, output: &mut Output) -> anyhow::Result<ExitCode> {
    let Tended {
        ticket,
        owner,
        repeated,
    } = tended;
    if output.is_json() {
        output.value(&Done::from(tended))?;
        return Ok(ExitCode::SUCCESS);
    }
    let before = if *repeated { " (as before)" } else { "" };
    let now = match ticket.state {
        TicketState::Closed => format!("; {owner} has the conversation"),
        _ => String::new(),
    };
    output.line(&format!("{done} {}{before}{now}.", ticket.id))?;
    Ok(ExitCode::SUCCESS)
}
