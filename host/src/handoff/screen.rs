//! Looks through a context for injections before the target sees it.

use serde_json::Value;

use super::hooks::Rejection;
use crate::{
    contract::{Findings, HandoffContext, HistoryPolicy},
    conversation::{EventKind, Message, Speaker, Turn},
    trust::{Detection, REMOVED, Reading, Sanitize, Trust, first_hit, strip, visible},
};

/// The entry of a context's metadata that tells the target what was found.
pub(super) const SUSPECTED: &str = "suspected-injection";

/// Messages that are looked through before a handoff that a find would refuse:
/// as many as a model is sent at most.
const MESSAGES: usize = 200;

/// Characters of a name in the place of a detection. The name may be the
/// attack itself, so it is kept short and without blanks.
const MAX_NAME: usize = 40;

/// Takes what is invisible out of a context, and does with injections what the
/// operator says. What the operator or the user wrote is theirs to write.
pub(super) fn screen(
    turn: &Turn,
    context: &mut HandoffContext,
    sanitize: Sanitize,
) -> Result<(), Rejection> {
    let mut found = scan(context, sanitize == Sanitize::Strip);
    // With the other settings whoever reads the messages does what is said, and
    // an agent that reads none costs nothing.
    if sanitize == Sanitize::Refuse {
        found.extend(said(turn, context.history));
    }
    let refused = (sanitize == Sanitize::Refuse && !found.is_empty()).then(|| list(&found));
    if sanitize == Sanitize::Flag && !found.is_empty() {
        let told = found.iter().map(|d| Value::from(d.to_string()));
        context
            .metadata
            .insert(SUSPECTED.to_owned(), told.collect());
        let place = format!("metadata/{SUSPECTED}");
        context.provenance.add(place, Trust::OPERATOR);
    }
    turn.record(EventKind::HandoffContextSanitized {
        handoff: context.id.clone(),
        found,
        action: sanitize,
    });
    match refused {
        None => Ok(()),
        Some(found) => Err(Rejection {
            by: "policy".to_owned(),
            why: format!("the context looks like an injection ({found})"),
        }),
    }
}

/// What is wrong with the messages that the target is to see. A history that
/// cannot be read is none: the target cannot read it either.
fn said(turn: &Turn, history: HistoryPolicy) -> Vec<Detection> {
    let most = match history {
        HistoryPolicy::Full => MESSAGES,
        HistoryPolicy::Last(messages) => MESSAGES.min(messages as usize),
        HistoryPolicy::Summary | HistoryPolicy::None => return Vec::new(),
    };
    let page = turn.history.page(None, most).unwrap_or_default();
    page.iter().filter_map(|said| suspected(said)).collect()
}

/// What is wrong with a message that neither the user nor the operator wrote.
pub fn suspected(said: &Message) -> Option<Detection> {
    let kind = first_hit(&said.content, reading(said)?)?;
    let place = format!("history/{}", said.id);
    Some(Detection { place, kind })
}

/// As what a message is read that is to be looked through; none: it is the
/// user's or the operator's, and theirs to write.
pub fn reading(said: &Message) -> Option<Reading> {
    match said.speaker {
        Speaker::Tool { .. } => Some(Reading::Data),
        Speaker::Agent { .. } if said.trust < Trust::USER => Some(Reading::Instructions),
        _ => None,
    }
}

fn list(found: &[Detection]) -> String {
    let found: Vec<String> = found.iter().map(Detection::to_string).collect();
    found.join(", ")
}

fn scan(context: &mut HandoffContext, strips: bool) -> Vec<Detection> {
    let mut screen = Screen {
        strips,
        found: Vec::new(),
    };
    let trusted = |place: &str| {
        context
            .provenance
            .of(place)
            .is_some_and(|trust| trust >= Trust::USER)
    };
    if !trusted("instructions") {
        let text = &mut context.instructions;
        screen.text(text, Reading::Instructions, || "instructions".to_owned());
    }
    screen.text(&mut context.state, Reading::Instructions, || {
        "state".to_owned()
    });
    screen.summary(&mut context.summary);
    for (field, texts) in [
        ("facts", &mut context.facts),
        ("decisions", &mut context.decisions),
    ] {
        for (at, text) in texts.iter_mut().enumerate() {
            screen.text(text, Reading::Data, || format!("{field}/{at}"));
        }
    }
    for (field, entries) in [
        ("findings", &mut context.findings),
        ("data", &mut context.data),
        ("snapshot", &mut context.snapshot),
        ("metadata", &mut context.metadata),
    ] {
        if context
            .provenance
            .of_field(field)
            .is_some_and(|trust| trust >= Trust::USER)
        {
            continue;
        }
        screen.entries(field, entries);
    }
    screen.found
}

struct Screen {
    strips: bool,
    found: Vec<Detection>,
}

impl Screen {
    fn text(&mut self, text: &mut String, reading: Reading, place: impl FnOnce() -> String) {
        if let Some(kind) = first_hit(text, reading) {
            let place = place();
            self.found.push(Detection { place, kind });
            if self.strips {
                *text = strip(text, reading);
                if text.trim().is_empty() {
                    REMOVED.clone_into(text);
                }
            }
        }
        if let std::borrow::Cow::Owned(seen) = visible(text) {
            *text = seen;
        }
    }

    /// A line is a message, and begins with who said it; what the user said is
    /// the user's to say.
    fn summary(&mut self, summary: &mut String) {
        let said = |line: &str| match line.split_once(": ") {
            Some(("user" | "operator", _)) => None,
            Some((_, said)) => first_hit(said, Reading::Instructions),
            None => first_hit(line, Reading::Instructions),
        };
        let mut kept = Vec::new();
        let before = self.found.len();
        for line in summary.lines() {
            match said(line) {
                None => kept.push(line),
                Some(kind) => self.found.push(Detection {
                    place: "summary".to_owned(),
                    kind,
                }),
            }
        }
        if self.strips && self.found.len() > before {
            *summary = kept.join("\n");
        }
        if let std::borrow::Cow::Owned(seen) = visible(summary) {
            *summary = seen;
        }
    }

    fn entries(&mut self, field: &str, entries: &mut Findings) {
        entries.retain(|name, value| {
            let at = self.found.len();
            let kept = self.entry(name, value);
            if self.found.len() > at {
                let name = name
                    .chars()
                    .filter(|c| !c.is_whitespace() && !c.is_control());
                let place = format!("{field}/{}", name.take(MAX_NAME).collect::<String>());
                for detection in self.found.iter_mut().skip(at) {
                    detection.place.clone_from(&place);
                }
            }
            kept
        });
    }

    /// Whether a named value stays.
    fn entry(&mut self, name: &str, value: &mut Value) -> bool {
        if let Some(kind) = first_hit(name, Reading::Data) {
            let place = String::new();
            self.found.push(Detection { place, kind });
            if self.strips {
                return false;
            }
        }
        self.value(value);
        true
    }

    fn value(&mut self, value: &mut Value) {
        match value {
            Value::String(text) => self.text(text, Reading::Data, String::new),
            Value::Array(values) => values.iter_mut().for_each(|value| self.value(value)),
            Value::Object(entries) => entries.retain(|name, value| self.entry(name, value)),
            Value::Null | Value::Bool(_) | Value::Number(_) => {}
        }
    }
}

#[cfg(test)]
mod tests;
