//! The colours, few and each with one meaning.

use std::fmt::Display;

use anstyle::{AnsiColor, Style};

/// Whoever speaks, and headings.
pub const STRONG: Style = Style::new().bold();
/// What is there for whoever wants to know.
pub const FAINT: Style = Style::new().dimmed();
/// What went wrong.
pub const ERROR: Style = AnsiColor::Red.on_default().bold();
/// What was refused or failed on the way.
pub const BAD: Style = AnsiColor::Red.on_default();
/// What stood in for something else, or needs a look.
pub const NOTE: Style = AnsiColor::Yellow.on_default();
/// What won, or was loaded.
pub const GOOD: Style = AnsiColor::Green.on_default();

/// The text in a style. Where no colours are wanted, the output leaves them out.
pub fn paint(style: Style, text: impl Display) -> String {
    format!("{style}{text}{style:#}")
}
