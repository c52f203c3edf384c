//! Who handed over to whom in a period.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;

use crate::{conversation::HandoffRecord, id::AgentName};

/// The period if none is named.
pub const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Who handed over to whom in a period.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Flow {
    /// From this time on.
    pub since: Timestamp,
    /// Before this time.
    pub until: Timestamp,
    /// By source and target.
    pub streams: Vec<Stream>,
}

/// The handoffs from one agent to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Stream {
    /// Who handed over.
    pub source: AgentName,
    /// To whom.
    pub target: AgentName,
    /// How often.
    pub handoffs: u64,
    /// How many of them the target has answered.
    pub answered: u64,
    /// How many are under way, or wait for a person.
    pub under_way: u64,
}

impl Flow {
    /// Of the handoffs that were prepared in the period.
    pub fn of(since: Timestamp, until: Timestamp, handoffs: &[HandoffRecord]) -> Self {
        let mut streams: BTreeMap<(&AgentName, &AgentName), Stream> = BTreeMap::new();
        let within = |record: &&HandoffRecord| record.created >= since && record.created < until;
        for record in handoffs.iter().filter(within) {
            let stream = streams
                .entry((&record.source, &record.target))
                .or_insert_with(|| Stream {
                    source: record.source.clone(),
                    target: record.target.clone(),
                    handoffs: 0,
                    answered: 0,
                    under_way: 0,
                });
            stream.handoffs += 1;
            match record.answered {
                Some(true) => stream.answered += 1,
                Some(false) => {}
                None => stream.under_way += 1,
            }
        }
        Self {
            since,
            until,
            streams: streams.into_values().collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(second: i64, answered: Option<bool>) -> HandoffRecord {
        HandoffRecord {
            id: "h".into(),
            conversation: "c".into(),
            source: "desk".into(),
            target: "billing".into(),
            reason: "escalation".to_owned(),
            confidence: 1.0,
            created: Timestamp::from_second(second).unwrap(),
            answered,
        }
    }

    #[test]
    fn handoffs_of_the_period_are_counted_and_no_others() {
        let handoffs = [
            at(1, None),
            at(5, Some(true)),
            at(6, Some(false)),
            at(7, None),
            at(9, None),
        ];
        let time = |second| Timestamp::from_second(second).unwrap();
        let flow = Flow::of(time(5), time(9), &handoffs);
        let [stream] = flow.streams.as_slice() else {
            panic!("{flow:?}")
        };
        assert_eq!(
            (stream.handoffs, stream.answered, stream.under_way),
            (3, 1, 1)
        );
    }
}
