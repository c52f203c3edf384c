//! The words that are compared.

use bm25::{DefaultTokenizer, Language, Tokenizer};

/// Splits text into the words that are compared.
pub(super) struct Words(DefaultTokenizer);

impl Words {
    /// English is fixed: detecting the language of a question of four words fails too often,
    /// and a question read as another language than the knowledge finds nothing at all.
    pub(super) fn new() -> Words {
        Words(DefaultTokenizer::new(Language::English))
    }
}

impl Tokenizer for Words {
    fn tokenize(&self, text: &str) -> Vec<String> {
        let mut plain = String::with_capacity(text.len());
        for word in text.split_whitespace() {
            // "hello@…" in a section must not make it the answer to "hello".
            if word.contains('@') || word.contains("://") {
                continue;
            }
            // The list of words to ignore has the parts of "I've" and "can't", not the whole.
            plain.extend(word.chars().map(|c| if is_apostrophe(c) { ' ' } else { c }));
            plain.push(' ');
            // "Wi-Fi" is to be found as "wifi" too, and "e-mail" as "email".
            if word.contains('-') {
                plain.extend(word.chars().filter(|&c| c != '-'));
                plain.push(' ');
            }
        }
        self.0.tokenize(&plain)
    }
}

fn is_apostrophe(c: char) -> bool {
    c == '\'' || c == '’'
}
