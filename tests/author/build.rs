//! The same sources give the same component.

use std::{fs, path::Path, process::Command, time::Duration};

use crate::support::{
    program::{Ran, baton, run_within},
    repository, shared,
};

/// The SDK's dependencies are compiled from nothing.
const BUILD: Duration = Duration::from_secs(600);

fn build(arguments: &[&str]) -> Ran {
    let mut command = baton();
    command
        .current_dir(repository())
        .args(["skill", "build"])
        .args(arguments);
    run_within(BUILD, &mut command, None)
}

#[test]
fn two_builds_of_the_same_sources_at_different_places_give_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "Cargo.toml",
        "Cargo.lock",
        "examples",
        "host",
        "sdk",
        "skills",
        "tests",
        "wit",
    ] {
        copy(&repository().join(name), &folder.path().join(name));
    }
    let at = |place: &Path| {
        let file = place.join("finance.wasm");
        let mut command = baton();
        command.current_dir(place).env_remove("CARGO_TARGET_DIR");
        command
            .args(["skill", "build", "skills/rust/finance", "-o"])
            .arg(&file);
        run_within(BUILD, &mut command, None).ok();
        fs::read(file).unwrap()
    };
    let there = at(folder.path());
    let here = shared("skills").join("finance-here.wasm");
    build(&["skills/rust/finance", "-o", here.to_str().unwrap()]).ok();
    assert!(
        fs::read(&here).unwrap() == there,
        "it depends on where the sources lie"
    );
    assert!(at(folder.path()) == there, "it depends on when it is built");
}

fn copy(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).unwrap();
        for item in fs::read_dir(from).unwrap().map(Result::unwrap) {
            if item.file_name() != "target" {
                copy(&item.path(), &to.join(item.file_name()));
            }
        }
    } else {
        fs::copy(from, to).unwrap();
    }
}

#[test]
fn the_committed_components_of_the_example_are_what_their_sources_give() {
    // Another compiler gives other bytes; what they say of themselves is then
    // compared by `tests/components --check`.
    let recorded = fs::read_to_string(repository().join("skills/rustc-version")).unwrap();
    let ours = Command::new("rustc").arg("--version").output().unwrap();
    if ours.stdout != recorded.as_bytes() {
        return;
    }
    let folder = repository().join("examples/customer-service/skills");
    let mut checked = 0;
    for item in fs::read_dir(folder).unwrap() {
        let path = item.unwrap().path();
        let name = path.file_stem().unwrap().to_str().unwrap();
        build(&[
            &format!("skills/rust/{name}"),
            "--check",
            path.to_str().unwrap(),
        ])
        .ok();
        checked += 1;
    }
    assert!(checked > 0, "the first command of the README needs one");
}

#[test]
fn a_component_that_is_not_what_its_sources_give_is_found_out() {
    let file = shared("skills").join("not-finance.wasm");
    fs::write(&file, "something else").unwrap();
    build(&["skills/rust/finance", "--check", file.to_str().unwrap()])
        .with_code(1)
        .complains(&[
            "is not what its sources give",
            "baton skill build skills/rust/finance -o",
        ]);
}

#[test]
fn a_folder_without_a_package_is_refused_with_what_is_missing() {
    let folder = tempfile::tempdir().unwrap();
    build(&[folder.path().to_str().unwrap()])
        .with_code(1)
        .complains(&["has no Cargo.toml"]);
}
