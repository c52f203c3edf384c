//! Runs a case.

use std::{
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::Value;
use url::Url;

use super::{
    Calls,
    case::{Case, HandoffCase, ToolCase},
    keeping::Shelf,
    observed::{self, Observed},
    scene::{collect, context, turn},
    web::Servers,
};
use crate::{
    contract::{
        Access, Caller, CallerKind, HandoffContext, HookPoint, OnFailure, Outcome, OutcomeError,
        Patch, Refusal, Session, Skill, ToolError, Verdict,
    },
    conversation::{Trust, Turn},
    id::{AgentName, FunctionName},
    routing::{Catalog, CatalogError, Detail, Member, Ruling, Terms, evaluate},
    skill::{Allowance, GrantWord, Grants, SkillConfig, UnknownGrant, WasmSkill},
    web::HostPattern,
};

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
        let trust = self.turn.trust_in(&self.skill.manifest().name);
        self.turn.with_effects(|effects| {
            for (name, value) in &patch.conversation {
                effects.metadata.note(name, value.clone(), trust);
            }
        });
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
        // As on every way to a tool.
        let mut tools = self.skill.manifest().tools.iter();
        let declared = tools.find(|declared| declared.name == name);
        let called = match declared.map_or(Ok(()), |tool| tool.accepts(&arguments)) {
            Ok(()) => session.call(&name, &arguments, &caller).await,
            Err(why) => Err(why),
        };
        match called {
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
