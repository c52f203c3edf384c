//! What a text is made of: words, pairs of words and pieces of words, weighted
//! by how rare they are.

use std::collections::HashMap;

/// Characters of a text that count. What somebody wants is said in a few
/// sentences; whatever is longer is a document, and would only cost time.
const MAX_CHARS: usize = 2_000;

/// Lengths of the pieces of words: from 2, which sees endings, to 5, which sees
/// most stems.
const PIECES: std::ops::RangeInclusive<usize> = 2..=5;

/// Words that may stand between the two of a pair: "cancel my order" and
/// "cancel the second order" are about the same.
const BETWEEN: usize = 2;

/// Letters of a word that count in a pair, so that "booked a flight" meets
/// "booking flights". Four measured best of three to five.
const STEM: usize = 4;

/// A text as numbers: the feature's number and its weight, each number once.
pub(super) type Sparse = Vec<(u32, f32)>;

/// What is known of a text, and which part of it is known.
#[derive(Debug)]
pub(super) struct Weighed {
    pub(super) sparse: Sparse,
    pub(super) known: f32,
}

/// One feature of a text, as a hash of what it is; 64 bits, so that two of a
/// vocabulary hardly ever share one.
type Key = u64;

const fn step(hash: Key, value: u64) -> Key {
    // FNV-1a's multiplication with a rotation, since single characters differ in
    // their low bits alone.
    (hash.rotate_left(23) ^ value).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

const WORD: Key = 1;
/// Neighbours; one bit further, words with others between them.
const PAIR: Key = 2;
const PIECE: Key = 8;

/// The words of a text: lower case, without apostrophes, of letters and digits.
fn words(text: &str) -> Vec<Vec<char>> {
    let mut words = Vec::new();
    let mut word = Vec::new();
    for c in text.chars().take(MAX_CHARS).flat_map(char::to_lowercase) {
        if c.is_alphanumeric() {
            word.push(c);
        } else if !matches!(c, '\'' | '’') && !word.is_empty() {
            words.push(std::mem::take(&mut word));
        }
    }
    if !word.is_empty() {
        words.push(word);
    }
    words
}

/// Calls `each` for every feature of a text; `true` says that it is one of
/// words, and not of pieces.
fn features(text: &str, mut each: impl FnMut(Key, bool)) {
    let words = words(text);
    let hash = |word: &[char]| word.iter().fold(WORD, |hash, c| step(hash, *c as u64));
    let stems: Vec<Key> = words
        .iter()
        .map(|word| hash(&word[..word.len().min(STEM)]))
        .collect();
    for (at, (word, stem)) in words.iter().zip(&stems).enumerate() {
        each(hash(word), true);
        for (between, other) in stems[at + 1..].iter().take(BETWEEN + 1).enumerate() {
            // In any order: "transfer money" and "money transfer" are the same wish.
            let (first, second) = (stem.min(other), stem.max(other));
            let kind = PAIR << u8::from(between > 0);
            each(step(step(kind, *first), *second), true);
        }
    }
    let mut framed = Vec::new();
    for word in &words {
        framed.clear();
        framed.push(' ');
        framed.extend_from_slice(word);
        framed.push(' ');
        for start in 0..framed.len() {
            let mut hash = PIECE;
            for (length, c) in (1..=*PIECES.end()).zip(&framed[start..]) {
                hash = step(hash, *c as u64);
                if length >= *PIECES.start() {
                    each(hash, false);
                }
            }
        }
    }
}

/// The features that occurred in examples, and what each weighs.
#[derive(Debug)]
pub(super) struct Vocabulary {
    known: HashMap<Key, Entry, KeyHasher>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    number: u32,
    /// Texts with it while counting, then the weight of rarity.
    weight: f32,
    of_words: bool,
}

impl Vocabulary {
    /// All features of some texts.
    pub(super) fn of<'t>(texts: impl Iterator<Item = &'t str>) -> Self {
        let mut known: HashMap<Key, Entry, KeyHasher> = HashMap::default();
        let mut keys = Vec::new();
        let mut count = 0.0f32;
        for text in texts {
            keys.clear();
            features(text, |key, of_words| keys.push((key, of_words)));
            keys.sort_unstable();
            keys.dedup();
            count += 1.0;
            for (key, of_words) in &keys {
                let number = known.len() as u32;
                known
                    .entry(*key)
                    .or_insert(Entry {
                        number,
                        weight: 0.0,
                        of_words: *of_words,
                    })
                    .weight += 1.0;
            }
        }
        for entry in known.values_mut() {
            entry.weight = ((1.0 + count) / (1.0 + entry.weight)).ln() + 1.0;
        }
        Self { known }
    }

    /// How many features there are.
    pub(super) fn len(&self) -> usize {
        self.known.len()
    }

    /// A text as numbers. Features of words and of pieces have the length 1
    /// each, so that neither drowns the other; a text without any known feature
    /// is empty.
    pub(super) fn weigh(&self, text: &str) -> Weighed {
        let mut all = 0.0f32;
        let mut found: Vec<(u32, f32, bool)> = Vec::with_capacity(256);
        features(text, |key, _| {
            all += 1.0;
            if let Some(entry) = self.known.get(&key) {
                found.push((entry.number, entry.weight, entry.of_words));
            }
        });
        let known = found.len() as f32 / all.max(1.0);
        found.sort_unstable_by_key(|(number, ..)| *number);
        let mut lengths = [0.0f32; 2];
        let mut kinds = Vec::with_capacity(found.len());
        let mut sparse = Sparse::with_capacity(found.len());
        for same in found.chunk_by(|one, other| one.0 == other.0) {
            let (number, weight, of_words) = same[0];
            // The tenth time a word is said tells less than the first.
            let weight = weight * (1.0 + (same.len() as f32).ln());
            lengths[usize::from(of_words)] += weight * weight;
            sparse.push((number, weight));
            kinds.push(of_words);
        }
        for ((_, weight), of_words) in sparse.iter_mut().zip(kinds) {
            *weight /= (2.0 * lengths[usize::from(of_words)]).sqrt();
        }
        Weighed { sparse, known }
    }
}

/// Keys are hashes already.
#[derive(Clone, Copy, Debug, Default)]
struct KeyHasher(u64);

impl std::hash::BuildHasher for KeyHasher {
    type Hasher = Self;

    fn build_hasher(&self) -> Self {
        Self::default()
    }
}

impl std::hash::Hasher for KeyHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = step(self.0, u64::from(*byte));
        }
    }

    fn write_u64(&mut self, key: u64) {
        self.0 = key;
    }
}
