//! Finds, in a folder of Markdown files, the section that answers a question.
//!
//! The unit is the section, from one heading to the next: it is what an operator writes as
//! one answer, and what can be cited. Ranking is BM25 over English word stems: it needs no
//! model and no network, and gives the same answer on every machine.
//!
//! BM25 only knows words, and customers do not use the operator's. So a section may carry
//! the wordings it is asked in, in a comment that is searched and never shown:
//!
//! ```markdown
//! ## Charged twice
//!
//! <!-- asked as: billed double; paid two times; the money left my account twice -->
//! ```

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
};

use bm25::{
    Embedder, EmbedderBuilder, Embedding, Scorer, TokenEmbedder, TokenEmbedding, Tokenizer,
};

use super::{
    files::{KnowledgeError, collect_files, unreadable},
    section::{Section, split},
    words::Words,
};

// BM25's textbook values. On 201 questions about examples/customer-service, k1 from 0.9 to 2.0
// with b from 0.3 to 0.75 moved at most two answers, so there is nothing to tune.

/// How fast a word that a section repeats stops adding to its score.
const K1: f32 = 1.2;

/// How much a long section is held against it: 0 not at all, 1 in full.
const B: f32 = 0.75;

/// The share of a question that a section must cover to count as its answer. Measured on
/// examples/customer-service: of its 72 questions none falls below 0.48, and of 16 about
/// something else entirely, asked at its front desk, none reaches 0.4. A higher floor would
/// stop some more wrong answers, and nearly as many right ones with them.
const FLOOR: f32 = 0.4;

/// How much of a question is looked at, in bytes: some 700 words, far more than anybody writes
/// before coming to the point. Without an end, a pasted megabyte would hold up the turn, since
/// the work grows with the words of the question times the sections.
const LONGEST_QUESTION: usize = 4 * 1024;

/// What joins the headings of a passage, from the file's title down.
const HEADING_SEPARATOR: &str = " › ";

/// The section that answers a question best.
#[derive(Clone, Debug, PartialEq)]
pub struct Passage {
    /// Relative to the folder that was loaded.
    pub file: PathBuf,
    /// The headings from the file's title down to the section's own: "Billing › Charged
    /// twice". The file's name where text stands before the first heading.
    pub heading: String,
    /// The section's Markdown without its heading and comments, a paragraph per line.
    pub text: String,
    /// How well the section fits: its BM25 score divided by the weight of all the
    /// question's words. Unlike the bare score it can be compared between questions and
    /// between folders. About 1 is a good answer.
    pub score: f32,
}

/// The sections of one folder, ready to be searched.
pub struct KnowledgeIndex {
    sections: Vec<Section>,
    tokenizer: Words,
    scorer: Scorer<usize>,
    /// In how many sections each word occurs, which the scorer knows but does not tell.
    occurrences: HashMap<u32, usize>,
}

impl KnowledgeIndex {
    /// Reads all `.md` and `.markdown` files of `folder` and of the folders in it. What is
    /// hidden (a name that starts with a dot) is left out: editors and version control keep
    /// their own files there.
    pub fn load(folder: &Path) -> Result<KnowledgeIndex, KnowledgeError> {
        let mut files = Vec::new();
        collect_files(folder, true, &mut files)?;
        // In order of their names, so that equal scores end the same way everywhere.
        files.sort();

        let mut sections = Vec::new();
        for path in files {
            let bytes = fs::read(&path).map_err(|source| unreadable(&path, source))?;
            let source = String::from_utf8(bytes)
                .map_err(|_| KnowledgeError::NotText { path: path.clone() })?;
            let file = path.strip_prefix(folder).unwrap_or(&path);
            sections.extend(split(file, &source));
        }
        if sections.is_empty() {
            return Err(KnowledgeError::Empty {
                path: folder.to_path_buf(),
            });
        }
        Ok(KnowledgeIndex::new(sections))
    }

    fn new(sections: Vec<Section>) -> KnowledgeIndex {
        let documents: Vec<String> = sections.iter().map(Section::document).collect();
        let texts: Vec<&str> = documents.iter().map(String::as_str).collect();
        let embedder: Embedder<u32, Words> =
            EmbedderBuilder::with_tokenizer_and_fit_to_corpus(Words::new(), &texts)
                .k1(K1)
                .b(B)
                .build();

        let mut scorer = Scorer::new();
        let mut occurrences = HashMap::new();
        for (number, document) in documents.iter().enumerate() {
            let embedding = embedder.embed(document);
            let words: HashSet<u32> = embedding.indices().copied().collect();
            for word in words {
                *occurrences.entry(word).or_insert(0) += 1;
            }
            scorer.upsert(&number, embedding);
        }
        KnowledgeIndex {
            sections,
            tokenizer: Words::new(),
            scorer,
            occurrences,
        }
    }

    /// The section that answers `question` best, or none if no section is about it.
    pub fn search(&self, question: &str) -> Option<Passage> {
        let words = self.words_of(question);
        let weight: f32 = words.indices().map(|word| self.weight(word)).sum();

        let (number, score) = self
            .scorer
            .matches(&words)
            .into_iter()
            .map(|hit| (hit.id, hit.score))
            // The scorer lists equal scores in random order; the earlier section wins.
            .max_by(|a, b| a.1.total_cmp(&b.1).then(b.0.cmp(&a.0)))?;
        let score = score / weight;
        let section = self.sections.get(number).filter(|_| score >= FLOOR)?;
        Some(Passage {
            file: section.file.clone(),
            heading: section.headings.join(HEADING_SEPARATOR),
            text: section.text.clone(),
            score,
        })
    }

    /// The words that a question is compared by. Each once: somebody who writes "refund" five
    /// times asks the same question. And without numbers that occur nowhere: "order 4321"
    /// says which order, not what the question is about.
    fn words_of(&self, question: &str) -> Embedding<u32> {
        let mut words: Vec<u32> = self
            .tokenizer
            .tokenize(start_of(question))
            .iter()
            .map(|word| (word, u32::embed(word)))
            .filter(|(word, index)| {
                self.occurrences.contains_key(index) || !word.chars().all(|c| c.is_ascii_digit())
            })
            .map(|(_, index)| index)
            .collect();
        words.sort_unstable();
        words.dedup();
        // In a question only the words count; the scorer does not read their values.
        let embed = |index| TokenEmbedding { index, value: 1.0 };
        Embedding(words.into_iter().map(embed).collect())
    }

    /// The weight that BM25 gives a word: the rarer in this folder, the more. A word that
    /// occurs nowhere has the most, so a question of foreign words is not answered because
    /// of the one that happens to be known.
    fn weight(&self, word: &u32) -> f32 {
        let all = self.sections.len() as f32;
        let with = self.occurrences.get(word).copied().unwrap_or(0) as f32;
        (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
    }
}

/// The part of a question that is looked at. It ends between two characters.
fn start_of(question: &str) -> &str {
    let mut end = question.len().min(LONGEST_QUESTION);
    while !question.is_char_boundary(end) {
        end -= 1;
    }
    &question[..end]
}

#[cfg(test)]
mod tests;
