//! A component that comes from outside, put into the folder.

use std::io;

use super::{Entry, FolderError, SkillFolder, duplicate};
use crate::{
    contract::Skill,
    id::SkillName,
    skill::{Allowance, Refusal, WasmSkill},
    whole::write_whole,
};

/// The longest name of a file taken; some file systems end at 255 bytes.
const LONGEST: usize = 128;

/// Nothing was put into the folder.
#[derive(Debug, thiserror::Error)]
pub enum PutError {
    /// The name would not do.
    #[error(
        "`{0}` cannot be the name of a skill's file; it may have letters, digits, `-`, `_` and \
         `.`, must not begin with `.`, and ends in .wasm"
    )]
    Name(String),
    /// It is no skill.
    #[error("it is not taken: {0}")]
    Refused(#[from] Refusal),
    /// It cannot be written.
    #[error("cannot write {file} into the skills folder: {why}")]
    Io {
        /// The file.
        file: String,
        /// What went wrong.
        why: io::Error,
    },
    /// It is written, and the folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// A name that leads nowhere but into the folder, and is seen there.
fn is_file_name(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    name.len() <= LONGEST
        && name.chars().all(plain)
        && !name.starts_with('.')
        && name
            .strip_suffix(".wasm")
            .is_some_and(|stem| !stem.is_empty())
}

impl SkillFolder {
    /// Puts a component into the folder, whole or not at all, and loads it. What
    /// has a file of that name works until then. The name of the skill comes
    /// back.
    pub async fn put(&self, file: &str, bytes: &[u8]) -> Result<SkillName, PutError> {
        if !is_file_name(file) {
            let shown = file.chars().take(LONGEST).collect();
            return Err(PutError::Name(shown));
        }
        // As a stranger: what it may do hangs on the file that it becomes.
        let stranger = |_: &_| Ok(Allowance::default());
        let skill = WasmSkill::load(&self.engine, &self.cache, bytes, stranger).await?;
        let name = &skill.manifest().name;
        let holds = |entry: &Entry| {
            let installed = entry.installed.as_ref();
            installed.is_some_and(|i| i.skill.manifest().name == *name)
        };
        let entries = self.entries();
        let mut others = entries.iter().filter(|(other, _)| *other != file);
        if let Some((other, _)) = others.find(|(_, entry)| holds(entry)) {
            return Err(duplicate(name, other.clone()).into());
        }
        let failed = |why| PutError::Io {
            file: file.to_owned(),
            why,
        };
        write_whole(&self.folder.join(file), bytes).map_err(failed)?;
        self.scan().await?;
        Ok(name.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_leads_elsewhere_or_hides_is_no_name_of_a_file() {
        let long = format!("{}.wasm", "x".repeat(LONGEST));
        for wrong in [
            "",
            ".wasm",
            "../a.wasm",
            "a/b.wasm",
            "/a.wasm",
            "..\\a.wasm",
            ".a.wasm",
            "a.txt",
            "a.wasm\0",
            "a b.wasm",
            "..",
            "a.wasm/",
            &long,
        ] {
            assert!(!is_file_name(wrong), "{wrong:?}");
        }
        assert!(is_file_name("finance-1.2_b.wasm"));
    }
}
