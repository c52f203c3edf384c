//! What is wrong with the file, shown at the place where it is wrong.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet};

/// One thing that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// What is wrong.
    pub message: String,
    /// Where in the text, in bytes.
    pub at: Range<usize>,
    /// What to do.
    pub help: Option<String>,
}

impl Problem {
    /// A problem at a place.
    pub fn new(message: impl Into<String>, at: Range<usize>) -> Self {
        Self {
            message: message.into(),
            at,
            help: None,
        }
    }

    /// What to do about it.
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The problem at its place in the text of a file.
    pub fn shown(&self, file: &Path, text: &str, renderer: &Renderer) -> String {
        render(file, text, self, renderer)
    }

    /// What the parser says, with the nearest right name for a wrong one.
    pub(crate) fn of_toml(error: &toml::de::Error) -> Self {
        let message = error.message().to_owned();
        let help = did_you_mean(&message);
        Self {
            message,
            at: error.span().unwrap_or(0..0),
            help,
        }
    }
}

/// Serde words it as: unknown field `x`, expected one of `a`, `b`.
fn did_you_mean(message: &str) -> Option<String> {
    let rest = message.strip_prefix("unknown ")?;
    let mut quoted = rest.split('`').skip(1).step_by(2);
    let wrong = quoted.next()?;
    let known: Vec<&str> = quoted.collect();
    crate::nearest::nearest(wrong, &known, |name| name)
        .map(|name| format!("did you mean `{name}`?"))
}

/// The configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// There is none.
    #[error(
        "there is no {} in {}; choose a folder that has one with -C FOLDER, such as -C examples/customer-service",
        super::CONFIG_FILE,
        folder.display()
    )]
    Missing {
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// It cannot be read.
    #[error("cannot read {}: {why}", file.display())]
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What went wrong.
        why: std::io::Error,
    },
    /// Something in it is wrong.
    #[error("{}", render(file, text, problem, &Renderer::plain()))]
    Wrong {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        problem: Box<Problem>,
        /// The file's text.
        text: String,
    },
}

impl ConfigError {
    /// The message with colours, for a terminal.
    pub fn in_colour(&self) -> Option<String> {
        match self {
            Self::Wrong {
                file,
                problem,
                text,
            } => Some(render(file, text, problem, &Renderer::styled())),
            _ => None,
        }
    }
}

fn render(file: &Path, text: &str, problem: &Problem, renderer: &Renderer) -> String {
    let at = problem.at.start.min(text.len())..problem.at.end.min(text.len());
    let path = file.display().to_string();
    let snippet = Snippet::source(text)
        .path(&path)
        .annotation(AnnotationKind::Primary.span(at));
    let mut group: Group<'_> = Level::ERROR
        .primary_title(&problem.message)
        .element(snippet);
    if let Some(help) = &problem.help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}
