//! What the documentation tells people to type, typed.

use std::fs;

use tempfile::TempDir;

use crate::support::{
    program::{baton, run},
    repository,
};

/// The ways in which the documentation writes the program's name.
const PROGRAM: [&str; 3] = [
    "cargo run --release -- ",
    "cargo run --release -p baton -- ",
    "baton ",
];

/// A command that is shown, and where.
struct Shown {
    place: String,
    arguments: Vec<String>,
}

#[test]
fn every_command_in_the_documentation_does_what_it_is_shown_to_do() {
    let mut failed = Vec::new();
    let workplace = Workplace::new();
    let commands = commands();
    assert!(!commands.is_empty(), "the README shows one");
    for Shown { place, arguments } in commands {
        if arguments.iter().any(|word| is_placeholder(word)) {
            continue;
        }
        let ran = run(baton()
            .current_dir(workplace.folder.path())
            .args(&arguments));
        if ran.code != 0 {
            failed.push(format!("{place}: baton {arguments:?}\n{ran:#?}"));
        }
    }
    assert!(failed.is_empty(), "{}", failed.join("\n"));
}

/// `NAME` and `FILE` are for the reader to fill in.
fn is_placeholder(word: &str) -> bool {
    word.len() > 1 && word.chars().all(|letter| letter.is_ascii_uppercase())
}

/// All commands of `console` and `sh` blocks.
fn commands() -> Vec<Shown> {
    let root = repository();
    let mut files = vec![
        root.join("README.md"),
        root.join("examples/customer-service/README.md"),
        root.join("examples/bicycle-rental/README.md"),
    ];
    for folder in ["docs", "docs/skills"] {
        let docs = fs::read_dir(root.join(folder)).unwrap();
        files.extend(docs.map(|item| item.unwrap().path()));
    }
    let mut shown = Vec::new();
    for file in files
        .iter()
        .filter(|file| file.extension().is_some_and(|end| end == "md"))
    {
        let Ok(text) = fs::read_to_string(file) else {
            continue;
        };
        let name = file.strip_prefix(root).unwrap().display();
        let mut in_console = false;
        for (number, line) in text.lines().enumerate() {
            match line.trim_start().strip_prefix("```") {
                Some(kind) => in_console = matches!(kind.trim(), "console" | "sh"),
                None if in_console => {
                    let line = line.trim_start();
                    let command = line.strip_prefix("$ ").unwrap_or(line);
                    let mut programs = PROGRAM.iter();
                    if let Some(arguments) = programs.find_map(|it| command.strip_prefix(it)) {
                        let place = format!("{name}:{}", number + 1);
                        shown.push(Shown {
                            place,
                            arguments: words(arguments),
                        });
                    }
                }
                None => {}
            }
        }
    }
    shown
}

/// The words of a shell's line, with quotes and without anything else.
fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    let mut word: Option<String> = None;
    let mut quote = None;
    for letter in line.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (Some(_), _) => word.get_or_insert_default().push(letter),
            (None, '"' | '\'') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            // What follows is for a shell or for the reader.
            (None, '#' | '<' | '|' | '>' | '&') if word.is_none() => return words,
            (None, _) => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    words
}

/// The repository's examples and skills, for commands that write.
struct Workplace {
    folder: TempDir,
}

impl Workplace {
    fn new() -> Self {
        let folder = TempDir::with_prefix("docs-").unwrap();
        fs::create_dir_all(folder.path().join("examples")).unwrap();
        for name in ["customer-service", "bicycle-rental"] {
            let example = crate::support::desk::Desk::example(name);
            let target = folder.path().join("examples").join(name);
            fs::rename(example.path(""), &target).unwrap();
        }
        for name in ["skills", "sdk", "wit"] {
            let link = folder.path().join(name);
            std::os::unix::fs::symlink(repository().join(name), link).unwrap();
        }
        Self { folder }
    }
}
