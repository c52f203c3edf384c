//! What the tokens of a model cost whoever runs the desk.

use serde::Deserialize;

use super::{Currency, Money, MoneyError};

/// Tokens that the amounts of a tariff are for.
const PER: i128 = 1_000_000;

/// What a million tokens cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields, try_from = "Written")]
pub struct Tariff {
    input: Money,
    output: Money,
}

/// As it is written down.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    input: Money,
    output: Money,
}

impl TryFrom<Written> for Tariff {
    type Error = MoneyError;

    fn try_from(Written { input, output }: Written) -> Result<Self, MoneyError> {
        Self::new(input, output)
    }
}

impl Tariff {
    /// A million tokens read cost `input`, a million written `output`.
    pub fn new(input: Money, output: Money) -> Result<Self, MoneyError> {
        match input.currency() == output.currency() {
            true => Ok(Self { input, output }),
            false => Err(MoneyError::Mixed(input.currency(), output.currency())),
        }
    }

    /// Of which currency.
    pub fn currency(self) -> Currency {
        self.input.currency()
    }

    /// What so many tokens cost. Rounded up: a limit must hold.
    pub fn cost(self, read: u64, written: u64) -> Money {
        let part = |tokens: u64, price: Money| i128::from(tokens) * i128::from(price.millionths());
        let whole = part(read, self.input) + part(written, self.output);
        let millionths = (whole + PER - 1) / PER;
        let bounded = i64::try_from(millionths).unwrap_or(super::MAX_MILLIONTHS);
        let bounded = bounded.min(super::MAX_MILLIONTHS);
        // Within the bound there is nothing that can fail.
        Money::new(bounded, self.currency()).unwrap_or_else(|_| Money::zero(self.currency()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tariff(input: &str, output: &str) -> Result<Tariff, MoneyError> {
        Tariff::new(input.parse().unwrap(), output.parse().unwrap())
    }

    #[test]
    fn tokens_cost_their_share_of_a_million_rounded_up() {
        let tariff = tariff("0.15 USD", "0.60 USD").unwrap();
        assert_eq!(tariff.cost(1_000_000, 1_000_000).to_string(), "0.75 USD");
        assert_eq!(tariff.cost(1_000, 100).to_string(), "0.00021 USD");
        assert_eq!(tariff.cost(1, 0).to_string(), "0.000001 USD");
        assert_eq!(tariff.cost(0, 0).to_string(), "0.00 USD");
        assert!(tariff.cost(u64::MAX, u64::MAX).millionths() > 0);
    }

    #[test]
    fn a_tariff_has_one_currency() {
        let why = tariff("0.15 USD", "0.60 EUR").unwrap_err().to_string();
        assert!(why.contains("never mixed"), "{why}");
    }
}
