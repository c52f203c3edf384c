//! How a run of cases is shown.

use std::time::Duration;

use annotate_snippets::Renderer;
use baton::{
    config::Problem,
    rehearsal::{CaseBook, Difference},
};
use serde_json::Value;

use super::{Ran, Tested};
use crate::cli::{
    style::{BAD, FAINT, GOOD, STRONG, paint},
    text::{bytes, count, one_line, plain, short_digest, span},
};

/// Longer values are cut off; `--json` has them whole.
const LONGEST: usize = 400;

/// The whole run.
pub fn show(tested: &Tested, books: &[CaseBook], colours: bool) -> String {
    let about = format!(
        "({}, {})",
        short_digest(&tested.digest),
        bytes(tested.bytes)
    );
    let mut lines = vec![format!(
        "{} {}",
        paint(STRONG, format!("{} {}", tested.skill, tested.version)),
        paint(FAINT, about)
    )];
    for case in &tested.cases {
        lines.push(line(case));
        let book = books.iter().find(|book| book.file == case.file);
        if let (false, Some(book)) = (case.passed, book) {
            lines.push(differences(case, book, colours));
        }
    }
    lines.push(summary(tested));
    lines.join("\n")
}

/// What stands below a run while somebody works.
pub fn waiting() -> String {
    paint(FAINT, "Waiting for the next save; Ctrl-C ends it.")
}

fn line(case: &Ran) -> String {
    let (style, word) = match case.passed {
        true => (GOOD, "ok  "),
        false => (BAD, "FAIL"),
    };
    let memory = match case.memory {
        // None of its triggers is in the text, so that nothing of it ran.
        0 => "not asked".to_owned(),
        memory => bytes(memory),
    };
    let cost = format!(
        "{}, {memory}",
        span(Duration::from_micros(case.microseconds))
    );
    format!(
        "  {} {} {}",
        paint(style, word),
        one_line(&case.name),
        paint(FAINT, cost)
    )
}

fn differences(case: &Ran, book: &CaseBook, colours: bool) -> String {
    let renderer = match colours {
        true => Renderer::styled(),
        false => Renderer::plain(),
    };
    let mut shown: Vec<String> = case
        .differences
        .iter()
        .zip(&case.places)
        .map(|(difference, place)| {
            let problem = Problem::new(words(difference), place.clone());
            problem.shown(&book.file, &book.text, &renderer)
        })
        .collect();
    shown.extend(
        case.log
            .iter()
            .map(|line| paint(FAINT, format!("  it logged {}", plain(line)))),
    );
    shown.join("\n")
}

fn words(difference: &Difference) -> String {
    let path = difference.path.join(".");
    match (&difference.expected, &difference.found) {
        (None, Some(found)) => format!("no {path} was expected, and there was {}", short(found)),
        (Some(expected), None) => {
            format!("{path}: expected {}, and there was none", short(expected))
        }
        (Some(expected), Some(found)) => {
            format!("{path}: expected {}, was {}", short(expected), short(found))
        }
        (None, None) => path,
    }
}

fn short(value: &Value) -> String {
    let text = plain(&value.to_string()).into_owned();
    match text.char_indices().nth(LONGEST) {
        Some((at, _)) => format!("{}…", &text[..at]),
        None => text,
    }
}

fn summary(tested: &Tested) -> String {
    let all = count(tested.cases.len(), "case");
    match tested.failed {
        0 => paint(GOOD, format!("{all} passed")),
        failed => paint(BAD, format!("{failed} of {all} failed")),
    }
}
