//! An operator's folder, opened: configuration, skills, agents and store put
//! together to a desk.

mod agents;
mod approve;
mod meanings;
mod rules;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use serde_spanned::Spanned;

use self::agents::{AGENT_TIMEOUT, agents};
pub use self::approve::{Admitted, ApprovalError, Changed, find, meant};
use self::rules::OperatorRules;
use crate::{
    config::{
        AgentSection, Config, ConfigError, Kind, PathsEntry, PolicySection, ServeSection, Span,
    },
    contract::{Confidence, Reason},
    handoff::{
        self, Desk, DeskParts, Directory, DirectoryError, HandoffLimits, Paths, PaymentProvider,
        Policy, Store, StoreError, Templates, ToolAccess, ToolLimits, ToolRef,
    },
    id::AgentName,
    profile::{ProfileError, ProfileFile},
    provider::{X402, X402Error},
    skill::{Cache, EngineError, FolderError, SkillEngine, SkillFolder},
    store::{MemoryStore, SqliteStore},
    telemetry::{Exporter, TelemetryError},
    trace::Tracer,
};

/// How long agents elsewhere are listened to when they say what they are.
const INTRODUCTIONS: Duration = Duration::from_secs(10);

/// Where admissions are written.
const LOCK_FILE: &str = "baton.lock";

/// The folder cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// The configuration is missing or wrong.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// The folder is not there.
    #[error("cannot open the folder {}: {why}", folder.display())]
    Folder {
        /// The folder.
        folder: PathBuf,
        /// What went wrong.
        why: std::io::Error,
    },
    /// The agents do not fit together.
    #[error(transparent)]
    Directory(#[from] DirectoryError),
    /// The users cannot be read.
    #[error(transparent)]
    Profiles(#[from] ProfileError),
    /// The store cannot be opened.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The provider of payments cannot be used.
    #[error(transparent)]
    Provider(#[from] X402Error),
    /// The engine does not start.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// The skills cannot be loaded.
    #[error(transparent)]
    Skills(#[from] FolderError),
    /// Traces cannot be sent.
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
}

/// An operator's folder, opened.
pub struct OperatorFolder {
    /// The desk.
    pub desk: Arc<Desk>,
    /// Its skills.
    pub skills: Arc<SkillFolder>,
    /// Where admissions are written.
    pub lock_file: PathBuf,
    /// What targets are told of a handoff.
    pub templates: Arc<Templates>,
    /// Who may reach the desk from outside, and how.
    pub serve: ServeSection,
    /// What sends traces to a collector.
    pub exporter: Option<Arc<Exporter>>,
    /// The folder itself.
    pub path: PathBuf,
}

impl OperatorFolder {
    /// Reads the configuration, loads the skills, opens the store.
    pub async fn open(folder: &Path) -> Result<Self, OpenError> {
        // Watching needs the names under which the system knows the files.
        let folder = folder.canonicalize().map_err(|why| OpenError::Folder {
            folder: folder.to_owned(),
            why,
        })?;
        let config = Config::read(&folder)?;
        let templates = Arc::new(config.templates.read(&folder)?);
        let agents = agents(&config, &folder, &templates)?;
        let fallback = config.fallback.as_ref().map(|name| name.get_ref().clone());
        let agents = Directory::new(agents, config.entry.get_ref().clone(), fallback)?;
        let profiles = match &config.users {
            Some(file) => ProfileFile::read(&folder.join(file.get_ref()))?,
            None => ProfileFile::default(),
        };
        let store = open_store(&config, &folder)?;
        let secrets = config
            .read_secrets(&folder)
            .map_err(|problem| config.wrong(&folder, problem))?;
        let skills_folder = config.skills_folder(&folder);
        let lock_file = folder.join(LOCK_FILE);
        let skills = SkillFolder::open(
            SkillEngine::start()?,
            Cache::of_user(),
            skills_folder,
            lock_file.clone(),
            Arc::new(OperatorRules::new(&config, &folder, &secrets)),
        )
        .await?;
        let meanings = meanings::of(&config, &folder)?;
        let exporter = Exporter::new(&config.traces)?.map(Arc::new);
        let desk = Desk::new(DeskParts {
            agents,
            catalog: skills.catalog().clone(),
            store,
            profiles: Arc::new(profiles),
            policy: policy(&config, provider(&config)?),
            rules: rules(&config),
            meanings,
            tracer: exporter.clone().map(|exporter| exporter as Arc<dyn Tracer>),
        });
        let desk = Arc::new(desk);
        if config
            .agents
            .values()
            .any(|a| a.get_ref().kind == Kind::A2a)
        {
            // Nobody waits for agents elsewhere to say what they are.
            let desk = desk.clone();
            tokio::spawn(async move { desk.directory().introduce(INTRODUCTIONS).await });
        }
        Ok(Self {
            desk,
            skills: Arc::new(skills),
            lock_file,
            templates,
            serve: config.serve,
            exporter,
            path: folder,
        })
    }
}

impl OperatorFolder {
    /// Sends what was observed of the last turns. Whoever serves others waits for
    /// that; elsewhere it is sent when the desk is gone.
    pub async fn close(&self) {
        if let Some(exporter) = self.exporter.clone() {
            // It blocks its thread; if that panics, there is nothing to send.
            let _ = tokio::task::spawn_blocking(move || exporter.close()).await;
        }
    }
}

fn open_store(config: &Config, folder: &Path) -> Result<Arc<dyn Store>, StoreError> {
    let place = config
        .store
        .as_ref()
        .map_or("sqlite:baton.db", |store| store.get_ref());
    Ok(match place.strip_prefix("sqlite:") {
        Some(file) => Arc::new(SqliteStore::open(&folder.join(file))?),
        None => Arc::new(MemoryStore::default()),
    })
}

/// Who collects money, if the ledger does not.
fn provider(config: &Config) -> Result<Option<Arc<dyn PaymentProvider>>, OpenError> {
    let Some(settings) = config.x402() else {
        return Ok(None);
    };
    Ok(Some(Arc::new(X402::new(settings)?)))
}

fn policy(config: &Config, provider: Option<Arc<dyn PaymentProvider>>) -> Policy {
    let standard = Policy::default();
    Policy {
        limits: limits(&config.policy),
        intents: config.policy.intents,
        supervisor: name(config.policy.supervisor.as_ref()),
        approval_within: config
            .policy
            .approval_within
            .as_ref()
            .map_or(standard.approval_within, |Span(within)| *within),
        decider: name(config.policy.decider.as_ref()),
        human: name(config.policy.human.as_ref()),
        paths: paths(&config.policy.paths),
        escalations: paths(&config.policy.escalations),
        sanitize: config.policy.sanitize,
        max_waiting: config.policy.max_waiting.unwrap_or(standard.max_waiting),
        local_reply: config
            .policy
            .local_reply
            .clone()
            .unwrap_or(standard.local_reply),
        tools: tools(config),
        payments: handoff::PaymentPolicy {
            provider,
            ..config.payment_policy()
        },
    }
}

/// What each agent may call.
fn tools(config: &Config) -> BTreeMap<AgentName, ToolAccess> {
    let access = |(name, section): (&AgentName, &Spanned<AgentSection>)| {
        let section = section.get_ref();
        let tools: Vec<ToolRef> = match &section.tools {
            Some(tools) => tools
                .iter()
                .filter_map(|t| t.get_ref().parse().ok())
                .collect(),
            None => section.skills.iter().cloned().map(ToolRef::All).collect(),
        };
        let standard = ToolLimits::default();
        let timeout = section
            .timeout
            .map_or(AGENT_TIMEOUT, |Span(timeout)| timeout);
        let limits = ToolLimits {
            steps: section.max_tool_steps.unwrap_or(standard.steps),
            tokens: section.max_tool_tokens.unwrap_or(standard.tokens),
            // The rest is for the answer.
            time: match section.max_tool_time {
                Some(Span(time)) => time,
                None => timeout * 2 / 3,
            },
        };
        (!tools.is_empty()).then(|| (name.clone(), ToolAccess { tools, limits }))
    };
    config.agents.iter().filter_map(access).collect()
}

/// To whom each agent may hand over.
fn paths(
    listed: &BTreeMap<Spanned<AgentName>, Vec<Spanned<PathsEntry>>>,
) -> BTreeMap<AgentName, Paths> {
    let entry = |(source, targets): (&Spanned<AgentName>, &Vec<Spanned<PathsEntry>>)| {
        let agents: Option<BTreeSet<AgentName>> = targets
            .iter()
            .map(|target| match target.get_ref() {
                PathsEntry::Everybody => None,
                PathsEntry::Agent(name) => Some(name.clone()),
            })
            .collect();
        (
            source.get_ref().clone(),
            agents.map_or(Paths::Any, Paths::Only),
        )
    };
    listed.iter().map(entry).collect()
}

fn name(spanned: Option<&Spanned<AgentName>>) -> Option<AgentName> {
    spanned.map(|name| name.get_ref().clone())
}

fn names(spanned: &[Spanned<AgentName>]) -> Vec<AgentName> {
    spanned.iter().map(|name| name.get_ref().clone()).collect()
}

fn limits(policy: &PolicySection) -> HandoffLimits {
    let standard = HandoffLimits::default();
    HandoffLimits {
        depth: policy.max_depth.unwrap_or(standard.depth),
        escalations: policy.max_escalations.unwrap_or(standard.escalations),
        per_task: policy.max_per_task.unwrap_or(standard.per_task),
        per_window: policy.max_per_minute.unwrap_or(standard.per_window),
        ..standard
    }
}

fn rules(config: &Config) -> handoff::Rules {
    let rules = config
        .rules
        .iter()
        .zip(1..)
        .map(|(section, number): (_, u32)| {
            let section = section.get_ref();
            handoff::Rule {
                name: section.name.clone().unwrap_or_else(|| number.to_string()),
                target: section.target.get_ref().clone(),
                reason: section.reason.unwrap_or(Reason::Specialization),
                owner: name(section.owner.as_ref()),
                keywords: section.keywords.clone(),
                confidence_below: section.confidence_below.and_then(Confidence::new),
                max_steps: section.max_steps,
            }
        });
    handoff::Rules(rules.collect())
}
