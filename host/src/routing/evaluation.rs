//! Asks the skills.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use futures_util::future::join_all;

use super::{Catalog, Member};
use crate::{
    contract::{
        Confidence, DecidedBy, Fault, Findings, HandoffDeclaration, Proposal, Session, Verdict,
    },
    conversation::{EventKind, Turn},
    id::Scope,
    trace::{self, Span},
};

/// Skills asked at once whose instances are kept for their hooks. With more,
/// most would be kept for nothing, and the pool of instances is shared by all
/// turns; the winner's hooks then run in an instance of their own.
const KEEP_AT_MOST: usize = 8;

/// How much is noted down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Detail {
    /// What the decision needs.
    Decisive,
    /// Every condition of every skill, asked or not, for `explain`.
    Everything,
}

/// What came of one condition.
#[derive(Clone, Debug, PartialEq)]
pub enum Ruling {
    /// None of its triggers is in the text.
    NotTriggered,
    /// The caller lacks this scope.
    OutOfScope(Scope),
    /// Its skill sees only other agents' conversations.
    NotItsAgent,
    /// Its skill is in quarantine.
    Quarantined,
    /// It was asked, and this is what it said.
    Said(Verdict),
    /// Its skill failed when asked.
    Faulted(Fault),
}

/// One condition's ruling.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// Position of the skill in the catalog.
    pub member: usize,
    /// Position of the condition in the manifest.
    pub handoff: usize,
    /// What came of it.
    pub ruling: Ruling,
    /// How long its skill took for all that it was asked; none: not asked.
    pub took: Option<Duration>,
}

/// What all conditions said about one query.
#[derive(Default)]
pub struct Evaluation {
    /// In the catalog's order.
    pub judgements: Vec<Judgement>,
    /// The instances of skills that want a handoff, by position in the
    /// catalog; their hooks run in them.
    pub sessions: Vec<(usize, Box<dyn Session>)>,
}

/// Asks every skill whose condition can hold, those that wait at the same time.
/// A skill that fails counts as one that passes.
pub async fn evaluate(catalog: &Catalog, turn: &Arc<Turn>, detail: Detail) -> Evaluation {
    let possible = catalog.possible(&turn.query.text);
    let mut evaluation = Evaluation::default();
    let mut asked: Vec<(usize, Vec<u32>)> = Vec::new();

    let mut rest = possible.as_slice();
    while let Some(&(index, _)) = rest.first() {
        let (mine, others) = rest.split_at(rest.partition_point(|at| at.0 == index));
        rest = others;
        let Some(member) = catalog.members().get(index as usize) else {
            continue;
        };
        let mut to_ask = Vec::new();
        for &(_, h) in mine {
            let Some(declaration) = member.handoffs().get(h as usize) else {
                continue;
            };
            match ruling_without_asking(member, declaration, turn) {
                None => to_ask.push(h),
                Some(ruling) => evaluation.judgements.push(Judgement {
                    member: index as usize,
                    handoff: h as usize,
                    ruling,
                    took: None,
                }),
            }
        }
        if !to_ask.is_empty() {
            asked.push((index as usize, to_ask));
        }
    }

    let members = catalog.members();
    let keep = asked.len() <= KEEP_AT_MOST;
    let answers = match asked.as_slice() {
        // The usual case, spared the set of futures.
        [(m, handoffs)] => vec![ask(&members[*m], handoffs, turn, keep).await],
        _ => {
            let all = asked
                .iter()
                .map(|(m, handoffs)| ask(&members[*m], handoffs, turn, keep));
            join_all(all).await
        }
    };
    for ((m, handoffs), answer) in asked.into_iter().zip(answers) {
        let Answer {
            verdicts,
            took,
            session,
        } = answer;
        match verdicts {
            Ok(verdicts) => {
                evaluation
                    .judgements
                    .extend(handoffs.iter().zip(verdicts).map(|(h, verdict)| Judgement {
                        member: m,
                        handoff: *h as usize,
                        ruling: Ruling::Said(verdict),
                        took: Some(took),
                    }));
                evaluation
                    .sessions
                    .extend(session.map(|session| (m, session)));
            }
            Err(fault) => {
                note_fault(&members[m], turn, "evaluate", &fault);
                evaluation
                    .judgements
                    .extend(handoffs.iter().map(|h| Judgement {
                        member: m,
                        handoff: *h as usize,
                        ruling: Ruling::Faulted(fault.clone()),
                        took: Some(took),
                    }));
            }
        }
    }
    if detail == Detail::Everything {
        add_untriggered(catalog, &mut evaluation.judgements);
    }
    evaluation
        .judgements
        .sort_by_key(|judgement| (judgement.member, judgement.handoff));
    evaluation
}

/// Records a skill's fault, and its quarantine if this was one fault too many.
pub fn note_fault(member: &Member, turn: &Turn, during: &str, fault: &Fault) {
    let skill = member.name().clone();
    member.tally.failed(fault);
    turn.afterwards.fault(&skill);
    turn.record(EventKind::SkillFaulted {
        skill: skill.clone(),
        during: during.to_owned(),
        why: fault.to_string(),
    });
    if member.quarantine.fault(fault) {
        turn.record(EventKind::SkillQuarantined {
            skill,
            why: fault.to_string(),
        });
    }
}

fn ruling_without_asking(
    member: &Member,
    declaration: &HandoffDeclaration,
    turn: &Turn,
) -> Option<Ruling> {
    let only = &member.terms.only_owned_by;
    if !only.is_empty() && !only.contains(&turn.query.owner) {
        return Some(Ruling::NotItsAgent);
    }
    if let Some(missing) = turn.query.lacks(&declaration.scopes) {
        return Some(Ruling::OutOfScope(missing.clone()));
    }
    if member.quarantine.is_active() {
        return Some(Ruling::Quarantined);
    }
    match (declaration.decided_by, &declaration.target) {
        (DecidedBy::Triggers, Some(target)) => Some(Ruling::Said(Verdict::HandOff(Proposal {
            target: target.clone(),
            confidence: Confidence::CERTAIN,
            reason: None,
            instructions: String::new(),
            findings: Findings::new(),
        }))),
        _ => None,
    }
}

struct Answer {
    verdicts: Result<Vec<Verdict>, Fault>,
    took: Duration,
    /// Kept only for a skill that wants a handoff.
    session: Option<Box<dyn Session>>,
}

async fn ask(member: &Member, handoffs: &[u32], turn: &Arc<Turn>, keep: bool) -> Answer {
    let began = Instant::now();
    let span = Span::below(|| trace::evaluation(member.name().as_str(), handoffs.len()));
    let mut session = member.skill.clone().open(turn);
    let verdicts = span
        .around(session.evaluate(handoffs))
        .await
        .and_then(|verdicts| {
            if verdicts.len() == handoffs.len() {
                Ok(verdicts)
            } else {
                Err(Fault::Contract(format!(
                    "it was asked for {} verdicts and gave {}",
                    handoffs.len(),
                    verdicts.len()
                )))
            }
        });
    let wants = |all: &[Verdict]| all.iter().any(|v| matches!(v, Verdict::HandOff(_)));
    let took = began.elapsed();
    member.tally.called(took);
    span.end(verdicts.as_ref().err().map(|_| "fault"));
    let keep = keep && verdicts.as_deref().is_ok_and(wants);
    Answer {
        verdicts,
        took,
        session: keep.then_some(session),
    }
}

fn add_untriggered(catalog: &Catalog, judgements: &mut Vec<Judgement>) {
    let seen: std::collections::HashSet<(usize, usize)> = judgements
        .iter()
        .map(|judgement| (judgement.member, judgement.handoff))
        .collect();
    for (m, member) in catalog.members().iter().enumerate() {
        for h in 0..member.handoffs().len() {
            if !seen.contains(&(m, h)) {
                judgements.push(Judgement {
                    member: m,
                    handoff: h,
                    ruling: Ruling::NotTriggered,
                    took: None,
                });
            }
        }
    }
}
