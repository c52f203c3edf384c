//! Requests that wait for a person.
//!
//! ```no_run
//! # use baton_sdk::{Error, Pair, tickets};
//! # fn f() -> Result<(), Error> {
//! let ticket = tickets::open("Wants to cancel", &[Pair::new("order", "4321")])?;
//! # Ok(()) }
//! ```

use crate::backend::{self, Host as _};
pub use crate::bindings::baton::skill::tickets::Ticket;
use crate::bindings::types::Pair;
use crate::error::Error;

/// Opens a ticket about the present conversation, for the turn's user.
pub fn open(reason: &str, details: &[Pair]) -> Result<Ticket, Error> {
    backend::with(|host| host.open_ticket(reason, details))
}

/// The tickets of the turn's user that are not closed.
pub fn list_open() -> Result<Vec<Ticket>, Error> {
    backend::with(|host| host.list_tickets())
}
