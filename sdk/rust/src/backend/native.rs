//! Outside a component: the desk that a test has set up on this thread, or one
//! that grants nothing.

use crate::testing::Desk;
use std::cell::RefCell;

/// What of the desk's lists it is.
#[derive(Debug)]
pub(crate) enum Handle {
    /// A query.
    Query(usize),
    /// A request.
    Request(usize),
    /// A search for agents.
    Search(usize),
}

thread_local! {
    static PRESENT: RefCell<Desk> = RefCell::new(Desk::denying());
}

pub(crate) fn with<R>(ask: impl FnOnce(&mut Desk) -> R) -> R {
    // A clone shares what the desk records, and leaves the cell free for a
    // skill that a test runs inside another desk.
    let mut desk = PRESENT.with_borrow(Desk::clone);
    ask(&mut desk)
}

/// Puts `desk` on this thread until the returned seat is dropped, which a
/// failing test does as well.
pub(crate) fn seat(desk: Desk) -> Seat {
    Seat {
        before: PRESENT.replace(desk),
    }
}

pub(crate) struct Seat {
    before: Desk,
}

impl Drop for Seat {
    fn drop(&mut self) {
        PRESENT.replace(self.before.clone());
    }
}
