//! Amounts of money: whole millionths of a unit, and of which currency.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

/// Millionths in one unit.
const UNIT: i64 = 1_000_000;

/// The most that one amount may be, and that is in one account: a billion
/// units. Thousands of such amounts still add up without an overflow.
pub const MAX_MILLIONTHS: i64 = 1_000_000_000 * UNIT;

/// A currency by its code, such as `USD` or `USDC`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Currency([u8; Self::LONGEST]);

impl Currency {
    /// Codes of money have three letters, those of tokens a few more.
    const LONGEST: usize = 8;

    /// The code.
    pub fn as_str(&self) -> &str {
        let end = self.0.iter().position(|byte| *byte == 0);
        let code = self.0.get(..end.unwrap_or(Self::LONGEST));
        // Only ASCII gets in.
        code.and_then(|code| std::str::from_utf8(code).ok())
            .unwrap_or_default()
    }
}

impl FromStr for Currency {
    type Err = MoneyError;

    fn from_str(code: &str) -> Result<Self, MoneyError> {
        let upper = |c: char| c.is_ascii_uppercase() || c.is_ascii_digit();
        let begins = code.starts_with(|c: char| c.is_ascii_uppercase());
        if !(3..=Self::LONGEST).contains(&code.len()) || !begins || !code.chars().all(upper) {
            return Err(MoneyError::Currency(code.chars().take(20).collect()));
        }
        let mut bytes = [0; Self::LONGEST];
        for (to, from) in bytes.iter_mut().zip(code.bytes()) {
            *to = from;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What is no amount of money, or cannot be reckoned with.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Not a number and a code.
    #[error("`{0}` is no amount of money; write \"0.05 USD\"")]
    Form(String),
    /// Less than nothing.
    #[error("`{0}` is negative; an amount is zero or more")]
    Negative(String),
    /// Smaller parts than there are.
    #[error("`{0}` has more than six decimals; the smallest amount is 0.000001")]
    Decimals(String),
    /// Too much.
    #[error("`{0}` is too much; an amount is at most 1000000000")]
    Overflow(String),
    /// No code of a currency.
    #[error(
        "`{0}` is no currency; write its code in 3 to 8 capital letters or digits, such as USD"
    )]
    Currency(String),
    /// Two currencies.
    #[error("{0} and {1} are different currencies, which are never mixed")]
    Mixed(Currency, Currency),
}

/// An amount of money; never negative.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Money {
    millionths: i64,
    currency: Currency,
}

impl Money {
    /// So many millionths of a unit.
    pub fn new(millionths: i64, currency: Currency) -> Result<Self, MoneyError> {
        match millionths {
            ..0 => Err(MoneyError::Negative(shown(millionths, currency))),
            0..=MAX_MILLIONTHS => Ok(Self {
                millionths,
                currency,
            }),
            _ => Err(MoneyError::Overflow(shown(millionths, currency))),
        }
    }

    /// Nothing.
    pub fn zero(currency: Currency) -> Self {
        Self {
            millionths: 0,
            currency,
        }
    }

    /// Millionths of a unit.
    pub fn millionths(self) -> i64 {
        self.millionths
    }

    /// Of which currency.
    pub fn currency(self) -> Currency {
        self.currency
    }

    /// Whether it is nothing.
    pub fn is_zero(self) -> bool {
        self.millionths == 0
    }

    /// Both together.
    pub fn plus(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        // Two amounts within the bound cannot overflow.
        Self::new(self.millionths + other.millionths, self.currency)
    }

    /// What is left when `other` is taken away; nothing if that is more.
    pub fn less(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        Self::new((self.millionths - other.millionths).max(0), self.currency)
    }

    /// The lower of the two.
    pub fn at_most(self, other: Self) -> Result<Self, MoneyError> {
        self.same(other)?;
        Ok(if other.millionths < self.millionths {
            other
        } else {
            self
        })
    }

    fn same(self, other: Self) -> Result<(), MoneyError> {
        if self.currency == other.currency {
            return Ok(());
        }
        Err(MoneyError::Mixed(self.currency, other.currency))
    }
}

/// An amount that may be below zero, as balances of the issuer are.
pub fn shown(millionths: i64, currency: Currency) -> String {
    let sign = if millionths < 0 { "-" } else { "" };
    let whole = millionths.unsigned_abs();
    let (units, rest) = (whole / UNIT.unsigned_abs(), whole % UNIT.unsigned_abs());
    let mut decimals = format!("{rest:06}");
    // Two decimals are what people expect of money.
    while decimals.len() > 2 && decimals.ends_with('0') {
        decimals.pop();
    }
    format!("{sign}{units}.{decimals} {currency}")
}

impl FromStr for Money {
    type Err = MoneyError;

    fn from_str(text: &str) -> Result<Self, MoneyError> {
        // Bad input is repeated in the message, but not without end.
        let said = || text.chars().take(40).collect::<String>();
        let form = || MoneyError::Form(said());
        let (number, code) = text.trim().split_once(' ').ok_or_else(form)?;
        let currency = code.trim_start().parse()?;
        if let Some(positive) = number.strip_prefix('-') {
            return Err(match digits(positive) {
                true => MoneyError::Negative(said()),
                false => form(),
            });
        }
        if !digits(number) {
            return Err(form());
        }
        let (units, decimals) = number.split_once('.').unwrap_or((number, "0"));
        if decimals.len() > 6 {
            return Err(MoneyError::Decimals(said()));
        }
        let too_much = || MoneyError::Overflow(said());
        let units: i64 = units.parse().map_err(|_| too_much())?;
        let decimals: i64 = format!("{decimals:0<6}").parse().map_err(|_| form())?;
        let millionths = units
            .checked_mul(UNIT)
            .and_then(|units| units.checked_add(decimals))
            .ok_or_else(too_much)?;
        Self::new(millionths, currency).map_err(|_| too_much())
    }
}

/// Digits, with at most one point and digits on both of its sides.
fn digits(number: &str) -> bool {
    let all = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    match number.split_once('.') {
        Some((units, decimals)) => all(units) && all(decimals),
        None => all(number),
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&shown(self.millionths, self.currency))
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl Serialize for Money {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Money {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests;
