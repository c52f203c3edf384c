//! Files of cases, and where in them something stands.

use std::{
    fs, io,
    ops::Range,
    path::{Path, PathBuf},
};

use annotate_snippets::Renderer;
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::case::{Case, CaseFile};
use crate::config::Problem;

/// Why a file's cases cannot be run.
#[derive(Debug, thiserror::Error)]
pub enum BookError {
    /// It cannot be read.
    #[error("cannot read {}: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What went wrong.
        why: io::Error,
    },
    /// Something in it is wrong.
    #[error("{}", problem.shown(file, text, &Renderer::plain()))]
    Wrong {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: Box<Problem>,
        /// The file's text.
        text: String,
    },
}

/// A file of cases.
#[derive(Clone, Debug)]
pub struct CaseBook {
    /// The file.
    pub file: PathBuf,
    /// Its text.
    pub text: String,
    /// Its cases.
    pub cases: Vec<Case>,
}

impl CaseBook {
    /// Reads a file.
    pub fn read(file: &Path) -> Result<Self, BookError> {
        let text = fs::read_to_string(file).map_err(|why| BookError::Unreadable {
            file: file.to_owned(),
            why,
        })?;
        Self::parse(file, text)
    }

    fn parse(file: &Path, text: String) -> Result<Self, BookError> {
        let wrong = |problem: Problem| BookError::Wrong {
            file: file.to_owned(),
            problem: Box::new(problem),
            text: text.clone(),
        };
        let CaseFile { cases } =
            toml::from_str(&text).map_err(|error| wrong(Problem::of_toml(&error)))?;
        let book = Self {
            file: file.to_owned(),
            text: text.clone(),
            cases,
        };
        for (at, case) in book.cases.iter().enumerate() {
            let place = || book.place(at, &[]);
            if case.name.trim().is_empty() {
                let problem = Problem::new("the case has no name", place());
                return Err(wrong(problem.help("say in a sentence what it shows")));
            }
            if case.query.is_none() && case.handoff.is_none() && case.tool.is_none() {
                let problem = Problem::new("nothing is asked of the skill", place());
                return Err(wrong(
                    problem.help("add a `query`, a `handoff` or a `tool`"),
                ));
            }
            if let Some(before) = book.cases[..at].iter().find(|it| it.name == case.name) {
                let message = format!("two cases are called \"{}\"", before.name);
                return Err(wrong(Problem::new(message, book.place(at, &["name"]))));
            }
        }
        Ok(book)
    }

    /// Where something of a case stands, in bytes: the last of `path` that is
    /// written there, or else the case.
    pub fn place(&self, case: usize, path: &[&str]) -> Range<usize> {
        let find = || {
            let table = DeTable::parse(&self.text).ok()?.into_inner();
            let cases = table.get("case")?.get_ref().as_array()?;
            let one: &Spanned<DeValue<'_>> = cases.get(case)?;
            let mut found = heading(&self.text, &one.span());
            let mut at = one;
            for name in path {
                let next = match at.get_ref() {
                    DeValue::Table(table) => table.get(*name),
                    DeValue::Array(items) => name.parse().ok().and_then(|n: usize| items.get(n)),
                    _ => None,
                };
                match next {
                    Some(next) => at = next,
                    None => break,
                }
                found = at.span();
            }
            Some(found)
        };
        find().unwrap_or(0..0)
    }

    /// The line in which a place is, from 1.
    pub fn line(&self, place: &Range<usize>) -> usize {
        let before = self.text.get(..place.start).unwrap_or_default();
        before.matches('\n').count() + 1
    }
}

/// A case reaches to the next one; its first line says which it is.
fn heading(text: &str, span: &Range<usize>) -> Range<usize> {
    let rest = text.get(span.start..).unwrap_or_default();
    let end = rest.find('\n').map_or(span.end, |at| span.start + at);
    span.start..end
}
