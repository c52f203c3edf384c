//! `baton deadletter`: handoffs that could not be finished.

use std::process::ExitCode;

use baton::{
    handoff::{DeadLetter, StandIn},
    id::{HandoffId, Scope},
};
use clap::{Args, Subcommand};

use super::{
    Global,
    answer::{self, Speaker},
    input::id,
    open::{open, open_quietly},
    output::{Output, table},
    report::ONLY_LOCAL,
    style::{FAINT, STRONG, paint},
    text::{moment, one_line, plain},
    wrap::wrap,
};

/// What can be done with dead letters.
#[derive(Subcommand)]
pub enum Command {
    /// List the handoffs that could not be finished, oldest first
    List(List),
    /// Show one with everything its target was to receive
    Show(One),
    /// Hand the work over again; the letter is gone when it is answered
    Retry(Retry),
    /// Drop one for good
    Drop(One),
}

/// Lists them.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service deadletter list")]
pub struct List {}

/// One of them.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton deadletter show 01J9ZQ3K4XWB6T0V5N2M8R7D1C
  baton deadletter drop 01J9ZQ3K4XWB6T0V5N2M8R7D1C")]
pub struct One {
    /// The handoff, as the list names it
    #[arg(value_name = "HANDOFF", value_parser = id::<HandoffId>)]
    handoff: HandoffId,
}

/// Tries one again.
#[derive(Args)]
#[command(after_help = "\
A letter whose outcome is `unknown` may have been worked on: what the target
does besides answering would be done twice.

Example:
  baton deadletter retry 01J9ZQ3K4XWB6T0V5N2M8R7D1C")]
pub struct Retry {
    /// The handoff, as the list names it
    #[arg(value_name = "HANDOFF", value_parser = id::<HandoffId>)]
    handoff: HandoffId,
    /// What you are authorized for; may be given several times
    #[arg(long, value_name = "NAME")]
    scope: Vec<String>,
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        match self {
            Self::List(List {}) => list(global, output).await,
            Self::Show(One { handoff }) => {
                let opened = open_quietly(global).await?;
                let letter = opened.desk.dead_letter(&handoff).await?;
                if output.is_json() {
                    output.value(&letter)?;
                } else {
                    output.line(&show(&letter, output.width())?)?;
                }
                Ok(ExitCode::SUCCESS)
            }
            Self::Retry(Retry { handoff, scope }) => retry(&handoff, scope, global, output).await,
            Self::Drop(One { handoff }) => {
                let opened = open_quietly(global).await?;
                opened.desk.drop_dead_letter(&handoff).await?;
                if output.is_json() {
                    output.value(&serde_json::json!({ "dropped": handoff }))?;
                } else {
                    output.line(&format!("Dropped {handoff}."))?;
                }
                Ok(ExitCode::SUCCESS)
            }
        }
    }
}

async fn list(global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
    let opened = open_quietly(global).await?;
    let letters = opened.desk.store().dead_letters().await?;
    if output.is_json() {
        output.value(&letters)?;
    } else if letters.is_empty() {
        output.line("Every handoff was finished.")?;
    } else {
        let heading = [
            "HANDOFF",
            "SINCE",
            "OUTCOME",
            "TARGET",
            "CONVERSATION",
            "WHY",
        ];
        let rows = letters.iter().map(|letter| {
            [
                letter.id().to_string(),
                moment(letter.time),
                letter.outcome.as_str().to_owned(),
                letter.context.target.to_string(),
                letter.context.conversation.to_string(),
                one_line(&letter.why),
            ]
        });
        output.line(&table(output.table_width(), heading, rows))?;
    }
    Ok(ExitCode::SUCCESS)
}

async fn retry(
    handoff: &HandoffId,
    scopes: Vec<String>,
    global: &Global,
    output: &mut Output,
) -> anyhow::Result<ExitCode> {
    let opened = open(global).await?;
    let scopes: Vec<Scope> = scopes.into_iter().map(Scope::from).collect();
    let answer = opened.desk.retry(handoff, &scopes).await?;
    if output.is_json() {
        output.value(&answer)?;
    } else {
        output.line(&wrap(&answer.reply, output.width()))?;
        output.line("")?;
        output.line(&answer::details(&answer, output.width(), Speaker::Unnamed))?;
    }
    Ok(match answer.stand_in {
        StandIn::Local => ExitCode::from(ONLY_LOCAL),
        _ => ExitCode::SUCCESS,
    })
}

/// What happened in a few lines, and the context as it is kept.
fn show(letter: &DeadLetter, width: Option<usize>) -> anyhow::Result<String> {
    let context = &letter.context;
    let origin = format!(
        "{} → {} ({}) · turn {} of conversation {} · given up {} · outcome {}",
        context.source,
        context.target,
        context.reason,
        letter.turn,
        context.conversation,
        moment(letter.time),
        letter.outcome.as_str(),
    );
    let why = one_line(&letter.why);
    let kept = serde_json::to_string_pretty(context)?;
    Ok(format!(
        "{}\n{}\n{}\n\n{}",
        paint(STRONG, letter.id()),
        paint(FAINT, wrap(&origin, width)),
        wrap(&why, width),
        plain(&kept)
    ))
}
