//! `baton skill list`: what lies in the skills folder.

use std::{collections::BTreeMap, process::ExitCode};

use baton::{
    contract::{Manifest, Skill},
    skill::Entry,
    view::skill::{Loaded, files, loaded},
};
use clap::Args;

use crate::cli::{
    Global,
    open::open_quietly,
    output::{Output, table},
    style::{BAD, FAINT, NOTE, STRONG, paint},
    text::{count, list, one_line, short_digest, span},
    wrap::wrap,
};

/// Lists the skills, and the files that are not loaded.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service skill list")]
pub struct List {}

impl List {
    /// Lists them.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let entries = opened.skills.entries();
        if output.is_json() {
            output.value(&files(&entries))?;
        } else {
            output.line(&show(&entries, output.table_width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The skills as a table, and below it the files that are not loaded.
pub fn show(entries: &BTreeMap<String, Entry>, width: Option<usize>) -> String {
    let mut parts = Vec::new();
    let skills: Vec<(&String, Loaded)> = entries
        .iter()
        .filter_map(|(file, entry)| Some((file, loaded(entry.installed.as_ref()?))))
        .collect();
    if skills.is_empty() {
        parts.push(paint(
            NOTE,
            "No skill is loaded: every message goes to the entry agent.",
        ));
    } else if let Some(width) = width {
        parts.push(
            skills
                .iter()
                .map(|(file, skill)| block(file, skill, width))
                .collect::<Vec<_>>()
                .join("\n\n"),
        );
    } else {
        let heading = [
            "SKILL",
            "VERSION",
            "FILE",
            "DIGEST",
            "EXPORTS",
            "GRANTS",
            "ADMISSION",
        ];
        parts.push(table(
            None,
            heading,
            skills.iter().map(|(file, skill)| cells(file, skill)),
        ));
        let notes = skills.iter().flat_map(|(_, skill)| {
            let notes = skill.notes.iter();
            notes.map(|note| format!("{}: {note}", skill.name))
        });
        let notes: Vec<String> = notes.collect();
        if !notes.is_empty() {
            parts.push(paint(NOTE, notes.join("\n")));
        }
    }
    let refused: Vec<String> = entries
        .iter()
        .filter_map(|(file, entry)| refused(file, entry, width))
        .collect();
    if !refused.is_empty() {
        let heading = format!("{} not loaded:", count(refused.len(), "file"));
        parts.push(paint(STRONG, heading) + "\n" + &refused.join("\n"));
    }
    parts.join("\n\n")
}

fn cells(file: &str, skill: &Loaded) -> [String; 7] {
    [
        skill.name.clone(),
        skill.version.clone(),
        one_line(file),
        short_digest(&skill.digest),
        exports(skill),
        grants(skill),
        skill.admission.to_owned(),
    ]
}

/// A few lines, as seven columns do not fit eighty.
fn block(file: &str, skill: &Loaded, width: usize) -> String {
    let admission = match skill.admission {
        "shadow" => {
            let admit = format!("  shadow, until `baton skill admit {}`", skill.name);
            paint(NOTE, admit)
        }
        _ => String::new(),
    };
    let origin = format!(
        "{}, {}, loaded in {}",
        one_line(file),
        short_digest(&skill.digest),
        span(std::time::Duration::from_micros(skill.microseconds))
    );
    let mut lines = vec![
        format!(
            "{} {}{admission}",
            paint(STRONG, &skill.name),
            skill.version
        ),
        paint(FAINT, wrap(&format!("  {origin}"), Some(width))),
    ];
    if !skill.description.is_empty() {
        lines.push(wrap(
            &format!("  {}", one_line(&skill.description)),
            Some(width),
        ));
    }
    lines.push(wrap(
        &format!("  {} · grants: {}", exports(skill), grants(skill)),
        Some(width),
    ));
    for note in &skill.notes {
        lines.push(paint(NOTE, wrap(&format!("  {note}"), Some(width))));
    }
    lines.join("\n")
}

fn exports(skill: &Loaded) -> String {
    [
        (skill.conditions, "condition"),
        (skill.hooks, "hook"),
        (skill.tools, "tool"),
    ]
    .iter()
    .map(|(number, what)| count(*number, what))
    .collect::<Vec<_>>()
    .join(", ")
}

fn grants(skill: &Loaded) -> String {
    let granted = list(&skill.granted, "none");
    if skill.missing.is_empty() {
        granted
    } else {
        format!("{granted}; wants besides: {}", list(&skill.missing, ""))
    }
}

/// Why a file is not loaded, and what goes on working in its place.
fn refused(file: &str, entry: &Entry, width: Option<usize>) -> Option<String> {
    let why = one_line(&entry.refused.as_ref()?.to_string());
    let kept = entry.installed.as_ref().map(|installed| {
        let Manifest { name, version, .. } = installed.skill.manifest();
        format!("; {name} {version}, loaded from it before, goes on working")
    });
    let line = format!("  {}: {why}{}", one_line(file), kept.unwrap_or_default());
    Some(paint(BAD, wrap(&line, width)))
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;
    use baton::skill::Refusal;

    use super::*;

    #[test]
    fn a_folder_of_nothing_but_wrong_files_says_so_for_each() {
        let refused = |why| Entry {
            refused: Some(why),
            ..Entry::default()
        };
        let entries = BTreeMap::from([
            ("empty.wasm".to_owned(), refused(Refusal::Empty)),
            ("old".to_owned(), refused(Refusal::Folder)),
        ]);
        let shown = strip_str(&show(&entries, None)).to_string();
        assert!(shown.contains("No skill is loaded"), "{shown}");
        assert!(
            shown.contains("2 files not loaded:\n  empty.wasm: it is empty"),
            "{shown}"
        );
        assert!(shown.contains("\n  old: it is a folder"), "{shown}");
    }
}
