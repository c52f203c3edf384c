//! What the host makes of all verdicts.

use std::{cmp::Reverse, time::Duration};

use super::{Admission, Catalog, Evaluation, Member, Ruling};
use crate::{
    contract::{Confidence, HandoffDeclaration, Proposal, Reason, Verdict},
    conversation::{EventKind, Turn},
    id::{AgentName, FunctionName, SkillName},
};

/// Which handoffs the desk allows at all.
pub trait Territory: Sync {
    /// Why `source` may not hand over to `target` for this reason in this turn,
    /// if so.
    fn forbids(
        &self,
        turn: &Turn,
        source: &AgentName,
        target: &AgentName,
        reason: Reason,
    ) -> Option<String>;
}

/// Where a candidate came in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Standing {
    /// First.
    Won,
    /// Behind the first.
    Outranked,
    /// It cannot be followed.
    Rejected(String),
    /// Its skill is not admitted yet.
    Shadow,
}

/// A verdict in favour of a handoff.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Position of the skill in the catalog.
    pub member: usize,
    /// Position of the condition in the manifest.
    pub handoff: usize,
    /// The skill.
    pub skill: SkillName,
    /// Its condition.
    pub condition: FunctionName,
    /// What it proposes.
    pub proposal: Proposal,
    /// The priority it came to.
    pub priority: i32,
    /// Where it came in.
    pub standing: Standing,
    /// How long its skill took for all that it was asked; none: not asked.
    pub took: Option<Duration>,
}

impl Candidate {
    /// What all candidates are ordered by; a total order, so that the same
    /// verdicts always give the same decision.
    fn rank(&self) -> (Reverse<i32>, Reverse<Confidence>, &SkillName, &FunctionName) {
        (
            Reverse(self.priority),
            Reverse(self.proposal.confidence),
            &self.skill,
            &self.condition,
        )
    }

    /// Why `winner` came before this one.
    pub fn outranked_by(&self, winner: &Self) -> String {
        let (ours, theirs) = (
            self.proposal.confidence.value(),
            winner.proposal.confidence.value(),
        );
        if self.priority != winner.priority {
            format!("priority {} is below {}", self.priority, winner.priority)
        } else if ours != theirs {
            format!("confidence {ours:.2} is below {theirs:.2}")
        } else {
            format!(
                "equal in priority and confidence; {}/{} comes first by name",
                winner.skill, winner.condition
            )
        }
    }
}

/// Why nothing is handed over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StayReason {
    /// No condition held, or none that may be followed.
    NoVerdict,
    /// The best verdict names the present owner.
    NamesOwner,
}

/// Stay, or hand over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// The owner answers.
    Stay(StayReason),
    /// The first candidate's target answers.
    HandOff,
}

/// What the host made of all verdicts.
#[derive(Clone, Debug)]
pub struct Decision {
    /// Stay, or hand over.
    pub choice: Choice,
    /// Every verdict for a handoff, best first; those that cannot be followed last.
    pub candidates: Vec<Candidate>,
}

impl Decision {
    /// Whom the conversation is handed to.
    pub fn winner(&self) -> Option<&Candidate> {
        match self.choice {
            Choice::HandOff => self.candidates.first(),
            Choice::Stay(_) => None,
        }
    }
}

/// Orders the verdicts: allowed ones first, then by priority, confidence, name
/// of the skill and of the condition.
pub fn decide(
    catalog: &Catalog,
    evaluation: &Evaluation,
    turn: &Turn,
    territory: &dyn Territory,
) -> Decision {
    let mut candidates: Vec<Candidate> = Vec::new();
    for judgement in &evaluation.judgements {
        let Some(member) = catalog.members().get(judgement.member) else {
            continue;
        };
        let Some(declaration) = member.handoffs().get(judgement.handoff) else {
            continue;
        };
        match &judgement.ruling {
            Ruling::Said(Verdict::HandOff(proposal)) => {
                let standing = standing(member, declaration, proposal, turn, territory);
                candidates.push(Candidate {
                    member: judgement.member,
                    handoff: judgement.handoff,
                    skill: member.name().clone(),
                    condition: declaration.name.clone(),
                    proposal: proposal.clone(),
                    priority: member.terms.priority(declaration.priority),
                    standing,
                    took: judgement.took,
                });
            }
            Ruling::Said(Verdict::Invalid(why)) => turn.record(EventKind::VerdictRejected {
                skill: member.name().clone(),
                handoff: declaration.name.clone(),
                why: why.clone(),
            }),
            _ => {}
        }
    }
    candidates.sort_by(|a, b| {
        let followed = |c: &Candidate| c.standing != Standing::Outranked;
        (followed(a), a.rank()).cmp(&(followed(b), b.rank()))
    });
    let choice = match candidates.first_mut() {
        Some(first) if first.standing == Standing::Outranked => {
            first.standing = Standing::Won;
            if first.proposal.target == turn.query.owner {
                Choice::Stay(StayReason::NamesOwner)
            } else {
                Choice::HandOff
            }
        }
        _ => Choice::Stay(StayReason::NoVerdict),
    };
    Decision { choice, candidates }
}

/// `Outranked` for every candidate that may win.
fn standing(
    member: &Member,
    declaration: &HandoffDeclaration,
    proposal: &Proposal,
    turn: &Turn,
    territory: &dyn Territory,
) -> Standing {
    let (skill, handoff) = (member.name(), &declaration.name);
    let target = &proposal.target;
    let not_listed = member
        .terms
        .targets
        .as_ref()
        .filter(|list| !list.contains(target));
    let objection = if not_listed.is_some() {
        Some(format!(
            "`{target}` is not among the targets listed for it; add it to skills.{skill}.targets"
        ))
    } else if *target == turn.query.owner {
        None
    } else {
        {
            let reason = proposal.reason.unwrap_or(declaration.reason);
            territory.forbids(turn, &turn.query.owner, target, reason)
        }
    };
    if let Some(why) = objection {
        turn.record(EventKind::VerdictRejected {
            skill: skill.clone(),
            handoff: handoff.clone(),
            why: why.clone(),
        });
        return Standing::Rejected(why);
    }
    if member.terms.admission == Admission::Shadow {
        turn.record(EventKind::VerdictShadowed {
            skill: skill.clone(),
            handoff: handoff.clone(),
            target: target.clone(),
        });
        return Standing::Shadow;
    }
    Standing::Outranked
}

#[cfg(test)]
mod tests;
