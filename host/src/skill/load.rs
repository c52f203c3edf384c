//! From bytes to a skill that can be asked, or to the reason why not.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicUsize},
};

use wasmtime::component::InstancePre;

use super::{
    allowance::Allowance,
    bindings::exports::baton::skill::manifest as wit_manifest,
    cache::Cache,
    check::{Facts, check},
    engine::SkillEngine,
    export::{Exports, find_exports},
    grant::{Grant, Grants},
    guest::{Guest, Permit, Work},
    manifest,
    refusal::{Refusal, expect_skill},
    sandbox::{Runnable, Running, Sandbox},
    warm::{Instances, WarmPlace},
};
use crate::{
    contract::{Digest, Fault, Manifest, Session, Skill},
    conversation::Turn,
    id::{ConversationId, SkillName},
    web::StandIn,
};

/// A skill that is a WebAssembly component.
#[derive(Clone)]
pub struct WasmSkill {
    engine: SkillEngine,
    pre: InstancePre<Guest>,
    pub(super) exports: Exports,
    pub(super) permit: Arc<Permit>,
    waits: bool,
    /// Where its instances are kept between turns, if they are.
    pub(super) warm: Option<Arc<WarmPlace<Box<Running>>>>,
    manifest: Manifest,
    digest: Digest,
    facts: Facts,
}

impl WasmSkill {
    /// Compiles and checks the component and has it describe itself. `terms`
    /// says what the skill of that name may do.
    pub async fn load(
        engine: &SkillEngine,
        cache: &Cache,
        bytes: &[u8],
        terms: impl FnOnce(&Manifest) -> Result<Allowance, Refusal>,
    ) -> Result<Arc<Self>, Refusal> {
        let checked = check(engine, cache, bytes, expect_skill)?;
        let mut skill = Self {
            engine: engine.clone(),
            exports: find_exports(&checked.component)?,
            pre: checked.pre,
            permit: Arc::new(Permit::new(
                SkillName::from("(not described yet)"),
                0,
                Allowance::default(),
            )),
            waits: checked.waits,
            warm: None,
            manifest: manifest::nameless(),
            digest: checked.digest,
            facts: checked.facts,
        };
        let probe = Arc::new(skill.clone());
        let mut sandbox = Sandbox::new(probe.clone(), None);
        let described: wit_manifest::Skill = sandbox
            .call(
                Work::Judge,
                probe.exports.describe,
                (),
                probe.permit.limits.describe,
            )
            .await
            .map_err(|fault: Fault| Refusal::Describe(fault.to_string()))?;
        skill.facts.memory = sandbox.memory().unwrap_or(0);
        let manifest = manifest::check(described)?;
        skill.exports.expect(&manifest)?;
        let allowance = terms(&manifest)?;
        skill.permit = Arc::new(Permit::new(
            manifest.name.clone(),
            manifest.state_version,
            allowance,
        ));
        skill.warm = skill.place(&skill.permit);
        skill.manifest = manifest;
        Ok(Arc::new(skill))
    }

    /// What loading found.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What it may do.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// The same component with other grants, and what it remembers under
    /// another name.
    pub fn permitted(&self, grants: Grants, memory: SkillName) -> Arc<Self> {
        let permit = self.permit.with_grants(grants, memory);
        Arc::new(Self {
            // What ran with other grants may know what these do not allow.
            warm: self.place(&permit),
            permit: Arc::new(permit),
            ..self.clone()
        })
    }

    /// The same component on other terms altogether, with somebody who answers
    /// in the place of the web, and the most memory that an instance has noted.
    pub fn rehearsing(
        &self,
        allowance: Allowance,
        web: Arc<dyn StandIn>,
        peak: Arc<AtomicUsize>,
    ) -> Arc<Self> {
        let (name, version) = (self.manifest.name.clone(), self.manifest.state_version);
        let permit = Permit::new(name, version, allowance);
        Arc::new(Self {
            permit: Arc::new(Permit {
                web: permit.web.answered_by(web),
                peak: Some(peak),
                ..permit
            }),
            warm: None,
            ..self.clone()
        })
    }

    fn place(&self, permit: &Permit) -> Option<Arc<WarmPlace<Box<Running>>>> {
        match permit.instances {
            Instances::Fresh => None,
            Instances::Warm => Some(Arc::new(self.engine.warm().place())),
        }
    }

    /// Drops the instances that it has between turns.
    pub(super) fn cool(&self) {
        if let Some(place) = &self.warm {
            place.clear();
        }
    }

    /// What it wants, and within which bounds, as JSON.
    pub fn wants_within(&self) -> BTreeMap<Grant, String> {
        let bounds = |grant: Grant| {
            let said = self.manifest.wants.iter();
            let said = said.filter(|want| Grant::named(&want.capability) == Some(grant));
            let said: Vec<String> = said
                .map(|want| serde_json::Value::Object(want.parameters.clone()).to_string())
                .collect();
            said.join(" ")
        };
        self.wants()
            .into_iter()
            .map(|grant| (grant, bounds(grant)))
            .collect()
    }

    /// The grants that its imports, priorities and hooks would need, and those
    /// that it says.
    pub fn wants(&self) -> BTreeSet<Grant> {
        let imported = self.facts.imported();
        let said = self.manifest.wants.iter();
        let said = said.filter_map(|want| Grant::named(&want.capability));
        let mut wants: BTreeSet<Grant> = imported.chain(said).collect();
        if self
            .manifest
            .handoffs
            .iter()
            .any(|handoff| handoff.priority > 0)
        {
            wants.insert(Grant::Priority);
        }
        if self
            .manifest
            .hooks
            .iter()
            .any(|hook| hook.handoffs == crate::contract::Reach::All)
        {
            wants.insert(Grant::HooksOnAll);
        }
        wants
    }
}

impl Runnable for WasmSkill {
    fn engine(&self) -> &SkillEngine {
        &self.engine
    }

    fn pre(&self) -> &InstancePre<Guest> {
        &self.pre
    }

    fn permit(&self) -> &Arc<Permit> {
        &self.permit
    }

    fn waits(&self) -> bool {
        self.waits
    }

    fn facts(&self) -> &Facts {
        &self.facts
    }

    fn warm(&self) -> Option<&Arc<WarmPlace<Box<Running>>>> {
        self.warm.as_ref()
    }
}

impl Skill for WasmSkill {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn digest(&self) -> Digest {
        self.digest
    }

    fn acts_outside(&self) -> bool {
        let grants = &self.permit.grants;
        let outside = [Grant::Http, Grant::Payments, Grant::Agents];
        outside.into_iter().any(|grant| grants.allows(grant))
    }

    fn forget(&self, conversation: &ConversationId) {
        if let Some(place) = &self.warm {
            place.forget(conversation);
        }
    }

    fn open(self: Arc<Self>, turn: &Arc<Turn>) -> Box<dyn Session> {
        Box::new(Sandbox::new(self, Some(turn.clone())))
    }
}
