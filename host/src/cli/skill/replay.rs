//! `baton skill replay`: another version of a skill on recorded cases.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use baton::{
    rehearsal::{Case, CaseBook, perform},
    skill::{SkillEngine, read},
};
use clap::Args;
use serde::Serialize;

use super::test::{case_files, load};
use crate::cli::{
    Global,
    output::{Output, table},
    report::FAILED,
    style::{GOOD, NOTE, paint},
    text::{count, one_line},
};

/// Runs a component on recorded cases and shows whose routing changes, query by
/// query: a new version on real traffic, with nobody asked to answer.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill replay new/refunds.wasm cases/refunds-c-1.toml
  baton skill replay new/refunds.wasm cases --fail-on-change

The exit code is 0, and with --fail-on-change 1 if a routing changes.")]
pub struct Replay {
    /// The component
    #[arg(value_name = "FILE")]
    file: PathBuf,
    /// Files of cases, or folders of them
    #[arg(value_name = "CASES", required = true)]
    cases: Vec<PathBuf>,
    /// Fail if a routing changes
    #[arg(long)]
    fail_on_change: bool,
}

/// One query, for programs.
#[derive(Serialize)]
struct Routed {
    query: String,
    before: BTreeMap<String, String>,
    now: BTreeMap<String, String>,
    changed: bool,
    /// What the host said of a fault.
    fault: Option<String>,
}

/// All of them, for programs.
#[derive(Serialize)]
struct Replayed<'a> {
    queries: &'a [Routed],
    changed: usize,
}

impl Replay {
    /// Runs them all.
    pub async fn run(self, _: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let mut books = Vec::new();
        for place in &self.cases {
            for file in files(place)? {
                books.push(CaseBook::read(&file)?);
            }
        }
        let engine = SkillEngine::start()?;
        let skill = load(&engine, &read(&self.file)?)
            .await
            .with_context(|| format!("{} is not loaded", self.file.display()))?;
        let mut routed = Vec::new();
        for case in books.iter().flat_map(|book| &book.cases) {
            let Some(query) = &case.query else { continue };
            let observed = perform(&skill, case).await?.observed;
            let owned = |(name, target): (&str, &str)| (name.to_owned(), target.to_owned());
            let now = observed.wants().into_iter().map(owned).collect();
            let before = before(case);
            routed.push(Routed {
                query: query.clone(),
                changed: before != now || observed.fault.is_some(),
                before,
                now,
                fault: observed.fault,
            });
        }
        let changed = routed.iter().filter(|one| one.changed).count();
        if output.is_json() {
            output.value(&Replayed {
                queries: &routed,
                changed,
            })?;
        } else {
            output.line(&show(&routed, changed, output.table_width()))?;
        }
        Ok(match changed > 0 && self.fail_on_change {
            true => ExitCode::from(FAILED),
            false => ExitCode::SUCCESS,
        })
    }
}

fn files(place: &Path) -> anyhow::Result<Vec<PathBuf>> {
    if !place.is_dir() {
        return Ok(vec![place.to_owned()]);
    }
    let files = case_files(place);
    if files.is_empty() {
        bail!("there are no cases in {}", place.display());
    }
    Ok(files)
}

/// Where the case says that its conditions wanted to go.
fn before(case: &Case) -> BTreeMap<String, String> {
    let verdicts = case.expect.verdicts.iter().flatten();
    verdicts
        .filter_map(|(name, said)| Some((name.clone(), said["target"].as_str()?.to_owned())))
        .collect()
}

fn show(routed: &[Routed], changed: usize, width: Option<usize>) -> String {
    let rows = routed.iter().map(|one| {
        let now = match &one.fault {
            Some(fault) => format!("fault: {}", one_line(fault)),
            None => words(&one.now),
        };
        let now = match one.changed {
            true => paint(NOTE, now),
            false => now,
        };
        [one_line(&one.query), words(&one.before), now]
    });
    let all = count(routed.len(), "query").replace("querys", "queries");
    let summary = match changed {
        0 => paint(GOOD, format!("No routing changes in {all}.")),
        some => paint(NOTE, format!("The routing of {some} of {all} changes.")),
    };
    format!(
        "{}\n{summary}",
        table(width, ["QUERY", "BEFORE", "NOW"], rows)
    )
}

/// The targets, each with its condition.
fn words(wants: &BTreeMap<String, String>) -> String {
    if wants.is_empty() {
        return "stays".to_owned();
    }
    let each = wants
        .iter()
        .map(|(name, target)| format!("{target} ({name})"));
    each.collect::<Vec<_>>().join(", ")
}
