//! `baton run`: answers one message.

use std::process::ExitCode;

use baton::handoff::{Answer, StandIn};
use clap::Args;

use super::{
    Global, answer,
    input::{self, Who},
    open::open,
    output::Output,
    report::ONLY_LOCAL,
    stream::Stream,
    style::{FAINT, paint},
    text::for_shell,
};

/// Answers one message.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C examples/customer-service run \"I was charged twice for order 4321\"
  baton run --user c-1001 --conversation 01J9ZQ \"And when is the money back?\"
  baton run - < message.txt")]
pub struct Run {
    /// The message; `-` reads it from standard input
    #[arg(value_name = "MESSAGE")]
    message: Option<String>,
    #[command(flatten)]
    who: Who,
}

impl Run {
    /// Shows the answer and how it came about.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let text = input::message(self.message)?;
        let opened = open(global).await?;
        let mut incoming = self.who.says(text);
        let stream = Stream::new(output.width(), false);
        if output.is_terminal() && !output.is_json() {
            incoming.deltas = Some(stream.deltas());
        }
        let answer = opened.desk.answer(incoming).await?;
        if output.is_json() {
            output.value(&answer)?;
        } else {
            stream.finish(&answer, output)?;
            output.line("")?;
            output.line(&answer::details(&answer, output.width()))?;
            output.line(&paint(FAINT, continued(&answer, global, &self.who)))?;
        }
        Ok(match answer.stand_in {
            StandIn::Local => ExitCode::from(ONLY_LOCAL),
            _ => ExitCode::SUCCESS,
        })
    }
}

/// How to go on with the conversation.
fn continued(answer: &Answer, global: &Global, who: &Who) -> String {
    let mut command = "baton".to_owned();
    let mut add = |option: &str, value: &str| {
        command.extend([" ", option, " ", &for_shell(value)]);
    };
    if global.folder != std::path::Path::new(".") {
        add("-C", &global.folder.to_string_lossy());
    }
    add("run --conversation", answer.conversation.as_str());
    if let Some(user) = &who.user {
        add("--user", user.as_str());
    }
    for scope in &who.scopes {
        add("--scope", scope.as_str());
    }
    format!(
        "conversation {}; continue it with\n  {command} \"…\"",
        answer.conversation
    )
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn the_command_to_go_on_names_folder_conversation_and_user() {
        let answer = Answer {
            conversation: "c-1".into(),
            turn: 1,
            reply: String::new(),
            agent: "desk".into(),
            stand_in: StandIn::None,
            owner: "desk".into(),
            sources: Vec::new(),
            usage: None,
            tickets: Vec::new(),
            route: Vec::new(),
            decided_in: Duration::ZERO,
            took: Duration::ZERO,
        };
        let global = Global {
            folder: "my desk".into(),
            json: false,
            log: String::new(),
        };
        let who = Who {
            conversation: None,
            user: Some("c-1001".into()),
            scopes: Vec::new(),
        };
        let command = "  baton -C 'my desk' run --conversation c-1 --user c-1001 \"…\"";
        assert!(continued(&answer, &global, &who).ends_with(command));
    }
}
