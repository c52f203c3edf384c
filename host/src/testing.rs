//! Skills in Rust and agents with scripts, for tests of the core.

use std::{sync::Arc, time::Duration};

use arc_swap::ArcSwap;
use async_trait::async_trait;
use serde_json::Value;

use crate::{
    agent::{Script, Scripted},
    contract::{
        Access, Caller, Confidence, DecidedBy, Digest, Effect, Fault, Findings, HandoffContext,
        HandoffDeclaration, HistoryPolicy, HookDeclaration, HookPoint, Manifest, Mode, OnFailure,
        Outcome, Ownership, Patch, Proposal, Reach, Reason, Refusal, Session, Skill,
        ToolDeclaration, ToolError, Verdict,
    },
    conversation::Turn,
    handoff::{
        Agent, AgentCard, AgentFailure, Answer, Assignment, Desk, DeskParts, Directory,
        HandoffCall, Incoming, Policy, Reply, Rules, Store,
    },
    id::{AgentName, FunctionName, SkillName},
    profile::ProfileFile,
    routing::{Catalog, Member, Terms},
    store::MemoryStore,
};

/// A tool of this name never returns.
pub const HANGS: &str = "hang";

type HookResult = Result<Result<Patch, Refusal>, Fault>;

/// A skill in Rust.
#[derive(Clone)]
pub struct Native {
    manifest: Manifest,
    verdict: Verdict,
    before: fn(&HandoffContext) -> HookResult,
    after: fn(&HandoffContext, &Outcome) -> HookResult,
    tool: Arc<ToolFn>,
}

/// What a skill's tools do: name, arguments, caller.
type ToolFn = dyn Fn(&str, &Value, &Caller) -> Result<Value, ToolError> + Send + Sync;

impl Native {
    /// A skill with one condition, that always wants `target`.
    pub fn wants(name: &str, target: &str) -> Self {
        Self {
            manifest: Manifest {
                name: SkillName::from(name),
                version: semver::Version::new(1, 0, 0),
                description: String::new(),
                handoffs: vec![HandoffDeclaration {
                    name: FunctionName::from("condition"),
                    target: None,
                    description: String::new(),
                    priority: 0,
                    timeout: None,
                    scopes: Vec::new(),
                    triggers: Vec::new(),
                    decided_by: DecidedBy::Condition,
                    reason: Reason::Specialization,
                    mode: Mode::Warm,
                    ownership: Ownership::Moves,
                    history: HistoryPolicy::Full,
                    metadata: Findings::new(),
                }],
                hooks: Vec::new(),
                tools: Vec::new(),
                wants: Vec::new(),
                config_schema: None,
                state_version: 0,
                depends: Vec::new(),
                targets: Vec::new(),
            },
            verdict: proposal(target, 1.0),
            before: |_| Ok(Ok(Patch::default())),
            after: |_, _| Ok(Ok(Patch::default())),
            tool: Arc::new(|_, _, _| Err(Fault::Contract("no tools".to_owned()).into())),
        }
    }

    pub fn says(mut self, verdict: Verdict) -> Self {
        self.verdict = verdict;
        self
    }

    pub fn condition(mut self, change: impl FnOnce(&mut HandoffDeclaration)) -> Self {
        change(&mut self.manifest.handoffs[0]);
        self
    }

    pub fn before(mut self, run: fn(&HandoffContext) -> HookResult) -> Self {
        self.before = run;
        self.hook(HookPoint::BeforeHandoff, |_| {})
    }

    pub fn after(mut self, run: fn(&HandoffContext, &Outcome) -> HookResult) -> Self {
        self.after = run;
        self.hook(HookPoint::AfterHandoff, |_| {})
    }

    pub fn last_hook(mut self, change: impl FnOnce(&mut HookDeclaration)) -> Self {
        change(self.manifest.hooks.last_mut().unwrap());
        self
    }

    /// A tool; all of a skill's are the same function.
    pub fn tool(
        mut self,
        name: &str,
        effect: Effect,
        run: impl Fn(&str, &Value, &Caller) -> Result<Value, ToolError> + Send + Sync + 'static,
    ) -> Self {
        self.tool = Arc::new(run);
        self.manifest.tools.push(ToolDeclaration {
            name: FunctionName::from(name),
            description: format!("Does {name}."),
            parameters: serde_json::json!({ "type": "object" }),
            effect,
            scopes: Vec::new(),
        });
        self
    }

    /// The last tool is only for callers with this scope.
    pub fn tool_scope(mut self, scope: &str) -> Self {
        let tool = self.manifest.tools.last_mut().unwrap();
        tool.scopes.push(crate::id::Scope::from(scope));
        self
    }

    fn hook(mut self, point: HookPoint, change: impl FnOnce(&mut HookDeclaration)) -> Self {
        let on_failure = match point {
            HookPoint::BeforeHandoff => OnFailure::Refuse,
            HookPoint::AfterHandoff => OnFailure::Continue,
        };
        let mut hook = HookDeclaration {
            name: FunctionName::from(point.as_str()),
            point,
            order: 0,
            targets: Vec::new(),
            access: Access::Amend,
            on_failure,
            handoffs: Reach::Own,
            description: String::new(),
        };
        change(&mut hook);
        self.manifest.hooks.push(hook);
        self
    }

    pub fn on(self, terms: Terms) -> Member {
        Member::new(Arc::new(self), terms)
    }
}

pub fn proposal(target: &str, confidence: f64) -> Verdict {
    Verdict::HandOff(Proposal {
        target: AgentName::from(target),
        confidence: Confidence::new(confidence).unwrap(),
        reason: None,
        instructions: String::new(),
        findings: Findings::new(),
    })
}

impl Skill for Native {
    fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    fn digest(&self) -> Digest {
        Digest([0; 32])
    }

    fn acts_outside(&self) -> bool {
        true
    }

    fn open(self: Arc<Self>, _turn: &Arc<Turn>) -> Box<dyn Session> {
        Box::new(Running(self))
    }
}

struct Running(Arc<Native>);

#[async_trait]
impl Session for Running {
    async fn evaluate(&mut self, handoffs: &[u32]) -> Result<Vec<Verdict>, Fault> {
        Ok(handoffs.iter().map(|_| self.0.verdict.clone()).collect())
    }

    async fn before(&mut self, _hook: u32, context: &HandoffContext) -> HookResult {
        (self.0.before)(context)
    }

    async fn after(
        &mut self,
        _hook: u32,
        context: &HandoffContext,
        outcome: &Outcome,
    ) -> HookResult {
        (self.0.after)(context, outcome)
    }

    async fn call(
        &mut self,
        tool: &FunctionName,
        arguments: &Value,
        caller: &Caller,
    ) -> Result<Value, ToolError> {
        if tool.as_str() == HANGS {
            std::future::pending::<()>().await;
        }
        (self.0.tool)(tool.as_str(), arguments, caller)
    }
}

/// An agent that follows a script, with these alternatives.
pub fn agent(name: &str, script: Script, alternatives: &[&str]) -> Arc<dyn Agent> {
    let card = AgentCard {
        name: AgentName::from(name),
        kind: "scripted",
        description: String::new(),
        examples: Vec::new(),
        skills: Vec::new(),
        scopes: Vec::new(),
        timeout: Duration::from_millis(50),
        escalation: Vec::new(),
        at_once: None,
        alternatives: alternatives
            .iter()
            .map(|name| AgentName::from(*name))
            .collect(),
    };
    Arc::new(Scripted::new(card, script, Duration::ZERO))
}

/// An agent that answers with its own name.
pub fn answering(name: &str) -> Arc<dyn Agent> {
    agent(name, Script::Reply(name.to_owned()), &[])
}

/// An agent that hands over by this call.
pub struct Calling(AgentCard, HandoffCall);

impl Calling {
    pub fn new(name: &str, call: HandoffCall) -> Self {
        Self(answering(name).card().clone(), call)
    }
}

#[async_trait]
impl Agent for Calling {
    fn card(&self) -> &AgentCard {
        &self.0
    }

    async fn answer(&self, _assignment: Assignment) -> Result<Reply, AgentFailure> {
        Ok(Reply {
            handoff: Some(self.1.clone()),
            ..Reply::default()
        })
    }
}

/// A desk of these agents and skills, with a front desk as entry.
pub fn desk(agents: Vec<Arc<dyn Agent>>, fallback: Option<&str>, skills: Vec<Member>) -> Desk {
    let policy = Policy {
        local_reply: "nobody".to_owned(),
        ..Policy::default()
    };
    desk_of(agents, fallback, skills, policy, Rules::default())
}

/// The same with a policy and rules.
pub fn desk_of(
    agents: Vec<Arc<dyn Agent>>,
    fallback: Option<&str>,
    skills: Vec<Member>,
    policy: Policy,
    rules: Rules,
) -> Desk {
    let store = Arc::new(MemoryStore::default());
    desk_on(store, agents, fallback, skills, policy, rules)
}

/// The same on this store.
pub fn desk_on(
    store: Arc<dyn Store>,
    mut agents: Vec<Arc<dyn Agent>>,
    fallback: Option<&str>,
    skills: Vec<Member>,
    policy: Policy,
    rules: Rules,
) -> Desk {
    agents.push(answering("front-desk"));
    let fallback = fallback.map(AgentName::from);
    Desk::new(DeskParts {
        agents: Directory::new(agents, AgentName::from("front-desk"), fallback).unwrap(),
        catalog: Arc::new(ArcSwap::from_pointee(Catalog::new(skills).unwrap())),
        store,
        profiles: Arc::new(ProfileFile::default()),
        policy,
        rules,
        meanings: None,
        tracer: None,
    })
}

/// Says something in a new conversation.
pub async fn say(desk: &Desk, text: &str) -> Answer {
    desk.answer(Incoming {
        text: text.to_owned(),
        ..Incoming::default()
    })
    .await
    .unwrap()
}

/// The types of the events of an answer's conversation.
pub async fn events(desk: &Desk, answer: &Answer) -> Vec<String> {
    let events = desk.store().events(&answer.conversation).await.unwrap();
    let name = |event| {
        serde_json::to_value(event).unwrap()["type"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    events.into_iter().map(|(_, event)| name(event)).collect()
}
