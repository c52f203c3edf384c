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
