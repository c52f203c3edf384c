//! `baton skill inspect`: what a component is and wants.

mod show;

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use baton::{
    contract::{Manifest, Skill},
    nearest::nearest,
    skill::{Allowed, Cache, Entry, SkillEngine, WasmSkill, read},
};
use clap::Args;
use serde::Serialize;

use crate::cli::{Global, open::open_quietly, output::Output};
pub use show::parameters;

/// Shows what a component is. It is asked to describe itself, in the sandbox,
/// and nothing else of it runs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill inspect downloads/finance.wasm
  baton -C examples/customer-service skill inspect customer-service")]
pub struct Inspect {
    /// A component's file, or the name of a loaded skill
    #[arg(value_name = "FILE")]
    file: String,
}

/// A component for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Inspected<'a> {
    digest: String,
    bytes: usize,
    exports: &'a [String],
    imports: &'a [String],
    /// Imports that are there in name only.
    inert: &'a [String],
    wants: Vec<&'static str>,
    /// Bytes of memory once it has described itself.
    memory: usize,
    manifest: &'a Manifest,
}

impl Inspect {
    /// Shows it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let path = Path::new(&self.file);
        let (skill, installed) = if path.exists() {
            (
                load(path)
                    .await
                    .with_context(|| format!("{} is not loaded", self.file))?,
                false,
            )
        } else {
            (self.find(global).await?, true)
        };
        if output.is_json() {
            output.value(&inspected(&skill))?;
        } else {
            output.line(&show::show(&skill, installed, output.width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }

    /// The loaded skill of that name.
    async fn find(&self, global: &Global) -> anyhow::Result<Arc<WasmSkill>> {
        let entries = match open_quietly(global).await {
            Ok(opened) => opened.skills.entries(),
            Err(error) => {
                let text = format!(
                    "there is no file `{}`, and no folder to look up a skill in",
                    self.file
                );
                return Err(anyhow::Error::new(error).context(text));
            }
        };
        if let Some(Entry {
            refused: Some(why),
            installed: None,
            ..
        }) = entries.get(&self.file)
        {
            bail!("{} is not loaded: {why}", self.file);
        }
        let by_file = entries
            .get(&self.file)
            .and_then(|entry| entry.installed.as_ref());
        let mut skills = entries
            .values()
            .filter_map(|entry| entry.installed.as_ref());
        let by_name = || skills.find(|i| i.skill.manifest().name.as_str() == self.file);
        match by_file.or_else(by_name) {
            Some(installed) => Ok(installed.skill.clone()),
            None => bail!(
                "there is no file and no loaded skill `{}`{}",
                self.file,
                meant(&self.file, &entries)
            ),
        }
    }
}

async fn load(path: &Path) -> anyhow::Result<Arc<WasmSkill>> {
    let bytes = read(path)?;
    let engine = SkillEngine::start()?;
    let stranger = |_: &_| Ok(Allowed::default());
    Ok(WasmSkill::load(&engine, &Cache::of_user(), &bytes, stranger).await?)
}

/// What may have been meant, as the end of a message.
pub fn meant(name: &str, entries: &std::collections::BTreeMap<String, Entry>) -> String {
    let names: Vec<String> = entries
        .values()
        .filter_map(|entry| Some(entry.installed.as_ref()?.skill.manifest().name.to_string()))
        .collect();
    match nearest(name, &names, String::as_str) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => "; `baton skill list` shows those that are loaded".to_owned(),
    }
}

fn inspected(skill: &WasmSkill) -> Inspected<'_> {
    let facts = skill.facts();
    Inspected {
        digest: skill.digest().to_string(),
        bytes: facts.size,
        exports: &facts.exports,
        imports: &facts.imports,
        inert: &facts.inert,
        wants: skill.wants().iter().map(|grant| grant.as_str()).collect(),
        memory: facts.memory,
        manifest: skill.manifest(),
    }
}
