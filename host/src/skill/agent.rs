//! Agents as components: loaded and run like skills, in a sandbox of their own
//! for each answer.

mod convert;
mod manifest;

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use wasmtime::component::InstancePre;

use self::convert::{Lists, Texts};
use super::{
    allowance::Allowance,
    bindings::exports::baton::agent::agent as wit,
    cache::Cache,
    check::{Facts, check},
    engine::SkillEngine,
    export::{AgentExports, find_agent},
    grant::Grant,
    guest::{Guest, Permit, Work},
    limits::Time,
    refusal::{Refusal, expect_agent},
    sandbox::{Runnable, Sandbox},
};
use crate::{
    contract::{AgentManifest, AgentRefusal, AgentReply, AgentRequest, Digest, Fault},
    conversation::Turn,
    id::AgentName,
};

/// An agent that is a WebAssembly component.
pub struct WasmAgent {
    engine: SkillEngine,
    pre: InstancePre<Guest>,
    waits: bool,
    exports: AgentExports,
    permit: Arc<Permit>,
    manifest: AgentManifest,
    digest: Digest,
    facts: Facts,
}

impl Runnable for WasmAgent {
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
}

impl WasmAgent {
    /// Compiles and checks the component and has it describe itself. `name` is
    /// what the operator calls it, if it is at work; `terms` says what it may do.
    pub async fn load(
        engine: &SkillEngine,
        cache: &Cache,
        bytes: &[u8],
        name: Option<&AgentName>,
        terms: impl FnOnce(&AgentManifest) -> Result<Allowance, Refusal>,
    ) -> Result<Arc<Self>, Refusal> {
        let checked = check(engine, cache, bytes, expect_agent)?;
        let nobody = AgentName::from("(not described yet)");
        let probe = Arc::new(Self {
            engine: engine.clone(),
            exports: find_agent(&checked.component)?,
            pre: checked.pre,
            waits: checked.waits,
            permit: Arc::new(Permit::of_agent(&nobody, 0, Allowance::default())),
            manifest: manifest::nameless(),
            digest: checked.digest,
            facts: checked.facts,
        });
        let mut sandbox = Sandbox::new(probe.clone(), None);
        let limit = probe.permit.limits.describe;
        let described: wit::Description = sandbox
            .call(Work::Judge, probe.exports.describe, (), limit)
            .await
            .map_err(|fault| Refusal::Describe(fault.to_string()))?;
        let memory = sandbox.memory().unwrap_or(0);
        let manifest = manifest::check(described)?;
        let allowance = terms(&manifest)?;
        let name = name.unwrap_or(&manifest.name);
        Ok(Arc::new(Self {
            engine: probe.engine.clone(),
            pre: probe.pre.clone(),
            waits: probe.waits,
            exports: probe.exports,
            permit: Arc::new(Permit::of_agent(name, manifest.state_version, allowance)),
            digest: probe.digest,
            facts: Facts {
                memory,
                ..probe.facts.clone()
            },
            manifest,
        }))
    }

    /// What it says of itself.
    pub fn manifest(&self) -> &AgentManifest {
        &self.manifest
    }

    /// What loading found.
    pub fn facts(&self) -> &Facts {
        &self.facts
    }

    /// What it may do.
    pub fn permit(&self) -> &Permit {
        &self.permit
    }

    /// SHA-256 of its bytes.
    pub fn digest(&self) -> Digest {
        self.digest
    }

    /// The grants that its imports would need, and those that it says.
    pub fn wants(&self) -> BTreeSet<Grant> {
        let said = self.manifest.wants.iter();
        let said = said.filter_map(|want| Grant::named(&want.capability));
        self.facts.imported().chain(said).collect()
    }

    /// Has it answer, in a fresh instance and within this time if it has less
    /// than it may take anyway. Dropping the future stops it.
    pub async fn answer(
        self: &Arc<Self>,
        turn: &Arc<Turn>,
        request: AgentRequest<'_>,
        limit: Option<Duration>,
    ) -> Result<Result<AgentReply, AgentRefusal>, Fault> {
        let texts = Texts::of(&request);
        let calls = texts.calls();
        let lists = Lists::of(turn, &request, &texts, &calls);
        let time = self.permit.limits.answer;
        let time = Time {
            wall: limit.map_or(time.wall, |limit| limit.min(time.wall)),
            ..time
        };
        let mut sandbox = Sandbox::new(self.clone(), Some(turn.clone()));
        let answered: Result<wit::Reply, wit::Failure> = sandbox
            .call(
                Work::Act,
                self.exports.answer,
                (&lists.request(turn, &request),),
                time,
            )
            .await?;
        convert::answered(answered)
    }
}
