//! What a user's text must be before anything sees it.

use std::borrow::Cow;

use crate::trust::visible;

/// The longest message taken, in bytes. 256 KiB is a book of a hundred pages;
/// more is an upload and belongs elsewhere, and each skill that looks at the
/// text copies it into its sandbox.
pub const MAX_MESSAGE: usize = 256 * 1024;

/// A text that cannot be a message.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Nothing that can be read.
    #[error("the message is empty; write what you would like to know")]
    Empty,
    /// Longer than [`MAX_MESSAGE`].
    #[error("the message has {length} bytes and at most {MAX_MESSAGE} are taken; shorten it")]
    TooLong {
        /// Its length in bytes.
        length: usize,
    },
}

/// The text without control characters (a terminal would obey them) and
/// invisible ones (a model would), with line breaks and tabs kept.
pub fn clean(text: &str) -> Result<Cow<'_, str>, TextError> {
    if text.len() > MAX_MESSAGE {
        return Err(TextError::TooLong { length: text.len() });
    }
    let cleaned = if plain(text) {
        Cow::Borrowed(text)
    } else {
        shown(text)
    };
    if cleaned.trim().is_empty() {
        return Err(TextError::Empty);
    }
    Ok(cleaned)
}

/// Whether every byte can be kept. Most messages are like that, and looking at
/// bytes takes a fraction of looking at characters.
fn plain(text: &str) -> bool {
    // Without an early end, so that many bytes are looked at in one step.
    text.bytes().fold(true, |plain, byte| {
        plain & matches!(byte, b' '..=b'~' | b'\n' | b'\t')
    })
}

/// What a person sees of the text.
fn shown(text: &str) -> Cow<'_, str> {
    let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if !text.contains(unwanted) {
        return visible(text);
    }
    let without = text.replace("\r\n", "\n").replace(unwanted, "");
    Cow::Owned(visible(&without).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_text_is_taken_as_it_is() {
        assert!(matches!(clean("Hello\n\tthere"), Ok(Cow::Borrowed(_))));
    }

    #[test]
    fn control_characters_are_removed_and_the_rest_is_kept() {
        assert_eq!(clean("a\u{1b}[31mb\0c\r\nd").unwrap(), "a[31mbc\nd");
    }

    #[test]
    fn invisible_characters_are_removed_and_a_text_of_nothing_else_is_refused() {
        assert_eq!(clean("bil\u{200B}ling\u{E0041}").unwrap(), "billing");
        assert_eq!(clean("\u{200B}\u{2060}"), Err(TextError::Empty));
    }

    #[test]
    fn nothing_but_blanks_is_refused() {
        assert_eq!(clean(" \n\u{7}"), Err(TextError::Empty));
    }

    #[test]
    fn a_text_over_the_limit_is_refused_with_its_length() {
        let text = "x".repeat(MAX_MESSAGE + 1);
        assert_eq!(
            clean(&text),
            Err(TextError::TooLong {
                length: MAX_MESSAGE + 1
            })
        );
    }
}
