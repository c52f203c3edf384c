//! `tickets`: requests that wait for a person.

use super::{error, not_granted};
use crate::{
    conversation::{EventKind, Ticket as Kept, Turn},
    skill::{
        bindings::baton::skill::{
            tickets::{Host, Ticket},
            types::{Error, PairResult},
        },
        convert::{line, milliseconds},
        grant::Grant,
        guest::Guest,
    },
};

/// Tickets that one turn may open. A person has to read each of them.
const TICKETS_PER_TURN: usize = 3;

impl Host for Guest {
    fn open(
        &mut self,
        reason: String,
        details: Vec<PairResult>,
    ) -> wasmtime::Result<Result<Ticket, Error>> {
        let Some(turn) = self.enter_granted(Grant::Tickets)? else {
            return Ok(Err(not_granted(self, Grant::Tickets)));
        };
        if reason.trim().is_empty() {
            return Ok(Err(error("invalid", "a ticket needs a reason")));
        }
        let parsed = details
            .into_iter()
            .map(|pair| Ok((line(&pair.name), serde_json::from_str(&pair.value)?)))
            .collect::<Result<_, serde_json::Error>>();
        let details = match parsed {
            Ok(details) => details,
            Err(wrong) => return Ok(Err(error("invalid", format!("not JSON: {wrong}")))),
        };
        let ticket = Kept {
            details,
            ..Kept::new(&turn.query, self.permit.skill.to_string(), line(&reason))
        };
        let opened = convert(&ticket);
        Ok(if keep(&turn, ticket) {
            Ok(opened)
        } else {
            Err(error(
                "limit",
                format!("a turn may open {TICKETS_PER_TURN} tickets"),
            ))
        })
    }

    fn list_open(&mut self) -> wasmtime::Result<Result<Vec<Ticket>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Tickets)? else {
            return Ok(Err(not_granted(self, Grant::Tickets)));
        };
        let Some(user) = &turn.query.user else {
            return Ok(Ok(Vec::new()));
        };
        Ok(match turn.records.open_tickets(user) {
            Err(failed) => Err(error("failed", failed.to_string())),
            Ok(kept) => {
                let new = turn.with_effects(|effects| effects.tickets.clone());
                Ok(kept.iter().chain(&new).map(convert).collect())
            }
        })
    }
}

fn keep(turn: &Turn, ticket: Kept) -> bool {
    let event = EventKind::TicketOpened {
        ticket: ticket.id.clone(),
        reason: ticket.reason.clone(),
    };
    let kept = turn.with_effects(|effects| {
        let room = effects.tickets.len() < TICKETS_PER_TURN;
        if room {
            effects.tickets.push(ticket);
        }
        room
    });
    if kept {
        turn.record(event);
    }
    kept
}

fn convert(ticket: &Kept) -> Ticket {
    Ticket {
        id: ticket.id.to_string(),
        state: ticket.state.as_str().to_owned(),
        reason: ticket.reason.clone(),
        created: milliseconds(ticket.created),
        extra: Vec::new(),
    }
}
