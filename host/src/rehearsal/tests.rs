use serde_json::json;

use super::*;

fn book(text: &str) -> Result<CaseBook, String> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("first.toml");
    std::fs::write(&file, text).unwrap();
    CaseBook::read(&file).map_err(|error| error.to_string())
}

fn expected(text: &str) -> Expected {
    toml::from_str(text).unwrap()
}

#[test]
fn a_key_that_nobody_knows_is_shown_at_its_line_with_the_one_that_was_meant() {
    let error = book("[[case]]\nname = \"x\"\nqery = \"y\"\n").unwrap_err();
    assert!(error.contains("first.toml:3"), "{error}");
    assert!(error.contains("did you mean `query`?"), "{error}");
}

#[test]
fn a_case_that_asks_nothing_or_has_no_name_is_refused() {
    let error = book("[[case]]\nname = \"x\"\n").unwrap_err();
    assert!(error.contains("nothing is asked"), "{error}");
    let error = book("[[case]]\nquery = \"x\"\n").unwrap_err();
    assert!(error.contains("has no name"), "{error}");
}

#[test]
fn only_what_is_written_is_compared_and_numbers_by_their_value() {
    let observed = Observed {
        verdicts: [("a".to_owned(), json!({ "target": "b", "confidence": 1.0 }))].into(),
        ..Observed::default()
    };
    let fine = expected("verdicts.a = { target = 'b', confidence = 1 }");
    assert_eq!(compare(&fine, &observed), []);
    let wrong = compare(
        &expected("verdicts.a = 'pass'\nlog = ['info: x']"),
        &observed,
    );
    let paths: Vec<String> = wrong.iter().map(|it| it.path.join(".")).collect();
    assert_eq!(paths, ["log", "verdicts.a"]);
}

#[test]
fn a_fault_that_nobody_expects_is_a_difference() {
    let observed = Observed {
        fault: Some("it trapped: unreachable".to_owned()),
        ..Observed::default()
    };
    assert_eq!(compare(&Expected::default(), &observed).len(), 1);
    assert_eq!(compare(&expected("fault = 'trapped'"), &observed), []);
    assert_eq!(compare(&expected("fault = 'memory'"), &observed).len(), 1);
}

#[test]
fn a_place_is_that_of_the_last_key_that_is_written() {
    let text = "[[case]]\nname = 'x'\nquery = 'y'\n\n[case.expect]\nverdicts.a.target = 'b'\n";
    let book = book(text).unwrap();
    let line = |path: &[&str]| book.line(&book.place(0, path));
    assert_eq!(line(&["expect", "verdicts", "a", "target"]), 6);
    assert_eq!(line(&["expect", "verdicts", "a", "confidence"]), 6);
    assert_eq!(line(&[]), 1);
}
