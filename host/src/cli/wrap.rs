//! Breaks lines between words, also of a text that comes in parts.

use std::fmt::Write;

use unicode_width::UnicodeWidthStr;

use super::text::plain;

/// Breaks lines between words. Text goes in as it comes; a word is given out
/// once it is known to be whole.
pub struct Wrap {
    /// Columns there are; none: lines are left as they are.
    width: Option<usize>,
    /// What further lines of the paragraph begin with.
    indent: usize,
    column: usize,
    blanks: usize,
    word: String,
    /// Nothing but blanks so far in this line of the text.
    at_start: bool,
}

impl Wrap {
    /// Lines of at most `width` columns.
    pub fn new(width: Option<usize>) -> Self {
        Self {
            width,
            indent: 0,
            column: 0,
            blanks: 0,
            word: String::new(),
            at_start: true,
        }
    }

    /// Takes a part of the text and gives what can be shown of it.
    pub fn push(&mut self, part: &str) -> String {
        let mut out = String::new();
        for c in plain(part).chars() {
            match c {
                '\n' => {
                    self.end_word(&mut out);
                    out.push('\n');
                    (self.column, self.blanks, self.indent, self.at_start) = (0, 0, 0, true);
                }
                ' ' | '\t' => {
                    self.end_word(&mut out);
                    self.blanks += 1;
                }
                _ => self.word.push(c),
            }
        }
        out
    }

    /// Gives what is left.
    pub fn finish(&mut self) -> String {
        let mut out = String::new();
        self.end_word(&mut out);
        out
    }

    fn end_word(&mut self, out: &mut String) {
        if self.word.is_empty() {
            return;
        }
        let word = std::mem::take(&mut self.word);
        let width = word.width();
        if std::mem::take(&mut self.at_start) {
            // Items of a list are continued under their text.
            let marker = matches!(word.as_str(), "-" | "*" | "•") || is_number(&word);
            self.indent = self.blanks + if marker { width + 1 } else { 0 };
        } else if self
            .width
            .is_some_and(|most| self.column + self.blanks + width > most)
            && self.column > self.indent
        {
            // Writing to a string cannot fail.
            let _ = write!(out, "\n{:1$}", "", self.indent);
            (self.column, self.blanks) = (self.indent, 0);
        }
        let _ = write!(out, "{:1$}{word}", "", self.blanks);
        self.column += self.blanks + width;
        self.blanks = 0;
    }
}

/// `1.` or `12)`.
fn is_number(word: &str) -> bool {
    word.strip_suffix(['.', ')']).is_some_and(|digits| {
        (1..=2).contains(&digits.len()) && digits.chars().all(|c| c.is_ascii_digit())
    })
}

/// The whole text, with lines broken.
pub fn wrap(text: &str, width: Option<usize>) -> String {
    let mut wrap = Wrap::new(width);
    let begun = wrap.push(text);
    begun + &wrap.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_broken_between_words() {
        assert_eq!(wrap("one two three", Some(8)), "one two\nthree");
    }

    #[test]
    fn a_word_that_comes_in_parts_is_not_torn() {
        let mut wrap = Wrap::new(Some(8));
        let parts: String = ["one tw", "o thr", "ee"]
            .map(|part| wrap.push(part))
            .concat();
        assert_eq!(parts + &wrap.finish(), "one two\nthree");
    }

    #[test]
    fn an_item_of_a_list_is_continued_under_its_text() {
        assert_eq!(
            wrap("- one two\n10. a b", Some(6)),
            "- one\n  two\n10. a\n    b"
        );
    }

    #[test]
    fn without_a_width_a_text_stays_as_it_is() {
        assert_eq!(wrap("a  b\n\n  c", None), "a  b\n\n  c");
    }
}
