//! The word for a language on the command line.

use baton::skill::Language;

/// Reads it.
pub fn one_of(word: &str) -> Result<Language, String> {
    let found = Language::ALL
        .iter()
        .find(|language| language.word() == word);
    found.copied().ok_or_else(|| {
        let known: Vec<&str> = Language::ALL.iter().map(|one| one.word()).collect();
        format!(
            "skills are written in {}; any other language that compiles to a component can be \
             used with its own tools",
            known.join(", ")
        )
    })
}
