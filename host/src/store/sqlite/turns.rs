//! Rows of turns and of what they could not finish.

use rusqlite::{Connection, OptionalExtension, params, types::ValueRef};

use super::{
    books,
    holder::Holder,
    rows::{self, json, number, run, text},
    tickets,
};
use crate::{
    contract::HandoffContext,
    conversation::Message,
    handoff::{Answer, Conclusion, DeadLetter, HandoffState, Intake},
    id::{ConversationId, DeliveryKey, HandoffId},
};

/// A turn that begins now.
pub(super) fn insert(db: &Connection, me: &Holder, intake: &Intake) -> rusqlite::Result<()> {
    if let Some(resumes) = &intake.resumes {
        return run(
            db,
            "INSERT INTO turn (conversation, number, message, state, holder)
             SELECT conversation, ?3, message, 'open', ?4 FROM turn
                WHERE conversation = ?1 AND number = ?2",
            params![
                intake.conversation.id.as_str(),
                number(resumes.turn),
                number(intake.conversation.turns + 1),
                me.name(),
            ],
        );
    }
    run(
        db,
        "INSERT INTO turn (conversation, number, message, key, state, holder, settles)
         VALUES (?1, ?2, ?3, ?4, 'open', ?5, ?6)",
        params![
            intake.conversation.id.as_str(),
            number(intake.conversation.turns + 1),
            intake.message.id.as_str(),
            intake.key.as_ref().map(DeliveryKey::as_str),
            me.name(),
            intake.settles.as_ref().map(HandoffId::as_str),
        ],
    )
}

/// A turn that was cut off begins again. Its message is answered now, so it
/// comes after whatever was said meanwhile.
pub(super) fn take_again(
    db: &Connection,
    me: &Holder,
    id: &ConversationId,
    turn: u64,
    message: &Message,
) -> rusqlite::Result<()> {
    run(
        db,
        "UPDATE turn SET state = 'open', holder = ?3 WHERE conversation = ?1 AND number = ?2",
        params![id.as_str(), number(turn), me.name()],
    )?;
    let sql = "UPDATE message SET seq = (SELECT max(seq) + 1 FROM message) WHERE id = ?1";
    run(db, sql, [message.id.as_str()])
}

/// The turn that a key belongs to, its message, and the answer if there is one.
#[allow(clippy::type_complexity)]
pub(super) fn delivery(
    db: &Connection,
    id: &ConversationId,
    key: &DeliveryKey,
) -> rusqlite::Result<Option<(u64, Message, Option<Box<Answer>>)>> {
    db.prepare_cached(
        "SELECT turn.number, message.body, turn.answer FROM turn JOIN message
            ON message.id = turn.message WHERE turn.conversation = ?1 AND turn.key = ?2",
    )?
    .query_row([id.as_str(), key.as_str()], |row| {
        let answered = row.get_ref(2)? != ValueRef::Null;
        Ok((
            row.get::<_, i64>(0)?.unsigned_abs(),
            json(row, 1)?,
            answered.then(|| json(row, 2)).transpose()?,
        ))
    })
    .optional()
}

/// The turn has an answer. Everything that belongs to it is in one commit, and
/// the conversation is free.
pub(super) fn conclude(
    db: &Connection,
    me: &Holder,
    conclusion: Conclusion,
) -> rusqlite::Result<()> {
    let Conclusion {
        conversation: id,
        turn,
        answer,
        owner,
        thread,
        handoffs,
        not_run,
        receipt,
        dead_letter,
        settles,
        closes,
        mut effects,
    } = conclusion;
    rows::insert_messages(db, &id, &effects.messages)?;
    rows::insert_message(db, &id, &answer)?;
    rows::set_owner(db, &id, &owner)?;
    rows::set_thread(db, &id, thread.as_ref())?;
    for (context, state) in &not_run {
        rows::insert_handoff(db, context, turn, *state)?;
    }
    for (context, outcome) in &handoffs {
        rows::finish_handoff(db, context, outcome)?;
    }
    // What the turn began and did not wait for has no end of its own.
    run(
        db,
        "UPDATE handoff SET state = 'expired' WHERE conversation = ?1 AND turn = ?2
            AND state IN ('prepared', 'accepted')",
        params![id.as_str(), number(turn)],
    )?;
    let receipt = receipt.map(|(_, answer)| text(&answer)).transpose()?;
    run(
        db,
        "UPDATE turn SET state = 'answered', answer = ?3 WHERE conversation = ?1 AND number = ?2",
        params![id.as_str(), number(turn), receipt],
    )?;
    if let Some(settled) = settles {
        drop_dead_letter(db, &settled)?;
    }
    if let Some(ticket) = closes {
        tickets::close(db, &ticket)?;
    }
    if let Some(letter) = dead_letter {
        insert_dead_letter(db, &letter)?;
    }
    if let Some(postings) = effects.settlement.take() {
        books::conclude(db, &id, turn, &postings)?;
    }
    rows::insert_effects(db, &id, turn, effects)?;
    let sql = "DELETE FROM lease WHERE conversation = ?1 AND holder = ?2";
    run(db, sql, [id.as_str(), me.name()])
}

/// The dead letter that the turn tries again.
pub(super) fn settles(
    db: &Connection,
    id: &ConversationId,
    turn: u64,
) -> rusqlite::Result<Option<HandoffId>> {
    let found: Option<String> = db
        .prepare_cached("SELECT settles FROM turn WHERE conversation = ?1 AND number = ?2")?
        .query_row(params![id.as_str(), number(turn)], |row| row.get(0))?;
    Ok(found.map(HandoffId::from))
}

/// What was said and called since a turn's message.
pub(super) fn messages(
    db: &Connection,
    id: &ConversationId,
    turn: u64,
) -> rusqlite::Result<Vec<Message>> {
    db.prepare_cached(
        "SELECT body FROM message WHERE conversation = ?1 AND seq > (SELECT message.seq
            FROM turn JOIN message ON message.id = turn.message
            WHERE turn.conversation = ?1 AND turn.number = ?2) ORDER BY seq",
    )?
    .query_map(params![id.as_str(), number(turn)], |row| json(row, 0))?
    .collect()
}

/// Whether the handoff waits for a person.
pub(super) fn waits(db: &Connection, id: &HandoffId) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT EXISTS (SELECT 1 FROM handoff WHERE id = ?1 AND state = 'waiting')")?
        .query_row([id.as_str()], |row| row.get(0))
}

/// The proof of payment of a handoff that waits.
pub(super) fn proof(
    db: &Connection,
    id: &HandoffId,
) -> rusqlite::Result<Option<std::sync::Arc<str>>> {
    let proof = db
        .prepare_cached("SELECT proof FROM handoff WHERE id = ?1")?
        .query_row([id.as_str()], |row| row.get::<_, Option<String>>(0))
        .optional()?;
    Ok(proof.flatten().map(Into::into))
}

/// The handoffs of a turn whose end is not known.
pub(super) fn handoffs_under_way(
    db: &Connection,
    id: &ConversationId,
    turn: u64,
) -> rusqlite::Result<Vec<(HandoffContext, HandoffState)>> {
    db.prepare_cached(
        "SELECT context, state FROM handoff WHERE conversation = ?1 AND turn = ?2
            AND state IN ('prepared', 'accepted') ORDER BY id",
    )?
    .query_map(params![id.as_str(), number(turn)], |row| {
        let state = match row.get_ref(1)?.as_str()? {
            "prepared" => HandoffState::Prepared,
            _ => HandoffState::Accepted,
        };
        Ok((json(row, 0)?, state))
    })?
    .collect()
}

pub(super) fn insert_dead_letter(db: &Connection, letter: &DeadLetter) -> rusqlite::Result<()> {
    run(
        db,
        "INSERT INTO dead_letter (id, conversation, body) VALUES (?1, ?2, ?3)
         ON CONFLICT (id) DO NOTHING",
        params![
            letter.id().as_str(),
            letter.context.conversation.as_str(),
            text(letter)?
        ],
    )
}

pub(super) fn dead_letters(db: &Connection) -> rusqlite::Result<Vec<DeadLetter>> {
    db.prepare_cached("SELECT body FROM dead_letter ORDER BY seq")?
        .query_map([], |row| json(row, 0))?
        .collect()
}

/// Whether there was one.
pub(super) fn drop_dead_letter(db: &Connection, id: &HandoffId) -> rusqlite::Result<bool> {
    let dropped = db
        .prepare_cached("DELETE FROM dead_letter WHERE id = ?1")?
        .execute([id.as_str()])?;
    Ok(dropped > 0)
}
