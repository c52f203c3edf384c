//! `baton skill test`: runs the cases of a skill's folder.

mod show;
mod watch;

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::Arc,
};

use anyhow::{Context, bail};
use baton::{
    contract::Skill,
    rehearsal::{CaseBook, Difference, Observed, Performance, compare, perform},
    skill::{Allowance, BuildOptions, Cache, SkillEngine, Symbols, WasmSkill, build_skill, read},
};
use clap::Args;
use serde::Serialize;

use crate::cli::{Global, output::Output, report, text::microseconds};

/// Builds a skill's folder and runs its cases, tests/*.toml, against the
/// component in its sandbox. The capabilities answer as each case says.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill test
  baton skill test skills/rust/finance --watch
  baton skill test skills/rust/finance --file downloads/finance.wasm

The exit code is 1 if a case fails. How cases are written is in docs/skills.md.")]
pub struct Test {
    /// The skill's folder
    #[arg(value_name = "FOLDER", default_value = ".")]
    folder: PathBuf,
    /// Run this component and build none
    #[arg(long, value_name = "COMPONENT")]
    file: Option<PathBuf>,
    /// Build and run again whenever something is saved, until Ctrl-C
    #[arg(long)]
    watch: bool,
}

/// All cases of a run, for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Tested {
    skill: String,
    version: String,
    digest: String,
    bytes: usize,
    passed: usize,
    failed: usize,
    cases: Vec<Ran>,
}

/// One case that was run.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Ran {
    name: String,
    file: PathBuf,
    line: usize,
    passed: bool,
    microseconds: u64,
    /// The most memory of an instance, in bytes.
    memory: usize,
    differences: Vec<Difference>,
    log: Vec<String>,
    /// All that the skill did, in the words of cases.
    observed: Observed,
    /// Where each difference is expected, in bytes.
    #[serde(skip)]
    places: Vec<std::ops::Range<usize>>,
}

impl Test {
    /// Builds and runs, once or on every save.
    pub async fn run(self, global: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let engine = SkillEngine::start()?;
        if !self.watch {
            return self.once(&engine, output).await;
        }
        let mut saves = watch::Saves::of(&self.folder, self.file.as_deref())?;
        loop {
            if let Err(error) = self.once(&engine, output).await {
                // What does not build yet is what somebody is working on.
                match global.json {
                    true => report::tell_json(&report::on_one_line(&error)),
                    false => report::tell(&error),
                }
            }
            if !output.is_json() {
                output.line(&show::waiting())?;
            }
            tokio::select! {
                saved = saves.next() => if !saved { return Ok(ExitCode::SUCCESS) },
                _ = tokio::signal::ctrl_c() => return Ok(ExitCode::SUCCESS),
            }
        }
    }

    async fn once(&self, engine: &SkillEngine, output: &mut Output) -> anyhow::Result<ExitCode> {
        let books = books(&self.folder)?;
        let skill = self.component(engine).await?;
        let mut cases = Vec::new();
        for book in &books {
            for (at, case) in book.cases.iter().enumerate() {
                let performance = perform(&skill, case).await?;
                let differences = compare(&case.expect, &performance.observed);
                cases.push(ran(book, at, performance, differences));
            }
        }
        let failed = cases.iter().filter(|case| !case.passed).count();
        let manifest = skill.manifest();
        let tested = Tested {
            skill: manifest.name.to_string(),
            version: manifest.version.to_string(),
            digest: skill.digest().to_string(),
            bytes: skill.facts().size,
            passed: cases.len() - failed,
            failed,
            cases,
        };
        if output.is_json() {
            output.value(&tested)?;
        } else {
            let shown = show::show(&tested, &books, output.is_terminal());
            output.line(&shown)?;
        }
        Ok(match failed {
            0 => ExitCode::SUCCESS,
            _ => ExitCode::from(report::FAILED),
        })
    }

    async fn component(&self, engine: &SkillEngine) -> anyhow::Result<Arc<WasmSkill>> {
        match &self.file {
            Some(file) => load(engine, &read(file)?)
                .await
                .with_context(|| format!("{} is not loaded", file.display())),
            None => {
                let options = BuildOptions {
                    // So that a trap is told with its place.
                    symbols: Symbols::Kept,
                    ..BuildOptions::default()
                };
                let built = build_skill(&self.folder, &options)?;
                load(engine, &built.bytes)
                    .await
                    .context("what was built is not loaded")
            }
        }
    }
}

/// A component that nobody has granted anything yet.
pub(super) async fn load(engine: &SkillEngine, bytes: &[u8]) -> anyhow::Result<Arc<WasmSkill>> {
    let stranger = |_: &_| Ok(Allowance::default());
    Ok(WasmSkill::load(engine, &Cache::of_user(), bytes, stranger).await?)
}

/// The files of cases of a skill's folder.
fn books(folder: &Path) -> anyhow::Result<Vec<CaseBook>> {
    let tests = match folder.as_os_str() == "." {
        true => PathBuf::from("tests"),
        false => folder.join("tests"),
    };
    let files = case_files(&tests);
    if files.is_empty() {
        bail!(
            "there are no cases in {}; `baton skill new` writes a folder that has some, and \
             docs/skills.md says how they are written",
            tests.display()
        );
    }
    let books = files.iter().map(|file| CaseBook::read(file));
    Ok(books.collect::<Result<_, _>>()?)
}

/// The files of cases in a folder, in order of their names.
pub(super) fn case_files(folder: &Path) -> Vec<PathBuf> {
    let items = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = items
        .map(|item| item.path())
        .filter(|path| path.extension().is_some_and(|it| it == "toml"))
        .collect();
    files.sort();
    files
}

fn ran(book: &CaseBook, at: usize, performance: Performance, differences: Vec<Difference>) -> Ran {
    let places = differences.iter().map(|difference| {
        let path = std::iter::once("expect").chain(difference.path.iter().map(String::as_str));
        book.place(at, &path.collect::<Vec<_>>())
    });
    Ran {
        name: book
            .cases
            .get(at)
            .map_or_else(String::new, |case| case.name.clone()),
        file: book.file.clone(),
        line: book.line(&book.place(at, &["name"])),
        passed: differences.is_empty(),
        microseconds: microseconds(performance.took),
        memory: performance.memory,
        log: performance.observed.log.clone(),
        observed: performance.observed,
        places: places.collect(),
        differences,
    }
}
