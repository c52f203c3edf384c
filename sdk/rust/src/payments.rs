//! Money of the turn's user, who is always the payer.
//!
//! ```no_run
//! use baton_sdk::payments::{self, Money};
//! # fn f() -> Result<(), baton_sdk::Error> {
//! if let Some(price) = payments::price("premium-analyst")? {
//!     payments::charge(&price, "Consultation with premium-analyst")?;
//! }
//! let paid = payments::charge_once(&Money::new("0.10", "USD")?, "Report", "report-4321")?;
//! # Ok(()) }
//! ```
//!
//! A charge made in a before-hook counts towards the price of the target, which
//! the host collects anyway. It goes back when the handoff comes to nothing.

use crate::backend::{self, Host as _};
pub use crate::bindings::baton::skill::payments::{Money, Receipt};
use crate::codes::{ErrorCode, ReceiptState};
use crate::error::Error;
use std::fmt;

/// Millionths in one unit.
const UNIT: u64 = 1_000_000;

/// What an answer of the agent costs; none: nothing.
pub fn price(agent: &str) -> Result<Option<Money>, Error> {
    backend::with(|host| host.price(agent))
}

/// What the user can spend, in each currency.
pub fn balance() -> Result<Vec<Money>, Error> {
    backend::with(|host| host.balance())
}

/// Sets money aside, to be paid when all ends well.
pub fn charge(amount: &Money, description: &str) -> Result<Receipt, Error> {
    backend::with(|host| host.charge(amount, description, None))
}

/// As `charge`; the same key with the same amount is the same charge, in
/// whichever turn.
pub fn charge_once(amount: &Money, description: &str, key: &str) -> Result<Receipt, Error> {
    backend::with(|host| host.charge(amount, description, Some(key)))
}

/// Sets money aside, to go back at the end of the turn unless `capture` is
/// called.
pub fn reserve(amount: &Money, description: &str) -> Result<Receipt, Error> {
    backend::with(|host| host.reserve(amount, description, None))
}

/// What was set aside is to be paid: so much of it, or all.
pub fn capture(receipt: &Receipt, amount: Option<&Money>) -> Result<Receipt, Error> {
    backend::with(|host| host.capture(&receipt.id, amount))
}

/// What was set aside goes back.
pub fn release(receipt: &Receipt) -> Result<Receipt, Error> {
    backend::with(|host| host.release(&receipt.id))
}

/// What this skill was paid goes back: so much of it, or all that is left. The
/// same key with the same amount is the same refund.
pub fn refund(receipt: &str, amount: Option<&Money>, key: &str) -> Result<Receipt, Error> {
    backend::with(|host| host.refund(receipt, amount, Some(key)))
}

impl Money {
    /// So many units of a currency, written as in \"0.05\".
    pub fn new(units: &str, currency: &str) -> Result<Self, Error> {
        let wrong = || {
            Error::new(
                ErrorCode::Invalid,
                format!("`{units}` is no amount: write digits, a point and at most six decimals"),
            )
        };
        let (whole, decimals) = units.split_once('.').unwrap_or((units, "0"));
        let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
        if !digits(whole) || !digits(decimals) || decimals.len() > 6 {
            return Err(wrong());
        }
        let whole: u64 = whole.parse().map_err(|_| wrong())?;
        let decimals: u64 = format!("{decimals:0<6}").parse().map_err(|_| wrong())?;
        let millionths = whole
            .checked_mul(UNIT)
            .and_then(|whole| whole.checked_add(decimals));
        Ok(Self {
            millionths: millionths.ok_or_else(wrong)?,
            currency: currency.to_owned(),
        })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut decimals = format!("{:06}", self.millionths % UNIT);
        while decimals.len() > 2 && decimals.ends_with('0') {
            decimals.pop();
        }
        let whole = self.millionths / UNIT;
        write!(out, "{whole}.{decimals} {}", self.currency)
    }
}

impl Receipt {
    /// What has become of it.
    pub fn state(&self) -> ReceiptState {
        self.state.as_str().into()
    }
}
