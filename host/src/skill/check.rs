//! What skills and agents have in common when they are loaded: a component that
//! this host can run, and nothing else.

use sha2::{Digest as _, Sha256};
use wasmtime::component::{Component, HasSelf, InstancePre, Linker, types};

use super::{
    bindings,
    cache::Cache,
    engine::SkillEngine,
    grant::Grant,
    guest::Guest,
    refusal::{AGENT_CONTRACT, CONTRACT, Refusal, expect_component, expect_imports, interface},
    wasi,
};
use crate::contract::Digest;

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

impl Facts {
    /// The grants that its imports would need.
    pub(super) fn imported(&self) -> impl Iterator<Item = Grant> {
        self.imports.iter().filter_map(|name| grant_behind(name))
    }
}

/// A component, compiled and checked.
pub(super) struct Checked {
    pub(super) component: Component,
    pub(super) pre: InstancePre<Guest>,
    pub(super) facts: Facts,
    pub(super) waits: bool,
    pub(super) digest: Digest,
}

/// Checks all that skills and agents have in common; `expected` says from the
/// exports whether it is of the right kind.
pub(super) fn check(
    engine: &SkillEngine,
    cache: &Cache,
    bytes: &[u8],
    expected: impl FnOnce(&[String]) -> Result<(), Refusal>,
) -> Result<Checked, Refusal> {
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
    expected(&exports)?;
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
        component,
        facts: Facts {
            size: bytes.len(),
            exports: exports
                .into_iter()
                .filter(|name| name.starts_with(CONTRACT) || name.starts_with(AGENT_CONTRACT))
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
    bindings::Guest::add_to_linker::<_, HasSelf<_>>(linker, |guest| guest)?;
    if imports.iter().any(|name| name.starts_with("wasi:")) {
        wasi::link(linker, engine.engine(), component, imports)?;
    }
    Ok(())
}
