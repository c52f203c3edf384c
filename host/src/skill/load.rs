//! From bytes to a skill that can be asked, or to the reason why not.

use std::sync::Arc;

use sha2::{Digest as _, Sha256};
use wasmtime::component::{
    Component, ComponentExportIndex, ComponentNamedList, HasSelf, InstancePre, Lift, Linker, Lower,
    types::ComponentItem,
};

use super::{
    bindings::{
        self,
        baton::skill::types as wit,
        exports::baton::skill::{manifest as wit_manifest, tools as wit_tools},
    },
    cache::Cache,
    engine::SkillEngine,
    grant::{Grant, Grants},
    guest::{Guest, Permit},
    limits::Limits,
    manifest::{self, ManifestError},
    sandbox::Sandbox,
};
use crate::{
    contract::{DecidedBy, Digest, Fault, HookPoint, Manifest, Session, Skill},
    conversation::Turn,
    id::SkillName,
};

/// The contract this host speaks.
pub const CONTRACT: &str = "baton:skill";
/// Its version.
pub const CONTRACT_VERSION: &str = "0.1.0";

/// Why a file is not a skill, or not one that works here.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is a folder.
    #[error("it is a folder; only files of this folder itself are loaded")]
    Folder,
    /// It cannot be read.
    #[error("it cannot be read: {0}")]
    Unreadable(String),
    /// There is nothing in it.
    #[error("it is empty; is it still being written?")]
    Empty,
    /// It is something else.
    #[error("it is not WebAssembly; a skill is a component that `baton skill build` makes")]
    NotWebAssembly,
    /// It is a module, not a component.
    #[error("it is a core module and not a component; build it with `baton skill build`")]
    CoreModule,
    /// It ends too early.
    #[error("it ends in the middle; is it still being written, or was a copy broken off?")]
    Truncated,
    /// It is damaged, or uses what this engine does not know.
    #[error("it is no valid component: {0}")]
    Invalid(String),
    /// It is a program.
    #[error("it is a command-line program (WASI command) and not a skill: it exports wasi:cli/run")]
    Command,
    /// It is a component of something else.
    #[error("it is a component, but no skill: it does not export {CONTRACT}/manifest{0}")]
    NotASkill(String),
    /// It was built for another version of the contract.
    #[error(
        "it was built for {CONTRACT}@{built_for} and this host speaks {CONTRACT_VERSION}; build it again with the SDK of this host"
    )]
    OtherContract {
        /// The version.
        built_for: String,
    },
    /// It wants what does not exist here.
    #[error("it imports {0}, which this host does not offer")]
    UnknownImport(String),
    /// Its functions are not what their names promise.
    #[error("it does not keep to the contract: {0}")]
    Contract(String),
    /// It could not say what it is.
    #[error("it could not describe itself: {0}")]
    Describe(String),
    /// What it says of itself makes no sense.
    #[error(transparent)]
    Manifest(#[from] ManifestError),
    /// There is one of that name already.
    #[error("the skill `{skill}` is already loaded from {file}; remove one of the two")]
    Duplicate {
        /// The name.
        skill: SkillName,
        /// The other file.
        file: String,
    },
}

/// The functions of the contract that a component exports.
#[derive(Clone, Copy, Default)]
pub(super) struct Exports {
    pub(super) evaluate: Option<ComponentExportIndex>,
    pub(super) before: Option<ComponentExportIndex>,
    pub(super) after: Option<ComponentExportIndex>,
    pub(super) tool: Option<ComponentExportIndex>,
    describe: Option<ComponentExportIndex>,
}

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
        terms: impl FnOnce(&SkillName) -> (Grants, Limits),
    ) -> Result<Arc<Self>, Refusal> {
        let checked = check(engine, cache, bytes)?;
        let mut skill = Self {
            engine: engine.clone(),
            pre: checked.pre,
            exports: checked.exports,
            permit: Arc::new(Permit {
                skill: SkillName::from("(not described yet)"),
                state_version: 0,
                grants: Grants::new(),
                limits: Limits::default(),
            }),
            waits: checked.waits,
            manifest: manifest::nameless(),
            digest: checked.digest,
            facts: checked.facts,
        };
        let probe = Arc::new(skill.clone());
        let mut sandbox = Sandbox::new(probe.clone(), None);
        let described: wit_manifest::Skill = sandbox
            .call(probe.exports.describe, (), probe.permit.limits.describe)
            .await
            .map_err(|fault: Fault| Refusal::Describe(fault.to_string()))?;
        skill.facts.memory = sandbox.memory().unwrap_or(0);
        let manifest = manifest::check(described)?;
        skill.expect_exports(&manifest)?;
        let (grants, limits) = terms(&manifest.name);
        skill.permit = Arc::new(Permit {
            skill: manifest.name.clone(),
            state_version: manifest.state_version,
            grants,
            limits,
        });
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

    /// The grants that its imports, priorities and hooks would need.
    pub fn wants(&self) -> Grants {
        let mut wants: Grants = self
            .facts
            .imports
            .iter()
            .filter_map(|name| Grant::for_interface(interface(name)))
            .collect();
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

    /// A manifest must not name what the component does not export.
    fn expect_exports(&self, manifest: &Manifest) -> Result<(), Refusal> {
        let asks = |d: &DecidedBy| *d == DecidedBy::Condition;
        let has_hook = |point| manifest.hooks.iter().any(|hook| hook.point == point);
        let needed = [
            (
                manifest.handoffs.iter().any(|h| asks(&h.decided_by)),
                self.exports.evaluate,
                "router",
            ),
            (
                has_hook(HookPoint::BeforeHandoff),
                self.exports.before,
                "before-handoff",
            ),
            (
                has_hook(HookPoint::AfterHandoff),
                self.exports.after,
                "after-handoff",
            ),
            (!manifest.tools.is_empty(), self.exports.tool, "tools"),
        ];
        for (named, export, interface) in needed {
            if named && export.is_none() {
                return Err(Refusal::Contract(format!(
                    "its manifest names functions of {CONTRACT}/{interface}, which it does not export"
                )));
            }
        }
        Ok(())
    }
}

impl Skill for WasmSkill {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn digest(&self) -> Digest {
        self.digest
    }

    fn open(self: Arc<Self>, turn: &Arc<Turn>) -> Box<dyn Session> {
        Box::new(Sandbox::new(self, Some(turn.clone())))
    }
}

/// The interface in `baton:skill/router@0.1.0`.
pub(super) fn interface(name: &str) -> &str {
    let path = name.split_once('@').map_or(name, |(path, _)| path);
    path.rsplit_once('/')
        .map_or(path, |(_, interface)| interface)
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
    link(&mut linker, &component, !inert.is_empty())
        .map_err(|error| Refusal::Contract(format!("{error:#}")))?;
    let pre = linker
        .instantiate_pre(&component)
        .map_err(|error| Refusal::Contract(error.root_cause().to_string()))?;
    let waits = imports.iter().any(|name| interface(name) == "waiting");
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

/// Every WebAssembly file begins with these four bytes, and then two numbers:
/// version 1 of layer 0 is a module, version 13 of layer 1 a component.
fn expect_component(bytes: &[u8]) -> Result<(), Refusal> {
    const MAGIC: &[u8] = b"\0asm";
    match bytes {
        [] => Err(Refusal::Empty),
        _ if bytes.len() < 8 && (bytes.starts_with(MAGIC) || MAGIC.starts_with(bytes)) => {
            Err(Refusal::Truncated)
        }
        _ if !bytes.starts_with(MAGIC) => Err(Refusal::NotWebAssembly),
        [_, _, _, _, _, _, 0, 0, ..] => Err(Refusal::CoreModule),
        _ => Ok(()),
    }
}

fn expect_skill(exports: &[String]) -> Result<(), Refusal> {
    let versions: Vec<&str> = exports
        .iter()
        .filter_map(|name| name.strip_prefix(CONTRACT)?.strip_prefix("/manifest@"))
        .collect();
    if versions.contains(&CONTRACT_VERSION) {
        return Ok(());
    }
    if let Some(built_for) = versions.first() {
        return Err(Refusal::OtherContract {
            built_for: (*built_for).to_owned(),
        });
    }
    if exports.iter().any(|name| name.starts_with("wasi:cli/run")) {
        return Err(Refusal::Command);
    }
    let listed = match exports {
        [] => ", nor anything else".to_owned(),
        _ => format!("; it exports {}", exports.join(", ")),
    };
    Err(Refusal::NotASkill(listed))
}

/// The imports that are there in name only. Runtimes of several languages
/// import WASI by habit; calling it traps, as a skill has no authority.
fn expect_imports(imports: &[String]) -> Result<Vec<String>, Refusal> {
    const OFFERED: [&str; 6] = [
        "waiting",
        "log",
        "state",
        "conversation",
        "agents",
        "tickets",
    ];
    let mut inert = Vec::new();
    for name in imports {
        if name.starts_with("wasi:") {
            inert.push(name.clone());
            continue;
        }
        let (path, version) = name.split_once('@').unwrap_or((name, ""));
        let known = path
            .strip_prefix(CONTRACT)
            .and_then(|rest| rest.strip_prefix('/'))
            .is_some_and(|interface| OFFERED.contains(&interface));
        if !known || version != CONTRACT_VERSION {
            return Err(Refusal::UnknownImport(name.clone()));
        }
    }
    Ok(inert)
}

fn link(linker: &mut Linker<Guest>, component: &Component, inert: bool) -> wasmtime::Result<()> {
    bindings::Skill::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)?;
    if inert {
        linker.define_unknown_imports_as_traps(component)?;
    }
    Ok(())
}

/// Finds the functions and checks their types, so that calls need not.
fn find_exports(component: &Component) -> Result<Exports, Refusal> {
    let find = |interface: &str, function: &str| {
        let name = format!("{CONTRACT}/{interface}@{CONTRACT_VERSION}");
        let (_, instance) = component.get_export(None, &name)?;
        let found = component.get_export(Some(&instance), function);
        Some(found.ok_or_else(|| Refusal::Contract(format!("{name} has no function `{function}`"))))
    };
    macro_rules! checked {
        ($interface:literal, $function:literal, $params:ty, $result:ty) => {
            match find($interface, $function) {
                None => None,
                Some(Err(refusal)) => return Err(refusal),
                Some(Ok((item, index))) => {
                    check_type::<$params, $result>(component, &item).map_err(|why| {
                        Refusal::Contract(format!("{}.{}: {why}", $interface, $function))
                    })?;
                    Some(index)
                }
            }
        };
    }
    type HookResult = Result<wit::Patch, wit::Refusal>;
    Ok(Exports {
        describe: checked!("manifest", "describe", (), wit_manifest::Skill),
        evaluate: checked!(
            "router",
            "evaluate",
            (&wit::Query<'_>, &[u32]),
            Vec<wit::Verdict>
        ),
        before: checked!(
            "before-handoff",
            "run",
            (u32, &wit::HandoffContext<'_>),
            HookResult
        ),
        after: checked!(
            "after-handoff",
            "run",
            (u32, &wit::HandoffContext<'_>, &wit::Outcome<'_>),
            HookResult
        ),
        tool: checked!(
            "tools",
            "call",
            (&str, &str, &wit_tools::Caller<'_>),
            Result<String, wit_tools::ToolError>
        ),
    })
}

fn check_type<P, R>(component: &Component, item: &ComponentItem) -> Result<(), String>
where
    P: ComponentNamedList + Lower,
    (R,): ComponentNamedList + Lift,
{
    let ComponentItem::ComponentFunc(function) = item else {
        return Err("it is not a function".to_owned());
    };
    let ty = component.component_type();
    function
        .typecheck::<P, (R,)>(&ty.instance_type())
        .map_err(|error| format!("{error:#}"))
}
