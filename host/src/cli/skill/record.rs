//! `baton skill record`: a conversation that was kept, as cases.

use std::{
    fs::{self, OpenOptions},
    io::{ErrorKind, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use baton::{
    contract::Skill,
    id::ConversationId,
    rehearsal::{CaseFile, record},
};
use clap::Args;
use serde_json::json;

use crate::cli::{
    Global,
    input::id,
    open::open_quietly,
    output::Output,
    style::{FAINT, GOOD, STRONG, paint},
    text::count,
};

/// Keeps what a skill was told in a conversation as cases for `baton skill
/// test` and `baton skill replay`: a case for each message of the user, with
/// what the skill makes of it now. What agents and web servers answered is on no
/// record and has to be added.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton -C desk skill record c-1 --skill refunds -o refunds/tests
  baton -C desk skill record c-1 -o cases")]
pub struct Record {
    /// The conversation
    #[arg(value_name = "CONVERSATION", value_parser = id::<ConversationId>)]
    conversation: ConversationId,
    /// Only this skill; all that are loaded if not said
    #[arg(long, value_name = "NAME")]
    skill: Option<String>,
    /// The folder to write the files to
    #[arg(short, long, value_name = "FOLDER", default_value = "tests")]
    output: PathBuf,
}

impl Record {
    /// Writes a file for each skill.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let opened = open_quietly(global).await?;
        let entries = opened.skills.entries();
        let installed = entries.values().filter_map(|it| it.installed.as_ref());
        let name = |skill: &str| self.skill.as_ref().is_none_or(|only| only == skill);
        let skills: Vec<_> = installed
            .filter(|it| name(it.skill.manifest().name.as_str()))
            .collect();
        if skills.is_empty() {
            let wanted = self.skill.as_deref().unwrap_or_default();
            bail!(
                "there is no loaded skill `{wanted}`{}",
                baton::folder::meant(wanted, &entries)
            );
        }
        let folder = &self.output;
        fs::create_dir_all(folder)
            .with_context(|| format!("cannot write to {}", folder.display()))?;
        let mut written = Vec::new();
        for installed in skills {
            let skill = &installed.skill;
            let cases = record(&opened.desk, skill, &self.conversation).await?;
            let file = folder.join(format!(
                "{}-{}.toml",
                skill.manifest().name,
                self.conversation
            ));
            let number = cases.len();
            write(&file, &toml::to_string(&CaseFile { cases })?)?;
            written.push((file, number));
        }
        if output.is_json() {
            let files = written
                .iter()
                .map(|(file, cases)| json!({ "file": file, "cases": cases }));
            output.value(&files.collect::<Vec<_>>())?;
        } else {
            for (file, cases) in written {
                output.line(&format!(
                    "{} {}",
                    paint(STRONG, file.display()),
                    paint(GOOD, format!("has {}", count(cases, "case")))
                ))?;
            }
            let hint = "  Answers of agents and web servers are not on record; add them where \
                        the skill asks.";
            output.line(&paint(FAINT, hint))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// What somebody has written by hand is not overwritten.
fn write(file: &std::path::Path, text: &str) -> anyhow::Result<()> {
    let opened = OpenOptions::new().write(true).create_new(true).open(file);
    let mut opened = match opened {
        Err(error) if error.kind() == ErrorKind::AlreadyExists => bail!(
            "{} is there already, and nothing is overwritten; choose another folder with -o",
            file.display()
        ),
        opened => opened.with_context(|| format!("cannot write {}", file.display()))?,
    };
    opened.write_all(text.as_bytes())?;
    Ok(())
}
