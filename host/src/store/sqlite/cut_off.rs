//! What becomes of a turn whose host stopped in the middle of it: it is on
//! record, and the handoff it was making is a dead letter.

use jiff::Timestamp;
use rusqlite::{Connection, params};

use super::{books, rows, turns};
use crate::{
    contract::HandoffContext,
    conversation::{Event, EventKind, Speaker, ToolEnd},
    handoff::{DeadLetter, HandoffState, ToolRef, Unfinished},
    id::ConversationId,
    payment::{Fund, ReservationState},
};

/// Why a turn of a host that is gone was cut off.
pub(super) const STOPPED: &str = "the host stopped before there was an answer";

/// Why a turn was cut off for whose answer nobody waited to the end.
pub(super) const BROKEN_OFF: &str = "it was broken off before there was an answer";

/// The conversations with a turn that has not ended.
pub(super) fn under_way(db: &Connection) -> rusqlite::Result<Vec<ConversationId>> {
    db.prepare_cached("SELECT DISTINCT conversation FROM turn WHERE state = 'open'")?
        .query_map([], |row| row.get::<_, String>(0).map(ConversationId::from))?
        .collect()
}

/// Ends the turn of the conversation that has not ended, if there is one.
/// Whoever calls knows that nobody works on it any more.
pub(super) fn conversation(
    db: &Connection,
    id: &ConversationId,
    why: &str,
) -> rusqlite::Result<()> {
    let turns: Vec<i64> = db
        .prepare_cached("SELECT number FROM turn WHERE conversation = ?1 AND state = 'open'")?
        .query_map([id.as_str()], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    for turn in turns {
        turn_of(db, id, turn.unsigned_abs(), why)?;
    }
    Ok(())
}

fn turn_of(db: &Connection, id: &ConversationId, turn: u64, why: &str) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE turn SET state = 'cut-off' WHERE conversation = ?1 AND number = ?2")?
        .execute(params![id.as_str(), rows::number(turn)])?;
    let said = why.to_owned();
    record(db, id, turn, EventKind::TurnCutOff { why: said })?;
    for kept in books::cut_off(db, id, turn)? {
        let (reservation, amount) = (kept.id, kept.amount);
        let event = match kept.fund {
            Fund::Provider(provider) if kept.state == ReservationState::Unknown => {
                EventKind::PaymentUnknown {
                    reservation,
                    amount,
                    provider,
                }
            }
            _ => EventKind::PaymentReleased {
                reservation,
                amount,
            },
        };
        record(db, id, turn, event)?;
    }
    for kind in calls_under_way(db, id, turn)? {
        record(db, id, turn, kind)?;
    }
    let mut settles = turns::settles(db, id, turn)?;
    for (context, state) in turns::handoffs_under_way(db, id, turn)? {
        // What is known now takes the place of what was known before.
        if let Some(handoff) = settles.take()
            && turns::drop_dead_letter(db, &handoff)?
        {
            record(db, id, turn, EventKind::DeadLetterRetried { handoff })?;
        }
        let letter = letter(turn, context, state, why);
        rows::set_handoff_state(db, letter.id(), HandoffState::Expired)?;
        record(
            db,
            id,
            turn,
            EventKind::HandoffExpired {
                handoff: letter.id().clone(),
                outcome: letter.outcome.as_str().to_owned(),
            },
        )?;
        let handoff = letter.id().clone();
        record(db, id, turn, EventKind::DeadLetterKept { handoff })?;
        turns::insert_dead_letter(db, &letter)?;
    }
    Ok(())
}

/// The writes that agents began in the turn and of which nobody knows more.
fn calls_under_way(
    db: &Connection,
    id: &ConversationId,
    turn: u64,
) -> rusqlite::Result<Vec<EventKind>> {
    let messages = turns::messages(db, id, turn)?;
    let mut unknown = Vec::new();
    for message in &messages {
        let Speaker::Agent { agent } = &message.speaker else {
            continue;
        };
        for call in message.calls.iter().filter(|call| !call.key.is_empty()) {
            if messages.iter().any(|other| other.answers(&call.id)) {
                continue;
            }
            if let Ok(ToolRef::One(name)) = call.name.parse() {
                unknown.push(EventKind::ToolCalled {
                    agent: agent.clone(),
                    skill: name.skill,
                    tool: name.tool,
                    outcome: ToolEnd::Unknown,
                    milliseconds: 0,
                });
            }
        }
    }
    Ok(unknown)
}

fn letter(turn: u64, context: HandoffContext, state: HandoffState, why: &str) -> DeadLetter {
    DeadLetter {
        turn,
        outcome: match state {
            HandoffState::Prepared => Unfinished::NotBegun,
            _ => Unfinished::Unknown,
        },
        why: why.to_owned(),
        time: Timestamp::now(),
        context,
    }
}

fn record(
    db: &Connection,
    id: &ConversationId,
    turn: u64,
    kind: EventKind,
) -> rusqlite::Result<()> {
    let time = Timestamp::now();
    rows::insert_event(db, id, turn, &Event { time, kind })
}
