//! Why a message of the past went where it went, from the record alone: nobody
//! is asked again.

use jiff::Timestamp;
use serde::Serialize;

use super::{
    condition::{NOT_ITS_AGENT, PASSED, QUARANTINED, Row, not_admitted},
    event::words,
};
use crate::conversation::{Came, Event, EventKind, Weighed, WeighedVerdict};

/// What is on record of how a turn was decided.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Recalled {
    /// Which turn.
    pub turn: u64,
    /// `hand-off` or `stay`.
    pub decision: &'static str,
    /// Whose turn it was to answer, if it was handed over.
    pub target: Option<String>,
    /// Who answered in the end.
    pub answered: Option<String>,
    /// Why it was decided so.
    pub why: String,
    /// What was followed first, then what lost, then what passed.
    pub conditions: Vec<Row>,
    /// The way of the turn.
    pub steps: Vec<Step>,
}

/// Something that happened on the way.
#[derive(Debug, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Step {
    /// Since the turn began.
    pub microseconds: u64,
    /// The type of the event.
    #[serde(rename = "type")]
    pub kind: &'static str,
    /// The rest of it.
    pub text: String,
}

/// What the record says about a turn, if it has any of it.
pub fn recalled<'a>(turn: u64, events: impl IntoIterator<Item = &'a Event>) -> Option<Recalled> {
    let events: Vec<&Event> = events.into_iter().collect();
    let began = events.first()?.time;
    let first = events.iter().find_map(|event| match &event.kind {
        EventKind::HandoffInitiated { target, by, .. } => Some((target.to_string(), by.as_str())),
        _ => None,
    });
    let answered = events.iter().rev().find_map(|event| match &event.kind {
        EventKind::TurnAnswered { agent, .. } => Some(agent.to_string()),
        _ => None,
    });
    let steps = events.iter().map(|event| {
        let (kind, text) = words(&event.kind);
        Step {
            microseconds: since(began, event.time),
            kind,
            text,
        }
    });
    let conditions = conditions(&events);
    Some(Recalled {
        turn,
        decision: if first.is_some() { "hand-off" } else { "stay" },
        why: why(first.as_ref().map(|(_, by)| *by), &conditions),
        target: first.map(|(target, _)| target),
        answered,
        steps: steps.collect(),
        conditions,
    })
}

/// How long after the beginning something happened.
pub fn since(began: Timestamp, time: Timestamp) -> u64 {
    u64::try_from(time.duration_since(began).as_micros()).unwrap_or_default()
}

/// The conditions that lost in a turn, for whoever asks why another did not get
/// the message.
pub fn losers<'a>(events: impl IntoIterator<Item = &'a Event>) -> Vec<Row> {
    let events: Vec<&Event> = events.into_iter().collect();
    let mut rows = conditions(&events);
    rows.retain(|row| !matches!(row.verdict, Came::Won | Came::Pass));
    rows
}

fn why(by: Option<&str>, conditions: &[Row]) -> String {
    let named = conditions.iter().any(|row| row.verdict == Came::Won);
    match by {
        Some(by) if by.starts_with("rule ") => {
            format!("the operator's {by} came first, so no skill was asked")
        }
        Some(by) if by.starts_with("decider ") => {
            format!("no condition held, and the {by} chose")
        }
        Some("operator") => "the operator said so".to_owned(),
        Some("desk") => "whoever had the conversation could not answer".to_owned(),
        Some(by) if by.starts_with("agent ") => format!("the {by} handed it over"),
        Some(by) => format!("the verdict of {by} came first"),
        None if named => "the best verdict names who has the conversation".to_owned(),
        None if conditions.is_empty() => "no condition was asked".to_owned(),
        None => "no condition held that may be followed".to_owned(),
    }
}

/// What is on record of each condition. One that was followed and left nothing
/// to say beside it is told by its handoff.
fn conditions(events: &[&Event]) -> Vec<Row> {
    let weighed = events.iter().find_map(|event| match &event.kind {
        EventKind::VerdictsWeighed { skills, .. } => Some(skills),
        _ => None,
    });
    let mut rows: Vec<Row> = match weighed {
        Some(skills) => skills.iter().flat_map(of_skill).collect(),
        None => followed(events).into_iter().collect(),
    };
    rows.sort_by_key(|row| row.verdict);
    rows
}

fn followed(events: &[&Event]) -> Option<Row> {
    events.iter().find_map(|event| match &event.kind {
        EventKind::HandoffInitiated {
            target,
            reason,
            by,
            confidence,
            microseconds,
            ..
        } => {
            let (skill, condition) = by
                .split_once('/')
                .filter(|(skill, _)| !skill.contains(' '))?;
            Some(Row {
                skill: skill.to_owned(),
                condition: condition.to_owned(),
                verdict: Came::Won,
                target: Some(target.to_string()),
                priority: None,
                confidence: Some(*confidence),
                reason: reason.parse().ok().map(crate::contract::Reason::as_str),
                microseconds: *microseconds,
                why: "no other condition was asked".to_owned(),
            })
        }
        _ => None,
    })
}

fn of_skill(weighed: &Weighed) -> impl Iterator<Item = Row> + '_ {
    let row = |condition: String, verdict: Came, why: String| Row {
        skill: weighed.skill.to_string(),
        condition,
        verdict,
        target: None,
        priority: None,
        confidence: None,
        reason: None,
        microseconds: weighed.microseconds,
        why,
    };
    let said = weighed.verdicts.iter().map(move |verdict| Row {
        target: verdict.target.as_ref().map(ToString::to_string),
        priority: Some(verdict.priority),
        confidence: verdict.confidence,
        ..row(
            verdict.handoff.to_string(),
            verdict.outcome,
            in_words(weighed, verdict),
        )
    });
    let passed = weighed
        .passed
        .iter()
        .map(move |condition| row(condition.to_string(), Came::Pass, PASSED.to_owned()));
    said.chain(passed)
}

fn in_words(weighed: &Weighed, verdict: &WeighedVerdict) -> String {
    match verdict.outcome {
        _ if !verdict.why.is_empty() => verdict.why.clone(),
        Came::Won => "first by priority, confidence and name".to_owned(),
        Came::Held => "people have the conversation".to_owned(),
        Came::Shadowed => not_admitted(&weighed.skill),
        Came::NotItsAgent => NOT_ITS_AGENT.to_owned(),
        Came::Quarantined => QUARANTINED.to_owned(),
        Came::Pass => PASSED.to_owned(),
        Came::Outranked
        | Came::Rejected
        | Came::Invalid
        | Came::Faulted
        | Came::OutOfScope
        | Came::NotTriggered => "what was said of it is not kept".to_owned(),
    }
}
