//! `baton context replay`: a handoff run again, and nothing changed by it.

use std::process::ExitCode;

use baton::{
    contract::Outcome, handoff::Replay as Replayed, id::HandoffId, view::conversation::ended,
};
use clap::Args;
use serde_json::json;

use crate::cli::{
    Global,
    input::id,
    open::open_quietly,
    output::Output,
    report::FAILED,
    style::{FAINT, STRONG, paint},
    text::plain,
    wrap::wrap,
};

/// Gives the target of a handoff its recorded context once more, and shows both
/// outcomes. The conversation stays as it is. What the target does elsewhere
/// besides answering it does again.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton context replay 01J9ZQ3K4XWB6T0V5N2M8R7D1C
  baton context replay 01J9ZQ3K4XWB6T0V5N2M8R7D1C --json

The exit code is 1 if the target gives no answer now.")]
pub struct Replay {
    /// The handoff, as `baton history` and `--json` name it
    #[arg(value_name = "HANDOFF", value_parser = id::<HandoffId>)]
    handoff: HandoffId,
}

impl Replay {
    pub(super) async fn run(
        self,
        global: &Global,
        output: &mut Output,
    ) -> anyhow::Result<ExitCode> {
        let desk = open_quietly(global).await?.desk;
        let replay = desk.replay(&self.handoff).await?;
        if output.is_json() {
            output.value(&json!({
                "handoff": replay.context.id,
                "conversation": replay.context.conversation,
                "source": replay.context.source,
                "target": replay.context.target,
                "recorded": ended(&replay.recorded),
                "replayed": ended(&replay.replayed),
                "same": replay.is_same(),
            }))?;
        } else {
            output.line(&shown(&replay, output.width()))?;
        }
        Ok(match replay.replayed.result {
            Ok(_) => ExitCode::SUCCESS,
            Err(_) => ExitCode::from(FAILED),
        })
    }
}

fn shown(replay: &Replayed, width: Option<usize>) -> String {
    let same = match replay.is_same() {
        true => "Both are the same.",
        false => "They differ.",
    };
    format!(
        "{}\n\n{}\n\n{same}",
        outcome("Then", &replay.recorded, width),
        outcome("Now", &replay.replayed, width)
    )
}

fn outcome(when: &str, outcome: &Outcome, width: Option<usize>) -> String {
    let by = format!("· {} in {} ms", outcome.agent, outcome.milliseconds);
    let said = match &outcome.result {
        Ok(reply) => wrap(&plain(reply), width),
        Err(why) => wrap(&format!("It failed: {}", plain(&why.0)), width),
    };
    format!("{} {}\n{said}", paint(STRONG, when), paint(FAINT, by))
}
