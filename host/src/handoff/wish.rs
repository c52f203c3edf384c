//! A handoff that somebody wants, before it is known whether it will be made.

use std::{sync::Arc, time::Duration};

use crate::{
    contract::{
        Confidence, Findings, HandoffContext, HandoffDeclaration, HistoryPolicy, Mode, Ownership,
        Reason,
    },
    conversation::Turn,
    id::{AgentName, FunctionName, SkillName},
    routing::Candidate,
    trust::{Provenance, Trust},
};

use super::{HandoffCall, context::Draft};

/// Who wants a handoff.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum By {
    /// A skill's condition; its hooks will run.
    Condition {
        /// Position of the skill in the catalog.
        member: usize,
        skill: SkillName,
        condition: FunctionName,
    },
    /// A rule of the operator's.
    Rule(String),
    /// The agent that is asked when no skill decides.
    Decider(AgentName),
    /// The agent that has the conversation.
    Agent(AgentName),
    /// A person, by a command.
    Operator,
    /// The desk, because somebody failed.
    Desk,
}

impl By {
    /// Position in the catalog of the skill whose own hooks run.
    pub(super) fn chooser(&self) -> Option<usize> {
        match self {
            Self::Condition { member, .. } => Some(*member),
            _ => None,
        }
    }

    /// The skill and condition, if it was one.
    pub(super) fn condition(&self) -> Option<(SkillName, FunctionName)> {
        match self {
            Self::Condition {
                skill, condition, ..
            } => Some((skill.clone(), condition.clone())),
            _ => None,
        }
    }

    /// For people and the record.
    pub(super) fn label(&self) -> String {
        match self {
            Self::Condition {
                skill, condition, ..
            } => [skill.as_str(), condition.as_str()].join("/"),
            Self::Rule(name) => format!("rule {name}"),
            Self::Decider(agent) => format!("decider {agent}"),
            Self::Agent(agent) => format!("agent {agent}"),
            Self::Operator => "operator".to_owned(),
            Self::Desk => "desk".to_owned(),
        }
    }
}

/// A handoff that somebody wants.
#[derive(Clone, Debug)]
pub(super) struct Wish {
    pub(super) by: By,
    pub(super) target: AgentName,
    pub(super) reason: Reason,
    pub(super) mode: Mode,
    pub(super) ownership: Ownership,
    pub(super) history: HistoryPolicy,
    pub(super) confidence: Confidence,
    pub(super) instructions: String,
    pub(super) findings: Findings,
    pub(super) metadata: Findings,
    /// Where instructions, findings and metadata come from.
    pub(super) provenance: Provenance,
    /// How long the target may take, if less than it may anyway.
    pub(super) limit: Option<Duration>,
    /// Everybody who has had the task, oldest first; the last one hands over.
    pub(super) chain: Vec<AgentName>,
}

impl Wish {
    /// What a condition wants, of a skill that may be believed as far as `trust`.
    pub(super) fn of_condition(
        candidate: &Candidate,
        declaration: &HandoffDeclaration,
        owner: &AgentName,
        trust: Trust,
    ) -> Self {
        let proposal = &candidate.proposal;
        let mut provenance = Provenance::default();
        if !proposal.instructions.is_empty() {
            provenance.add("instructions", trust);
        }
        provenance.add_all("findings", proposal.findings.keys(), trust);
        provenance.add_all("metadata", declaration.metadata.keys(), Trust::TOOL);
        Self {
            by: By::Condition {
                member: candidate.member,
                skill: candidate.skill.clone(),
                condition: candidate.condition.clone(),
            },
            target: proposal.target.clone(),
            reason: proposal.reason.unwrap_or(declaration.reason),
            mode: declaration.mode,
            ownership: declaration.ownership,
            history: declaration.history,
            confidence: proposal.confidence,
            instructions: proposal.instructions.clone(),
            findings: proposal.findings.clone(),
            metadata: declaration.metadata.clone(),
            provenance,
            limit: declaration.timeout,
            chain: vec![owner.clone()],
        }
    }

    /// What an agent asks for that has the task from `context`, whose findings
    /// go on with it.
    pub(super) fn of_agent(
        call: HandoffCall,
        chain: Vec<AgentName>,
        context: Option<&Arc<HandoffContext>>,
        by: By,
    ) -> Self {
        let reason = call.reason.unwrap_or(Reason::Specialization);
        let mut findings = context.map(|c| c.findings.clone()).unwrap_or_default();
        let provenance = provenance_of_call(&call, chain.len().saturating_sub(1), context);
        findings.extend(call.findings);
        // A chain is as sure as its least sure link.
        let confidence = match context {
            Some(context) => context.confidence.min(call.confidence),
            None => call.confidence,
        };
        Self {
            by,
            target: call.target,
            reason,
            mode: if reason == Reason::Delegation {
                Mode::Delegation
            } else {
                Mode::Warm
            },
            ownership: Ownership::Moves,
            history: HistoryPolicy::Full,
            confidence,
            instructions: call.instructions,
            findings,
            metadata: context.map(|c| c.metadata.clone()).unwrap_or_default(),
            provenance,
            limit: None,
            chain,
        }
    }

    /// A handoff with nothing but a target and a reason.
    pub(super) fn plain(by: By, target: AgentName, reason: Reason, chain: Vec<AgentName>) -> Self {
        Self {
            by,
            target,
            reason,
            mode: Mode::Warm,
            ownership: Ownership::Moves,
            history: HistoryPolicy::Full,
            confidence: Confidence::CERTAIN,
            instructions: String::new(),
            findings: Findings::new(),
            metadata: Findings::new(),
            provenance: Provenance::default(),
            limit: None,
            chain,
        }
    }

    /// Who hands over.
    pub(super) fn source<'a>(&'a self, turn: &'a Turn) -> &'a AgentName {
        self.chain.last().unwrap_or(&turn.query.owner)
    }

    /// Whether the target has the conversation afterwards, if it answers.
    pub(super) fn moves(&self) -> bool {
        self.ownership == Ownership::Moves && self.mode != Mode::Delegation
    }

    /// The context for `target`, who may be an alternative. `state` says what
    /// has gone wrong before.
    pub(super) fn draft(
        &self,
        turn: &Turn,
        target: &AgentName,
        reason: Reason,
        state: String,
    ) -> HandoffContext {
        Draft {
            wish: self,
            target,
            reason,
            state,
        }
        .into_context(turn)
    }
}

/// What an agent passes on lost a hop; what it says itself may come from all
/// that it was handed.
fn provenance_of_call(
    call: &HandoffCall,
    hops: usize,
    context: Option<&Arc<HandoffContext>>,
) -> Provenance {
    let mut provenance = Provenance::default();
    let mut own = Trust::MODEL.after(hops);
    if let Some(context) = context {
        own = own.lowest(context.trust.per_hop());
        provenance.extend(context.provenance.passed_on("findings"));
        provenance.extend(context.provenance.passed_on("metadata"));
    }
    if !call.instructions.is_empty() {
        provenance.add("instructions", own);
    }
    provenance.add_all("findings", call.findings.keys(), own);
    provenance
}
