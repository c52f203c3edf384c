//! From bytes to a skill that can be asked, or to the reason why not.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, atomic::AtomicUsize},
};

use sha2::{Digest as _, Sha256};
use wasmtime::component::{Component, HasSelf, InstancePre, Linker, types};

use super::{
    allowance::Allowance,
    bindings::{self, exports::baton::skill::manifest as wit_manifest},
    cache::Cache,
    engine::SkillEngine,
    export::{Exports, find_exports},
    grant::{Grant, Grants},
    guest::{Guest, Permit, Work},
    manifest,
    refusal::{CONTRACT, Refusal, expect_component, expect_imports, expect_skill, interface},
    sandbox::{Running, Sandbox},
    warm::{Instances, WarmPlace},
    wasi,
};
use crate::{
    contract::{Digest, Fault, Manifest, Session, Skill},
    conversation::Turn,
    id::{ConversationId, SkillName},
    web::StandIn,
};

/// What loading took and found, for `skill inspect` and the benchmark.
#[derive(Clone, Debug)]
pub struct Facts {
    /// Size of the component in bytes.
    pub size: usize,
    /// Interfaces of the contract that it exports.
    pub exports: Vec<String>,
    /// Interfaces that it imports, other than plain types.
    pub imports: Vec<String>,
    /// Interfaces among them that are there in name only: a call of one traps.
    pub inert: Vec<String>,
    /// Memory of an instance that has described itself, in bytes.
    pub memory: usize,
}

/// A component, compiled and checked.
struct Checked {
    pre: InstancePre<Guest>,
    exports: Exports,
    facts: Facts,
    waits: bool,
    digest: Digest,
}

/// A skill that is a WebAssembly component.
#[derive(Clone)]
pub struct WasmSkill {
    pub(super) engine: SkillEngine,
    pub(super) pre: InstancePre<Guest>,
    pub(super) exports: Exports,
    pub(super) permit: Arc<Permit>,
    /// It imports something that waits, so its calls need a stack of their own.
    pub(super) waits: bool,
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
        let checked = check(engine, cache, bytes)?;
        let mut skill = Self {
            engine: engine.clone(),
            pre: checked.pre,
            exports: checked.exports,
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
        let imported = self.facts.imports.iter();
        let imported = imported.filter_map(|name| grant_behind(name));
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

fn check(engine: &SkillEngine, cache: &Cache, bytes: &[u8]) -> Result<Checked, Refusal> {
    expect_component(bytes)?;
    let digest = Digest(Sha256::digest(bytes).into());
    let component = cache
        .compile(engine.engine(), &digest, bytes)
        .map_err(|error| {
            let cause = error.root_cause().to_string();
            // A cut can fall in a number or name, or in the middle of a section.
            if cause.contains("unexpected end") || cause.contains("is out of bounds") {
                Refusal::Truncated
            } else {
                Refusal::Invalid(cause)
            }
        })?;
    let ty = component.component_type();
    let exports: Vec<String> = ty
        .exports(engine.engine())
        .map(|(name, _)| name.to_owned())
        .collect();
    expect_skill(&exports)?;
    let imports: Vec<String> = ty
        .imports(engine.engine())
        .map(|(name, _)| name.to_owned())
        .filter(|name| interface(name) != "types")
        .collect();
    let inert = expect_imports(&imports)?;
    let mut linker = Linker::new(engine.engine());
    link(&mut linker, engine, &component, &imports)
        .map_err(|error| Refusal::Contract(format!("{error:#}")))?;
    let pre = linker
        .instantiate_pre(&component)
        .map_err(|error| Refusal::Contract(error.root_cause().to_string()))?;
    let waits = waits(engine, &ty);
    Ok(Checked {
        exports: find_exports(&component)?,
        facts: Facts {
            size: bytes.len(),
            exports: exports
                .into_iter()
                .filter(|name| name.starts_with(CONTRACT))
                .collect(),
            imports,
            inert,
            memory: 0,
        },
        pre,
        waits,
        digest,
    })
}

/// The grant that an import needs; none: it needs none.
fn grant_behind(import: &str) -> Option<Grant> {
    if wasi::is_http(import) {
        Some(Grant::Http)
    } else {
        Grant::for_interface(interface(import))
    }
}

/// Whether a call may wait for the host: on handles, or on the disk.
fn waits(engine: &SkillEngine, ty: &types::Component) -> bool {
    ty.imports(engine.engine()).any(|(name, import)| {
        let types::ComponentItem::ComponentInstance(instance) = import.ty else {
            return false;
        };
        let mut functions = instance.exports(engine.engine());
        match interface(name) {
            "waiting" => true,
            _ if wasi::is_http(name) => true,
            "storage" => functions.any(|(name, _)| name == "compare-and-set"),
            _ => false,
        }
    })
}

fn link(
    linker: &mut Linker<Guest>,
    engine: &SkillEngine,
    component: &Component,
    imports: &[String],
) -> wasmtime::Result<()> {
    bindings::Skill::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)?;
    if imports.iter().any(|name| name.starts_with("wasi:")) {
        wasi::link(linker, engine.engine(), component, imports)?;
    }
    Ok(())
}
