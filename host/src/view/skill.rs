//! The skills of a folder.

use std::collections::BTreeMap;

use serde::Serialize;

use super::{grant, text::microseconds};
use crate::{
    contract::{Manifest, Skill},
    routing::Admission,
    skill::{Entry, Installed, Instances},
};

/// A file of the skills folder for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct File {
    /// The file.
    pub file: String,
    /// Why what is in the file now is not loaded.
    pub refused: Option<String>,
    /// What works, which may be what was in the file before.
    pub skill: Option<Loaded>,
}

/// A loaded skill for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Loaded {
    /// Its name.
    pub name: String,
    /// Its version.
    pub version: String,
    /// What it does.
    pub description: String,
    /// The SHA-256 of its bytes.
    pub digest: String,
    /// How many conditions it has.
    pub conditions: usize,
    /// How many hooks.
    pub hooks: usize,
    /// How many tools.
    pub tools: usize,
    /// What it is granted.
    pub granted: Vec<String>,
    /// What it would use besides, and is not granted.
    pub missing: Vec<&'static str>,
    /// What it is granted and may not do yet.
    pub waiting: Vec<grant::Waits>,
    /// What it cannot do without and does not have; empty: it is ready.
    pub lacks: Vec<String>,
    /// What to tell of it beside.
    #[serde(skip)]
    pub notes: Vec<String>,
    /// `fresh`, or `warm` if they are kept between the turns of a conversation.
    pub instances: &'static str,
    /// `admitted` or `shadow`.
    pub admission: &'static str,
    /// How long it took to load.
    pub microseconds: u64,
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

/// A loaded skill.
pub fn loaded(installed: &Installed) -> Loaded {
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
        waiting: grant::for_programs(&installed.standing.waiting),
        lacks: installed.lacks.iter().map(ToString::to_string).collect(),
        notes: kept_instances(skill.permit().instances)
            .map(str::to_owned)
            .into_iter()
            .chain(notes(installed))
            .collect(),
        instances: skill.permit().instances.as_str(),
        admission: match installed.admission {
            Admission::Admitted => "admitted",
            Admission::Shadow => "shadow",
        },
        microseconds: microseconds(installed.took),
    }
}

/// How long instances live, in words; none: as long as a turn, as usual.
pub fn kept_instances(instances: Instances) -> Option<&'static str> {
    match instances {
        Instances::Fresh => None,
        Instances::Warm => Some("instances are kept for the next turn of the same conversation"),
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
        notes.push(grant::waits(name, &standing.waiting));
    }
    notes.extend(
        installed
            .lacks
            .iter()
            .map(|lack| format!("not ready: {lack}")),
    );
    notes
}
