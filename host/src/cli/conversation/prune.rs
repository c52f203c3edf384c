//! What is older than the operator wants to keep, removed.

use std::process::ExitCode;

use anyhow::Context;
use baton::{config::Config, handoff::KeptConversation, view::conversation::Listed};
use clap::Args;
use jiff::{SignedDuration, Timestamp};

use super::super::{
    Global,
    open::open_quietly,
    output::Output,
    text::{count, list},
};

/// Removes, as `delete` does, what was said in conversations in which nothing
/// has happened for as many days as `retention.days` of baton.toml says. Have
/// it run every night.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton conversation prune --dry-run
  baton conversation prune --days 30")]
pub struct Prune {
    /// Keep this many days instead
    #[arg(long, value_name = "NUMBER", value_parser = clap::value_parser!(u32).range(1..))]
    days: Option<u32>,
    /// Only show what would be removed
    #[arg(long)]
    dry_run: bool,
}

impl Prune {
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let days = match self.days {
            Some(days) => days,
            None => Config::read(&global.folder)?
                .retention
                .days()
                .context("baton.toml has no `days` in [retention]; add it, or say --days NUMBER")?,
        };
        let opened = open_quietly(global).await?;
        let all = opened.desk.store().conversations(None).await?;
        let old = older_than(all, days, Timestamp::now());
        if !self.dry_run {
            for kept in &old {
                opened.desk.erase(&kept.id).await?;
            }
        }
        let done = if self.dry_run { "to delete" } else { "deleted" };
        if output.is_json() {
            let old: Vec<_> = old.iter().map(Listed::new).collect();
            output.value(
                &serde_json::json!({ "days": days, "dry-run": self.dry_run, "conversations": old }),
            )?;
        } else {
            let number = count(old.len(), "conversation");
            let names = list(old.iter().map(|kept| &kept.id), "none");
            let days = count(days as usize, "day");
            output.line(&format!("{number} older than {days} {done}: {names}"))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn older_than(all: Vec<KeptConversation>, days: u32, now: Timestamp) -> Vec<KeptConversation> {
    let kept = SignedDuration::from_hours(24 * i64::from(days));
    let old = |conversation: &KeptConversation| {
        conversation
            .last
            .is_some_and(|last| now.duration_since(last) > kept)
    };
    all.into_iter().filter(old).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn last_at(id: &str, time: Option<&str>) -> KeptConversation {
        KeptConversation {
            id: id.into(),
            user: None,
            owner: "desk".into(),
            turns: 1,
            messages: 2,
            last: time.map(|time| time.parse().unwrap()),
        }
    }

    #[test]
    fn what_rested_longer_than_the_days_is_old_and_nothing_else() {
        let all = vec![
            last_at("old", Some("2026-01-01T00:00:00Z")),
            last_at("new", Some("2026-01-02T00:00:01Z")),
            last_at("unknown", None),
        ];
        let now = "2026-01-09T00:00:00Z".parse().unwrap();
        let old = older_than(all, 7, now);
        assert_eq!(
            old.iter().map(|kept| kept.id.as_str()).collect::<Vec<_>>(),
            ["old"]
        );
    }
}
