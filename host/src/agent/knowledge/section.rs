//! Splits a Markdown file into sections, from one heading to the next.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use pulldown_cmark::{Event, HeadingLevel, Options, Parser, Tag, TagEnd};

/// How often a section's own heading counts, and each wording in which it is asked. A heading
/// says what a section is about, its text also what it merely touches on. Twice instead of
/// once gave five more right answers of 201; three times gave no more.
const HEADING_WEIGHT: usize = 2;

/// What a comment that lists customers' wordings starts with.
const ASKED_AS: &str = "asked as:";

/// One section of a file.
#[derive(Debug, PartialEq)]
pub(super) struct Section {
    pub(super) file: PathBuf,
    pub(super) headings: Vec<String>,
    /// What is shown.
    pub(super) text: String,
    /// What is searched: the text without markup and addresses of links.
    words: String,
    /// Wordings of customers, from comments.
    asked_as: String,
}

impl Section {
    /// The text that is indexed for the section.
    pub(super) fn document(&self) -> String {
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

/// Splits a file at its headings. Sections without text, such as a title with nothing but
/// further headings under it, are left out.
pub(super) fn split(file: &Path, source: &str) -> Vec<Section> {
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
