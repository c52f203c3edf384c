//! `baton context`: what the target of a handoff receives.

mod replay;

use std::process::ExitCode;

use anyhow::{Context as _, bail};
use baton::{
    handoff::{KeptHandoff, Store},
    id::{ConversationId, HandoffId},
    view::conversation::ended,
};
use clap::{Args, Subcommand};
use serde_json::{Value, json};

use super::{
    Global,
    input::id,
    open::open_quietly,
    output::Output,
    style::{FAINT, STRONG, paint},
    text::{moment, one_line, plain},
};

/// What can be done with contexts.
#[derive(Subcommand)]
pub enum Command {
    /// Show a handoff's context and the instructions made of it
    Show(Show),
    /// Give a handoff's target its context once more, changing nothing
    Replay(replay::Replay),
}

/// Shows the context of a handoff, and the instructions that an agent which
/// reads text is given, word for word.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton context show 01J9ZQ3K4XWB6T0V5N2M8R7D1C
  baton context show --conversation c-1
  baton context show --conversation c-1 --json")]
pub struct Show {
    /// The handoff, as `baton history` and `--json` name it
    #[arg(value_name = "HANDOFF", value_parser = id::<HandoffId>)]
    #[arg(required_unless_present = "conversation")]
    handoff: Option<HandoffId>,
    /// The last handoff of this conversation
    #[arg(long, value_name = "ID", value_parser = id::<ConversationId>)]
    #[arg(conflicts_with = "handoff")]
    conversation: Option<ConversationId>,
}

impl Command {
    /// Does it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        match self {
            Self::Show(show) => show.run(global, output).await,
            Self::Replay(replay) => replay.run(global, output).await,
        }
    }
}

async fn last(
    store: &dyn Store,
    conversation: &ConversationId,
) -> anyhow::Result<Option<KeptHandoff>> {
    match store.handoff_records(conversation)?.pop() {
        Some(record) => Ok(store.handoff(&record.id).await?),
        None => Ok(None),
    }
}

impl Show {
    async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let store = opened.desk.store();
        let found = match (&self.handoff, &self.conversation) {
            (Some(handoff), _) => store.handoff(handoff).await?.with_context(|| {
                format!(
                    "no context of a handoff `{handoff}` is in this folder's store; of one that \
                     was refused before its target ran, none is kept"
                )
            })?,
            (None, Some(conversation)) => match last(store, conversation).await? {
                Some(last) => last,
                None => bail!("the conversation `{conversation}` has no handoff"),
            },
            (None, None) => bail!("name a handoff, or a conversation with --conversation"),
        };
        let KeptHandoff { context, outcome } = found;
        let instructions = opened.templates.render(&context);
        if output.is_json() {
            output.value(&json!({
                "context": *context,
                "instructions": instructions,
                "outcome": outcome.as_ref().map(ended),
            }))?;
            return Ok(ExitCode::SUCCESS);
        }
        output.line(&paint(STRONG, "Context"))?;
        let value = serde_json::to_value(&*context)?;
        for (name, value) in value.as_object().into_iter().flatten() {
            let text = match (name.as_str(), value) {
                ("created", _) => moment(context.created),
                ("expires", _) if context.expires.is_some() => {
                    context.expires.map(moment).unwrap_or_default()
                }
                (_, Value::String(text)) => one_line(text),
                (_, other) => one_line(&other.to_string()),
            };
            let name = paint(FAINT, format!("{name:<14}"));
            output.line(&format!("  {name} {text}"))?;
        }
        output.line("")?;
        output.line(&paint(STRONG, "Instructions to the target"))?;
        output.line("")?;
        output.write(&plain(&instructions))?;
        Ok(ExitCode::SUCCESS)
    }
}
