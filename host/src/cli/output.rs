//! Where answers go: to a terminal, a pipe or a program.

use std::io::{self, Write};

use anstream::AutoStream;
use comfy_table::{ColumnConstraint, ContentArrangement, Table, presets};
use serde::Serialize;
use terminal_size::{Width, terminal_size_of};

use super::style::{NOTE, STRONG, paint};

/// Wider lines are tiring to read.
const WIDEST: usize = 100;

/// Narrower columns of text are tiring as well.
const LEFT_FOR_TEXT: usize = 20;

/// Standard output: with colours on a terminal, plain in a pipe, and as JSON
/// for programs.
pub struct Output {
    stdout: AutoStream<io::Stdout>,
    json: bool,
    terminal: bool,
    width: Option<usize>,
}

impl Output {
    /// Looks at what standard output is.
    pub fn new(json: bool) -> Self {
        let stdout = anstream::stdout();
        let terminal = stdout.is_terminal();
        let columns = terminal_size_of(io::stdout()).map_or(80, |(Width(columns), _)| columns);
        let width = terminal.then_some(usize::from(columns).max(40));
        Self {
            stdout,
            json,
            terminal,
            width,
        }
    }

    /// Whether a program reads.
    pub fn is_json(&self) -> bool {
        self.json
    }

    /// Whether a person reads.
    pub fn is_terminal(&self) -> bool {
        self.terminal
    }

    /// Columns of a line of text; none in a pipe, where lines are not broken.
    pub fn width(&self) -> Option<usize> {
        self.width.map(|width| width.min(WIDEST))
    }

    /// Columns of the terminal, for tables.
    pub fn table_width(&self) -> Option<usize> {
        self.width
    }

    /// Writes as it is, at once.
    pub fn write(&mut self, text: &str) -> io::Result<()> {
        self.stdout.write_all(text.as_bytes())?;
        self.stdout.flush()
    }

    /// Writes a line.
    pub fn line(&mut self, text: &str) -> io::Result<()> {
        self.write(&format!("{text}\n"))
    }

    /// Writes a value: on several lines for people, on one for programs.
    pub fn value(&mut self, value: &impl Serialize) -> anyhow::Result<()> {
        let text = if self.terminal {
            serde_json::to_string_pretty(value)?
        } else {
            serde_json::to_string(value)?
        };
        Ok(self.line(&text)?)
    }
}

/// A table with a heading: fitted to a terminal of `width` columns, or with
/// columns aligned and nothing broken for a pipe.
pub fn table<const N: usize>(
    width: Option<usize>,
    heading: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_header(heading)
        .add_rows(rows);
    if let Some(width) = width {
        table
            .load_style(presets::UTF8_HORIZONTAL_ONLY)
            .set_content_arrangement(ContentArrangement::Dynamic)
            .set_width(u16::try_from(width).unwrap_or(u16::MAX));
        keep_names_whole(&mut table, width);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    let lines: Vec<String> = table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .filter(|line| width.is_none() || !line.chars().all(|c| c == '─'))
        .map(|line| {
            if is_rule(&line) {
                line.replace(['═', '╪'], "─")
            } else {
                line
            }
        })
        .collect();
    heading_in_bold(lines)
}

/// If the columns but the last, which describes, leave it some room, only the
/// last is broken.
fn keep_names_whole(table: &mut Table, width: usize) {
    let widths = table.column_max_content_widths();
    let names = widths.len().saturating_sub(1);
    let taken: usize = widths
        .iter()
        .take(names)
        .map(|width| usize::from(*width) + 3)
        .sum();
    if taken + LEFT_FOR_TEXT <= width {
        for column in table.column_iter_mut().take(names) {
            column.set_constraint(ColumnConstraint::ContentWidth);
        }
    }
}

fn is_rule(line: &str) -> bool {
    line.starts_with('═')
}

/// Everything above the rule, or else the first line.
fn heading_in_bold(lines: Vec<String>) -> String {
    let heading = lines
        .iter()
        .position(|line| line.starts_with('─'))
        .unwrap_or(1);
    let bold = |(at, line): (usize, &String)| {
        if at < heading {
            paint(STRONG, line)
        } else {
            line.clone()
        }
    };
    lines
        .iter()
        .enumerate()
        .map(bold)
        .collect::<Vec<_>>()
        .join("\n")
}

/// Tells on standard error what needs a look but stops nothing.
pub fn warn(json: bool, text: &str) {
    let mut stderr = anstream::stderr();
    // With standard error gone there is nobody left to tell.
    let _ = if json {
        writeln!(stderr, "{}", serde_json::json!({ "warning": text }))
    } else {
        writeln!(stderr, "{} {text}", paint(NOTE, "warning:"))
    };
}

#[cfg(test)]
mod tests {
    use anstream::adapter::strip_str;

    use super::*;

    fn rows() -> Vec<[String; 2]> {
        vec![[
            "finance".to_owned(),
            "Sends questions of money to the experts".to_owned(),
        ]]
    }

    #[test]
    fn in_a_pipe_a_row_is_one_line_with_aligned_columns() {
        let table = table(None, ["SKILL", "DOES"], rows());
        assert_eq!(
            strip_str(&table).to_string(),
            "SKILL    DOES\nfinance  Sends questions of money to the experts"
        );
    }

    #[test]
    fn on_a_terminal_a_table_fits_its_width() {
        let table = strip_str(&table(Some(40), ["SKILL", "DOES"], rows())).to_string();
        assert!(
            table.lines().all(|line| line.chars().count() <= 40),
            "{table}"
        );
        assert!(table.lines().count() > 3, "{table}");
    }
}
