//! `baton skill list`: what lies in the skills folder.

use std::{collections::BTreeMap, process::ExitCode};

use baton::{
    contract::{Manifest, Skill},
    routing::Admission,
    skill::{Entry, Installed},
};
use clap::Args;
use serde::Serialize;

use super::grants;
use crate::cli::{
    Global,
    open::open_quietly,
    output::{Output, table},
    style::{BAD, FAINT, NOTE, STRONG, paint},
    text::{count, list, microseconds, one_line, short_digest, span},
    wrap::wrap,
};

/// Lists the skills, and the files that are not loaded.
#[derive(Args)]
#[command(after_help = "\
Example:
  baton -C examples/customer-service skill list")]
pub struct List {}

/// A file of the skills folder for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct File {
    file: String,
    /// Why what is in the file now is not loaded.
    refused: Option<String>,
    /// What works, which may be what was in the file before.
    skill: Option<Loaded>,
}

/// A loaded skill for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Loaded {
    name: String,
    version: String,
    description: String,
    digest: String,
    conditions: usize,
    hooks: usize,
    tools: usize,
    granted: Vec<String>,
    /// What it would use besides, and is not granted.
    missing: Vec<&'static str>,
    /// What it is granted and may not do yet.
    waiting: Vec<grants::Waits>,
    /// What it cannot do without and does not have; empty: it is ready.
    lacks: Vec<String>,
    /// What to tell of it beside.
    #[serde(skip)]
    notes: Vec<String>,
    /// `admitted` or `shadow`.
    admission: &'static str,
    microseconds: u64,
}

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

/// The files for programs.
pub fn files(entries: &BTreeMap<String, Entry>) -> Vec<File> {
    entries
        .iter()
        .map(|(file, entry)| File {
            file: file.clone(),
            refused: entry.refused.as_ref().map(ToString::to_string),
            skill: entry.installed.as_ref().map(loaded),
        })
        .collect()
}

fn loaded(installed: &Installed) -> Loaded {
    let skill = &installed.skill;
    let Manifest {
        name,
        version,
        description,
        handoffs,
        hooks,
        tools,
        ..
    } = skill.manifest();
    let (granted, wanted) = (&skill.permit().grants, skill.wants());
    Loaded {
        name: name.to_string(),
        version: version.to_string(),
        description: description.clone(),
        digest: skill.digest().to_string(),
        conditions: handoffs.len(),
        hooks: hooks.len(),
        tools: tools.len(),
        granted: granted.words().map(ToString::to_string).collect(),
        missing: wanted
            .difference(&granted.kinds())
            .map(|grant| grant.as_str())
            .collect(),
        waiting: grants::for_programs(&installed.standing.waiting),
        lacks: installed.lacks.iter().map(ToString::to_string).collect(),
        notes: notes(installed),
        admission: match installed.admission {
            Admission::Admitted => "admitted",
            Admission::Shadow => "shadow",
        },
        microseconds: microseconds(installed.took),
    }
}

/// Why a skill may do less than it is granted, or is not asked.
pub fn notes(installed: &Installed) -> Vec<String> {
    let name = &installed.skill.manifest().name;
    let mut notes = Vec::new();
    let standing = &installed.standing;
    if let Some(file) = &standing.stranger_to {
        notes.push(format!(
            "`{name}` was approved from {file}; this file has no grant and remembers nothing of it"
        ));
    }
    if !standing.waiting.is_empty() {
        notes.push(grants::waits(name, &standing.waiting));
    }
    notes.extend(
        installed
            .lacks
            .iter()
            .map(|lack| format!("not ready: {lack}")),
    );
    notes
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
