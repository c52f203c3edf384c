//! How near a text is to each example: an inverted index.

use std::ops::Range;

use super::features::Sparse;

/// Examples with one feature at most, in a large index. A feature of more
/// says little, and reading its list is what a query spends its time with.
const LONGEST: usize = 1_000;

/// Examples up to which every feature's list is kept whole.
const SMALL: usize = 5_000;

/// For each feature the examples that have it.
#[derive(Debug)]
pub(super) struct Postings {
    starts: Vec<u32>,
    entries: Vec<(u32, f32)>,
    examples: usize,
}

impl Postings {
    pub(super) fn of(examples: &[Sparse], features: usize) -> Self {
        let mut counts = vec![0u32; features + 1];
        for (feature, _) in examples.iter().flatten() {
            counts[*feature as usize] += 1;
        }
        if examples.len() > SMALL {
            for count in counts.iter_mut().filter(|c| **c as usize > LONGEST) {
                *count = 0;
            }
        }
        let mut starts = Vec::with_capacity(features + 1);
        let mut total = 0u32;
        for count in &counts {
            starts.push(total);
            total += count;
        }
        let mut next = starts.clone();
        let mut entries = vec![(0, 0.0); total as usize];
        for (example, sparse) in (0u32..).zip(examples) {
            for (feature, weight) in sparse {
                let feature = *feature as usize;
                if counts[feature] > 0 {
                    entries[next[feature] as usize] = (example, *weight);
                    next[feature] += 1;
                }
            }
        }
        Self {
            starts,
            entries,
            examples: examples.len(),
        }
    }

    /// Which part of a text's features occurs in other examples than these.
    pub(super) fn elsewhere(&self, text: &Sparse, than: &Range<usize>) -> f32 {
        let elsewhere = |feature: usize| {
            let list = self.starts[feature] as usize..self.starts[feature + 1] as usize;
            // A feature without a list is in very many.
            let mut others = self.entries[list.clone()].iter();
            list.is_empty() || others.any(|(example, _)| !than.contains(&(*example as usize)))
        };
        let count = text
            .iter()
            .filter(|(feature, _)| elsewhere(*feature as usize));
        count.count() as f32 / text.len().max(1) as f32
    }

    /// The cosine of the text with each example.
    pub(super) fn cosines(&self, text: &Sparse) -> Vec<f32> {
        let mut cosines = vec![0.0; self.examples];
        for (feature, weight) in text {
            let feature = *feature as usize;
            let list = self.starts[feature] as usize..self.starts[feature + 1] as usize;
            for (example, other) in &self.entries[list] {
                cosines[*example as usize] += weight * other;
            }
        }
        cosines
    }
}
