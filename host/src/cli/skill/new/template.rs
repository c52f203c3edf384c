//! The folder that a new skill begins with, in each language.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use baton::skill::{Language, Sdk};

/// A file of the folder, and its text.
type File = (&'static str, &'static str);

/// What every new folder has.
const COMMON: &[File] = &[
    ("README.md", include_str!("common/README.md")),
    ("tests/first.toml", include_str!("common/first.toml")),
];

const RUST: &[File] = &[
    ("Cargo.toml", include_str!("rust/manifest.toml")),
    (".cargo/config.toml", include_str!("rust/cargo-config.toml")),
    (".gitignore", include_str!("rust/gitignore")),
    (SOURCE_RUST, include_str!("rust/lib.rs")),
];

const SOURCE_RUST: &str = "src/lib.rs";

const PYTHON: &[File] = &[
    ("pyproject.toml", include_str!("python/manifest.toml")),
    (".gitignore", include_str!("python/gitignore")),
    (SOURCE_PYTHON, include_str!("python/skill.py")),
];

const SOURCE_PYTHON: &str = "skill.py";

const TYPESCRIPT: &[File] = &[
    ("package.json", include_str!("typescript/package.json")),
    (".gitignore", include_str!("typescript/gitignore")),
    (SOURCE_TYPESCRIPT, include_str!("typescript/skill.ts")),
];

const SOURCE_TYPESCRIPT: &str = "src/skill.ts";

const GO: &[File] = &[
    ("go.mod", include_str!("go/gomod")),
    ("go.work", include_str!("go/gowork")),
    (".gitignore", include_str!("go/gitignore")),
    (SOURCE_GO, include_str!("go/skill.go")),
    ("skill_test.go", include_str!("go/skill_test.go")),
];

const SOURCE_GO: &str = "skill.go";

const C: &[File] = &[
    ("skill.toml", include_str!("c/manifest.toml")),
    ("compile_flags.txt", include_str!("c/compile_flags.txt")),
    (".gitignore", include_str!("c/gitignore")),
    (SOURCE_C, include_str!("c/skill.c")),
    ("tests/skill_test.c", include_str!("c/skill_test.c")),
];

const SOURCE_C: &str = "skill.c";

/// Writes a new folder and says which files are in it.
pub fn write(folder: &Path, name: &str, language: Language, sdk: &Sdk) -> io::Result<Vec<PathBuf>> {
    let (files, source) = match language {
        Language::Rust => (RUST, SOURCE_RUST),
        Language::Python => (PYTHON, SOURCE_PYTHON),
        Language::TypeScript => (TYPESCRIPT, SOURCE_TYPESCRIPT),
        Language::Go => (GO, SOURCE_GO),
        Language::C => (C, SOURCE_C),
    };
    let mut written = Vec::new();
    for (path, text) in files.iter().chain(COMMON) {
        let place = folder.join(path);
        if let Some(parent) = place.parent() {
            fs::create_dir_all(parent)?;
        }
        let sdk = sdk.language(language).to_string_lossy().into_owned();
        let text = text.replace("SDK_FOLDER", &sdk);
        let sdk = toml::Value::from(sdk);
        let text = text
            .replace("skill-name", name)
            .replace("SkillName", &type_name(name))
            .replace("SDK_VERSION", env!("CARGO_PKG_VERSION"))
            .replace("SDK_PATH", &sdk.to_string())
            .replace("LANGUAGE", &language.to_string())
            .replace("SOURCE", source);
        fs::write(&place, text)?;
        written.push(PathBuf::from(path));
    }
    Ok(written)
}

/// `smart-router` as a type is called: `SmartRouter`.
fn type_name(name: &str) -> String {
    let capital = |word: &str| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    name.split('-').map(capital).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_is_called_after_its_skill() {
        assert_eq!(type_name("smart-router"), "SmartRouter");
        assert_eq!(type_name("b2b"), "B2b");
    }
}
