//! The pieces of words that encoders of the BERT family read.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;
use unicode_normalization::{UnicodeNormalization, char::is_combining_mark};

use super::EncoderError;

/// Longer words are not taken apart, as their makers do it.
const MAX_WORD: usize = 100;

/// Pieces of words with their numbers, from a `tokenizer.json`.
pub(super) struct WordPieces {
    pieces: HashMap<String, u32>,
    unknown: Option<u32>,
    lowercase: bool,
}

#[derive(Deserialize)]
struct File {
    model: FileModel,
    normalizer: Option<Normalizer>,
}

#[derive(Deserialize)]
struct FileModel {
    #[serde(rename = "type")]
    kind: Option<String>,
    vocab: serde_json::Value,
    unk_token: Option<String>,
    continuing_subword_prefix: Option<String>,
}

#[derive(Deserialize)]
struct Normalizer {
    lowercase: Option<bool>,
}

impl WordPieces {
    /// Reads a `tokenizer.json`.
    pub(super) fn read(file: &Path) -> Result<Self, EncoderError> {
        let bytes = EncoderError::read(file)?;
        let read: File =
            serde_json::from_slice(&bytes).map_err(|why| EncoderError::wrong(file, why))?;
        let kind = read.model.kind.as_deref().unwrap_or("WordPiece");
        let prefix = read
            .model
            .continuing_subword_prefix
            .as_deref()
            .unwrap_or("##");
        if kind != "WordPiece" || prefix != "##" {
            let why = format!(
                "its pieces are of the kind {kind} with prefix `{prefix}`; only WordPiece with `##` can be read"
            );
            return Err(EncoderError::wrong(file, why));
        }
        let pieces: HashMap<String, u32> = serde_json::from_value(read.model.vocab)
            .map_err(|why| EncoderError::wrong(file, why))?;
        Ok(Self {
            unknown: read
                .model
                .unk_token
                .and_then(|unknown| pieces.get(&unknown).copied()),
            lowercase: read.normalizer.and_then(|n| n.lowercase).unwrap_or(true),
            pieces,
        })
    }

    /// The number of a piece.
    #[cfg(feature = "encoder")]
    pub(super) fn number(&self, piece: &str) -> Option<u32> {
        self.pieces.get(piece).copied()
    }

    /// What stands for a word that cannot be put together.
    pub(super) fn unknown(&self) -> Option<u32> {
        self.unknown
    }

    /// A text's pieces, `most` at most.
    pub(super) fn pieces(&self, text: &str, most: usize) -> Vec<u32> {
        let mut numbers = Vec::new();
        let mut word = String::new();
        for c in text.chars().flat_map(|c| self.normal(c)) {
            if numbers.len() >= most {
                break;
            }
            if c.is_whitespace() || c.is_control() || alone(c) {
                self.take_apart(&word, &mut numbers);
                word.clear();
                if alone(c) {
                    self.take_apart(c.encode_utf8(&mut [0; 4]), &mut numbers);
                }
            } else {
                word.push(c);
            }
        }
        self.take_apart(&word, &mut numbers);
        numbers.truncate(most);
        numbers
    }

    fn normal(&self, c: char) -> impl Iterator<Item = char> {
        let lower = self.lowercase;
        // Lower case comes with accents stripped.
        let (decomposed, same) = if lower {
            (
                Some(c.to_lowercase().nfd().filter(|c| !is_combining_mark(*c))),
                None,
            )
        } else {
            (None, Some(c))
        };
        decomposed.into_iter().flatten().chain(same)
    }

    fn take_apart(&self, word: &str, numbers: &mut Vec<u32>) {
        if word.is_empty() {
            return;
        }
        let before = numbers.len();
        let mut rest = word;
        let mut piece = String::with_capacity(word.len() + 2);
        if word.chars().count() <= MAX_WORD {
            while !rest.is_empty() {
                let mut end = rest.len();
                let found = loop {
                    piece.clear();
                    if rest.len() < word.len() {
                        piece.push_str("##");
                    }
                    piece.push_str(&rest[..end]);
                    if let Some(number) = self.pieces.get(piece.as_str()) {
                        break Some(*number);
                    }
                    match rest[..end].char_indices().next_back() {
                        Some((last, _)) if last > 0 => end = last,
                        _ => break None,
                    }
                };
                let Some(number) = found else { break };
                numbers.push(number);
                rest = &rest[end..];
            }
        }
        if !rest.is_empty() {
            numbers.truncate(before);
            numbers.extend(self.unknown);
        }
    }
}

/// Whether a character is a word of its own: punctuation, and the scripts that
/// are written without spaces.
fn alone(c: char) -> bool {
    c.is_ascii_punctuation()
        || matches!(u32::from(c),
            0x00A1..=0x00BF | 0x2010..=0x2027 | 0x2030..=0x205E | 0x3001..=0x3011
            | 0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0xF900..=0xFAFF | 0x20000..=0x2FA1F
            | 0xFF01..=0xFF0F)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(json: &str) -> Result<WordPieces, EncoderError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("tokenizer.json");
        std::fs::write(&file, json).unwrap();
        WordPieces::read(&file)
    }

    #[test]
    fn words_are_taken_apart_by_the_longest_pieces() {
        let pieces = read(
            r###"{"normalizer": {"lowercase": true}, "model": {"type": "WordPiece", "unk_token": "?",
                "vocab": {"?": 0, "re": 1, "##fund": 2, "##f": 3, "refunds": 4, "cafe": 5, "!": 6}}}"###,
        )
        .unwrap();
        assert_eq!(
            pieces.pieces("Refund refunds, Café!", 9),
            [1, 2, 4, 0, 5, 6]
        );
        assert_eq!(pieces.pieces("refund xyz", 9), [1, 2, 0]);
        assert_eq!(pieces.pieces("refund refund", 3).len(), 3);
    }

    #[test]
    fn pieces_of_another_kind_are_refused_with_the_kinds_that_can_be_read() {
        let why = read(r#"{"model": {"type": "Unigram", "vocab": []}}"#)
            .err()
            .unwrap();
        assert!(why.to_string().contains("only WordPiece"), "{why}");
    }
}
