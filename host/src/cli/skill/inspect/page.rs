//! How a component is laid out for people.

use std::fmt;

use baton::{contract::Digest, skill::Facts};

use crate::cli::{
    style::{FAINT, STRONG, paint},
    text::{bytes, list, one_line},
    wrap::wrap,
};

/// Lines under headings.
pub struct Page {
    pub lines: Vec<String>,
    pub width: Option<usize>,
}

impl Page {
    /// Begins with who it is.
    pub fn titled(
        name: &impl fmt::Display,
        version: &impl fmt::Display,
        description: &str,
        width: Option<usize>,
    ) -> Self {
        let mut page = Self {
            lines: vec![format!("{} {version}", paint(STRONG, name))],
            width,
        };
        page.text(description);
        page
    }

    /// What loading found.
    pub fn component(&mut self, digest: &Digest, facts: &Facts) {
        self.heading("Component");
        self.fact("digest", &digest.to_string());
        self.fact("size", &bytes(facts.size));
        self.fact(
            "memory",
            &format!("{} after describing itself", bytes(facts.memory)),
        );
        self.fact("exports", &list(&facts.exports, "nothing"));
        self.fact("imports", &list(&facts.imports, "nothing"));
        if !facts.inert.is_empty() {
            self.fact(
                "in name only",
                &format!("{}; calling them traps", list(&facts.inert, "")),
            );
        }
    }

    pub fn heading(&mut self, text: &str) {
        self.lines.push(format!("\n{}", paint(STRONG, text)));
    }

    pub fn named(&mut self, what: &str, name: &impl ToString) {
        self.lines.push(format!(
            "\n{} {}",
            paint(STRONG, what),
            paint(STRONG, name.to_string())
        ));
    }

    pub fn text(&mut self, text: &str) {
        if !text.trim().is_empty() {
            self.lines
                .push(wrap(&format!("  {}", one_line(text)), self.width));
        }
    }

    pub fn fact(&mut self, name: &str, text: &str) {
        let text = one_line(text);
        let begin = format!("  {:<12} ", name);
        // Further lines stand under the text, not under the name.
        let width = self.width.map(|width| width.saturating_sub(begin.len()));
        let text = wrap(&text, width).replace('\n', &format!("\n{:1$}", "", begin.len()));
        self.lines.push(format!("{}{text}", paint(FAINT, begin)));
    }
}
