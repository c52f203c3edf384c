//! Between the contract's generated types and the host's checked ones. What
//! comes from a skill is checked here and nowhere else.

use jiff::Timestamp;
use serde_json::Map;

use super::bindings::{baton::skill::types as wit, exports::baton::skill::tools as wit_tools};
use crate::{
    contract::{
        Caller, Confidence, Fault, Findings, HandoffContext, Outcome, Patch, Proposal, Refusal,
        RefusalCode, Replacement, Verdict,
    },
    conversation::Query,
    id::{AgentName, ConversationId, TaskId, UserId},
};

/// Milliseconds since 1970, as the contract counts time.
pub(super) fn milliseconds(time: Timestamp) -> u64 {
    u64::try_from(time.as_millisecond()).unwrap_or(0)
}

pub(super) fn query<'a>(query: &'a Query, scopes: &'a [&'a str]) -> wit::Query<'a> {
    wit::Query {
        text: &query.text,
        conversation: query.conversation.as_str(),
        user: query.user.as_ref().map(UserId::as_str),
        owner: query.owner.as_str(),
        scopes,
        turn: query.turn,
        time: milliseconds(query.time),
        extra: &[],
    }
}

pub(super) fn verdict(verdict: wit::Verdict) -> Verdict {
    let proposal = match verdict {
        wit::Verdict::Pass => return Verdict::Pass,
        wit::Verdict::HandOff(proposal) => proposal,
    };
    let Some(confidence) = Confidence::new(proposal.confidence) else {
        return Verdict::Invalid(format!(
            "its confidence is {}, and must be from 0 to 1",
            proposal.confidence
        ));
    };
    let reason = match proposal.reason.as_str() {
        "" => None,
        word => match word.parse() {
            Ok(reason) => Some(reason),
            Err(error) => return Verdict::Invalid(line(&format!("its reason is wrong: {error}"))),
        },
    };
    match findings(proposal.findings) {
        Err(why) => Verdict::Invalid(why),
        Ok(findings) => Verdict::HandOff(Proposal {
            target: AgentName::from(line(&proposal.target)),
            confidence,
            reason,
            instructions: text(proposal.instructions),
            findings,
        }),
    }
}

/// Named JSON values as a skill gives them.
pub(super) fn findings(pairs: Vec<wit::PairResult>) -> Result<Findings, String> {
    let mut findings = Map::new();
    for pair in pairs {
        let value = serde_json::from_str(&pair.value)
            .map_err(|error| format!("`{}` is not JSON: {error}", line(&pair.name)))?;
        findings.insert(line(&pair.name), value);
    }
    Ok(findings)
}

pub(super) fn hook_result(
    result: Result<wit::Patch, wit::Refusal>,
) -> Result<Result<Patch, Refusal>, Fault> {
    match result {
        Ok(given) => patch(given).map(Ok).map_err(Fault::Contract),
        Err(refusal) => Ok(Err(Refusal {
            code: RefusalCode::from_word(&refusal.code),
            message: line(&refusal.message),
        })),
    }
}

fn patch(patch: wit::Patch) -> Result<Patch, String> {
    Ok(Patch {
        facts: patch.facts.into_iter().map(text).collect(),
        decisions: patch.decisions.into_iter().map(text).collect(),
        findings: findings(patch.findings)?,
        metadata: findings(patch.metadata)?,
        instructions: patch.instructions.map(text),
        conversation: findings(patch.conversation)?.into_iter().collect(),
        replace: patch.replace.map(|replacement| Replacement {
            reply: text(replacement.reply),
            agent: replacement.agent.map(|agent| AgentName::from(line(&agent))),
            fallback: replacement.fallback,
        }),
    })
}

/// Named JSON values on their way to a skill.
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    pub(super) fn of(findings: &Findings) -> Self {
        Self(
            findings
                .iter()
                .map(|(name, value)| (name.clone(), value.to_string()))
                .collect(),
        )
    }

    pub(super) fn lower(&self) -> Vec<wit::PairParam<'_>> {
        self.0
            .iter()
            .map(|(name, value)| wit::PairParam { name, value })
            .collect()
    }
}

/// The parts of a context that must be text before they can be passed on.
pub(super) struct ContextTexts {
    findings: Pairs,
    metadata: Pairs,
}

impl ContextTexts {
    pub(super) fn of(context: &HandoffContext) -> Self {
        Self {
            findings: Pairs::of(&context.findings),
            metadata: Pairs::of(&context.metadata),
        }
    }

    pub(super) fn lists<'a>(&'a self, context: &'a HandoffContext) -> ContextLists<'a> {
        ContextLists {
            facts: context.facts.iter().map(String::as_str).collect(),
            decisions: context.decisions.iter().map(String::as_str).collect(),
            chain: context.chain.iter().map(AgentName::as_str).collect(),
            findings: self.findings.lower(),
            metadata: self.metadata.lower(),
        }
    }
}

/// The lists of a context, borrowed.
pub(super) struct ContextLists<'a> {
    facts: Vec<&'a str>,
    decisions: Vec<&'a str>,
    chain: Vec<&'a str>,
    findings: Vec<wit::PairParam<'a>>,
    metadata: Vec<wit::PairParam<'a>>,
}

pub(super) fn context<'a>(
    context: &'a HandoffContext,
    lists: &'a ContextLists<'a>,
) -> wit::HandoffContext<'a> {
    wit::HandoffContext {
        id: context.id.as_str(),
        conversation: ConversationId::as_str(&context.conversation),
        task: TaskId::as_str(&context.task),
        user: context.user.as_ref().map(UserId::as_str),
        source: context.source.as_str(),
        target: context.target.as_str(),
        reason: context.reason.as_str(),
        original_task: &context.original_task,
        summary: &context.summary,
        state: &context.state,
        facts: &lists.facts,
        decisions: &lists.decisions,
        findings: &lists.findings,
        confidence: context.confidence.value(),
        instructions: &context.instructions,
        chain: &lists.chain,
        metadata: &lists.metadata,
        created: milliseconds(context.created),
        expires: context.expires.map(milliseconds),
        trust: context.trust.percent(),
        extra: &[],
    }
}

pub(super) fn outcome<'a>(
    outcome: &'a Outcome,
    insights: &'a [wit::PairParam<'a>],
) -> wit::Outcome<'a> {
    let (reply, error) = match &outcome.result {
        Ok(reply) => (reply.as_str(), None),
        Err(error) => ("", Some(error.0.as_str())),
    };
    wit::Outcome {
        success: error.is_none(),
        agent: outcome.agent.as_str(),
        reply,
        insights,
        error,
        fallback: outcome.fallback,
        milliseconds: outcome.milliseconds,
        extra: &[],
    }
}

pub(super) fn caller<'a>(caller: &'a Caller, scopes: &'a [&'a str]) -> wit_tools::Caller<'a> {
    wit_tools::Caller {
        kind: caller.kind.as_str(),
        name: &caller.name,
        user: caller.user.as_ref().map(UserId::as_str),
        conversation: caller.conversation.as_ref().map(ConversationId::as_str),
        scopes,
        extra: &[],
    }
}

/// A skill's text without control characters, which a terminal would obey.
pub(super) fn text(text: String) -> String {
    let unwanted = |c: char| c.is_control() && !matches!(c, '\n' | '\t');
    if text.contains(unwanted) {
        text.replace(unwanted, "")
    } else {
        text
    }
}

/// The longest line taken from a skill, in characters: what fits a log.
const MAX_LINE: usize = 1_000;

/// A skill's text as one line of bearable length.
pub(super) fn line(text: &str) -> String {
    text.chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .take(MAX_LINE)
        .collect()
}
