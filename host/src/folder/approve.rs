//! What the operator approves of a folder's skills.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};

use super::OperatorFolder;
use crate::{
    contract::Skill,
    id::SkillName,
    nearest::nearest,
    skill::{Entry, FolderError, GrantWord, Installed, Lock, LockError, Origin, Waiting},
    view::grant,
};

/// Nothing is approved, and nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum ApprovalError {
    /// There is no such skill.
    #[error("there is no loaded skill `{name}`{meant}")]
    NoSkill {
        /// The name.
        name: SkillName,
        /// What may have been meant, as the end of a message.
        meant: String,
    },
    /// It is not the lock file's.
    #[error(
        "`{word}` stands in baton.toml; take it out of skills.{skill}.grants there, as this \
         command does not edit that file"
    )]
    Listed {
        /// The grant.
        word: GrantWord,
        /// The skill.
        skill: SkillName,
    },
    /// There is nothing to take back.
    #[error("`{skill}` was not granted `{word}`{hint}")]
    NotGranted {
        /// The skill.
        skill: SkillName,
        /// The grant.
        word: GrantWord,
        /// What to look at, as the end of a message.
        hint: String,
    },
    /// The lock file cannot be read or written.
    #[error("nothing is {nothing}: {why}")]
    Lock {
        /// What would have been done.
        nothing: &'static str,
        /// What went wrong.
        why: LockError,
    },
    /// It is written, and the folder cannot be read.
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// What a skill may do now.
pub struct Changed {
    /// The skill.
    pub name: SkillName,
    /// Its file and what is loaded from it; none: it is not there.
    pub installed: Option<(String, Installed)>,
}

/// An admission for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Admitted {
    /// The skill.
    pub skill: String,
    /// Its version.
    pub version: String,
    /// Its file.
    pub file: String,
    /// The SHA-256 of its bytes.
    pub digest: String,
    /// It was admitted before.
    pub already: bool,
}

impl Changed {
    /// What is in effect.
    pub fn granted(&self) -> Vec<String> {
        let installed = self.installed.iter();
        let words = installed.flat_map(|(_, installed)| installed.standing.granted.words());
        words.map(ToString::to_string).collect()
    }

    /// What is granted and not in effect.
    pub fn waiting(&self) -> Option<&BTreeMap<GrantWord, Waiting>> {
        let (_, installed) = self.installed.as_ref()?;
        Some(&installed.standing.waiting)
    }
}

impl Serialize for Changed {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        struct Shape<'a> {
            skill: &'a SkillName,
            version: Option<String>,
            file: Option<&'a String>,
            digest: Option<String>,
            granted: Vec<String>,
            waiting: Vec<grant::Waits>,
        }
        let of = self.installed.as_ref();
        Shape {
            skill: &self.name,
            version: of.map(|(_, i)| i.skill.manifest().version.to_string()),
            file: of.map(|(file, _)| file),
            digest: of.map(|(_, i)| i.skill.digest().to_string()),
            granted: self.granted(),
            waiting: self.waiting().map(grant::for_programs).unwrap_or_default(),
        }
        .serialize(to)
    }
}

fn not(nothing: &'static str) -> impl Fn(LockError) -> ApprovalError {
    move |why| ApprovalError::Lock { nothing, why }
}

/// The loaded skill of that name, and its file.
pub fn find<'a>(
    name: &str,
    entries: &'a BTreeMap<String, Entry>,
) -> Option<(&'a str, &'a Installed)> {
    entries.iter().find_map(|(file, entry)| {
        let installed = entry.installed.as_ref()?;
        (installed.skill.manifest().name.as_str() == name).then_some((file.as_str(), installed))
    })
}

/// What may have been meant, as the end of a message.
pub fn meant(name: &str, entries: &BTreeMap<String, Entry>) -> String {
    let names: Vec<String> = entries
        .values()
        .filter_map(|entry| Some(entry.installed.as_ref()?.skill.manifest().name.to_string()))
        .collect();
    match nearest(name, &names, String::as_str) {
        Some(meant) => format!("; did you mean `{meant}`?"),
        None => "; `baton skill list` shows those that are loaded".to_owned(),
    }
}

impl OperatorFolder {
    /// The loaded skill of that name, and its file.
    pub fn installed(&self, name: &SkillName) -> Result<(String, Installed), ApprovalError> {
        let entries = self.skills.entries();
        match find(name.as_str(), &entries) {
            Some((file, installed)) => Ok((file.to_owned(), installed.clone())),
            None => Err(ApprovalError::NoSkill {
                name: name.clone(),
                meant: meant(name.as_str(), &entries),
            }),
        }
    }

    /// Lets a loaded skill do more.
    pub async fn grant(
        &self,
        name: &SkillName,
        words: &[GrantWord],
        origin: Origin,
    ) -> Result<Changed, ApprovalError> {
        let (file, installed) = self.installed(name)?;
        Lock::update(&self.lock_file, |lock| {
            for word in words {
                let approval = installed.skill.approval(&file, word, origin);
                lock.approve(name, word.clone(), approval);
            }
        })
        .map_err(not("granted"))?;
        self.changed(name).await
    }

    /// Takes back what was granted by command.
    pub async fn revoke(
        &self,
        name: &SkillName,
        words: &[GrantWord],
    ) -> Result<Changed, ApprovalError> {
        let lock = Lock::read(&self.lock_file).map_err(not("revoked"))?;
        let listed = self.skills.entitlement(name);
        for word in words {
            if listed.lists(word) {
                let (word, skill) = (word.clone(), name.clone());
                return Err(ApprovalError::Listed { word, skill });
            }
            if lock.approval(name, word).is_none() {
                let entries = self.skills.entries();
                let known = lock.file(name).is_some() || find(name.as_str(), &entries).is_some();
                return Err(ApprovalError::NotGranted {
                    skill: name.clone(),
                    word: word.clone(),
                    hint: match known {
                        true => "; `baton skill inspect` shows what it has".to_owned(),
                        false => meant(name.as_str(), &entries),
                    },
                });
            }
        }
        Lock::update(&self.lock_file, |lock| {
            for word in words {
                lock.revoke(name, word);
            }
        })
        .map_err(not("revoked"))?;
        self.changed(name).await
    }

    /// Lets the verdicts of a loaded skill count; the skill is as it was before.
    pub async fn admit(&self, name: &SkillName) -> Result<(Admitted, Installed), ApprovalError> {
        let (file, installed) = self.installed(name)?;
        let (manifest, digest) = (installed.skill.manifest(), installed.skill.digest());
        let mut already = false;
        Lock::update(&self.lock_file, |lock| {
            already = lock.admits(name, &digest);
            if !already {
                lock.admit(name.clone(), &digest, file.clone());
            }
        })
        .map_err(not("admitted"))?;
        self.skills.scan().await?;
        let admitted = Admitted {
            skill: name.to_string(),
            version: manifest.version.to_string(),
            file,
            digest: digest.to_string(),
            already,
        };
        Ok((admitted, installed))
    }

    async fn changed(&self, name: &SkillName) -> Result<Changed, ApprovalError> {
        self.skills.scan().await?;
        Ok(Changed {
            name: name.clone(),
            installed: self.installed(name).ok(),
        })
    }
}
