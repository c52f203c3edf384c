//! What skills are granted and what waits, in words.

use std::collections::BTreeMap;

use serde::Serialize;

use super::text::list;
use crate::skill::{GrantWord, Waiting};

/// A grant that is not in effect, for programs.
#[derive(Serialize)]
pub struct Waits {
    /// Which one.
    pub grant: String,
    /// Why it is not.
    pub why: String,
}

/// What waits, for programs.
pub fn for_programs(waiting: &BTreeMap<GrantWord, Waiting>) -> Vec<Waits> {
    let waits = |(word, why): (&GrantWord, &Waiting)| Waits {
        grant: word.to_string(),
        why: why.to_string(),
    };
    waiting.iter().map(waits).collect()
}

/// What waits and why, and what to do about it.
pub fn waits(skill: &impl ToString, waiting: &BTreeMap<GrantWord, Waiting>) -> String {
    let mut by_reason: BTreeMap<String, Vec<&GrantWord>> = BTreeMap::new();
    for (word, why) in waiting {
        by_reason.entry(why.to_string()).or_default().push(word);
    }
    let each = by_reason
        .iter()
        .map(|(why, words)| format!("{} waits: {why}", list(words.iter(), "")));
    let each: Vec<String> = each.collect();
    match command(skill, waiting) {
        Some(command) => format!("{}; to approve, run `{command}`", each.join("; ")),
        None => each.join("; "),
    }
}

/// The command that approves what waits; none: no command does.
pub fn command(skill: &impl ToString, waiting: &BTreeMap<GrantWord, Waiting>) -> Option<String> {
    let approvable = waiting
        .iter()
        .filter(|(_, why)| **why != Waiting::Audited)
        .map(|(word, _)| word.to_string());
    let words: Vec<String> = approvable.collect();
    (!words.is_empty()).then(|| grant_command(skill, &words))
}

/// The command that gives these.
pub fn grant_command(skill: &impl ToString, words: &[impl AsRef<str>]) -> String {
    let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
    format!(
        "baton skill grant {} {}",
        skill.to_string(),
        words.join(" ")
    )
}
