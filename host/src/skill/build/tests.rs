use super::*;

fn folder(files: &[(&str, &str)]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    folder
}

#[test]
fn the_language_of_a_folder_is_told_by_its_manifest() {
    for language in Language::ALL {
        let folder = folder(&[(language.manifest(), "")]);
        assert_eq!(Language::of(folder.path()).unwrap(), *language);
    }
}

#[test]
fn a_folder_of_no_language_or_of_two_is_refused_with_the_reason() {
    let none = build_skill(folder(&[]).path(), &BuildOptions::default());
    let none = none.unwrap_err().to_string();
    assert!(
        none.contains("has no Cargo.toml, pyproject.toml, package.json, go.mod or skill.toml"),
        "{none}"
    );
    let two = folder(&[("Cargo.toml", ""), ("package.json", "{}")]);
    let two = Language::of(two.path()).unwrap_err().to_string();
    assert!(two.contains("both Cargo.toml and package.json"), "{two}");
}

#[test]
fn what_is_on_record_in_a_component_is_read_back() {
    let empty = b"\0asm\x0d\0\x01\0".to_vec();
    assert_eq!(Stamp::of(&empty), None);
    let sources = "0".repeat(300);
    let said = format!(r#"{{"sources": "{sources}", "toolchain": "componentize-py==0.25.1"}}"#);
    let content = [b"\x0dbaton:sources", said.as_bytes()].concat();
    let size = [
        content.len() as u8 & 0x7f | 0x80,
        (content.len() >> 7) as u8,
    ];
    let section = [&[0], &size[..], &content[..]].concat();
    let stamped = [&empty[..], &section].concat();
    let stamp = Stamp::of(&stamped).unwrap();
    assert_eq!(stamp.0["sources"], sources);
    for cut in 0..stamped.len() {
        assert_eq!(Stamp::of(&stamped[..cut]), None);
    }
    // Two builds that differ in their bytes and in nothing that counts.
    let other = [&empty[..], &[0, 2, 1, b'x'], &section].concat();
    let built = Built::new(Language::Python, "x".to_owned(), stamped);
    assert!(built.is_the_same_as(&other));
    assert!(!built.is_the_same_as(&empty));
}

#[test]
fn the_program_brings_the_sdk_along_and_the_contract_that_it_needs() {
    let given = tempfile::tempdir().unwrap();
    let sdk = Sdk::for_folder(given.path()).unwrap();
    assert!(sdk.language(Language::Rust).join("src/lib.rs").is_file());
    assert!(sdk.root().join("wit/baton-skill-0.1").is_dir());
}
