//! What `docs/features.md` says is shown by a test, is.

use std::{collections::BTreeSet, fs, path::Path};

use crate::support::repository;

#[test]
fn every_test_that_the_features_name_exists() {
    let features = fs::read_to_string(repository().join("docs/features.md")).unwrap();
    let named: BTreeSet<&str> = features
        .split('`')
        .skip(1)
        .step_by(2)
        .filter(|word| word.matches('_').count() > 2)
        .collect();
    assert!(named.len() > 50, "{named:?}");
    let mut sources = String::new();
    for folder in ["host/src", "tests", "sdk/rust", "skills"] {
        read(&repository().join(folder), &mut sources);
    }
    let missing: Vec<&&str> = named
        .iter()
        .filter(|name| !sources.contains(&format!("fn {name}(")))
        .collect();
    assert!(missing.is_empty(), "no such tests: {missing:#?}");
}

/// All Rust in a folder.
fn read(folder: &Path, sources: &mut String) {
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        if path.is_dir() {
            read(&path, sources);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            sources.push_str(&fs::read_to_string(path).unwrap());
        }
    }
}
