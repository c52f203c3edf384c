//! `baton skill build`: from sources to a component.

use std::{
    fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

use anyhow::{Context, bail};
use baton::{
    skill::{BuildOptions, Built, Language, Symbols, build_skill},
    whole::write_whole,
};
use clap::Args;
use serde::Serialize;

use crate::cli::{
    Global,
    output::Output,
    style::{GOOD, STRONG, paint},
    text::{bytes, for_shell, short_digest},
};

/// Builds the folder of a skill, in the language that its manifest tells. The
/// same sources in Rust, Go and C give the same bytes on every machine; components
/// from other languages have their sources and tools on record instead.
#[derive(Args)]
#[command(after_help = "\
Examples:
  baton skill build skills/rust/finance
  baton skill build skills/rust/finance -o desk/skills/rust/finance.wasm
  baton skill build skills/rust/finance --check desk/skills/rust/finance.wasm
  baton skill build --debug")]
pub struct Build {
    /// The folder with the skill's Cargo.toml, pyproject.toml, package.json, go.mod or skill.toml
    #[arg(value_name = "FOLDER", default_value = ".")]
    sources: PathBuf,
    /// Where to write the component; NAME.wasm in this folder if not said
    #[arg(short, long, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Features of a package in Rust besides its default ones
    #[arg(long, value_name = "FEATURES", value_delimiter = ',')]
    features: Vec<String>,
    /// Write nothing, and fail if this file is not what the sources give
    #[arg(long, value_name = "FILE", conflicts_with = "output")]
    check: Option<PathBuf>,
    /// Keep the names of functions and the lines of sources, so that a trap is
    /// told with them
    #[arg(long, conflicts_with = "check")]
    debug: bool,
}

/// A component that was built, for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
struct Made {
    name: String,
    language: Language,
    digest: String,
    bytes: usize,
    file: PathBuf,
    /// It was compared and not written.
    checked: bool,
}

impl Build {
    /// Builds, and writes or compares.
    pub fn run(self, _: &Global, output: &mut Output) -> anyhow::Result<ExitCode> {
        let options = BuildOptions {
            features: self.features.clone(),
            symbols: match self.debug {
                true => Symbols::Kept,
                false => Symbols::Stripped,
            },
        };
        let built = build_skill(&self.sources, &options)?;
        let checked = self.check.is_some();
        let file = match self.check.as_deref() {
            Some(file) => {
                compare(&built, file, &self.sources, &self.features)?;
                file.to_owned()
            }
            None => {
                let file = self
                    .output
                    .unwrap_or_else(|| format!("{}.wasm", built.name).into());
                write_whole(&file, &built.bytes)
                    .with_context(|| format!("cannot write {}", file.display()))?;
                file
            }
        };
        let Built {
            name,
            language,
            bytes,
            digest,
        } = built;
        let made = Made {
            name,
            language,
            digest,
            bytes: bytes.len(),
            file,
            checked,
        };
        if output.is_json() {
            output.value(&made)?;
        } else {
            output.line(&show(&made))?;
        }
        Ok(ExitCode::SUCCESS)
    }
}

fn show(made: &Made) -> String {
    let done = if made.checked {
        "is what its sources give"
    } else {
        "built"
    };
    format!(
        "{} {}: {}, digest {}",
        paint(STRONG, made.file.display()),
        paint(GOOD, done),
        bytes(made.bytes),
        short_digest(&made.digest)
    )
}

fn compare(built: &Built, file: &Path, sources: &Path, features: &[String]) -> anyhow::Result<()> {
    let there = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
    if built.is_the_same_as(&there) {
        return Ok(());
    }
    let mut update = format!(
        "baton skill build {} -o {}",
        for_shell(&sources.to_string_lossy()),
        for_shell(&file.to_string_lossy())
    );
    if !features.is_empty() {
        update.push_str(&format!(" --features {}", for_shell(&features.join(","))));
    }
    bail!(
        "{} is not what its sources give: it has {}, they give {} with digest {}; to update it, run\n  {update}",
        file.display(),
        bytes(there.len()),
        bytes(built.bytes.len()),
        short_digest(&built.digest)
    );
}

#[cfg(test)]
mod tests {
    use super::*;

    fn built(bytes: &[u8]) -> Built {
        Built {
            language: Language::Rust,
            name: "finance".to_owned(),
            bytes: bytes.to_vec(),
            digest: "0123".to_owned(),
        }
    }

    #[test]
    fn a_file_that_differs_from_its_sources_is_refused_with_the_command_that_updates_it() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("finance.wasm");
        write_whole(&file, b"old").unwrap();
        assert!(compare(&built(b"old"), &file, Path::new("skills/rust/finance"), &[]).is_ok());
        let error = compare(
            &built(b"new!"),
            &file,
            Path::new("skills/rust/finance"),
            &["x".to_owned()],
        );
        let error = error.unwrap_err().to_string();
        assert!(
            error.contains("\n  baton skill build skills/rust/finance -o "),
            "{error}"
        );
        assert!(error.ends_with(" --features x"), "{error}");
    }
}
