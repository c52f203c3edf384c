//! An operator's folder, opened: configuration, skills, agents and store put
//! together to a desk.

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

pub use self::approve::{Admitted, ApprovalError, Changed, find, meant};
use self::rules::OperatorRules;
use crate::{
    agent::{
        A2a, EndpointConfig, Human, Knowledge, Model, Protocol, Records, RemoteConfig, Script,
        Scripted, Webhook, WebhookConfig,
    },
    config::{
        AgentSection, Config, ConfigError, Kind, PathsEntry, PolicySection, Problem, ScriptKind,
        ServeSection, Span,
    },
    contract::{Confidence, Reason},
    handoff::{
        self, Agent, AgentCard, Desk, DeskParts, Directory, DirectoryError, HandoffLimits, Paths,
        PaymentProvider, Policy, Store, StoreError, Templates, ToolAccess, ToolLimits, ToolRef,
        WrongToolRef,
    },
    id::{AgentName, OPERATOR, Scope},
    profile::{ProfileError, ProfileFile},
    provider::{X402, X402Error},
    skill::{Cache, EngineError, FolderError, SkillEngine, SkillFolder},
    store::{MemoryStore, SqliteStore},
};

/// How long an agent may take if nothing is said. Models think for half a
/// minute; customers do not wait for a whole one.
const AGENT_TIMEOUT: Duration = Duration::from_secs(30);

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
        let desk = Desk::new(DeskParts {
            agents,
            catalog: skills.catalog().clone(),
            store,
            profiles: Arc::new(profiles),
            policy: policy(&config, provider(&config)?),
            rules: rules(&config),
            meanings,
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
            path: folder,
        })
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

fn agents(
    config: &Config,
    folder: &Path,
    templates: &Arc<Templates>,
) -> Result<Vec<Arc<dyn Agent>>, OpenError> {
    config
        .agents
        .iter()
        .map(|(name, section)| {
            agent(name, section.get_ref(), folder, templates).map_err(|why| {
                let message = format!("cannot set up the agent `{name}`: {why}");
                config
                    .wrong(folder, Problem::new(message, section.span()))
                    .into()
            })
        })
        .collect()
}

fn agent(
    name: &AgentName,
    section: &AgentSection,
    folder: &Path,
    templates: &Arc<Templates>,
) -> Result<Arc<dyn Agent>, String> {
    let timeout = section
        .timeout
        .map_or(AGENT_TIMEOUT, |Span(timeout)| timeout);
    let scopes = match (section.kind, section.scopes.as_slice()) {
        // It tells of everybody's conversations.
        (Kind::Records, []) => vec![Scope::from(OPERATOR)],
        (_, scopes) => scopes.to_vec(),
    };
    let card = AgentCard {
        name: name.clone(),
        kind: match section.kind {
            Kind::Knowledge => "knowledge",
            Kind::Openai => "openai",
            Kind::Anthropic => "anthropic",
            Kind::A2a => "a2a",
            Kind::Http => "http",
            Kind::Human => "human",
            Kind::Records => "records",
            Kind::Scripted => "scripted",
        },
        description: section.description.clone(),
        examples: section.examples.clone(),
        skills: section.offers.iter().map(|offer| offer.0.clone()).collect(),
        scopes,
        timeout,
        escalation: names(&section.escalation),
        at_once: section.at_once.map(|n| n as usize),
        alternatives: section
            .alternatives
            .iter()
            .map(|a| a.get_ref().clone())
            .collect(),
    };
    let missing = |field: &str| format!("`{field}` is missing");
    Ok(match section.kind {
        Kind::Knowledge => {
            let path = section.path.as_ref().ok_or_else(|| missing("path"))?;
            let otherwise = section.otherwise.clone();
            let agent = Knowledge::load(card, folder, path.get_ref(), otherwise);
            Arc::new(agent.map_err(|error| error.to_string())?)
        }
        Kind::Openai | Kind::Anthropic => Arc::new(model(card, section, timeout, templates)?),
        Kind::A2a => {
            let card_url = section.card.as_ref().ok_or_else(|| missing("card"))?;
            let remote = RemoteConfig {
                card: card_url.get_ref().clone(),
                url: section.url.as_ref().map(|url| url.get_ref().clone()),
                api_key_env: section.api_key_env.clone(),
                idempotent: section.idempotent.unwrap_or_default(),
            };
            let agent = A2a::new(card, &remote).map_err(|error| error.to_string())?;
            Arc::new(agent.with_templates(templates.clone()))
        }
        Kind::Http => {
            let url = section.url.as_ref().ok_or_else(|| missing("url"))?;
            let secret_env = section.secret_env.as_ref();
            let webhook = WebhookConfig {
                url: url.get_ref().clone(),
                secret_env: secret_env.ok_or_else(|| missing("secret-env"))?.clone(),
            };
            let agent = Webhook::new(card, &webhook).map_err(|error| error.to_string())?;
            Arc::new(agent.with_templates(templates.clone()))
        }
        Kind::Human => {
            let standard = "I have passed this on to a colleague, who will answer here. \
                            Your ticket is {ticket}.";
            let text = section.acknowledgement.as_deref().unwrap_or(standard);
            Arc::new(Human::new(card, text.to_owned()))
        }
        Kind::Records => Arc::new(Records::new(card)),
        Kind::Scripted => {
            let text = section
                .reply
                .clone()
                .unwrap_or_else(|| format!("This is {name}."));
            let script = match section.script.unwrap_or_default() {
                ScriptKind::Reply => Script::Reply(text),
                ScriptKind::Fail => Script::Fail(text),
                ScriptKind::Hang => Script::Hang,
                ScriptKind::Busy => Script::Busy,
                ScriptKind::Panic => Script::Panic,
                ScriptKind::HandTo => {
                    let target = section.hand_to.as_ref().ok_or_else(|| missing("hand-to"))?;
                    Script::HandTo(target.get_ref().clone(), section.reason)
                }
                ScriptKind::CallTool => call_tool(section)?,
            };
            let delay = section.delay.map_or(Duration::ZERO, |Span(delay)| delay);
            Arc::new(Scripted::new(card, script, delay).with_templates(templates.clone()))
        }
    })
}

/// Where Anthropic's own models are.
const ANTHROPIC: &str = "https://api.anthropic.com/v1";

fn model(
    card: AgentCard,
    section: &AgentSection,
    timeout: Duration,
    templates: &Arc<Templates>,
) -> Result<Model, String> {
    let protocol = match section.kind {
        Kind::Anthropic => Protocol::Anthropic,
        _ => Protocol::OpenAi,
    };
    let url = match (&section.url, protocol) {
        (Some(url), _) => url.get_ref(),
        (None, Protocol::Anthropic) => ANTHROPIC,
        (None, Protocol::OpenAi) => return Err("`url` is missing".to_owned()),
    };
    let model = section.model.as_ref().ok_or("`model` is missing")?;
    let mut endpoint = EndpointConfig::new(url, model);
    endpoint.protocol = protocol;
    endpoint.api_key_env.clone_from(&section.api_key_env);
    endpoint.timeout = timeout;
    if let Some(parameters) = &section.parameters {
        endpoint.parameters = match serde_json::to_value(parameters) {
            Ok(serde_json::Value::Object(parameters)) => parameters,
            _ => return Err("`parameters` cannot be written as JSON".to_owned()),
        };
    }
    let instructions = section.instructions.clone().unwrap_or_default();
    let triage = section.triage.as_ref().map(|triage| EndpointConfig {
        model: triage.clone(),
        ..endpoint.clone()
    });
    let agent = Model::new(card, instructions, endpoint).map_err(|error| error.to_string())?;
    let agent = agent.with_templates(templates.clone());
    match triage {
        Some(triage) => agent.with_triage(triage).map_err(|error| error.to_string()),
        None => Ok(agent),
    }
}

fn call_tool(section: &AgentSection) -> Result<Script, String> {
    let call = section.call.as_ref().ok_or("`call` is missing")?;
    let ToolRef::One(tool) = call
        .get_ref()
        .parse()
        .map_err(|e: WrongToolRef| e.to_string())?
    else {
        return Err("`call` names no tool".to_owned());
    };
    let arguments = match serde_json::to_value(section.arguments.clone().unwrap_or_default()) {
        Ok(serde_json::Value::Object(arguments)) => arguments,
        _ => return Err("`arguments` cannot be written as JSON".to_owned()),
    };
    let reply = section
        .reply
        .clone()
        .unwrap_or_else(|| "{result}".to_owned());
    Ok(Script::CallTool(tool, arguments, reply))
}
