//! The line of processes for a conversation's turn. The first in it has the
//! turn; a place that is not renewed ends, and what its holder was doing counts
//! as cut off.

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::{
    cut_off::{self, BROKEN_OFF, STOPPED},
    holder::Holder,
    rows, turns,
};
use crate::{
    conversation::Message,
    handoff::{Admission, Intake},
    id::{ConversationId, DeliveryKey},
};

/// How long a place lasts without renewal. Longer than a busy machine keeps a
/// process from running, and about as long as a customer waits for nothing
/// when the machine that had the turn is gone.
const LASTS: i64 = 15_000;

/// A place with less than this left is renewed.
const RENEWED_AT: i64 = 10_000;

/// One in the line.
struct Place {
    seq: i64,
    holder: String,
    expires: i64,
}

/// Milliseconds since 1970.
fn now() -> i64 {
    Timestamp::now().as_millisecond()
}

/// Takes the turn for a message and keeps it, or lines up.
pub(super) fn admit(db: &Connection, me: &Holder, intake: &Intake) -> rusqlite::Result<Admission> {
    let id = &intake.conversation.id;
    let delivered = match &intake.key {
        Some(key) => match delivery(db, id, key, &intake.message)? {
            Delivery::Over(admission) => return Ok(admission),
            Delivery::CutOff { turn, message } => Some((turn, message)),
            Delivery::New => None,
        },
        None => None,
    };
    if let Some(not_yet) = line_up(db, me, id, intake.max_waiting)? {
        return Ok(not_yet);
    }
    let turns = db
        .prepare_cached("SELECT turns FROM conversation WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get::<_, i64>(0))
        .optional()?
        .map_or(0, i64::unsigned_abs);
    if turns != intake.conversation.turns {
        return Ok(Admission::Stale);
    }
    match delivered {
        Some((turn, message)) => {
            turns::take_again(db, me, id, turn, &message)?;
            Ok(Admission::Resumed {
                turn,
                message: message.into(),
            })
        }
        None => {
            if let Some(resumes) = &intake.resumes {
                if !turns::waits(db, &resumes.handoff)? {
                    leave(db, id, me)?;
                    return Ok(Admission::Settled);
                }
            } else {
                rows::insert_conversation(db, &intake.conversation)?;
                if turns == 0 {
                    rows::insert_messages(db, id, &intake.before)?;
                }
                rows::insert_message(db, id, &intake.message)?;
            }
            rows::begin_turn(db, id)?;
            turns::insert(db, me, intake)?;
            Ok(Admission::Begun)
        }
    }
}

/// Takes a place in the line; none: it is the first, and whatever an earlier
/// holder had begun is cut off.
pub(super) fn line_up(
    db: &Connection,
    me: &Holder,
    id: &ConversationId,
    max_waiting: usize,
) -> rusqlite::Result<Option<Admission>> {
    let line = living(db, id, me)?;
    let mine = line.iter().position(|place| place.holder == me.name());
    match mine {
        None if line.len() > max_waiting => return Ok(Some(Admission::Full)),
        None => take_place(db, id, me)?,
        Some(at) => renew(db, &line[at])?,
    }
    if mine.unwrap_or(line.len()) > 0 {
        return Ok(Some(Admission::Wait));
    }
    cut_off::conversation(db, id, STOPPED)?;
    Ok(None)
}

/// Gives up the place with what was done in it; false, and it is not to be
/// done, if another has come first meanwhile.
pub(super) fn done(db: &Connection, id: &ConversationId, me: &Holder) -> rusqlite::Result<bool> {
    let line = living(db, id, me)?;
    if line.first().is_some_and(|place| place.holder != me.name()) {
        return Ok(false);
    }
    db.prepare_cached("DELETE FROM lease WHERE conversation = ?1 AND holder = ?2")?
        .execute([id.as_str(), me.name()])?;
    Ok(true)
}

/// What a key says about the message that comes with it.
enum Delivery {
    New,
    CutOff { turn: u64, message: Message },
    Over(Admission),
}

fn delivery(
    db: &Connection,
    id: &ConversationId,
    key: &DeliveryKey,
    message: &Message,
) -> rusqlite::Result<Delivery> {
    let Some((turn, first, answer)) = turns::delivery(db, id, key)? else {
        return Ok(Delivery::New);
    };
    Ok(match answer {
        _ if first.content != message.content => Delivery::Over(Admission::OtherText),
        Some(answer) => Delivery::Over(Admission::Answered(answer)),
        None => Delivery::CutOff {
            turn,
            message: first,
        },
    })
}

/// Whether the turn of the conversation is this holder's.
pub(super) fn is_first(
    db: &Connection,
    id: &ConversationId,
    me: &Holder,
) -> rusqlite::Result<bool> {
    let first: Option<String> = db
        .prepare_cached("SELECT holder FROM lease WHERE conversation = ?1 ORDER BY seq LIMIT 1")?
        .query_row([id.as_str()], |row| row.get(0))
        .optional()?;
    Ok(first.as_deref() == Some(me.name()))
}

/// Leaves the line. A turn that has not ended by then is cut off.
pub(super) fn leave(db: &Connection, id: &ConversationId, me: &Holder) -> rusqlite::Result<()> {
    let had_the_turn = is_first(db, id, me)?;
    db.prepare_cached("DELETE FROM lease WHERE conversation = ?1 AND holder = ?2")?
        .execute([id.as_str(), me.name()])?;
    if had_the_turn {
        cut_off::conversation(db, id, BROKEN_OFF)?;
    }
    Ok(())
}

/// Renews all places of this holder, and cuts off the turns of those who have
/// not renewed theirs.
pub(super) fn look_after(db: &Connection, me: &Holder) -> rusqlite::Result<()> {
    db.prepare_cached("UPDATE lease SET expires = ?2 WHERE holder = ?1 AND expires < ?3")?
        .execute(params![me.name(), now() + LASTS, now() + RENEWED_AT])?;
    for id in cut_off::under_way(db)? {
        if living(db, &id, me)?.is_empty() || !has_turn(db, &id)? {
            cut_off::conversation(db, &id, STOPPED)?;
        }
    }
    Ok(())
}

/// Whether the first in line is the one that began the turn under way.
fn has_turn(db: &Connection, id: &ConversationId) -> rusqlite::Result<bool> {
    db.prepare_cached(
        "SELECT EXISTS (SELECT 1 FROM turn WHERE conversation = ?1 AND state = 'open'
            AND holder = (SELECT holder FROM lease WHERE conversation = ?1 ORDER BY seq LIMIT 1))",
    )?
    .query_row([id.as_str()], |row| row.get(0))
}

/// Everybody in the line who is still there; the others are taken out of it.
fn living(db: &Connection, id: &ConversationId, me: &Holder) -> rusqlite::Result<Vec<Place>> {
    let mut line: Vec<Place> = db
        .prepare_cached(
            "SELECT seq, holder, expires FROM lease WHERE conversation = ?1 ORDER BY seq",
        )?
        .query_map([id.as_str()], |row| {
            Ok(Place {
                seq: row.get(0)?,
                holder: row.get(1)?,
                expires: row.get(2)?,
            })
        })?
        .collect::<Result<_, _>>()?;
    let gone = |place: &Place| place.expires < now() || me.knows_gone(&place.holder);
    for place in line.iter().filter(|place| gone(place)) {
        db.prepare_cached("DELETE FROM lease WHERE seq = ?1")?
            .execute([place.seq])?;
    }
    line.retain(|place| !gone(place));
    Ok(line)
}

fn take_place(db: &Connection, id: &ConversationId, me: &Holder) -> rusqlite::Result<()> {
    db.prepare_cached("INSERT INTO lease (conversation, holder, expires) VALUES (?1, ?2, ?3)")?
        .execute(params![id.as_str(), me.name(), now() + LASTS])?;
    Ok(())
}

fn renew(db: &Connection, place: &Place) -> rusqlite::Result<()> {
    if place.expires < now() + RENEWED_AT {
        db.prepare_cached("UPDATE lease SET expires = ?2 WHERE seq = ?1")?
            .execute([place.seq, now() + LASTS])?;
    }
    Ok(())
}
