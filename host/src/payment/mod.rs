//! Money, and the rules of the books it is kept in. Knows no store: stores
//! keep rows, and this module says which rows a movement is made of.

mod audit;
mod ledger;
mod money;
mod movement;
mod posting;
mod tariff;

pub use audit::{Audit, Entry, Snapshot};
pub use ledger::{Books, Failure, post};
pub use money::{Currency, MAX_MILLIONTHS, Money, MoneyError, shown};
pub use movement::{
    Account, Balance, Fund, Movement, MovementKind, Reservation, ReservationState, UnknownAccount,
};
pub use posting::{Cap, CapOf, PaymentError, Posted, Posting, Purpose, Reserve};
pub use tariff::Tariff;
