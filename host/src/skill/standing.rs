//! What a skill may do here: what the operator grants, as far as it was
//! approved for the file and the bytes that are there.

use std::{collections::BTreeMap, fmt};

use serde::Deserialize;

use super::{Grant, GrantWord, Grants, Lock, lock::Origin};
use crate::{contract::Digest, id::SkillName};

/// What the configuration grants a skill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum GrantRule {
    /// These, and what was granted by command.
    Listed(Grants),
    /// Nothing, whatever was granted: what the skill tries is recorded.
    Audit,
}

/// What becomes of approvals when a skill's file is replaced by a new version.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum UpgradeRule {
    /// Money, storage, the web, priority and hooks on all handoffs wait.
    #[default]
    Ask,
    /// The new version has what the old one had.
    Follow,
}

/// What the configuration says of a skill's grants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entitlement {
    /// What is granted.
    pub grants: GrantRule,
    /// For how long.
    pub upgrade: UpgradeRule,
}

impl Entitlement {
    /// Whether the configuration lists the grant.
    pub fn lists(&self, word: &GrantWord) -> bool {
        match &self.grants {
            GrantRule::Listed(listed) => listed.words().any(|listed| listed == word),
            GrantRule::Audit => false,
        }
    }
}

impl Default for Entitlement {
    fn default() -> Self {
        Self {
            grants: GrantRule::Listed(Grants::none()),
            upgrade: UpgradeRule::Ask,
        }
    }
}

/// A component that calls itself by a name, from a file of the folder.
#[derive(Clone, Copy, Debug)]
pub struct Claimant<'a> {
    /// The name in its manifest.
    pub name: &'a SkillName,
    /// Its file.
    pub file: &'a str,
    /// Its digest.
    pub digest: Digest,
    /// What it wants, and within which bounds, as JSON.
    pub wants: &'a BTreeMap<Grant, String>,
}

/// Why a grant that was given is not in effect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Waiting {
    /// It was approved for another file that calls itself the same.
    OtherFile {
        /// The file it was approved for.
        file: String,
    },
    /// It was approved for another version, and is one that waits.
    NewVersion {
        /// The version it was approved for.
        version: String,
    },
    /// The version it was approved for did not want it, or wanted less.
    NewlyWanted {
        /// That version.
        version: String,
    },
    /// It could not be written down for which file it is meant.
    Unrecorded,
    /// The operator only watches what the skill tries.
    Audited,
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OtherFile { file } => write!(f, "it was approved for the file {file}"),
            Self::NewVersion { version } => {
                write!(f, "it was approved for version {version} with other bytes")
            }
            Self::NewlyWanted { version } => write!(
                f,
                "version {version}, for which it was approved, did not want it, or not as much"
            ),
            Self::Unrecorded => {
                f.write_str("for which file it is could not be recorded in baton.lock")
            }
            Self::Audited => f.write_str("baton.toml says `grants = \"audit\"`"),
        }
    }
}

/// What a skill may do, and what it would be granted besides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Standing {
    /// What is in effect.
    pub granted: Grants,
    /// What is granted and not in effect.
    pub waiting: BTreeMap<GrantWord, Waiting>,
    /// The file that has the name by the operator's word, if this is another:
    /// a stranger, who inherits nothing.
    pub stranger_to: Option<String>,
}

impl Standing {
    /// The standing of a component.
    pub fn of(claimant: Claimant<'_>, says: &Entitlement, lock: &Lock) -> Self {
        let bound = lock.file(claimant.name);
        let stranger_to = bound.filter(|file| *file != claimant.file);
        let (listed, audited) = match &says.grants {
            GrantRule::Listed(listed) => (Some(listed), false),
            GrantRule::Audit => (None, true),
        };
        let by_command = lock
            .approvals(claimant.name)
            .filter(|(_, approval)| approval.origin == Origin::Command)
            .map(|(word, _)| word);
        let words = listed.into_iter().flat_map(Grants::words).chain(by_command);
        let mut granted = Vec::new();
        let mut waiting = BTreeMap::new();
        for word in words {
            let why = if audited {
                Some(Waiting::Audited)
            } else {
                why_it_waits(claimant, word, says.upgrade, lock)
            };
            match why {
                None => granted.push(word.clone()),
                Some(why) => {
                    waiting.insert(word.clone(), why);
                }
            }
        }
        Self {
            granted: granted.into_iter().collect(),
            waiting,
            stranger_to: stranger_to.map(str::to_owned),
        }
    }

    /// The name under which the skill remembers. A stranger must not read what
    /// another has kept under its name.
    pub fn memory(&self, name: &SkillName, file: &str) -> SkillName {
        match self.stranger_to {
            // A name has no space, so nobody is called like this.
            Some(_) => SkillName::from(format!("{name} from {file}")),
            None => name.clone(),
        }
    }
}

/// The grants of the configuration that are used for the first time: the
/// operator wrote them for the file that is there, so they are bound to it.
/// Those of a name that is bound to another file are not.
pub fn first_seen(claimant: Claimant<'_>, says: &Entitlement, lock: &Lock) -> Vec<GrantWord> {
    let GrantRule::Listed(listed) = &says.grants else {
        return Vec::new();
    };
    let elsewhere = lock
        .file(claimant.name)
        .is_some_and(|file| file != claimant.file);
    let unknown = |word: &&GrantWord| lock.approval(claimant.name, word).is_none();
    match elsewhere {
        true => Vec::new(),
        false => listed.words().filter(unknown).cloned().collect(),
    }
}

fn why_it_waits(
    claimant: Claimant<'_>,
    word: &GrantWord,
    upgrade: UpgradeRule,
    lock: &Lock,
) -> Option<Waiting> {
    let Some(approval) = lock.approval(claimant.name, word) else {
        return Some(match lock.file(claimant.name) {
            Some(file) if file != claimant.file => Waiting::OtherFile {
                file: file.to_owned(),
            },
            _ => Waiting::Unrecorded,
        });
    };
    if approval.file != claimant.file {
        let file = approval.file.clone();
        return Some(Waiting::OtherFile { file });
    }
    if approval.is_for(&claimant.digest) {
        return None;
    }
    let version = approval.version.clone();
    let wants = claimant.wants.get(&word.grant());
    if wants.is_some() && wants != approval.wanted.as_ref() {
        return Some(Waiting::NewlyWanted { version });
    }
    let asks = upgrade == UpgradeRule::Ask && word.grant().waits_for_each_version();
    asks.then_some(Waiting::NewVersion { version })
}

#[cfg(test)]
mod tests;
