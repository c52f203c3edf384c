//! Tickets and what people do with them.

use rusqlite::{Connection, OptionalExtension, params};

use super::rows::{self, json, run, text};
use crate::{
    conversation::{OpenTicket, Ticket, TicketState},
    handoff::Tending,
    id::{ConversationId, TicketId, UserId},
};

/// The tickets that are not closed, of one user or of all.
pub(super) fn waiting(db: &Connection, user: Option<&UserId>) -> rusqlite::Result<Vec<Ticket>> {
    let mut statement = db.prepare_cached(
        "SELECT body FROM ticket WHERE state <> 'closed' AND (?1 IS NULL OR user = ?1) ORDER BY seq",
    )?;
    let rows = statement.query_map([user.map(UserId::as_str)], |row| json(row, 0))?;
    rows.collect()
}

pub(super) fn find(db: &Connection, id: &TicketId) -> rusqlite::Result<Option<Ticket>> {
    db.prepare_cached("SELECT body FROM ticket WHERE id = ?1")?
        .query_row([id.as_str()], |row| json(row, 0))
        .optional()
}

/// Keeps the tickets that a turn has opened.
pub(super) fn open(
    db: &Connection,
    conversation: &ConversationId,
    tickets: &[Ticket],
) -> rusqlite::Result<()> {
    for ticket in tickets {
        run(
            db,
            "INSERT INTO ticket (id, user, state, body) VALUES (?1, ?2, ?3, ?4)",
            params![
                ticket.id.as_str(),
                ticket.user.as_ref().map(UserId::as_str),
                ticket.state.as_str(),
                text(ticket)?,
            ],
        )?;
        if let Some(open) = ticket.of_people() {
            change_people(db, conversation, |people| people.push(open))?;
        }
    }
    Ok(())
}

/// Notes that a turn has brought another message for these tickets.
pub(super) fn append(
    db: &Connection,
    conversation: &ConversationId,
    tickets: &[OpenTicket],
) -> rusqlite::Result<()> {
    for open in tickets {
        let Some(mut ticket) = find(db, &open.ticket)? else {
            continue;
        };
        let version = ticket.version;
        ticket.append();
        update(db, &ticket, version)?;
        // Another process may have closed it while the message was on its way.
        if ticket.of_people().is_none() {
            continue;
        }
        change_people(db, conversation, |people| {
            if !people.contains(open) {
                people.push(open.clone());
            }
        })?;
    }
    Ok(())
}

/// Ends a ticket whose decision is carried out.
pub(super) fn close(db: &Connection, id: &TicketId) -> rusqlite::Result<()> {
    let Some(mut ticket) = find(db, id)? else {
        return Ok(());
    };
    let version = ticket.version;
    ticket.close();
    update(db, &ticket, version).map(drop)
}

/// Keeps what a person did; false if the ticket has changed since.
pub(super) fn tend(db: &Connection, tending: &Tending) -> rusqlite::Result<bool> {
    let mut ticket = tending.ticket.clone();
    let version = ticket.version;
    ticket.version += 1;
    if !update(db, &ticket, version)? {
        return Ok(false);
    }
    let conversation = &ticket.conversation;
    if ticket.state == TicketState::Closed {
        change_people(db, conversation, |people| {
            people.retain(|open| open.ticket != ticket.id)
        })?;
    }
    if let Some(owner) = &tending.owner {
        rows::set_owner(db, conversation, owner)?;
    }
    if let Some(message) = &tending.message {
        rows::insert_message(db, conversation, message)?;
    }
    rows::insert_events(db, conversation, tending.turn, &tending.events)?;
    Ok(true)
}

/// Puts the ticket in the place of its version; false if that is not there.
fn update(db: &Connection, ticket: &Ticket, version: u64) -> rusqlite::Result<bool> {
    let number = |version| i64::try_from(version).unwrap_or(i64::MAX);
    let changed = db
        .prepare_cached(
            "UPDATE ticket SET state = ?2, body = ?3, version = ?4 WHERE id = ?1 AND version = ?5",
        )?
        .execute(params![
            ticket.id.as_str(),
            ticket.state.as_str(),
            text(ticket)?,
            number(ticket.version),
            number(version),
        ])?;
    Ok(changed == 1)
}

fn change_people(
    db: &Connection,
    conversation: &ConversationId,
    change: impl FnOnce(&mut Vec<OpenTicket>),
) -> rusqlite::Result<()> {
    let id = conversation.as_str();
    let mut people: Vec<OpenTicket> = db
        .prepare_cached("SELECT people FROM conversation WHERE id = ?1")?
        .query_row([id], |row| json(row, 0))?;
    change(&mut people);
    let sql = "UPDATE conversation SET people = ?2 WHERE id = ?1";
    run(db, sql, params![id, text(&people)?])
}
