//! `baton skill check`: whether a component may take another's place.

use std::process::ExitCode;

use anyhow::Context;
use baton::skill::{Breakage, SkillDiff, UpgradeRule, breakages};
use clap::Args;
use serde::Serialize;

use super::{diff, inspect};
use crate::cli::{
    Global,
    output::Output,
    report::FAILED,
    style::{BAD, GOOD, paint},
    text::{bytes, one_line},
};

/// Compares two components and judges whether the new one breaks what relies on
/// the old one: its contract, its manifest, what it wants, and its size.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill check old/finance.wasm new/finance.wasm
  baton -C examples/customer-service skill check customer-service new.wasm

The exit code is 1 if something breaks.")]
pub struct Check {
    /// A component's file, or the name of a loaded skill
    #[arg(value_name = "OLD")]
    old: String,
    /// The component that is to take its place
    #[arg(value_name = "NEW")]
    new: String,
}

/// A judgement for programs.
#[derive(Serialize)]
struct Judged<'a> {
    old: diff::Side,
    new: diff::Side,
    #[serde(flatten)]
    diff: &'a SkillDiff,
    breaks: &'a [Breakage],
}

impl Check {
    /// Compares and judges.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let old = inspect::component(&self.old, global).await?;
        let new = inspect::component(&self.new, global)
            .await
            .context("there is nothing to compare with")?;
        let compared = SkillDiff::new(&old, &new, UpgradeRule::Ask);
        let breaks = breakages(&old, &new, &compared);
        let (was, is) = (diff::side(&old), diff::side(&new));
        if output.is_json() {
            output.value(&Judged {
                old: was,
                new: is,
                diff: &compared,
                breaks: &breaks,
            })?;
        } else {
            output.line(&diff::show(&was, &is, &compared, output.width()))?;
            let sizes = [&old, &new].map(|skill| bytes(skill.facts().size));
            output.line(&format!("\nSize: {} → {}", sizes[0], sizes[1]))?;
            output.line(&verdict(&breaks))?;
        }
        Ok(match breaks.is_empty() {
            true => ExitCode::SUCCESS,
            false => ExitCode::from(FAILED),
        })
    }
}

fn verdict(breaks: &[Breakage]) -> String {
    if breaks.is_empty() {
        return paint(GOOD, "Nothing breaks.");
    }
    let mut lines = vec![paint(BAD, "It breaks what relies on the old one")];
    let reasons = breaks.iter();
    lines.extend(reasons.map(|one| format!("  {:<10} {}", one.what, one_line(&one.why))));
    lines.join("\n")
}
