//! The handoffs of a conversation in order, put together from its events and
//! from the records of those under way.

use std::collections::BTreeSet;

use crate::{
    conversation::{Event, EventKind, HandoffRecord},
    id::HandoffId,
    payment::Money,
};
use jiff::Timestamp;
use serde::Serialize;

use super::condition::Row;

/// How a handoff ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum End {
    /// The target answered.
    Answered,
    /// Somebody would not have it.
    Rejected,
    /// The target did not answer.
    Failed,
    /// It is not known yet.
    UnderWay,
}

impl End {
    /// For people.
    pub fn words(self) -> &'static str {
        match self {
            Self::Answered => "answered",
            Self::Rejected => "rejected",
            Self::Failed => "failed",
            Self::UnderWay => "under way",
        }
    }
}

/// What models took.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct ModelUse {
    /// How often they were asked.
    pub calls: u64,
    /// Tokens read and written.
    pub tokens: u64,
    /// How long they took.
    pub milliseconds: u64,
    /// What that cost, in each currency.
    pub cost: Vec<Money>,
}

impl ModelUse {
    /// Counts a call; anything else that happened is none.
    pub fn add(&mut self, kind: &EventKind) {
        let EventKind::ModelCalled {
            milliseconds,
            prompt_tokens,
            completion_tokens,
            cost,
            ..
        } = kind
        else {
            return;
        };
        self.calls += 1;
        let tokens = prompt_tokens
            .unwrap_or(0)
            .saturating_add(completion_tokens.unwrap_or(0));
        self.tokens = self.tokens.saturating_add(tokens);
        self.milliseconds = self.milliseconds.saturating_add(*milliseconds);
        let Some(cost) = *cost else { return };
        let same = self
            .cost
            .iter_mut()
            .find(|sum| sum.currency() == cost.currency());
        match same {
            Some(sum) => *sum = sum.plus(cost).unwrap_or(*sum),
            None => self.cost.push(cost),
        }
    }
}

/// One handoff of the chain.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Link {
    /// Which handoff.
    pub handoff: String,
    /// In which turn; none while it is under way.
    pub turn: Option<u64>,
    /// When it was wanted.
    pub time: Timestamp,
    /// Who had the conversation.
    pub source: String,
    /// Who was to have it.
    pub target: String,
    /// Why, in one of the reason codes.
    pub reason: String,
    /// Who or what wanted it; none while it is under way.
    pub by: Option<String>,
    /// How sure that was.
    pub confidence: f64,
    /// How much less that is than in the handoff by which the source got the
    /// task; none for the first of a task.
    pub decay: Option<f64>,
    /// How it ended.
    pub end: End,
    /// Why it ended so.
    pub why: Option<String>,
    /// How long it took.
    pub milliseconds: Option<u64>,
    /// What the target's models took for it; none: it asked none.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub models: Option<ModelUse>,
    /// The conditions that lost where a condition wanted it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub losers: Vec<Row>,
}

impl Link {
    fn close(&mut self, end: End, at: Timestamp, why: Option<String>) {
        self.end = end;
        self.why = why;
        let took = at.duration_since(self.time).as_millis();
        self.milliseconds = u64::try_from(took).ok();
    }
}

/// The chain, oldest first.
pub fn links(events: &[(u64, Event)], handoffs: &[HandoffRecord]) -> Vec<Link> {
    let mut links: Vec<Link> = Vec::new();
    for (turn, Event { time, kind }) in events {
        match kind {
            EventKind::HandoffInitiated {
                handoff,
                source,
                target,
                reason,
                by,
                confidence,
                ..
            } => {
                let before = links
                    .iter()
                    .rev()
                    .find(|link| link.turn == Some(*turn) && link.target == source.as_str());
                links.push(Link {
                    handoff: handoff.to_string(),
                    turn: Some(*turn),
                    time: *time,
                    source: source.to_string(),
                    target: target.to_string(),
                    reason: reason.clone(),
                    by: Some(by.clone()),
                    confidence: *confidence,
                    decay: before.map(|before| before.confidence - confidence),
                    end: End::UnderWay,
                    why: None,
                    milliseconds: None,
                    models: None,
                    losers: Vec::new(),
                });
            }
            EventKind::HandoffApprovalRequested {
                handoff, ticket, ..
            } => {
                if let Some(link) = named(&mut links, handoff) {
                    link.why = Some(format!("the ticket {ticket} waits for approval"));
                }
            }
            EventKind::ModelCalled { agent, .. } => {
                let mut links = links.iter_mut().rev();
                let link =
                    links.find(|link| link.turn == Some(*turn) && link.target == agent.as_str());
                if let Some(link) = link {
                    link.models.get_or_insert_default().add(kind);
                }
            }
            EventKind::HandoffRejected { handoff, by, why } => {
                let why = format!("{by}: {why}");
                close(&mut links, handoff, End::Rejected, *time, Some(why));
            }
            EventKind::HandoffFailed { handoff, why } => {
                close(&mut links, handoff, End::Failed, *time, Some(why.clone()));
            }
            EventKind::HandoffCompleted {
                handoff,
                milliseconds,
            } => {
                close(&mut links, handoff, End::Answered, *time, None);
                if let Some(link) = named(&mut links, handoff) {
                    link.milliseconds = Some(*milliseconds);
                }
            }
            _ => {}
        }
    }
    let begun: BTreeSet<String> = links.iter().map(|link| link.handoff.clone()).collect();
    links.extend(under_way(handoffs).filter(|link| !begun.contains(&link.handoff)));
    // A host that was stopped has left nothing of its handoff but this.
    for (_, Event { time, kind }) in events {
        if let EventKind::HandoffExpired { handoff, outcome } = kind {
            let why = match outcome.as_str() {
                "not-approved" => "nobody approved it in time".to_owned(),
                _ => format!("its host was stopped; outcome: {outcome}"),
            };
            close(&mut links, handoff, End::Failed, *time, Some(why));
        }
    }
    links
}

fn named<'a>(links: &'a mut [Link], handoff: &HandoffId) -> Option<&'a mut Link> {
    links
        .iter_mut()
        .find(|link| link.handoff == handoff.as_str())
}

fn close(links: &mut [Link], handoff: &HandoffId, end: End, at: Timestamp, why: Option<String>) {
    if let Some(link) = named(links, handoff) {
        link.close(end, at, why);
    }
}

/// Events are written when a turn ends, so handoffs under way have none.
fn under_way(handoffs: &[HandoffRecord]) -> impl Iterator<Item = Link> {
    let open = handoffs
        .iter()
        .filter(|record| record.answered != Some(true));
    open.map(|record| Link {
        handoff: record.id.to_string(),
        turn: None,
        time: record.created,
        source: record.source.to_string(),
        target: record.target.to_string(),
        reason: record.reason.clone(),
        by: None,
        confidence: record.confidence,
        decay: None,
        end: End::UnderWay,
        why: None,
        milliseconds: None,
        models: None,
        losers: Vec::new(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64, kind: EventKind) -> (u64, Event) {
        let time = Timestamp::from_second(seconds).unwrap();
        (1, Event { time, kind })
    }

    fn initiated(handoff: &str, source: &str, target: &str, confidence: f64) -> EventKind {
        EventKind::HandoffInitiated {
            handoff: handoff.into(),
            source: source.into(),
            target: target.into(),
            reason: "escalation".to_owned(),
            by: "operator".to_owned(),
            confidence,
            microseconds: None,
        }
    }

    #[test]
    fn each_link_tells_how_much_confidence_was_lost_since_the_one_before() {
        let events = [
            at(0, initiated("1", "a", "b", 0.75)),
            at(1, initiated("2", "b", "c", 0.5)),
        ];
        let links = links(&events, &[]);
        assert_eq!((links[0].decay, links[1].decay), (None, Some(0.25)));
    }

    #[test]
    fn a_link_ends_as_its_own_events_say() {
        let events = [
            at(0, initiated("1", "a", "b", 1.0)),
            at(1, initiated("2", "b", "c", 1.0)),
            at(
                3,
                EventKind::HandoffFailed {
                    handoff: "2".into(),
                    why: "it broke".to_owned(),
                },
            ),
            at(
                4,
                EventKind::HandoffCompleted {
                    handoff: "1".into(),
                    milliseconds: 7,
                },
            ),
        ];
        let links = links(&events, &[]);
        assert_eq!(
            (links[0].end, links[0].milliseconds),
            (End::Answered, Some(7))
        );
        assert_eq!(
            (links[1].end, links[1].milliseconds),
            (End::Failed, Some(2000))
        );
        assert_eq!(links[1].why.as_deref(), Some("it broke"));
    }
}
