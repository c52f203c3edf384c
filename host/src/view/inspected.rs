//! What a component is and wants.

use serde::Serialize;

use super::grant::{Waits, for_programs};
use crate::{
    contract::{AgentManifest, Manifest, Skill},
    skill::{Installed, Wanted, WasmAgent, WasmSkill},
};

/// A component for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Inspected<'a> {
    /// The SHA-256 of its bytes.
    pub digest: String,
    /// How many.
    pub bytes: usize,
    /// What it offers.
    pub exports: &'a [String],
    /// What it uses.
    pub imports: &'a [String],
    /// Imports that are there in name only.
    pub inert: &'a [String],
    /// What must be granted.
    pub wants: Vec<&'static str>,
    /// The same, for whoever is to grant it.
    pub wants_in_words: Vec<Wants>,
    /// What it is granted in this folder; none: it is in none.
    pub granted: Option<Vec<String>>,
    /// What it is granted in this folder and may not do yet.
    pub waiting: Vec<Waits>,
    /// What it cannot do without and does not have in this folder.
    pub lacks: Vec<String>,
    /// Bytes of memory once it has described itself.
    pub memory: usize,
    /// What it says of itself.
    pub manifest: &'a Manifest,
}

/// Something it wants.
#[derive(Serialize)]
pub struct Wants {
    /// Which grant.
    pub grant: &'static str,
    /// What that means.
    pub plain: String,
    /// How to grant it.
    pub words: Vec<String>,
}

/// The component; `installed`: it is in a folder.
pub fn inspected<'a>(skill: &'a WasmSkill, installed: Option<&Installed>) -> Inspected<'a> {
    let wants = skill.wants_in_words().into_iter().map(in_words);
    let granted = installed.map(|installed| {
        let words = installed.standing.granted.words();
        words.map(ToString::to_string).collect()
    });
    let lacks = installed.into_iter().flat_map(|i| &i.lacks);
    let facts = skill.facts();
    Inspected {
        digest: skill.digest().to_string(),
        bytes: facts.size,
        exports: &facts.exports,
        imports: &facts.imports,
        inert: &facts.inert,
        wants: skill.wants().iter().map(|grant| grant.as_str()).collect(),
        wants_in_words: wants.collect(),
        granted,
        waiting: installed.map_or_else(Vec::new, |i| for_programs(&i.standing.waiting)),
        lacks: lacks.map(ToString::to_string).collect(),
        memory: facts.memory,
        manifest: skill.manifest(),
    }
}

/// An agent's component for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct InspectedAgent<'a> {
    /// The SHA-256 of its bytes.
    pub digest: String,
    /// How many.
    pub bytes: usize,
    /// What it offers.
    pub exports: &'a [String],
    /// What it uses.
    pub imports: &'a [String],
    /// Imports that are there in name only.
    pub inert: &'a [String],
    /// What must be granted.
    pub wants: Vec<Wants>,
    /// Bytes of memory once it has described itself.
    pub memory: usize,
    /// What it says of itself.
    pub agent: &'a AgentManifest,
}

/// The component of an agent.
pub fn inspected_agent(agent: &WasmAgent) -> InspectedAgent<'_> {
    let facts = agent.facts();
    InspectedAgent {
        digest: agent.digest().to_string(),
        bytes: facts.size,
        exports: &facts.exports,
        imports: &facts.imports,
        inert: &facts.inert,
        wants: agent.wants_in_words().into_iter().map(in_words).collect(),
        memory: facts.memory,
        agent: agent.manifest(),
    }
}

fn in_words(want: Wanted) -> Wants {
    Wants {
        grant: want.grant.as_str(),
        plain: want.plain,
        words: want.words,
    }
}
