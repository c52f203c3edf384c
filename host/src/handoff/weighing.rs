//! Puts on record what became of the conditions that were not followed.

use super::{Intents, wish::Wish};
use crate::{
    contract::Verdict,
    conversation::{Came, EventKind, Turn, Weighed, WeighedVerdict},
    routing::{Candidate, Catalog, Choice, Decision, Evaluation, Judgement, Ruling, Standing},
};

/// Skills that are noted down. A desk whose thousand skills all ask to see every
/// message shall not write a thousand rows for each; those that want something
/// come first.
const SKILLS: usize = 100;

/// Notes why nobody else got the message. A single condition that was asked and
/// followed leaves nothing to say: its handoff says it.
pub(super) fn note(
    catalog: &Catalog,
    turn: &Turn,
    evaluation: &Evaluation,
    decision: &Decision,
    wishes: &[Wish],
    intents: Intents,
) {
    // Of several wishes the first is followed, unless the operator wants all.
    let wishes = match intents {
        Intents::All | Intents::Sequence => wishes,
        Intents::First => wishes.get(..1).unwrap_or_default(),
    };
    let judgements = &evaluation.judgements;
    let followed = decision.choice == Choice::HandOff && !wishes.is_empty();
    if judgements.is_empty() || (followed && judgements.len() == 1) {
        return;
    }
    let mut skills: Vec<Weighed> = Vec::new();
    let mut last = None;
    for judgement in judgements {
        let Some(member) = catalog.members().get(judgement.member) else {
            continue;
        };
        let Some(declaration) = member.handoffs().get(judgement.handoff) else {
            continue;
        };
        if last.replace(judgement.member) != Some(judgement.member) {
            skills.push(Weighed {
                skill: member.name().clone(),
                microseconds: None,
                passed: Vec::new(),
                verdicts: Vec::new(),
            });
        }
        let Some(weighed) = skills.last_mut() else {
            continue;
        };
        let took = judgement.took.map(|took| took.as_micros());
        weighed.microseconds = took
            .map(|took| u64::try_from(took).unwrap_or(u64::MAX))
            .or(weighed.microseconds);
        let candidate = decision
            .candidates
            .iter()
            .find(|c| (c.member, c.handoff) == (judgement.member, judgement.handoff));
        let (outcome, why) = match candidate {
            Some(candidate) => outcome(candidate, decision, turn, wishes),
            None => without_proposal(judgement),
        };
        if outcome == Came::Pass {
            weighed.passed.push(declaration.name.clone());
            continue;
        }
        weighed.verdicts.push(WeighedVerdict {
            handoff: declaration.name.clone(),
            outcome,
            target: candidate.map(|c| c.proposal.target.clone()),
            priority: member.terms.priority(declaration.priority),
            confidence: candidate.map(|c| c.proposal.confidence.value()),
            why,
        });
    }
    // Stable: within each half the order of the catalog stays.
    skills.sort_by_key(|weighed| weighed.verdicts.is_empty());
    let left_out = skills.len().saturating_sub(SKILLS);
    skills.truncate(SKILLS);
    turn.record(EventKind::VerdictsWeighed { skills, left_out });
}

/// What became of a verdict for a handoff.
fn outcome(
    candidate: &Candidate,
    decision: &Decision,
    turn: &Turn,
    wishes: &[Wish],
) -> (Came, String) {
    let condition = (candidate.skill.clone(), candidate.condition.clone());
    let followed = wishes
        .iter()
        .any(|wish| wish.by.condition().as_ref() == Some(&condition));
    match &candidate.standing {
        Standing::Won | Standing::Outranked if followed => (Came::Won, String::new()),
        Standing::Won | Standing::Outranked if turn.with_people().is_some() => {
            (Came::Held, String::new())
        }
        Standing::Won => (Came::Won, String::new()),
        Standing::Outranked => {
            let first = decision.candidates.first();
            let why = first.map(|first| candidate.outranked_by(first));
            (Came::Outranked, why.unwrap_or_default())
        }
        Standing::Rejected(why) => (Came::Rejected, why.clone()),
        Standing::Shadow => (Came::Shadowed, String::new()),
    }
}

/// Why a condition has no verdict for a handoff.
fn without_proposal(judgement: &Judgement) -> (Came, String) {
    match &judgement.ruling {
        Ruling::NotTriggered => (Came::NotTriggered, String::new()),
        Ruling::OutOfScope(scope) => {
            let why = format!("only for callers with the scope `{scope}`");
            (Came::OutOfScope, why)
        }
        Ruling::NotItsAgent => (Came::NotItsAgent, String::new()),
        Ruling::Quarantined => (Came::Quarantined, String::new()),
        Ruling::Faulted(fault) => (Came::Faulted, fault.to_string()),
        Ruling::Said(Verdict::Invalid(why)) => (Came::Invalid, why.clone()),
        Ruling::Said(Verdict::Pass | Verdict::HandOff(_)) => (Came::Pass, String::new()),
    }
}
