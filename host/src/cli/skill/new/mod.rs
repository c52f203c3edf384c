//! `baton skill new`: the folder of a new skill.

mod template;

use std::{
    fs,
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use anyhow::{Context, bail};
use baton::skill::{Language, Sdk, check_tools, prepare_tests};
use clap::Args;
use serde::Serialize;

use super::language::one_of;
use crate::cli::{
    Global,
    output::{Output, warn},
    style::{FAINT, GOOD, STRONG, paint},
    text::for_shell,
};

/// Writes the folder of a new skill: code that builds, tests that pass, and a
/// README. Without a name or a language it asks.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill new refunds --lang rust
  baton skill new refunds --lang rust --in skills
  baton skill new")]
pub struct New {
    /// What the skill is called: small letters, digits and hyphens
    #[arg(value_name = "NAME")]
    name: Option<String>,
    /// The language to write it in
    #[arg(long = "lang", value_name = "LANGUAGE", value_parser = one_of)]
    language: Option<Language>,
    /// Where to put the new folder
    #[arg(long = "in", value_name = "FOLDER", default_value = ".")]
    place: PathBuf,
}

/// A new folder, for programs.
#[derive(Serialize)]
struct Made {
    name: String,
    language: Language,
    folder: PathBuf,
    files: Vec<PathBuf>,
}

impl New {
    /// Writes it.
    pub fn run(self, _: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let asks = io::stdin().is_terminal() && !output.is_json();
        let name = match self.name {
            Some(name) => name,
            None if asks => ask(output, "What is the skill called?")?,
            None => bail!(
                "there is no name; write `baton skill new NAME --lang {}`",
                words("|")
            ),
        };
        check_name(&name)?;
        let language = match self.language {
            Some(language) => language,
            None if asks => {
                let question = format!("In which language ({})?", words(", "));
                one_of(&ask(output, &question)?).map_err(anyhow::Error::msg)?
            }
            None => bail!("there is no language; add --lang {}", words("|")),
        };
        let folder = match self.place.as_os_str() == "." {
            true => PathBuf::from(&name),
            false => self.place.join(&name),
        };
        if fs::symlink_metadata(&folder).is_ok() {
            bail!(
                "`{}` is there already, and nothing is overwritten; choose another name, or \
                 another place with --in",
                folder.display()
            );
        }
        let sdk = Sdk::for_folder(&self.place)?;
        let files = template::write(&folder, &name, language, &sdk)
            .with_context(|| format!("cannot write to {}", folder.display()))?;
        prepare_tests(language, &sdk)?;
        for missing in check_tools(language, &folder)?.iter().filter(|it| !it.fits) {
            warn(
                output.is_json(),
                &format!("`{}` is missing; {}", missing.tool, missing.install),
            );
        }
        let made = Made {
            name,
            language,
            folder,
            files,
        };
        if output.is_json() {
            output.value(&made)?;
        } else {
            output.line(&show(&made))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn words(between: &str) -> String {
    let words: Vec<&str> = Language::ALL.iter().map(|one| one.word()).collect();
    words.join(between)
}

fn ask(output: &mut Output, question: &str) -> anyhow::Result<String> {
    output.write(&format!("{} ", paint(STRONG, question)))?;
    io::stdout().flush()?;
    let mut line = String::new();
    if io::stdin().lock().read_line(&mut line)? == 0 {
        bail!("there was no answer");
    }
    Ok(line.trim().to_owned())
}

/// A name that is one in every language and for the host.
fn check_name(name: &str) -> anyhow::Result<()> {
    let fits = name.len() <= LONGEST
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && !name.ends_with('-')
        && !name.contains("--")
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-');
    if !fits {
        bail!(
            "`{name}` is no name for a skill; it begins with a small letter and has small \
             letters, digits and single hyphens between them, {LONGEST} at most"
        );
    }
    Ok(())
}

/// Longer names are cut off in lists.
const LONGEST: usize = 40;

fn show(made: &Made) -> String {
    let folder = for_shell(&made.folder.to_string_lossy());
    let mut lines = vec![format!(
        "{} {}",
        paint(STRONG, made.folder.display()),
        paint(GOOD, format!("is a skill in {}", made.language))
    )];
    lines.extend(
        made.files
            .iter()
            .map(|file| paint(FAINT, format!("  {}", file.display()))),
    );
    lines.push(format!("Next:\n  cd {folder}\n  baton skill test"));
    lines.join("\n")
}
