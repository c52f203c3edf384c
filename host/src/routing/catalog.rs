//! The skills of a desk at one moment, ready to be asked.

use std::sync::Arc;

use super::{
    Quarantine, SkillTally,
    trigger::{ConditionIndex, TriggerIndex},
};
use crate::{
    contract::{HandoffDeclaration, Reach, Skill},
    id::{AgentName, SkillName},
};

/// Whether a skill's verdicts count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// They do.
    Admitted,
    /// They are recorded and shown, not acted on.
    Shadow,
}

/// On which terms a skill works here; the operator's side of the contract.
#[derive(Clone, Debug)]
pub struct Terms {
    /// A higher priority is lowered to this.
    pub priority_cap: i32,
    /// The only agents it may hand over to; none: any of the desk's.
    pub targets: Option<Vec<AgentName>>,
    /// Whether its verdicts count.
    pub admission: Admission,
    /// It sees only messages that these own; empty: every message.
    pub only_owned_by: Vec<AgentName>,
    /// Its hooks may run on other skills' handoffs.
    pub hooks_on_all: bool,
}

impl Default for Terms {
    /// A stranger's: normal priority at most, nobody else's handoffs.
    fn default() -> Self {
        Self {
            priority_cap: 0,
            targets: None,
            admission: Admission::Admitted,
            only_owned_by: Vec::new(),
            hooks_on_all: false,
        }
    }
}

impl Terms {
    /// The priority that a declared one comes to.
    pub fn priority(&self, declared: i32) -> i32 {
        declared.min(self.priority_cap)
    }
}

/// A skill of the desk.
#[derive(Clone)]
pub struct Member {
    /// The skill.
    pub skill: Arc<dyn Skill>,
    /// On which terms it works.
    pub terms: Arc<Terms>,
    /// Its record of faults.
    pub quarantine: Arc<Quarantine>,
    /// What it has done.
    pub tally: Arc<SkillTally>,
}

impl Member {
    /// A skill on the given terms, with a clean record.
    pub fn new(skill: Arc<dyn Skill>, terms: Terms) -> Self {
        Self {
            skill,
            terms: Arc::new(terms),
            quarantine: Arc::default(),
            tally: Arc::default(),
        }
    }

    /// The skill's name.
    pub fn name(&self) -> &SkillName {
        &self.skill.manifest().name
    }

    /// Its conditions.
    pub fn handoffs(&self) -> &[HandoffDeclaration] {
        &self.skill.manifest().handoffs
    }
}

/// The skills of a desk at one moment. A turn works with one catalog from
/// beginning to end, so that a change of the folder never tears it.
pub struct Catalog {
    members: Vec<Member>,
    triggers: TriggerIndex,
    /// Conditions without triggers, which must always be asked.
    always: Vec<ConditionIndex>,
    /// Skills whose hooks run on everybody's handoffs.
    with_hooks_on_all: Vec<usize>,
}

/// The triggers of all skills together are too many.
#[derive(Debug, thiserror::Error)]
#[error("cannot index the triggers of the installed skills: {0}")]
pub struct CatalogError(#[from] aho_corasick::BuildError);

impl Catalog {
    /// Puts the skills in order of name and indexes their triggers.
    pub fn new(mut members: Vec<Member>) -> Result<Self, CatalogError> {
        members.sort_by(|a, b| a.name().cmp(b.name()));
        let mut triggers = Vec::new();
        let mut always = Vec::new();
        for (m, member) in (0u32..).zip(&members) {
            for (h, handoff) in (0u32..).zip(member.handoffs()) {
                if handoff.triggers.is_empty() {
                    always.push((m, h));
                }
                triggers.extend(handoff.triggers.iter().map(|text| (text.clone(), (m, h))));
            }
        }
        let with_hooks_on_all = members
            .iter()
            .enumerate()
            .filter(|(_, member)| member.terms.hooks_on_all)
            .filter(|(_, member)| {
                member
                    .skill
                    .manifest()
                    .hooks
                    .iter()
                    .any(|hook| hook.handoffs == Reach::All)
            })
            .map(|(m, _)| m)
            .collect();
        Ok(Self {
            members,
            triggers: TriggerIndex::build(triggers)?,
            always,
            with_hooks_on_all,
        })
    }

    /// The skills, in order of name.
    pub fn members(&self) -> &[Member] {
        &self.members
    }

    /// Positions of the skills whose hooks run on everybody's handoffs.
    pub fn with_hooks_on_all(&self) -> &[usize] {
        &self.with_hooks_on_all
    }

    /// The conditions that can hold for this text, in order.
    pub(super) fn possible(&self, text: &str) -> Vec<ConditionIndex> {
        let mut possible = self.triggers.matching(text);
        if !self.always.is_empty() {
            possible.extend(&self.always);
            possible.sort_unstable();
        }
        possible
    }
}
