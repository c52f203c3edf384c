//! Events of which nothing that anybody said is left.

use serde_json::Value;

use crate::{
    contract::Reason,
    conversation::{Event, EventKind},
};

/// Fields whose text is a name, a time or a code of the desk's own. The text of
/// every other field may be a person's, so one that is added later is emptied
/// until it is named here.
const KEPT: [&str; 26] = [
    "time",
    "type",
    "agent",
    "skill",
    "handoff",
    "source",
    "target",
    "from",
    "to",
    "by",
    "released",
    "level",
    "capability",
    "during",
    "ticket",
    "action",
    "kind",
    "deadline",
    "tool",
    "outcome",
    "reservation",
    "amount",
    "code",
    "provider",
    "passed",
    "cost",
];

impl Event {
    /// The event with what happened, when and by whom, and no content.
    pub fn emptied(&self) -> Self {
        let emptied = serde_json::to_value(self).map(|mut value| {
            empty(&mut value);
            value
        });
        // An event with a field that refuses to be empty gives up the rest too,
        // rather than keep its content.
        emptied.and_then(serde_json::from_value).unwrap_or(Self {
            time: self.time,
            kind: EventKind::ConversationErased,
        })
    }
}

/// Leaves numbers, and the codes of reasons, which are nobody's words.
fn empty(value: &mut Value) {
    match value {
        Value::String(text) if text.parse::<Reason>().is_err() => text.clear(),
        Value::Array(items) => items.iter_mut().for_each(empty),
        Value::Object(fields) => {
            let others = fields
                .iter_mut()
                .filter(|(name, _)| !KEPT.contains(&name.as_str()));
            others.for_each(|(_, value)| empty(value));
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn emptied(kind: EventKind) -> EventKind {
        let time = Timestamp::UNIX_EPOCH;
        Event { time, kind }.emptied().kind
    }

    #[test]
    fn what_happened_stays_and_what_was_said_goes() {
        let initiated = EventKind::HandoffInitiated {
            handoff: "h".into(),
            source: "front-desk".into(),
            target: "billing".into(),
            reason: "escalation".to_owned(),
            by: "operator".to_owned(),
            confidence: 0.5,
            microseconds: None,
        };
        assert_eq!(emptied(initiated.clone()), initiated);
        let opened = |reason: &str| EventKind::TicketOpened {
            ticket: "T-1".into(),
            reason: reason.to_owned(),
        };
        assert_eq!(emptied(opened("Ada Lovelace wants money")), opened(""));
        let failed = |why: &str| EventKind::HandoffFailed {
            handoff: "h".into(),
            why: why.to_owned(),
        };
        assert_eq!(emptied(failed("cannot read `Ada`")), failed(""));
    }
}
