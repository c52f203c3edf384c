//! A desk to measure: one skill, two scripted agents, a store in memory.

use std::{path::Path, sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use baton::{
    agent::{Script, Scripted},
    contract::{Digest, Manifest, Session, Skill},
    conversation::{Afterwards, Chance, Effects, Query, Turn},
    handoff::{Agent, AgentCard, Desk, DeskParts, Directory, Policy, Rules, Store},
    id::{AgentName, ConversationId, SkillName, TaskId},
    profile::ProfileFile,
    routing::{Catalog, Member, Terms, Territory},
    skill::{Allowance, BuildOptions, Cache, SkillEngine, WasmSkill, build_skill},
    store::MemoryStore,
};

pub const QUERY: &str = "I would like to talk about the stock in my portfolio, please";

/// Builds the benchmark's skill from its source.
pub fn component() -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/skills/bench");
    build_skill(&folder, &BuildOptions::default())
        .expect("the benchmark's skill builds")
        .bytes
}

pub async fn load(engine: &SkillEngine, cache: &Cache, bytes: &[u8]) -> Arc<WasmSkill> {
    WasmSkill::load(engine, cache, bytes, |_| Ok(Allowance::default()))
        .await
        .expect("the benchmark's skill loads")
}

pub fn catalog(members: Vec<Member>) -> Arc<Catalog> {
    Arc::new(Catalog::new(members).expect("the triggers fit"))
}

pub fn alone(skill: Arc<dyn Skill>) -> Arc<Catalog> {
    catalog(vec![Member::new(skill, Terms::default())])
}

/// The same component under another name and with other triggers, so that a
/// thousand can be installed; each runs in a sandbox of its own.
pub struct Renamed {
    inner: Arc<WasmSkill>,
    manifest: Manifest,
}

impl Renamed {
    pub fn new(inner: &Arc<WasmSkill>, number: usize, triggers: &[&str]) -> Self {
        let mut manifest = inner.manifest().clone();
        manifest.name = SkillName::from(format!("skill-{number:04}"));
        for handoff in &mut manifest.handoffs {
            handoff.triggers = triggers
                .iter()
                .map(|trigger| (*trigger).to_owned())
                .collect();
        }
        Self {
            inner: inner.clone(),
            manifest,
        }
    }
}

impl Skill for Renamed {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn digest(&self) -> Digest {
        self.inner.digest()
    }

    fn acts_outside(&self) -> bool {
        self.inner.acts_outside()
    }

    fn open(self: Arc<Self>, turn: &Arc<Turn>) -> Box<dyn Session> {
        self.inner.clone().open(turn)
    }
}

fn scripted(name: &str) -> Arc<dyn Agent> {
    let card = AgentCard {
        name: AgentName::from(name),
        kind: "scripted",
        description: String::new(),
        examples: Vec::new(),
        skills: Vec::new(),
        scopes: Vec::new(),
        timeout: Duration::from_secs(30),
        alternatives: Vec::new(),
        escalation: Vec::new(),
        at_once: None,
    };
    Arc::new(Scripted::new(
        card,
        Script::Reply("Your portfolio is fine.".to_owned()),
        Duration::ZERO,
    ))
}

pub fn desk(catalog: &Arc<Catalog>) -> Desk {
    desk_on(Arc::new(MemoryStore::default()), catalog)
}

pub fn desk_on(store: Arc<dyn Store>, catalog: &Arc<Catalog>) -> Desk {
    let agents = vec![scripted("front-desk"), scripted("finance-expert")];
    Desk::new(DeskParts {
        agents: Directory::new(agents, AgentName::from("front-desk"), None).expect("agents fit"),
        catalog: Arc::new(ArcSwap::new(catalog.clone())),
        store,
        profiles: Arc::new(ProfileFile::default()),
        policy: Policy::default(),
        rules: Rules::default(),
        meanings: None,
        tracer: None,
    })
}

/// Everything is allowed.
pub struct Anywhere;

impl Territory for Anywhere {
    fn forbids(
        &self,
        _turn: &Turn,
        _source: &AgentName,
        _target: &AgentName,
        _reason: baton::contract::Reason,
    ) -> Option<String> {
        None
    }
}

/// A turn outside any desk, to decide about.
pub fn turn(desk: &Desk) -> Arc<Turn> {
    Arc::new(Turn {
        query: Query {
            text: QUERY.into(),
            conversation: ConversationId::from("c"),
            user: None,
            owner: AgentName::from("front-desk"),
            scopes: Arc::default(),
            turn: 1,
            time: jiff::Timestamp::now(),
        },
        task: TaskId::generate(),
        history: Arc::new(Silence),
        metadata: Arc::default(),
        sanitize: Default::default(),
        people: Vec::new(),
        colleagues: desk.colleagues(),
        profiles: Arc::new(ProfileFile::default()),
        records: Arc::new(MemoryStore::default()),
        payments: desk.payments(),
        proof: None,
        storage: Arc::new(MemoryStore::default()),
        chance: Chance::default(),
        effects: std::sync::Mutex::new(Effects::default()),
        afterwards: Afterwards::default(),
    })
}

#[derive(Debug)]
struct Silence;

impl baton::conversation::History for Silence {
    fn page(
        &self,
        _before: Option<&baton::id::MessageId>,
        _limit: usize,
    ) -> Result<Vec<Arc<baton::conversation::Message>>, baton::conversation::HistoryError> {
        Ok(Vec::new())
    }
}
