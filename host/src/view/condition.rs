//! What skills say to a message: one row for each condition, and what came of
//! them all.

use crate::{
    contract::{DecidedBy, HandoffDeclaration, Verdict},
    conversation::{Came, Event},
    handoff::Explanation,
    payment::Money,
    routing::{Candidate, Choice, Judgement, Member, Ruling, Standing, StayReason},
};
use serde::Serialize;

use super::text::{list, microseconds};

/// What one condition said, and what came of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Row {
    /// The skill.
    pub skill: String,
    /// Its condition.
    pub condition: String,
    /// What came of it.
    pub verdict: Came,
    /// To whom it would hand over.
    pub target: Option<String>,
    /// The priority it came to; none: not on record.
    pub priority: Option<i32>,
    /// How sure it is.
    pub confidence: Option<f64>,
    /// The reason it gives, in a code of the contract.
    pub reason: Option<&'static str>,
    /// How long its skill took for all its conditions; none: it was not asked.
    pub microseconds: Option<u64>,
    /// Why it won, lost or was not asked.
    pub why: String,
}

/// Why a condition says nothing, in words.
pub(super) const NOT_ITS_AGENT: &str = "only for conversations of agents that list it";
pub(super) const QUARANTINED: &str = "failed too often; replace it or restart";
pub(super) const PASSED: &str = "says it is not its case";

/// The same of a skill whose verdicts do not count yet.
pub(super) fn not_admitted(skill: &impl std::fmt::Display) -> String {
    format!("not admitted yet: `baton skill admit {skill}`")
}

/// A row for each condition: those that want a handoff in the decision's order,
/// then the others.
pub fn rows(explanation: &Explanation) -> Vec<Row> {
    let candidates = &explanation.decision.candidates;
    let place = |judgement: &Judgement| {
        candidates
            .iter()
            .position(|c| (c.member, c.handoff) == (judgement.member, judgement.handoff))
    };
    let mut placed: Vec<(usize, Row)> = explanation
        .evaluation
        .judgements
        .iter()
        .filter_map(|judgement| {
            let member = explanation.catalog.members().get(judgement.member)?;
            let declaration = member.handoffs().get(judgement.handoff)?;
            let place = place(judgement);
            let candidate = place.and_then(|place| candidates.get(place));
            let row = row(judgement, member, declaration, candidate, candidates);
            Some((place.unwrap_or(usize::MAX), row))
        })
        .collect();
    placed.sort_by_key(|(place, row)| (*place, row.verdict));
    placed.into_iter().map(|(_, row)| row).collect()
}

fn row(
    judgement: &Judgement,
    member: &Member,
    declaration: &HandoffDeclaration,
    candidate: Option<&Candidate>,
    candidates: &[Candidate],
) -> Row {
    let priority = member.terms.priority(declaration.priority);
    let capped = (declaration.priority > priority).then(|| {
        format!(
            "; its priority {} needs the grant `priority`",
            declaration.priority
        )
    });
    let (verdict, why) = match candidate {
        Some(candidate) => outcome(candidate, candidates, declaration),
        None => without_proposal(judgement, declaration),
    };
    let proposal = candidate.map(|candidate| &candidate.proposal);
    Row {
        skill: member.name().to_string(),
        condition: declaration.name.to_string(),
        verdict,
        target: proposal.map(|proposal| proposal.target.to_string()),
        priority: Some(priority),
        confidence: proposal.map(|proposal| proposal.confidence.value()),
        reason: proposal.map(|p| p.reason.unwrap_or(declaration.reason).as_str()),
        microseconds: judgement.took.map(microseconds),
        why: why + &capped.unwrap_or_default(),
    }
}

/// What became of a verdict for a handoff.
fn outcome(
    candidate: &Candidate,
    all: &[Candidate],
    declaration: &HandoffDeclaration,
) -> (Came, String) {
    match &candidate.standing {
        Standing::Won if declaration.decided_by == DecidedBy::Triggers => (
            Came::Won,
            "one of its triggers occurs, which is enough".to_owned(),
        ),
        Standing::Won
            if all
                .iter()
                .any(|other| other.standing == Standing::Outranked) =>
        {
            (
                Came::Won,
                "first by priority, confidence and name".to_owned(),
            )
        }
        Standing::Won => (Came::Won, "no other condition may be followed".to_owned()),
        Standing::Outranked => (
            Came::Outranked,
            all.first()
                .map(|first| candidate.outranked_by(first))
                .unwrap_or_default(),
        ),
        Standing::Rejected(why) => (Came::Rejected, why.clone()),
        Standing::Shadow => (Came::Shadowed, not_admitted(&candidate.skill)),
    }
}

/// Why a condition has no verdict for a handoff.
fn without_proposal(judgement: &Judgement, declaration: &HandoffDeclaration) -> (Came, String) {
    match &judgement.ruling {
        Ruling::NotTriggered => (
            Came::NotTriggered,
            format!("none of {} occurs", triggers(&declaration.triggers)),
        ),
        Ruling::OutOfScope(scope) => (
            Came::OutOfScope,
            format!("only for callers with the scope `{scope}`"),
        ),
        Ruling::NotItsAgent => (Came::NotItsAgent, NOT_ITS_AGENT.to_owned()),
        Ruling::Quarantined => (Came::Quarantined, QUARANTINED.to_owned()),
        Ruling::Faulted(fault) => (Came::Faulted, fault.to_string()),
        Ruling::Said(Verdict::Invalid(why)) => (Came::Invalid, why.clone()),
        Ruling::Said(Verdict::Pass | Verdict::HandOff(_)) => (Came::Pass, PASSED.to_owned()),
    }
}

/// The first few triggers, and how many more there are.
fn triggers(all: &[String]) -> String {
    const SHOWN: usize = 4;
    let shown = list(
        all.iter().take(SHOWN).map(|trigger| format!("{trigger:?}")),
        "its triggers",
    );
    match all.len().saturating_sub(SHOWN) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// An explanation for programs.
#[derive(Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Explained<'a> {
    owner: &'a str,
    /// `hand-off` or `stay`.
    decision: &'static str,
    target: &'a str,
    why: &'static str,
    /// What the answer would cost.
    price: Option<Money>,
    conditions: Vec<Row>,
    events: &'a [Event],
    microseconds: u64,
}

/// The explanation for programs.
pub fn explained(explanation: &Explanation) -> Explained<'_> {
    let winner = explanation.decision.winner();
    Explained {
        owner: explanation.owner.as_str(),
        decision: if winner.is_some() { "hand-off" } else { "stay" },
        target: winner.map_or(explanation.owner.as_str(), |winner| {
            winner.proposal.target.as_str()
        }),
        why: why(explanation),
        price: explanation.price,
        conditions: rows(explanation),
        events: &explanation.events,
        microseconds: microseconds(explanation.took),
    }
}

/// Why it is decided so.
pub fn why(explanation: &Explanation) -> &'static str {
    match explanation.decision.choice {
        Choice::HandOff => "the best verdict names another agent",
        Choice::Stay(StayReason::NamesOwner) => "the best verdict names it",
        Choice::Stay(StayReason::NoVerdict) => "no condition holds that may be followed",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_many_triggers_the_first_few_are_shown() {
        let all: Vec<String> = ["a", "b", "c", "d", "e", "f"].map(str::to_owned).into();
        assert_eq!(triggers(&all), r#""a", "b", "c", "d" and 2 more"#);
    }
}
