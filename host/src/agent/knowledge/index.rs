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

use std::collections::{HashMap, HashSet};
use std::ffi::OsStr;
use std::fs;
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use bm25::{
    DefaultTokenizer, Embedder, EmbedderBuilder, Embedding, Language, Scorer, TokenEmbedder,
    TokenEmbedding, Tokenizer,
};
use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

// BM25's textbook values. On 201 questions about examples/customer-service, k1 from 0.9 to 2.0
// with b from 0.3 to 0.75 moved at most two answers, so there is nothing to tune.

/// How fast a word that a section repeats stops adding to its score.
const K1: f32 = 1.2;

/// How much a long section is held against it: 0 not at all, 1 in full.
const B: f32 = 0.75;

/// How often a section's own heading counts, and each wording in which it is asked. A heading
/// says what a section is about, its text also what it merely touches on. Twice instead of
/// once gave five more right answers of 201; three times gave no more.
const HEADING_WEIGHT: usize = 2;

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

/// What a comment that lists customers' wordings starts with.
const ASKED_AS: &str = "asked as:";

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

/// Why a folder cannot be used as knowledge.
#[derive(Debug, thiserror::Error)]
pub enum KnowledgeError {
    /// It is not there.
    #[error(
        "the knowledge folder {} does not exist: create it, or correct `path` in baton.toml",
        path.display()
    )]
    Missing {
        /// The place.
        path: PathBuf,
    },
    /// It is a file.
    #[error(
        "the knowledge path {} is not a folder: give the folder that holds the Markdown files",
        path.display()
    )]
    NotAFolder {
        /// The place.
        path: PathBuf,
    },
    /// It may not be read.
    #[error("{} cannot be read: make it readable for the user that runs baton", path.display())]
    Unreadable {
        /// The place.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// It is in another encoding, or no text.
    #[error("{} is not UTF-8 text: save it as UTF-8, or move it out of the folder", path.display())]
    NotText {
        /// The place.
        path: PathBuf,
    },
    /// There is nothing in it.
    #[error(
        "the knowledge folder {} holds no text to answer from: put at least one Markdown file \
         (NAME.md) into it, with an answer under each heading",
        path.display()
    )]
    Empty {
        /// The place.
        path: PathBuf,
    },
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

/// One section of a file.
#[derive(Debug, PartialEq)]
struct Section {
    file: PathBuf,
    headings: Vec<String>,
    /// What is shown.
    text: String,
    /// What is searched: the text without markup and addresses of links.
    words: String,
    /// Wordings of customers, from comments.
    asked_as: String,
}

impl Section {
    /// The text that is indexed for the section.
    fn document(&self) -> String {
        let (own, above) = match self.headings.split_last() {
            Some((own, above)) => (own.as_str(), above),
            None => ("", [].as_slice()),
        };
        let mut document = above.join("\n");
        for _ in 0..HEADING_WEIGHT {
            for part in [own, &self.asked_as] {
                document.push('\n');
                document.push_str(part);
            }
        }
        document.push('\n');
        document.push_str(&self.words);
        document
    }
}

/// Splits text into the words that are compared.
struct Words(DefaultTokenizer);

impl Words {
    /// English is fixed: detecting the language of a question of four words fails too often,
    /// and a question read as another language than the knowledge finds nothing at all.
    fn new() -> Words {
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

/// The part of a question that is looked at. It ends between two characters.
fn start_of(question: &str) -> &str {
    let mut end = question.len().min(LONGEST_QUESTION);
    while !question.is_char_boundary(end) {
        end -= 1;
    }
    &question[..end]
}

fn unreadable(path: &Path, source: io::Error) -> KnowledgeError {
    KnowledgeError::Unreadable {
        path: path.to_path_buf(),
        source,
    }
}

fn collect_files(
    folder: &Path,
    is_root: bool,
    files: &mut Vec<PathBuf>,
) -> Result<(), KnowledgeError> {
    let entries = fs::read_dir(folder).map_err(|source| {
        let path = folder.to_path_buf();
        match source.kind() {
            io::ErrorKind::NotFound if is_root => KnowledgeError::Missing { path },
            io::ErrorKind::NotADirectory => KnowledgeError::NotAFolder { path },
            _ => KnowledgeError::Unreadable { path, source },
        }
    })?;
    for entry in entries {
        let entry = entry.map_err(|source| unreadable(folder, source))?;
        if entry.file_name().as_encoded_bytes().starts_with(b".") {
            continue;
        }
        let path = entry.path();
        let kind = entry
            .file_type()
            .map_err(|source| unreadable(&path, source))?;
        // A link to a file is followed, since containers mount configuration that way; a
        // link to a folder is not, since it may lead in a circle.
        if kind.is_dir() {
            collect_files(&path, false, files)?;
        } else if is_markdown(&path) && path.is_file() {
            files.push(path);
        }
    }
    Ok(())
}

fn is_markdown(path: &Path) -> bool {
    path.extension()
        .and_then(OsStr::to_str)
        .is_some_and(|extension| {
            ["md", "markdown"]
                .iter()
                .any(|known| extension.eq_ignore_ascii_case(known))
        })
}

/// Splits a file at its headings. Sections without text, such as a title with nothing but
/// further headings under it, are left out.
fn split(file: &Path, source: &str) -> Vec<Section> {
    let source = source.strip_prefix('\u{feff}').unwrap_or(source);
    let options = Options::ENABLE_TABLES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_YAML_STYLE_METADATA_BLOCKS;
    let mut splitter = Splitter::new(file, source);
    for (event, range) in Parser::new_ext(source, options).into_offset_iter() {
        splitter.read(event, range);
    }
    splitter.end_section(source.len());
    splitter.sections
}

/// Collects the sections of one file while its Markdown is read.
struct Splitter<'a> {
    file: &'a Path,
    source: &'a str,
    sections: Vec<Section>,
    /// The headings that are open, with their levels.
    headings: Vec<(HeadingLevel, String)>,
    /// The heading that is being read.
    heading: Option<String>,
    /// How many blocks are open. A heading within a list or a quotation is text.
    depth: usize,
    in_metadata: bool,
    /// What of the source has gone into `text` or is to be left out of it.
    done: usize,
    /// A line break within a paragraph was read, and what follows it was not.
    at_line_break: bool,
    text: String,
    words: String,
    asked_as: String,
}

impl<'a> Splitter<'a> {
    fn new(file: &'a Path, source: &'a str) -> Splitter<'a> {
        Splitter {
            file,
            source,
            sections: Vec::new(),
            headings: Vec::new(),
            heading: None,
            depth: 0,
            in_metadata: false,
            done: 0,
            at_line_break: false,
            text: String::new(),
            words: String::new(),
            asked_as: String::new(),
        }
    }

    fn read(&mut self, event: Event<'_>, range: Range<usize>) {
        if self.at_line_break {
            // The next line's text starts here, behind its indentation or quotation mark.
            self.at_line_break = false;
            self.done = self.done.max(range.start);
        }
        match event {
            Event::Start(Tag::Heading { level, .. }) if self.depth == 0 => {
                self.end_section(range.start);
                self.done = range.end;
                self.headings.retain(|(above, _)| *above < level);
                self.headings.push((level, String::new()));
                self.heading = Some(String::new());
            }
            Event::End(TagEnd::Heading(_)) if self.heading.is_some() => {
                let read = self.heading.take().unwrap_or_default();
                if let Some((_, heading)) = self.headings.last_mut() {
                    *heading = read.trim().to_owned();
                }
            }
            Event::Text(text) | Event::Code(text) => match &mut self.heading {
                Some(heading) => heading.push_str(&text),
                None if self.in_metadata => {}
                None => self.words.push_str(&text),
            },
            Event::SoftBreak => {
                self.words.push(' ');
                if let Some(heading) = &mut self.heading {
                    heading.push(' ');
                } else {
                    self.break_line(range.start, ' ');
                }
            }
            Event::InlineHtml(html) if html.starts_with("<!--") => self.hide(range),
            Event::Start(tag) if !is_inline(&tag.to_end()) => {
                self.depth += 1;
                self.words.push('\n');
                match tag {
                    Tag::MetadataBlock(_) => {
                        self.in_metadata = true;
                        self.hide_block(range);
                    }
                    Tag::HtmlBlock => self.hide_comment(range),
                    _ => {}
                }
            }
            Event::End(tag) if !is_inline(&tag) => {
                self.depth = self.depth.saturating_sub(1);
                self.words.push('\n');
                self.in_metadata = false;
            }
            Event::HardBreak if self.heading.is_none() => {
                self.words.push(' ');
                self.break_line(range.start, '\n');
            }
            _ => {}
        }
    }

    fn copy_until(&mut self, end: usize) {
        if let Some(part) = self.source.get(self.done..end) {
            self.text.push_str(part);
        }
        self.done = self.done.max(end);
    }

    /// Ends a line of the text with `with`, and leaves out the source's own line break.
    fn break_line(&mut self, end: usize, with: char) {
        self.copy_until(end);
        self.text.truncate(self.text.trim_end().len());
        self.text.push(with);
        self.at_line_break = true;
    }

    fn hide(&mut self, range: Range<usize>) {
        self.copy_until(range.start);
        self.done = range.end;
        if let Some(wordings) = wordings(&self.source[range]) {
            self.asked_as.push('\n');
            self.asked_as.push_str(wordings);
        }
    }

    /// Hides the comment that an HTML block starts with. Other HTML is shown as it is.
    fn hide_comment(&mut self, range: Range<usize>) {
        let html = &self.source[range.clone()];
        if html.starts_with("<!--") {
            let length = html.find("-->").map_or(html.len(), |at| at + "-->".len());
            self.hide_block(range.start..range.start + length);
        }
    }

    /// Hides a block with the empty lines after it; those before it remain.
    fn hide_block(&mut self, range: Range<usize>) {
        let after = &self.source[range.end..];
        let blank = after.len() - after.trim_start_matches(['\r', '\n']).len();
        let end = range.end + blank;
        self.hide(range);
        self.done = end;
    }

    fn end_section(&mut self, end: usize) {
        self.copy_until(end);
        let text = std::mem::take(&mut self.text);
        let words = std::mem::take(&mut self.words);
        let asked_as = std::mem::take(&mut self.asked_as);
        if text.trim().is_empty() {
            return;
        }
        let mut headings: Vec<String> = self
            .headings
            .iter()
            .map(|(_, heading)| heading.clone())
            .collect();
        if headings.is_empty() {
            let name = self.file.file_stem().unwrap_or_default();
            headings.push(name.to_string_lossy().into_owned());
        }
        self.sections.push(Section {
            file: self.file.to_path_buf(),
            headings,
            text: text.trim().to_owned(),
            words,
            asked_as,
        });
    }
}

fn is_inline(tag: &TagEnd) -> bool {
    matches!(
        tag,
        TagEnd::Emphasis | TagEnd::Strong | TagEnd::Strikethrough | TagEnd::Link | TagEnd::Image
    )
}

/// The customers' wordings that a comment lists, if it does.
fn wordings(comment: &str) -> Option<&str> {
    let inner = comment.trim().strip_prefix("<!--")?.strip_suffix("-->")?;
    let (start, wordings) = inner.trim().split_at_checked(ASKED_AS.len())?;
    start
        .eq_ignore_ascii_case(ASKED_AS)
        .then_some(wordings.trim())
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::*;

    /// A folder with the given files.
    fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        for (name, content) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
        folder
    }

    fn index(files: &[(&str, &str)]) -> KnowledgeIndex {
        KnowledgeIndex::load(folder(files).path()).unwrap()
    }

    fn error(folder: &Path) -> String {
        match KnowledgeIndex::load(folder) {
            Ok(_) => panic!("an error was expected"),
            Err(error) => error.to_string(),
        }
    }

    const BILLING: &str = "# Billing\n\n\
        ## Charged twice\n\nYou will get the second charge back.\n\n\
        ## Ways to pay\n\nBy card, PayPal or transfer.\n\n\
        ## Invoices\n\nThey are in your account under Orders.\n";

    #[test]
    fn the_section_that_a_question_is_about_is_the_answer_and_is_cited() {
        let passage = index(&[("money/billing.md", BILLING)])
            .search("I was charged twice for order 4321")
            .unwrap();
        assert_eq!(passage.file, Path::new("money/billing.md"));
        assert_eq!(passage.heading, "Billing › Charged twice");
        assert_eq!(passage.text, "You will get the second charge back.");
        assert!(passage.score > FLOOR);
    }

    #[test]
    fn a_question_about_something_else_has_no_answer() {
        let index = index(&[("billing.md", BILLING)]);
        for question in [
            "Who won the election in Mongolia?",
            "",
            "???",
            "the of and",
            "\u{0}",
        ] {
            assert_eq!(index.search(question), None, "{question:?}");
        }
    }

    #[test]
    fn one_known_word_among_many_foreign_ones_is_not_enough() {
        let question = "my aunt plays chess at the charge of a retired general in Peru";
        assert_eq!(index(&[("billing.md", BILLING)]).search(question), None);
    }

    #[test]
    fn an_order_number_does_not_make_a_question_less_clear() {
        let index = index(&[("billing.md", BILLING)]);
        assert_eq!(
            index.search("charged twice 4321 99887766"),
            index.search("charged twice")
        );
    }

    #[test]
    fn repeating_a_word_does_not_change_the_answer() {
        let index = index(&[("billing.md", BILLING)]);
        assert_eq!(
            index.search("invoices invoices invoices"),
            index.search("invoices")
        );
    }

    #[test]
    fn wordings_in_a_comment_are_searched_and_not_shown() {
        let text = "# Billing\n\n## Charged twice\n\n\
            <!-- Asked as: billed double;\n  money gone two times -->\n\nYou get it back.\n\n\
            ## Invoices\n\nIn your account.\n";
        let passage = index(&[("b.md", text)]).search("billed double?").unwrap();
        assert_eq!(passage.heading, "Billing › Charged twice");
        assert_eq!(passage.text, "You get it back.");
    }

    #[test]
    fn comments_and_metadata_are_neither_shown_nor_searched() {
        let text = "---\ntitle: zebra\n---\n\n# Hours\n\nOpen at nine. <!-- ask giraffe -->\n\n\
            <!-- elephant\n\nto do -->\n\nClosed on Sunday.\n";
        let index = index(&[("hours.md", text)]);
        assert_eq!(
            index.search("open on sunday").unwrap().text,
            "Open at nine. \n\nClosed on Sunday."
        );
        for hidden in ["zebra", "giraffe", "elephant"] {
            assert_eq!(index.search(hidden), None, "{hidden}");
        }
    }

    #[test]
    fn text_before_the_first_heading_is_cited_by_the_name_of_its_file() {
        let index = index(&[(
            "hours.md",
            "Open from nine to five.\n\n# More\n\nCall us.\n",
        )]);
        assert_eq!(index.search("are you open?").unwrap().heading, "hours");
    }

    #[test]
    fn a_heading_ends_the_ones_of_its_own_level_and_below() {
        let text = "# A\n\napples\n\n## B\n\nbananas\n\n### C\n\ncherries\n\n## D\n\ndates\n\n\
            E\n=\n\neggplants\n";
        let index = index(&[("fruit.md", text)]);
        let heading = |question| index.search(question).unwrap().heading;
        assert_eq!(heading("cherries"), "A › B › C");
        assert_eq!(heading("dates"), "A › D");
        assert_eq!(heading("eggplants"), "E");
    }

    #[test]
    fn what_looks_like_a_heading_in_code_or_in_a_quotation_is_text() {
        let text = "# Setup\n\nRun this:\n\n```sh\n# frobnicate\nrun\n```\n\n> # Quoted\n";
        let passage = index(&[("s.md", text)]).search("frobnicate").unwrap();
        assert_eq!(passage.heading, "Setup");
        assert!(passage.text.ends_with("> # Quoted"));
    }

    #[test]
    fn a_paragraph_becomes_one_line_and_a_list_keeps_its_lines() {
        let text = "# Return\n\nPack it\nwith *great*\ncare.\\\nThen:\n\n- print the\n  label\n- post it\n\n\
            > so\n> easy\n";
        assert_eq!(
            index(&[("r.md", text)]).search("return").unwrap().text,
            "Pack it with *great* care.\nThen:\n\n- print the label\n- post it\n\n> so easy"
        );
    }

    #[test]
    fn spellings_with_and_without_hyphen_or_apostrophe_meet() {
        let index = index(&[(
            "a.md",
            "## Wi-Fi\n\nUse e-mail.\n\n## Rest\n\nNothing else here.\n",
        )]);
        for question in [
            "wifi",
            "WI-FI",
            "wi fi",
            "What’s the wifi?",
            "email",
            "I can't e-mail",
        ] {
            assert_eq!(
                index.search(question).unwrap().heading,
                "Wi-Fi",
                "{question}"
            );
        }
    }

    #[test]
    fn an_address_does_not_answer_a_word_in_it() {
        let index = index(&[("a.md", "# Contact\n\nWrite to hello@shop.example.com.\n")]);
        assert_eq!(index.search("hello"), None);
        assert!(index.search("contact").is_some());
    }

    #[test]
    fn of_equally_good_sections_the_first_one_is_always_the_answer() {
        let same = "# Hours\n\nOpen at nine.\n";
        for _ in 0..20 {
            let index = index(&[("c.md", same), ("a.md", same), ("b.md", same)]);
            assert_eq!(index.search("open").unwrap().file, Path::new("a.md"));
        }
    }

    #[test]
    fn a_question_of_ten_megabytes_is_answered_from_its_start_without_delay() {
        let index = index(&[("billing.md", BILLING)]);
        let long = format!("charged twice {}", "ä".repeat(5_000_000));
        let begin = Instant::now();
        index.search(&long);
        assert!(begin.elapsed() < Duration::from_secs(1));
        assert_eq!(start_of(&long).len() / 2, LONGEST_QUESTION / 2);
    }

    #[test]
    fn hidden_files_and_other_kinds_of_files_are_ignored() {
        let folder = folder(&[
            ("a.MD", "# Hours\n\nOpen at nine.\n"),
            (".draft.md", "# Secret\n\nzebra\n"),
            (".git/b.md", "# Secret\n\nzebra\n"),
            ("notes.txt", "zebra"),
        ]);
        let index = KnowledgeIndex::load(folder.path()).unwrap();
        assert_eq!(index.search("zebra"), None);
        assert!(index.search("hours").is_some());
    }

    #[cfg(unix)]
    #[test]
    fn a_folder_that_links_to_itself_is_read_once() {
        let folder = folder(&[("a.md", "# Hours\n\nOpen at nine.\n")]);
        std::os::unix::fs::symlink(folder.path(), folder.path().join("again")).unwrap();
        std::os::unix::fs::symlink(folder.path().join("a.md"), folder.path().join("b.md")).unwrap();
        let index = KnowledgeIndex::load(folder.path()).unwrap();
        assert_eq!(index.sections.len(), 2);
    }

    #[test]
    fn a_file_with_a_byte_order_mark_and_windows_line_ends_is_read() {
        let text = "\u{feff}# Hours\r\n\r\nOpen at\r\nnine.\r\n";
        let passage = index(&[("a.md", text)]).search("hours").unwrap();
        assert_eq!(
            (passage.heading.as_str(), passage.text.as_str()),
            ("Hours", "Open at nine.")
        );
    }

    #[test]
    fn an_empty_folder_is_an_error_that_says_what_belongs_there() {
        for files in [
            &[][..],
            &[("empty.md", "# Only a title\n")],
            &[("a.txt", "text")],
        ] {
            let folder = folder(files);
            let message = error(folder.path());
            assert!(
                message.contains(&folder.path().display().to_string()),
                "{message}"
            );
            assert!(
                message.contains("put at least one Markdown file"),
                "{message}"
            );
        }
    }

    #[test]
    fn a_folder_that_is_missing_or_a_file_is_an_error_that_names_it() {
        let folder = folder(&[("a.md", "text")]);
        let message = error(&folder.path().join("nowhere"));
        assert!(message.contains("nowhere does not exist"), "{message}");
        let message = error(&folder.path().join("a.md"));
        assert!(message.contains("a.md is not a folder"), "{message}");
    }

    #[test]
    fn a_file_that_is_not_utf8_is_an_error_that_names_it() {
        let folder = folder(&[]);
        fs::write(folder.path().join("latin.md"), b"# Caf\xe9").unwrap();
        let message = error(folder.path());
        assert!(message.contains("latin.md is not UTF-8 text"), "{message}");
    }

    #[test]
    fn an_index_can_be_shared_by_threads() {
        fn shared<T: Send + Sync>() {}
        shared::<KnowledgeIndex>();
    }
}
