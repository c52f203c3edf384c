//! What the skills that are loaded may do, and whether they have what they
//! cannot do without.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use jiff::Timestamp;

use super::{Entry, Installed, Notice, SkillFolder};
use crate::{
    contract::Skill,
    id::SkillName,
    skill::{
        Approval, Claimant, Dependency, Entitlement, GrantWord, Lock, Origin, WasmSkill,
        current_user,
        ready::{Needs, lacks},
        standing::{Standing, first_seen},
    },
};

impl SkillFolder {
    /// What the configuration grants the skill.
    pub fn entitlement(&self, skill: &SkillName) -> Entitlement {
        self.rules.entitlement(skill)
    }

    /// Binds what the configuration grants for the first time to the files that
    /// are there. Where that cannot be written down, nothing is granted by it.
    pub(super) fn bind(&self, entries: &BTreeMap<String, Entry>, lock: Lock) -> Lock {
        let unbound = |(file, skill): &(&String, &Arc<WasmSkill>), lock: &Lock| {
            let says = self.rules.entitlement(&skill.manifest().name);
            let wants = skill.wants_within();
            first_seen(skill.claimant(file, &wants), &says, lock)
        };
        let new: Vec<(&String, &Arc<WasmSkill>)> = entries
            .iter()
            .filter_map(|(file, entry)| Some((file, &entry.installed.as_ref()?.skill)))
            .filter(|claim| !unbound(claim, &lock).is_empty())
            .collect();
        if new.is_empty() {
            return lock;
        }
        let bound = Lock::update(&self.lock_file, |lock| {
            for claim in new {
                for word in unbound(&claim, lock) {
                    let approval = claim.1.approval(claim.0, &word, Origin::Config);
                    lock.approve(&claim.1.manifest().name, word, approval);
                }
            }
        });
        bound.unwrap_or_else(|error| {
            tracing::warn!("{error}; what baton.toml grants for the first time waits for that");
            lock
        })
    }

    /// Gives each skill what it is granted by now, and no more.
    pub(super) fn settle(
        &self,
        entries: &mut BTreeMap<String, Entry>,
        lock: &Lock,
        notices: &mut Vec<Notice>,
    ) {
        for (file, installed) in installed(entries) {
            let name = installed.skill.manifest().name.clone();
            let says = self.rules.entitlement(&name);
            let wants = installed.skill.wants_within();
            let standing = Standing::of(installed.skill.claimant(file, &wants), &says, lock);
            if standing == installed.standing {
                continue;
            }
            let memory = standing.memory(&name, file);
            installed.skill = installed.skill.permitted(standing.granted.clone(), memory);
            let just_told = notices.iter().any(|notice| notice.brings(&name));
            if !just_told || !standing.waiting.is_empty() {
                notices.push(Notice::Grants {
                    skill: name,
                    granted: standing.granted.clone(),
                    waiting: standing.waiting.clone(),
                });
            }
            installed.standing = standing;
        }
    }

    /// Finds out which skills are ready.
    pub(super) fn make_ready(
        &self,
        entries: &mut BTreeMap<String, Entry>,
        notices: &mut Vec<Notice>,
    ) {
        let skills: Vec<Arc<WasmSkill>> = installed(entries)
            .map(|(_, installed)| installed.skill.clone())
            .collect();
        let needs = skills
            .iter()
            .map(|skill| (&skill.manifest().name, self.needs(skill)))
            .collect();
        let mut found = lacks(&needs);
        for (_, installed) in installed(entries) {
            let name = &installed.skill.manifest().name;
            let lacks = found.remove(name).unwrap_or_default();
            if lacks != installed.lacks {
                installed.lacks.clone_from(&lacks);
                // It is not asked until it has them, nor told what is erased.
                installed.skill.cool();
                let skill = name.clone();
                notices.push(Notice::Readiness { skill, lacks });
            }
        }
    }

    fn needs<'a>(&self, skill: &'a WasmSkill) -> Needs<'a> {
        let manifest = skill.manifest();
        let said = manifest.depends.iter().map(|word| Dependency::new(word));
        Needs {
            depends: said.chain(self.rules.depends(&manifest.name)).collect(),
            granted: skill.permit().grants.clone(),
            tools: manifest
                .tools
                .iter()
                .map(|tool| &tool.name)
                .collect::<BTreeSet<_>>(),
        }
    }
}

impl WasmSkill {
    /// The skill as it asks for grants from its file.
    pub(super) fn claimant<'a>(
        &'a self,
        file: &'a str,
        wants: &'a BTreeMap<crate::skill::Grant, String>,
    ) -> Claimant<'a> {
        Claimant {
            name: &self.manifest().name,
            file,
            digest: self.digest(),
            wants,
        }
    }

    /// That this user approves the grant for the bytes that are in the file.
    pub fn approval(&self, file: &str, word: &GrantWord, origin: Origin) -> Approval {
        Approval {
            file: file.to_owned(),
            digest: self.digest().to_string(),
            version: self.manifest().version.to_string(),
            wanted: self.wants_within().remove(&word.grant()),
            origin,
            by: current_user(),
            at: Timestamp::now(),
        }
    }
}

fn installed(
    entries: &mut BTreeMap<String, Entry>,
) -> impl Iterator<Item = (&str, &mut Installed)> {
    entries
        .iter_mut()
        .filter_map(|(file, entry)| Some((file.as_str(), entry.installed.as_mut()?)))
}

impl Notice {
    /// Whether it tells that this skill is there.
    fn brings(&self, name: &SkillName) -> bool {
        match self {
            Self::Loaded { skill, .. } | Self::Replaced { skill, .. } => skill == name,
            _ => false,
        }
    }
}
