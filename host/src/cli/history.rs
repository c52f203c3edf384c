//! `baton history`: the handoffs of a conversation, as text, picture or JSON.

mod active;
mod graph;

use std::{path::PathBuf, process::ExitCode};

use anyhow::{Context, bail};
use baton::{
    id::ConversationId,
    view::{
        handoff::{End, Link, links},
        recalled::losers,
    },
};
use clap::Args;

use super::{
    Global,
    input::id,
    open::open_quietly,
    output::Output,
    style::{BAD, FAINT, GOOD, NOTE, STRONG, paint},
    text::{count, moment, one_line, span},
};

/// Shows who has handed a conversation over to whom, why, how sure that was,
/// and what came of it.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton history c-1
  baton history c-1 --graph -o history.svg
  baton history --active")]
pub struct History {
    /// The conversation
    #[arg(value_name = "CONVERSATION", value_parser = id::<ConversationId>)]
    #[arg(required_unless_present = "active")]
    conversation: Option<ConversationId>,
    /// Show the handoffs under way, of all conversations
    #[arg(long, conflicts_with_all = ["conversation", "graph"])]
    active: bool,
    /// Draw it, as SVG
    #[arg(long, conflicts_with = "json")]
    graph: bool,
    /// Write the picture to this file
    #[arg(short, long, value_name = "FILE", requires = "graph")]
    output: Option<PathBuf>,
}

impl History {
    /// Shows it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let store = opened.desk.store();
        let Some(conversation) = self.conversation else {
            return active::show(store, output).await;
        };
        if store.open(&conversation).await?.is_none() {
            bail!("there is no conversation `{conversation}` in this folder's store");
        }
        let events = store.events(&conversation).await?;
        let handoffs = store.handoff_records(&conversation)?;
        let mut links = links(&events, &handoffs);
        for link in &mut links {
            let of_turn = events.iter().filter(|(turn, _)| Some(*turn) == link.turn);
            if link.by.as_deref().is_some_and(|by| by.contains('/')) {
                link.losers = losers(of_turn.map(|(_, event)| event));
            }
        }
        if self.graph {
            let picture = graph::draw(&conversation, &links);
            match &self.output {
                Some(file) => std::fs::write(file, picture)
                    .with_context(|| format!("cannot write {}", file.display()))?,
                None => output.write(&picture)?,
            }
        } else if output.is_json() {
            output.value(&links)?;
        } else if links.is_empty() {
            output.line("Nothing was handed over in this conversation.")?;
        } else {
            show(&links, output)?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(links: &[Link], output: &mut Output) -> anyhow::Result<()> {
    let mut turn = None;
    for link in links {
        if turn != Some(link.turn) {
            turn = Some(link.turn);
            let heading = match link.turn {
                Some(turn) => format!("Turn {turn}"),
                None => "Under way".to_owned(),
            };
            output.line(&paint(STRONG, heading))?;
        }
        let when = paint(FAINT, moment(link.time));
        let style = match link.end {
            End::Answered => GOOD,
            End::Rejected | End::Failed => BAD,
            End::UnderWay => NOTE,
        };
        let end = paint(style, ended(link));
        let (source, target) = (one_line(&link.source), one_line(&link.target));
        output.line(&format!("  {when}  {source} → {target}  {end}"))?;
        output.line(&paint(FAINT, format!("    {}", circumstances(link))))?;
        if let Some(why) = &link.why {
            output.line(&format!("    {}", one_line(why)))?;
        }
        for lost in &link.losers {
            let target = lost.target.as_ref();
            let target = target.map(|name| format!(" → {name}")).unwrap_or_default();
            let (verdict, why) = (lost.verdict.as_str(), one_line(&lost.why));
            let text = format!(
                "not {}/{}{target}: {verdict}, {why}",
                lost.skill, lost.condition
            );
            output.line(&paint(FAINT, format!("    {}", one_line(&text))))?;
        }
    }
    output.line("")?;
    Ok(output.line(&summary(links))?)
}

/// How it ended, and how long it took.
fn ended(link: &Link) -> String {
    match link.milliseconds {
        Some(milliseconds) => {
            let took = span(std::time::Duration::from_millis(milliseconds));
            let took = if milliseconds == 0 {
                "less than 1 ms"
            } else {
                &took
            };
            let preposition = match link.end {
                End::Answered => "in",
                _ => "after",
            };
            format!("{} {preposition} {took}", link.end.words())
        }
        None => link.end.words().to_owned(),
    }
}

fn circumstances(link: &Link) -> String {
    let mut parts = vec![one_line(&link.reason)];
    if let Some(by) = &link.by {
        parts.push(format!("by {}", one_line(by)));
    }
    parts.push(format!("confidence {}", percent(link.confidence)));
    if let Some(decay) = link.decay
        && decay > 0.0
    {
        parts.push(format!("{} less than before", percent(decay)));
    }
    if let Some(models) = &link.models {
        let mut took = format!(
            "{}, {} tokens",
            count(models.calls as usize, "model call"),
            models.tokens
        );
        for cost in &models.cost {
            took.push_str(&format!(", {cost}"));
        }
        parts.push(took);
    }
    parts.push(format!("handoff {}", one_line(&link.handoff)));
    parts.join(", ")
}

fn percent(share: f64) -> String {
    format!("{:.0}%", share * 100.0)
}

fn summary(links: &[Link]) -> String {
    let of = |end: End| links.iter().filter(|link| link.end == end).count();
    let mut parts = vec![count(links.len(), "handoff")];
    for end in [End::Answered, End::Rejected, End::Failed, End::UnderWay] {
        if of(end) > 0 {
            parts.push(format!("{} {}", of(end), end.words()));
        }
    }
    let sure = links.iter().map(|link| link.confidence);
    let least = sure.fold(1.0, f64::min);
    parts.push(format!("lowest confidence {}", percent(least)));
    parts.join(", ")
}
