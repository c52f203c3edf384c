//! What was said.

use std::process::ExitCode;

use anyhow::bail;
use baton::{conversation::Speaker, id::ConversationId, view::conversation::shown};
use clap::Args;

use super::super::{
    Global,
    input::id,
    open::open_quietly,
    output::Output,
    style::{FAINT, STRONG, paint},
    text::{count, moment, one_line, plain},
    wrap::wrap,
};

/// Shows what was said in a conversation, whose it is and who has it.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton conversation show c-1")]
pub struct Show {
    /// The conversation
    #[arg(value_name = "CONVERSATION", value_parser = id::<ConversationId>)]
    conversation: ConversationId,
}

impl Show {
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let Some(found) = opened.desk.store().open(&self.conversation).await? else {
            bail!(
                "there is no conversation `{}` in this folder's store",
                self.conversation
            );
        };
        if output.is_json() {
            output.value(&shown(&found)?)?;
            return Ok(ExitCode::SUCCESS);
        }
        let messages = found.history.page(None, usize::MAX)?;
        let user = found
            .user
            .as_ref()
            .map_or("a visitor", |user| user.as_str());
        output.line(&paint(
            FAINT,
            format!(
                "conversation {} of {}, now with {}, {}",
                found.id,
                one_line(user),
                one_line(found.owner.as_str()),
                count(usize::try_from(found.turns).unwrap_or(usize::MAX), "turn"),
            ),
        ))?;
        for message in messages {
            let speaker = match &message.speaker {
                Speaker::User => "user",
                Speaker::Operator => "operator",
                Speaker::Tool { name, .. } => name.as_str(),
                Speaker::Agent { agent } => agent.as_str(),
            };
            let speaker = paint(STRONG, one_line(speaker));
            output.line(&format!(
                "\n{speaker}  {}",
                paint(FAINT, moment(message.time))
            ))?;
            for call in &message.calls {
                let arguments = serde_json::to_string(&call.arguments)?;
                let called = format!("calls {} {arguments}", call.name);
                output.line(&wrap(&plain(&called), output.width()))?;
            }
            if !message.content.is_empty() {
                output.line(&wrap(&plain(&message.content), output.width()))?;
            }
        }
        Ok(ExitCode::SUCCESS)
    }
}
