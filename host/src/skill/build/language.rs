//! The languages that skills are written in.

use std::{fmt, path::Path};

use serde::Serialize;

use super::BuildError;

/// A language in which skills are written and that this program can build.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Rust.
    Rust,
    /// Python.
    Python,
    /// TypeScript, and JavaScript.
    TypeScript,
    /// Go.
    Go,
    /// C.
    C,
}

impl Language {
    /// All of them.
    pub const ALL: &[Self] = &[
        Self::Rust,
        Self::Python,
        Self::TypeScript,
        Self::Go,
        Self::C,
    ];

    /// The word for it on the command line.
    pub fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::Python => "python",
            Self::TypeScript => "typescript",
            Self::Go => "go",
            Self::C => "c",
        }
    }

    /// The file that makes a folder a package of this language.
    pub fn manifest(self) -> &'static str {
        match self {
            Self::Rust => "Cargo.toml",
            Self::Python => "pyproject.toml",
            Self::TypeScript => "package.json",
            Self::Go => "go.mod",
            Self::C => "skill.toml",
        }
    }

    /// The language of the skill in `folder`.
    pub fn of(folder: &Path) -> Result<Self, BuildError> {
        let mut found = Self::ALL
            .iter()
            .filter(|language| folder.join(language.manifest()).is_file());
        match (found.next(), found.next()) {
            (Some(one), None) => Ok(*one),
            (None, _) => Err(BuildError::NoManifest(folder.to_owned())),
            (Some(first), Some(second)) => Err(BuildError::Ambiguous {
                folder: folder.to_owned(),
                first: *first,
                second: *second,
            }),
        }
    }
}

impl fmt::Display for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Rust => "Rust",
            Self::Python => "Python",
            Self::TypeScript => "TypeScript",
            Self::Go => "Go",
            Self::C => "C",
        })
    }
}

/// The manifests of all languages, for people.
pub(super) fn manifests() -> String {
    let names: Vec<&str> = Language::ALL.iter().map(|one| one.manifest()).collect();
    match names.split_last() {
        Some((last, first)) if !first.is_empty() => format!("{} or {last}", first.join(", ")),
        _ => names.concat(),
    }
}
