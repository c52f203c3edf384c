//! `baton.lock`: which skills the operator has admitted, by digest.

use std::{
    collections::BTreeMap,
    fs,
    io::Write,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{contract::Digest, id::SkillName};

/// The lock file cannot be read or written.
#[derive(Debug, thiserror::Error)]
pub enum LockError {
    /// It cannot be read or written.
    #[error("cannot read or write {}: {why}", file.display())]
    Io {
        /// The file.
        file: PathBuf,
        /// What went wrong.
        why: std::io::Error,
    },
    /// It has been edited, and not well.
    #[error("{} is damaged: {why}; delete it and admit the skills again", file.display())]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
}

/// One admission.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Entry {
    digest: String,
    file: String,
    at: Timestamp,
}

/// Which skills the operator has admitted. An admission is bound to the bytes:
/// a new version of the same name waits again.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Lock {
    #[serde(default)]
    admitted: BTreeMap<SkillName, Entry>,
}

impl Lock {
    /// Reads the file; one that does not exist admits nobody.
    pub fn read(file: &Path) -> Result<Self, LockError> {
        match fs::read_to_string(file) {
            Ok(text) => toml::from_str(&text).map_err(|error| LockError::Damaged {
                file: file.to_owned(),
                why: error.message().to_owned(),
            }),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(Self::default()),
            Err(why) => Err(LockError::Io {
                file: file.to_owned(),
                why,
            }),
        }
    }

    /// Whether these bytes are admitted under this name.
    pub fn admits(&self, skill: &SkillName, digest: &Digest) -> bool {
        self.admitted
            .get(skill)
            .is_some_and(|entry| entry.digest == digest.to_string())
    }

    /// Admits these bytes under this name.
    pub fn admit(&mut self, skill: SkillName, digest: &Digest, file: String) {
        let entry = Entry {
            digest: digest.to_string(),
            file,
            at: Timestamp::now(),
        };
        self.admitted.insert(skill, entry);
    }

    /// Writes the file, whole or not at all.
    pub fn write(&self, file: &Path) -> Result<(), LockError> {
        let io = |why| LockError::Io {
            file: file.to_owned(),
            why,
        };
        let text = toml::to_string(self).map_err(|error| LockError::Damaged {
            file: file.to_owned(),
            why: error.to_string(),
        })?;
        let folder = file.parent().unwrap_or(Path::new("."));
        let mut temporary = tempfile::NamedTempFile::new_in(folder).map_err(io)?;
        let header = "# Written by `baton skill admit`. Keep it under version control.\n\n";
        temporary.write_all(header.as_bytes()).map_err(io)?;
        temporary.write_all(text.as_bytes()).map_err(io)?;
        temporary.persist(file).map_err(|error| io(error.error))?;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_admission_holds_for_these_bytes_and_no_others() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baton.lock");
        let mut lock = Lock::read(&file).unwrap();
        let skill = SkillName::from("finance");
        lock.admit(skill.clone(), &Digest([1; 32]), "finance.wasm".to_owned());
        lock.write(&file).unwrap();
        let lock = Lock::read(&file).unwrap();
        assert!(lock.admits(&skill, &Digest([1; 32])));
        assert!(!lock.admits(&skill, &Digest([2; 32])));
        assert!(!lock.admits(&SkillName::from("other"), &Digest([1; 32])));
    }

    #[test]
    fn a_damaged_lock_says_what_to_do() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("baton.lock");
        fs::write(&file, "admitted = 3").unwrap();
        assert!(
            Lock::read(&file)
                .unwrap_err()
                .to_string()
                .contains("delete it")
        );
    }
}
