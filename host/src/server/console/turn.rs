//! A turn as it is drawn: from the query over verdicts, hooks and agents to the
//! answer.

use std::time::Duration;

use jiff::Timestamp;
use serde::Serialize;

use crate::{
    conversation::{Event, EventKind, Message, Speaker},
    handoff::{Logged, Store},
    id::ConversationId,
    server::admin::Problem,
    view::{
        event::words,
        recalled::since,
        text::{moment, one_line, span},
    },
};

/// Letters of a message that are shown on a card.
const MESSAGE: usize = 280;

/// Letters of what happened; the events have it whole.
const STEP: usize = 140;

/// Messages in which the words of turns are looked for; older turns are drawn
/// without.
const MESSAGES: usize = 400;

/// Where on the way something happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Stage {
    Query,
    Verdicts,
    Hooks,
    Agent,
    Answer,
}

/// What it means for whoever looks at it, the worst last.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
enum Tone {
    Plain,
    Good,
    Note,
    Bad,
}

/// Something that happened.
#[derive(Clone, Debug, Serialize)]
struct Step {
    name: &'static str,
    text: String,
    tone: Tone,
    /// Since the turn began.
    at: String,
}

/// One stage of the way, with what happened in it.
#[derive(Clone, Debug, Serialize)]
struct Leg {
    stage: Stage,
    steps: Vec<Step>,
}

/// A turn, or what people did between two.
#[derive(Clone, Debug, Serialize)]
pub(super) struct Card {
    conversation: ConversationId,
    turn: u64,
    user: Option<String>,
    time: String,
    query: Option<String>,
    legs: Vec<Leg>,
    /// A message was decided upon: others may have lost.
    decided: bool,
    answer: Option<String>,
    by: Option<String>,
    took: Option<i64>,
    tone: Tone,
}

fn place(kind: &EventKind) -> (Stage, Tone) {
    use EventKind as E;
    match kind {
        E::TurnStarted | E::TurnResumed { .. } | E::TurnSeeded { .. } => {
            (Stage::Query, Tone::Plain)
        }
        E::VerdictRejected { .. } | E::SkillFaulted { .. } | E::SkillQuarantined { .. } => {
            (Stage::Verdicts, Tone::Bad)
        }
        E::VerdictsWeighed { .. } => (Stage::Verdicts, Tone::Plain),
        E::VerdictShadowed { .. }
        | E::VerdictHeld { .. }
        | E::SkillDenied { .. }
        | E::SkillStateReset { .. } => (Stage::Verdicts, Tone::Note),
        E::HandoffInitiated { .. } => (Stage::Verdicts, Tone::Good),
        E::SkillLog { .. } | E::SkillHttp { .. } => (Stage::Verdicts, Tone::Plain),
        E::HandoffRejected { .. } | E::PaymentRefused { .. } | E::PaymentUnknown { .. } => {
            (Stage::Hooks, Tone::Bad)
        }
        E::HandoffContextSanitized { .. }
        | E::PaymentReserved { .. }
        | E::PaymentReleased { .. }
        | E::PaymentRefunded { .. }
        | E::HandoffApproved { .. } => (Stage::Hooks, Tone::Plain),
        E::ModelStopped { .. } | E::ToolAmended { .. } => (Stage::Agent, Tone::Note),
        E::HandoffApprovalRequested { .. } | E::ReplyReplaced { .. } => (Stage::Hooks, Tone::Note),
        E::HandoffFailed { .. } | E::AgentFailed { .. } | E::HandoffExpired { .. } => {
            (Stage::Agent, Tone::Bad)
        }
        E::HandoffClaimed { .. }
        | E::HandoffAccepted { .. }
        | E::ModelCalled { .. }
        | E::ToolCalled { .. } => (Stage::Agent, Tone::Plain),
        E::HandoffCompleted { .. } => (Stage::Agent, Tone::Good),
        E::TurnAnswered { fallback, .. } => (
            Stage::Answer,
            if *fallback { Tone::Note } else { Tone::Good },
        ),
        E::TurnCutOff { .. } | E::DeadLetterKept { .. } => (Stage::Answer, Tone::Bad),
        E::TicketOpened { .. } | E::TicketAppended { .. } => (Stage::Agent, Tone::Note),
        E::TicketReplied { .. } => (Stage::Answer, Tone::Good),
        E::PaymentCaptured { .. }
        | E::OwnerChanged { .. }
        | E::DeadLetterRetried { .. }
        | E::DeadLetterDropped { .. }
        | E::ConversationErased
        | E::TicketClaimed { .. }
        | E::TicketClosed { .. }
        | E::TicketHandedBack { .. } => (Stage::Answer, Tone::Plain),
    }
}

fn legs(events: &[&Event]) -> Vec<Leg> {
    let began = events.first().map(|event| event.time);
    let at = |time: Timestamp| {
        let micros = began.map_or(0, |began| since(began, time));
        span(Duration::from_micros(micros))
    };
    let mut legs: Vec<Leg> = Vec::new();
    for event in events {
        let (stage, tone) = place(&event.kind);
        let (name, text) = match &event.kind {
            // The name of the handoff, which nobody can use here.
            EventKind::HandoffAccepted { .. } => ("handoff.accepted", String::new()),
            kind => words(kind),
        };
        let step = Step {
            name,
            text: cut(&text, STEP),
            tone,
            at: at(event.time),
        };
        match legs.last_mut().filter(|leg| leg.stage == stage) {
            Some(leg) => leg.steps.push(step),
            None => legs.push(Leg {
                stage,
                steps: vec![step],
            }),
        }
    }
    legs
}

fn cut(text: &str, longest: usize) -> String {
    let text = one_line(text);
    match text.char_indices().nth(longest) {
        Some((at, _)) => format!("{}…", text.get(..at).unwrap_or_default()),
        None => text,
    }
}

impl Card {
    fn new(conversation: &ConversationId, turn: u64, events: &[&Event]) -> Self {
        let time = events
            .first()
            .map_or_else(Timestamp::now, |event| event.time);
        let answered = events.iter().rev().find_map(|event| match &event.kind {
            EventKind::TurnAnswered { agent, .. } => Some((agent.to_string(), event.time)),
            _ => None,
        });
        let began = events.iter().any(|e| e.kind == EventKind::TurnStarted);
        let took = answered
            .as_ref()
            .filter(|_| began)
            .map(|(_, end)| end.as_millisecond() - time.as_millisecond());
        let tones = events.iter().map(|event| place(&event.kind));
        let last = tones
            .filter(|(stage, tone)| *stage == Stage::Answer || *tone == Tone::Note)
            .map(|(_, tone)| tone);
        Self {
            conversation: conversation.clone(),
            turn,
            user: None,
            time: moment(time),
            query: None,
            legs: legs(events),
            decided: began,
            answer: None,
            by: answered.map(|(agent, _)| agent),
            took,
            tone: last.max().unwrap_or(Tone::Plain),
        }
    }

    /// With what was said, as far as it is kept.
    fn with_words(mut self, messages: &[std::sync::Arc<Message>], events: &[&Event]) -> Self {
        let at = |wanted: fn(&EventKind) -> bool| {
            let found = events.iter().find(|event| wanted(&event.kind));
            found.map(|event| event.time)
        };
        if let Some(began) = at(|kind| *kind == EventKind::TurnStarted) {
            let mut before = messages
                .iter()
                .rev()
                .filter(|message| message.time <= began);
            let asked = before.find(|message| message.speaker == Speaker::User);
            self.query = asked.map(|message| cut(&message.content, MESSAGE));
        }
        if let Some(ended) = at(|kind| matches!(kind, EventKind::TurnAnswered { .. })) {
            let mut after = messages.iter().filter(|message| message.time >= ended);
            let said = after.find(|m| matches!(m.speaker, Speaker::Agent { .. }));
            self.answer = said.map(|message| cut(&message.content, MESSAGE));
        }
        self
    }
}

/// The turns of which these events are, in their order, with what was said.
pub(super) async fn cards(store: &dyn Store, events: &[Logged]) -> Result<Vec<Card>, Problem> {
    let mut groups: Vec<(&ConversationId, u64, Vec<&Event>)> = Vec::new();
    for logged in events {
        let same = |group: &&mut (&ConversationId, u64, Vec<&Event>)| {
            group.0 == &logged.conversation && group.1 == logged.turn
        };
        match groups.iter_mut().rev().find(same) {
            Some((_, _, events)) => events.push(&logged.event),
            None => groups.push((&logged.conversation, logged.turn, vec![&logged.event])),
        }
    }
    let mut cards = Vec::with_capacity(groups.len());
    for (id, turn, events) in groups {
        let mut card = Card::new(id, turn, &events);
        if let Some(found) = store.open(id).await? {
            card.user = found.user.as_ref().map(ToString::to_string);
            let messages = found.history.page(None, MESSAGES)?;
            card = card.with_words(&messages, &events);
        }
        cards.push(card);
    }
    Ok(cards)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(milliseconds: i64, kind: EventKind) -> Event {
        let time = Timestamp::from_millisecond(milliseconds).unwrap();
        Event { time, kind }
    }

    #[test]
    fn the_way_of_a_turn_has_its_stages_in_order_and_times_since_it_began() {
        let events = [
            at(1000, EventKind::TurnStarted),
            at(
                1002,
                EventKind::VerdictRejected {
                    skill: "s".into(),
                    handoff: "h".into(),
                    why: "no".to_owned(),
                },
            ),
            at(
                1003,
                EventKind::HandoffAccepted {
                    handoff: "1".into(),
                },
            ),
            at(
                1009,
                EventKind::TurnAnswered {
                    agent: "billing".into(),
                    fallback: false,
                },
            ),
        ];
        let events: Vec<&Event> = events.iter().collect();
        let card = Card::new(&"c".into(), 1, &events);
        let stages: Vec<Stage> = card.legs.iter().map(|leg| leg.stage).collect();
        assert_eq!(
            stages,
            [Stage::Query, Stage::Verdicts, Stage::Agent, Stage::Answer]
        );
        assert_eq!(card.legs[1].steps[0].at, "2 ms");
        assert_eq!(
            (card.by.as_deref(), card.took, card.tone),
            (Some("billing"), Some(9), Tone::Good)
        );
    }

    #[test]
    fn a_long_message_is_cut_between_letters() {
        assert_eq!(cut("äöü", 2), "äö…");
        assert_eq!(cut("äöü", 3), "äöü");
    }
}
