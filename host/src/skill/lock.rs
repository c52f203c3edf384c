//! `baton.lock`: what the operator has approved, and for which file.

mod approval;
mod guard;

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

pub use approval::{Approval, Origin, current_user};

use super::GrantWord;
use crate::{contract::Digest, id::SkillName, whole::write_whole};

/// The version of the file's format. A host does not guess what a later one
/// has meant.
const VERSION: u32 = 1;

/// What the file begins with.
const HEADER: &str = "\
# What the operator has approved, written by `baton skill grant`, `revoke` and `admit`, and when a
# grant in baton.toml is first used. Keep it under version control, and edit baton.toml instead.

";

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
    #[error(
        "{} is damaged: {why}; take it from version control, or delete it and approve the skills again",
        file.display()
    )]
    Damaged {
        /// The file.
        file: PathBuf,
        /// What is wrong.
        why: String,
    },
    /// A later Baton wrote it.
    #[error(
        "{} has version {version}, and this host reads {VERSION}; use the host that wrote it",
        file.display()
    )]
    Later {
        /// The file.
        file: PathBuf,
        /// Its version.
        version: u32,
    },
}

/// One admission.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Admitted {
    digest: String,
    file: String,
    at: Timestamp,
}

/// What is approved of one skill.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Approved {
    /// The file that has the name by the operator's word.
    file: String,
    #[serde(default)]
    grants: BTreeMap<GrantWord, Approval>,
}

/// What the operator has approved. An admission is bound to the bytes, a grant
/// to the file as well.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Lock {
    /// Files from before there were grants in them have none.
    #[serde(default = "first_version")]
    version: u32,
    #[serde(default)]
    admitted: BTreeMap<SkillName, Admitted>,
    #[serde(default)]
    skills: BTreeMap<SkillName, Approved>,
}

fn first_version() -> u32 {
    VERSION
}

impl Default for Lock {
    fn default() -> Self {
        Self {
            version: VERSION,
            admitted: BTreeMap::new(),
            skills: BTreeMap::new(),
        }
    }
}

impl Lock {
    /// Reads the file; one that does not exist approves nothing.
    pub fn read(file: &Path) -> Result<Self, LockError> {
        let text = match fs::read_to_string(file) {
            Ok(text) => text,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                return Ok(Self::default());
            }
            Err(why) => {
                let file = file.to_owned();
                return Err(LockError::Io { file, why });
            }
        };
        let damaged = |error: toml::de::Error| LockError::Damaged {
            file: file.to_owned(),
            why: error.message().to_owned(),
        };
        // Before the rest, of which a later version may have more.
        let table: toml::Table = toml::from_str(&text).map_err(damaged)?;
        match table.get("version").and_then(toml::Value::as_integer) {
            Some(later) if later > i64::from(VERSION) => Err(LockError::Later {
                file: file.to_owned(),
                version: u32::try_from(later).unwrap_or(u32::MAX),
            }),
            _ => toml::from_str(&text).map_err(damaged),
        }
    }

    /// Changes the file, whole or not at all. Two hosts and a command that do so
    /// at the same time wait for each other, and each finds what the one before
    /// has written.
    pub fn update(file: &Path, change: impl FnOnce(&mut Self)) -> Result<Self, LockError> {
        let _only_one = guard::take(file)?;
        let before = Self::read(file)?;
        let mut lock = before.clone();
        change(&mut lock);
        if lock != before {
            lock.write(file)?;
        }
        Ok(lock)
    }

    /// Whether these bytes are admitted under this name.
    pub fn admits(&self, skill: &SkillName, digest: &Digest) -> bool {
        self.admitted
            .get(skill)
            .is_some_and(|admitted| admitted.digest == digest.to_string())
    }

    /// Admits these bytes under this name.
    pub fn admit(&mut self, skill: SkillName, digest: &Digest, file: String) {
        let admitted = Admitted {
            digest: digest.to_string(),
            file,
            at: Timestamp::now(),
        };
        self.admitted.insert(skill, admitted);
    }

    /// The file to which the name is bound; none: nothing was ever granted.
    pub fn file(&self, skill: &SkillName) -> Option<&str> {
        self.skills.get(skill).map(|approved| &*approved.file)
    }

    /// What was approved for a name, by the word of the grant.
    pub fn approvals(&self, skill: &SkillName) -> impl Iterator<Item = (&GrantWord, &Approval)> {
        self.skills
            .get(skill)
            .into_iter()
            .flat_map(|approved| &approved.grants)
    }

    /// The approval of one grant.
    pub fn approval(&self, skill: &SkillName, word: &GrantWord) -> Option<&Approval> {
        self.skills.get(skill)?.grants.get(word)
    }

    /// Approves a grant, and binds the name to the file it was approved for.
    pub fn approve(&mut self, skill: &SkillName, word: GrantWord, approval: Approval) {
        let approved = self.skills.entry(skill.clone()).or_default();
        approved.file.clone_from(&approval.file);
        approved.grants.insert(word, approval);
    }

    /// Takes an approval back; whether there was one. The name stays bound to
    /// its file.
    pub fn revoke(&mut self, skill: &SkillName, word: &GrantWord) -> bool {
        self.skills
            .get_mut(skill)
            .is_some_and(|approved| approved.grants.remove(word).is_some())
    }

    fn write(&self, file: &Path) -> Result<(), LockError> {
        let io = |why| LockError::Io {
            file: file.to_owned(),
            why,
        };
        let text = toml::to_string(self).map_err(|error| LockError::Damaged {
            file: file.to_owned(),
            why: error.to_string(),
        })?;
        // Renaming would replace what the operator has made read-only.
        if fs::metadata(file).is_ok_and(|there| there.permissions().readonly()) {
            let why = std::io::Error::from(std::io::ErrorKind::PermissionDenied);
            return Err(io(why));
        }
        write_whole(file, format!("{HEADER}{text}").as_bytes()).map_err(io)
    }
}

#[cfg(test)]
mod tests;
