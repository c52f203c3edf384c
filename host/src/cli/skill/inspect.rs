//! `baton skill inspect`: what a component is and wants.

mod agent;
mod page;
mod show;

use std::{path::Path, process::ExitCode, sync::Arc};

use anyhow::{Context, bail};
use baton::{
    contract::Skill,
    folder::meant,
    skill::{Allowance, Cache, Entry, Installed, SkillEngine, WasmSkill, read},
    view::inspected::{inspected, inspected_agent},
};
use clap::Args;

use crate::cli::{Global, open::open_quietly, output::Output};
pub use show::parameters;

/// Shows what a component is, a skill or an agent. It is asked to describe itself, in the sandbox,
/// and nothing else of it runs.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill inspect downloads/finance.wasm
  baton skill inspect desk/agents/greeter.wasm
  baton -C examples/customer-service skill inspect customer-service")]
pub struct Inspect {
    /// A component's file, or the name of a loaded skill
    #[arg(value_name = "FILE")]
    file: String,
}

impl Inspect {
    /// Shows it.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        if let Some(agent) = agent::read_agent(&self.file).await? {
            if output.is_json() {
                output.value(&inspected_agent(&agent))?;
            } else {
                output.line(&agent::show(&agent, output.width()))?;
            }
            return Ok(ExitCode::SUCCESS);
        }
        let (skill, installed) = look(&self.file, global).await?;
        if output.is_json() {
            output.value(&inspected(&skill, installed.as_ref()))?;
        } else {
            output.line(&show::show(&skill, installed.as_ref(), output.width()))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// The component in the file, or the loaded skill of the name.
pub async fn component(name: &str, global: &Global) -> anyhow::Result<Arc<WasmSkill>> {
    Ok(look(name, global).await?.0)
}

async fn look(name: &str, global: &Global) -> anyhow::Result<(Arc<WasmSkill>, Option<Installed>)> {
    let path = Path::new(name);
    if path.exists() {
        let skill = load(path).await;
        let skill = skill.with_context(|| format!("{name} is not loaded"))?;
        return Ok((skill, None));
    }
    let installed = Named(name).find(global).await?;
    Ok((installed.skill.clone(), Some(installed)))
}

/// What a loaded skill is called, or its file.
struct Named<'a>(&'a str);

impl Named<'_> {
    /// The loaded skill of that name.
    async fn find(&self, global: &Global) -> anyhow::Result<Installed> {
        let entries = match open_quietly(global).await {
            Ok(opened) => opened.skills.entries(),
            Err(error) => {
                let text = format!(
                    "there is no file `{}`, and no folder to look up a skill in",
                    self.0
                );
                return Err(anyhow::Error::new(error).context(text));
            }
        };
        if let Some(Entry {
            refused: Some(why),
            installed: None,
            ..
        }) = entries.get(self.0)
        {
            bail!("{} is not loaded: {why}", self.0);
        }
        let by_file = entries
            .get(self.0)
            .and_then(|entry| entry.installed.as_ref());
        let mut skills = entries
            .values()
            .filter_map(|entry| entry.installed.as_ref());
        let by_name = || skills.find(|i| i.skill.manifest().name.as_str() == self.0);
        match by_file.or_else(by_name) {
            Some(installed) => Ok(installed.clone()),
            None => bail!(
                "there is no file and no loaded skill `{}`{}",
                self.0,
                meant(self.0, &entries)
            ),
        }
    }
}

async fn load(path: &Path) -> anyhow::Result<Arc<WasmSkill>> {
    let bytes = read(path)?;
    let engine = SkillEngine::start()?;
    let stranger = |_: &_| Ok(Allowance::default());
    Ok(WasmSkill::load(&engine, &Cache::of_user(), &bytes, stranger).await?)
}
