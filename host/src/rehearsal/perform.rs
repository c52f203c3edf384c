//! Runs a case.

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use jiff::Timestamp;
use serde_json::Value;
use url::Url;

use super::{
    Calls,
    case::{Case, HandoffCase, ToolCase},
    colleagues::Staff,
    keeping::{Archive, Shelf},
    observed::{self, Observed},
    till::Till,
    web::Servers,
};
use crate::{
    contract::{
        Access, Caller, CallerKind, ContextVersion, Findings, HandoffContext, HistoryPolicy,
        HookPoint, Mode, OnFailure, Outcome, OutcomeError, Patch, Refusal, Session, Skill,
        ToolError, Verdict,
    },
    conversation::{
        Chance, Effects, EventKind, HandoffRecord, Message, MessageList, Query, SavedState, Seed,
        Speaker, StorageWrite, Ticket, Trust, Turn,
    },
    id::{AgentName, FunctionName, HandoffId, Scope, TaskId},
    routing::{Catalog, CatalogError, Detail, Member, Ruling, Terms, evaluate},
    skill::{Allowance, GrantWord, Grants, SkillConfig, UnknownGrant, WasmSkill},
    trust::Provenance,
    web::HostPattern,
};

/// The agent that has the conversation where a case does not say.
const OWNER: &str = "front-desk";

/// Why a case could not be run.
#[derive(Debug, thiserror::Error)]
pub enum RehearsalError {
    /// What it grants is no grant.
    #[error("the case \"{case}\" grants what is no grant: {why}")]
    Grant {
        /// Which case.
        case: String,
        /// What is wrong.
        why: UnknownGrant,
    },
    /// The skill cannot be in a catalog.
    #[error(transparent)]
    Catalog(#[from] CatalogError),
}

/// How a case went.
#[derive(Clone, Debug)]
pub struct Performance {
    /// What the skill did.
    pub observed: Observed,
    /// How long it took, waiting included.
    pub took: Duration,
    /// The most memory an instance had, in bytes.
    pub memory: usize,
}

/// Runs a case against a skill, in instances of its own.
pub async fn perform(skill: &WasmSkill, case: &Case) -> Result<Performance, RehearsalError> {
    let calls = Calls::default();
    let peak = Arc::new(AtomicUsize::new(0));
    let servers = Servers {
        answers: case.http.clone(),
        calls: calls.clone(),
    };
    let allowance = Allowance {
        grants: grants(skill, case)?,
        config: SkillConfig::new(case.config.clone()),
        ..Allowance::default()
    };
    let skill = skill.rehearsing(allowance, Arc::new(servers), peak.clone());
    let shelf = Arc::new(Shelf::new(&case.storage, calls.clone()));
    let turn = Arc::new(turn(&skill, case, &shelf, &calls));
    let mut stage = Stage {
        catalog: Catalog::new(vec![Member::new(
            skill.clone(),
            Terms {
                priority_cap: i32::MAX,
                ..Terms::default()
            },
        )])?,
        session: skill.clone().open(&turn),
        skill,
        turn,
        observed: Observed::default(),
    };
    let began = Instant::now();
    stage.play(case).await;
    let took = began.elapsed();
    let mut observed = stage.observed;
    collect(&stage.turn, &shelf, &mut observed);
    observed.calls = calls.all();
    let tickets = stage.turn.with_effects(|effects| effects.tickets.clone());
    let opened = tickets.iter().map(|it| format!("ticket: {}", it.reason));
    observed.calls.extend(opened);
    Ok(Performance {
        observed,
        took,
        memory: peak.load(Ordering::Relaxed),
    })
}

/// What is granted: what the case says, or else all that the skill wants, with
/// the hosts for which there is an answer.
fn grants(skill: &WasmSkill, case: &Case) -> Result<Grants, RehearsalError> {
    match &case.grants {
        Some(words) => words
            .iter()
            .map(|word| word.parse::<GrantWord>())
            .collect::<Result<_, _>>()
            .map_err(|why| RehearsalError::Grant {
                case: case.name.clone(),
                why,
            }),
        None => {
            let wanted = skill.wants_in_words().into_iter();
            let wanted = wanted.flat_map(|want| want.words);
            let urls = case.http.iter().filter_map(|it| it.url.parse::<Url>().ok());
            let hosts = urls.filter_map(|url| HostPattern::of(&url));
            Ok(wanted
                .filter_map(|word| word.parse().ok())
                .chain(hosts.map(GrantWord::Http))
                .collect())
        }
    }
}

fn turn(skill: &WasmSkill, case: &Case, shelf: &Arc<Shelf>, calls: &Calls) -> Turn {
    let time = case.time.unwrap_or(Timestamp::UNIX_EPOCH);
    let said = case.messages.iter().enumerate().map(|(at, said)| {
        let message = match said.from.as_str() {
            "user" => Message::from_user(said.text.as_str()),
            agent => Message::from_agent(AgentName::from(agent), said.text.as_str()),
        };
        Arc::new(Message {
            id: format!("message-{}", at + 1).into(),
            time,
            ..message
        })
    });
    let messages: Vec<Arc<Message>> = said.collect();
    let asked = messages.iter().filter(|it| it.speaker == Speaker::User);
    let query = Query {
        text: case.query.clone().unwrap_or_default().into(),
        conversation: "conversation".into(),
        user: case.user.as_deref().map(Into::into),
        owner: AgentName::from(case.owner.as_deref().unwrap_or(OWNER)),
        scopes: case
            .scopes
            .iter()
            .map(|it| Scope::from(it.as_str()))
            .collect(),
        turn: asked.count() as u64 + 1,
        time,
    };
    let tickets = case.tickets.iter().map(|reason| {
        let name = skill.manifest().name.to_string();
        Ticket::new(&query, name, reason.clone())
    });
    let records = case
        .handoffs
        .iter()
        .enumerate()
        .map(|(at, one)| HandoffRecord {
            id: format!("earlier-{}", at + 1).into(),
            conversation: query.conversation.clone(),
            source: one.source.as_str().into(),
            target: one.target.as_str().into(),
            reason: one.reason.to_string(),
            confidence: 1.0,
            created: time,
            answered: one.answered,
        });
    let archive = Arc::new(Archive {
        state: case.state.as_ref().map(|state| SavedState {
            version: skill.manifest().state_version,
            value: state.to_string().into_bytes().into(),
            trust: Trust::TOOL,
        }),
        tickets: tickets.collect(),
        handoffs: records.collect(),
        profile: Arc::new(case.profile.clone()),
    });
    Turn {
        task: TaskId::from("task"),
        history: Arc::new(MessageList(messages)),
        metadata: Arc::new(case.metadata.clone().into_iter().collect()),
        people: Vec::new(),
        colleagues: Arc::new(Staff {
            agents: case.agents.clone(),
            found: case.found.clone(),
            calls: calls.clone(),
        }),
        profiles: archive.clone(),
        records: archive,
        payments: Arc::new(Till {
            agents: case.agents.clone(),
            wallet: Mutex::new(case.wallet.clone().unwrap_or_default()),
            reservations: Mutex::default(),
            calls: calls.clone(),
        }),
        proof: None,
        storage: shelf.clone(),
        chance: Chance::of(Seed(case.seed.unwrap_or_default().into())),
        effects: Mutex::new(Effects::default()),
        query,
    }
}

/// A case while it runs.
struct Stage {
    skill: Arc<WasmSkill>,
    catalog: Catalog,
    turn: Arc<Turn>,
    /// The instance in which the hooks run: the one that judged, if it did.
    session: Box<dyn Session>,
    observed: Observed,
}

impl Stage {
    /// In the order of a turn.
    async fn play(&mut self, case: &Case) {
        let wanted = match &case.query {
            Some(_) => self.judge().await,
            None => None,
        };
        // To whoever has the conversation nothing is handed over.
        let owner = self.turn.query.owner.as_str();
        let wanted = wanted.filter(|handoff| handoff.target != owner);
        let handoff = case.handoff.clone().or(wanted);
        if let Some(handoff) = handoff {
            let context = context(&self.turn, handoff);
            self.hand_over(context, case).await;
        }
        if let Some(tool) = &case.tool {
            self.call(tool).await;
        }
    }

    /// Asks the conditions, and says which handoff comes of it.
    async fn judge(&mut self) -> Option<HandoffCase> {
        let mut evaluation = evaluate(&self.catalog, &self.turn, Detail::Everything).await;
        let manifest = self.skill.manifest().clone();
        let mut best: Option<(i32, HandoffCase)> = None;
        for judgement in &evaluation.judgements {
            let Some(declared) = manifest.handoffs.get(judgement.handoff) else {
                continue;
            };
            let said = match &judgement.ruling {
                Ruling::Said(verdict) => verdict.clone(),
                Ruling::Faulted(fault) => {
                    self.observed.fault = Some(fault.to_string());
                    continue;
                }
                // Whoever is not asked has passed.
                _ => Verdict::Pass,
            };
            let word = observed::verdict(&said);
            self.observed
                .verdicts
                .insert(declared.name.to_string(), word);
            let Verdict::HandOff(proposal) = said else {
                continue;
            };
            let rank = (declared.priority, proposal.confidence);
            if best.as_ref().is_none_or(|(p, b)| rank > (*p, b.confidence)) {
                let handoff = HandoffCase {
                    target: proposal.target.to_string(),
                    source: None,
                    reason: proposal.reason.unwrap_or(declared.reason),
                    confidence: proposal.confidence,
                    summary: String::new(),
                    state: String::new(),
                    facts: Vec::new(),
                    decisions: Vec::new(),
                    findings: proposal.findings,
                    metadata: declared.metadata.clone(),
                    instructions: proposal.instructions,
                    chain: Vec::new(),
                };
                best = Some((declared.priority, handoff));
            }
        }
        if let Some((_, session)) = evaluation.sessions.pop() {
            self.session = session;
        }
        best.map(|(_, handoff)| handoff)
    }

    async fn hand_over(&mut self, mut context: HandoffContext, case: &Case) {
        for (at, on_failure, access) in self.due(HookPoint::BeforeHandoff, &context.target) {
            let answer = self.session.before(at, &context).await;
            match answer {
                Ok(Ok(patch)) if access == Access::Amend => {
                    self.remember(&patch);
                    context.amend(patch, Trust::TOOL);
                }
                Ok(Ok(_)) => {}
                Ok(Err(refusal)) if access == Access::Amend => {
                    self.observed.refusal = Some(refused(&refusal));
                    return;
                }
                Ok(Err(_)) => {}
                Err(fault) => {
                    self.observed.fault = Some(fault.to_string());
                    if on_failure == OnFailure::Refuse {
                        return;
                    }
                }
            }
        }
        self.observed.context = Some(observed::context(&context));
        if let Some(ended) = &case.outcome {
            let agent = ended.agent.as_deref().map(AgentName::from);
            let outcome = Outcome {
                agent: agent.unwrap_or_else(|| context.target.clone()),
                result: match &ended.error {
                    Some(why) => Err(OutcomeError(why.clone())),
                    None => Ok(ended.reply.clone()),
                },
                insights: ended.insights.clone(),
                fallback: false,
                milliseconds: 0,
            };
            self.conclude(&context, outcome).await;
        }
    }

    async fn conclude(&mut self, context: &HandoffContext, mut outcome: Outcome) {
        for (at, _, access) in self.due(HookPoint::AfterHandoff, &context.target) {
            match self.session.after(at, context, &outcome).await {
                Ok(Ok(mut patch)) if access == Access::Amend => {
                    self.remember(&patch);
                    outcome.insights.extend(std::mem::take(&mut patch.findings));
                    if let Some(replacement) = patch.replace {
                        let name = self.skill.manifest().name.as_str();
                        let agent = replacement.agent;
                        outcome.agent = agent.unwrap_or_else(|| AgentName::from(name));
                        outcome.result = Ok(replacement.reply);
                        outcome.fallback = replacement.fallback;
                    }
                }
                Ok(Ok(_)) => {}
                Ok(Err(refusal)) => self.observed.refusal = Some(refused(&refusal)),
                Err(fault) => self.observed.fault = Some(fault.to_string()),
            }
        }
        self.observed.outcome = Some(observed::outcome(&outcome));
    }

    /// The hooks that run on a handoff to this target, in their order.
    fn due(&self, point: HookPoint, target: &AgentName) -> Vec<(u32, OnFailure, Access)> {
        let hooks = self.skill.manifest().hooks.iter();
        let mut due: Vec<_> = hooks
            .enumerate()
            .filter(|(_, hook)| hook.point == point)
            .filter(|(_, hook)| hook.targets.is_empty() || hook.targets.contains(target))
            .collect();
        due.sort_by_key(|(at, hook)| (hook.order, *at));
        due.into_iter()
            .filter_map(|(at, hook)| Some((u32::try_from(at).ok()?, hook.on_failure, hook.access)))
            .collect()
    }

    fn remember(&self, patch: &Patch) {
        let kept = patch.conversation.iter().cloned();
        self.turn
            .with_effects(|effects| effects.metadata.extend(kept));
    }

    async fn call(&mut self, tool: &ToolCase) {
        let query = &self.turn.query;
        let caller = Caller {
            kind: CallerKind::Agent,
            name: tool.caller.clone(),
            user: query.user.clone(),
            conversation: Some(query.conversation.clone()),
            scopes: query.scopes.clone(),
        };
        // An agent's calls have an instance of their own.
        let mut session = self.skill.clone().open(&self.turn);
        let arguments = Value::Object(tool.arguments.clone());
        let name = FunctionName::from(tool.name.as_str());
        match session.call(&name, &arguments, &caller).await {
            Ok(result) => self.observed.result = Some(result),
            Err(ToolError::Refused { code, message }) => {
                let error = serde_json::json!({ "code": code, "message": message });
                self.observed.error = Some(error);
            }
            Err(ToolError::Fault(fault)) => self.observed.fault = Some(fault.to_string()),
        }
    }
}

fn refused(refusal: &Refusal) -> Value {
    serde_json::json!({ "code": refusal.code.as_str(), "message": refusal.message })
}

/// The context before any hook has seen it.
fn context(turn: &Turn, handoff: HandoffCase) -> HandoffContext {
    let names = |names: Vec<String>| names.into_iter().map(AgentName::from).collect();
    HandoffContext {
        version: ContextVersion::CURRENT,
        id: HandoffId::from("handoff"),
        conversation: turn.query.conversation.clone(),
        task: turn.task.clone(),
        user: turn.query.user.clone(),
        source: handoff
            .source
            .map_or_else(|| turn.query.owner.clone(), AgentName::from),
        target: AgentName::from(handoff.target),
        reason: handoff.reason,
        mode: Mode::Warm,
        history: HistoryPolicy::Full,
        original_task: turn.query.text.clone(),
        summary: handoff.summary,
        state: handoff.state,
        facts: handoff.facts,
        decisions: handoff.decisions,
        findings: handoff.findings,
        data: Findings::new(),
        snapshot: turn.metadata.as_ref().clone().into_iter().collect(),
        confidence: handoff.confidence,
        instructions: handoff.instructions,
        chain: names(handoff.chain),
        involved: Vec::new(),
        metadata: handoff.metadata,
        created: turn.query.time,
        expires: None,
        trust: Trust::USER,
        provenance: Provenance::default(),
    }
}

/// What the turn left behind.
fn collect(turn: &Turn, shelf: &Shelf, observed: &mut Observed) {
    let json =
        |text: &str| serde_json::from_str(text).unwrap_or_else(|_| Value::String(text.to_owned()));
    let stored = shelf.values().into_iter();
    observed.storage = stored
        .map(|(key, stored)| (key, json(&stored.value)))
        .collect();
    observed.metadata = turn.metadata.as_ref().clone().into_iter().collect();
    turn.with_effects(|effects| {
        for (key, pending) in effects.storage.values().flatten() {
            match &pending.write {
                StorageWrite::Set(value, _) => observed.storage.insert(key.clone(), json(value)),
                StorageWrite::Delete => observed.storage.remove(key),
            };
        }
        observed.metadata.extend(effects.metadata.clone());
        for event in &effects.events {
            match &event.kind {
                EventKind::SkillLog { level, text, .. } => {
                    observed.log.push(format!("{level}: {text}"));
                }
                EventKind::SkillDenied { capability, .. } => {
                    observed.denied.push(capability.clone());
                }
                _ => {}
            }
        }
        let saved = effects.states.values().next();
        observed.state = saved.map(|saved| json(&String::from_utf8_lossy(&saved.value)));
    });
    if observed.state.is_none() {
        let name = turn.records.state(&turn.query.conversation, &"".into());
        let kept = name.ok().flatten();
        observed.state = kept.map(|kept| json(&String::from_utf8_lossy(&kept.value)));
    }
}
