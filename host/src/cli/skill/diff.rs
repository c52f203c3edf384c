//! `baton skill diff`: what changes from one component to another.

use std::{path::Path, process::ExitCode};

use anyhow::Context;
use baton::{
    contract::{Digest, Skill},
    skill::{Change, SkillDiff, UpgradeRule, WasmSkill},
    view::grant::grant_command,
};
use clap::Args;
use serde::Serialize;
use serde_json::Value;

use super::inspect;
use crate::cli::{
    Global,
    open::open_quietly,
    output::Output,
    style::{BAD, FAINT, GOOD, NOTE, STRONG, paint},
    text::{one_line, short_digest},
    wrap::wrap,
};

/// Shows what changes from one component to another, and what would wait for
/// approval if the new one took the old one's place.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill diff old/finance.wasm new/finance.wasm
  baton -C examples/customer-service skill diff customer-service downloads/new.wasm")]
pub struct Diff {
    /// A component's file, or the name of a loaded skill
    #[arg(value_name = "OLD")]
    old: String,
    /// The component that is to take its place
    #[arg(value_name = "NEW")]
    new: String,
}

/// A comparison for programs.
#[derive(Serialize)]
struct Compared<'a> {
    old: Side,
    new: Side,
    #[serde(flatten)]
    diff: &'a SkillDiff,
}

#[derive(Serialize)]
pub struct Side {
    name: String,
    version: String,
    digest: String,
}

impl Diff {
    /// Shows it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let is_file = Path::new(&self.old).exists();
        let old = inspect::component(&self.old, global).await?;
        let new = inspect::component(&self.new, global)
            .await
            .context("there is nothing to compare with")?;
        let upgrade = if is_file {
            UpgradeRule::Ask
        } else {
            let opened = open_quietly(global).await?;
            opened.skills.entitlement(&old.manifest().name).upgrade
        };
        let diff = SkillDiff::new(&old, &new, upgrade);
        if output.is_json() {
            output.value(&Compared {
                old: side(&old),
                new: side(&new),
                diff: &diff,
            })?;
        } else {
            output.line(&show(&side(&old), &side(&new), &diff, output.width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What a component is, in short.
pub fn side(skill: &WasmSkill) -> Side {
    let digest: Digest = skill.digest();
    Side {
        name: skill.manifest().name.to_string(),
        version: skill.manifest().version.to_string(),
        digest: digest.to_string(),
    }
}

/// The whole comparison.
pub fn show(old: &Side, new: &Side, diff: &SkillDiff, width: Option<usize>) -> String {
    let title = |side: &Side| {
        let digest = short_digest(&side.digest);
        format!("{} {} ({digest})", side.name, side.version)
    };
    let mut lines = vec![paint(STRONG, format!("{} → {}", title(old), title(new)))];
    if diff.same {
        lines.push("  The bytes are the same.".to_owned());
        return lines.join("\n");
    }
    if diff.changes.is_empty() {
        lines.push("  It says the same of itself; only the code differs.".to_owned());
    }
    for change in &diff.changes {
        let style = match (&change.old, &change.new) {
            (None, _) => GOOD,
            (_, None) => BAD,
            _ => FAINT,
        };
        let text = wrap(&format!("  {}", one_line(&words(change))), width);
        lines.push(paint(style, text));
    }
    if old.name != new.name {
        let text = "  It has another name, so it inherits no grant and no state.";
        lines.push(paint(NOTE, text));
    }
    lines.push(String::new());
    if diff.waits.is_empty() {
        lines.push("Nothing would wait for approval.".to_owned());
        return lines.join("\n");
    }
    lines.push(paint(STRONG, "Would wait for approval"));
    for waits in &diff.waits {
        let why = match waits.newly_wanted {
            true => "newly wanted",
            false => "asked again for every version",
        };
        let text = format!("  {:<12} {} ({why})", waits.grant, waits.plain);
        lines.push(paint(NOTE, one_line_indented(&text)));
    }
    let granted: Vec<&String> = diff.waits.iter().flat_map(|waits| &waits.words).collect();
    let command = grant_command(&new.name, &granted);
    lines.push(paint(
        FAINT,
        format!("  To approve, once it is there: {command}"),
    ));
    lines.join("\n")
}

/// On one line, as far to the right as it was.
fn one_line_indented(text: &str) -> String {
    format!("  {}", one_line(text))
}

fn words(change: &Change) -> String {
    let Change {
        what,
        name,
        field,
        old,
        new,
    } = change;
    let name = name.iter().map(|name| format!(" `{name}`"));
    let name = name.collect::<String>();
    let field = field.iter().map(|field| format!(", {field}"));
    let of = format!("{what}{name}{}", field.collect::<String>());
    match (old, new) {
        (None, None) | (Some(Value::Null), Some(Value::Null)) => of,
        (None, Some(Value::Null | Value::Object(_))) => format!("new {of}"),
        (None, Some(new)) => format!("new {of}: {}", short(new)),
        (Some(_), None) => format!("no more {of}"),
        (Some(old), Some(new)) => format!("{of}: {} → {}", short(old), short(new)),
    }
}

fn short(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "none".to_owned(),
        other => other.to_string(),
    }
}
