//! The till of a testing desk: it knows prices and what the user has, and
//! records what the skill did with money.

use super::{Desk, State};
use crate::bindings::baton::skill::payments::{Money, Receipt};
use crate::codes::ErrorCode;
use crate::error::Error;

/// What a skill did with money.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaymentAct {
    /// Set aside, to be paid when all ends well.
    Charge,
    /// Set aside, to go back unless it is captured.
    Reserve,
    /// To be paid.
    Capture,
    /// To go back.
    Release,
    /// To go back after it was paid.
    Refund,
}

/// One thing that a skill did with money.
#[derive(Clone, Debug, PartialEq)]
pub struct Payment {
    /// What it did.
    pub act: PaymentAct,
    /// With how much.
    pub amount: Money,
    /// What for; empty for what follows on a receipt.
    pub description: String,
}

#[derive(Default)]
pub(super) struct Till {
    prices: Vec<(String, Money)>,
    wallet: Vec<Money>,
    refuses: Option<Error>,
    receipts: Vec<(Receipt, Option<String>)>,
    done: Vec<Payment>,
}

impl Till {
    pub(super) fn price(&self, agent: &str) -> Option<Money> {
        let mut prices = self.prices.iter();
        let (_, price) = prices.find(|(name, _)| name == agent)?;
        Some(price.clone())
    }

    pub(super) fn balance(&self) -> Vec<Money> {
        self.wallet.clone()
    }

    fn purse(&mut self, currency: &str) -> Option<&mut Money> {
        let mut wallet = self.wallet.iter_mut();
        wallet.find(|money| money.currency == currency)
    }
}

/// Setting the till up.
impl Desk {
    /// An answer of this agent costs so much.
    pub fn priced(self, agent: &str, price: Money) -> Self {
        self.0
            .borrow_mut()
            .till
            .prices
            .push((agent.to_owned(), price));
        self
    }

    /// The user can spend so much, in one currency more.
    pub fn wallet(self, money: Money) -> Self {
        self.0.borrow_mut().till.wallet.push(money);
        self
    }

    /// Whatever is to be set aside is refused with this error.
    pub fn refuses_payment(self, error: Error) -> Self {
        self.0.borrow_mut().till.refuses = Some(error);
        self
    }

    /// What the skill did with money, in order; what was refused is not there.
    pub fn payments(&self) -> Vec<Payment> {
        self.0.borrow().till.done.clone()
    }

    pub(super) fn set_aside(
        &mut self,
        act: PaymentAct,
        amount: &Money,
        description: &str,
        key: Option<&str>,
    ) -> Result<Receipt, Error> {
        let mut state = self.0.borrow_mut();
        state.check("payments")?;
        let State { till, .. } = &mut *state;
        if let Some(error) = &till.refuses {
            return Err(error.clone());
        }
        let before = key.and_then(|key| {
            let mut receipts = till.receipts.iter();
            receipts.find(|(_, used)| used.as_deref() == Some(key))
        });
        if let Some((receipt, _)) = before {
            return if receipt.amount == *amount {
                Ok(receipt.clone())
            } else {
                Err(Error::new(
                    ErrorCode::Invalid,
                    "the key was used for another amount",
                ))
            };
        }
        let there = till.purse(&amount.currency);
        match there {
            Some(money) if money.millionths >= amount.millionths => {
                money.millionths -= amount.millionths;
            }
            _ => {
                return Err(Error::new(
                    ErrorCode::PaymentRequired,
                    format!("{amount} are needed"),
                ));
            }
        }
        let receipt = Receipt {
            id: (till.receipts.len() + 1).to_string(),
            amount: amount.clone(),
            state: "open".to_owned(),
            extra: Vec::new(),
        };
        till.receipts
            .push((receipt.clone(), key.map(str::to_owned)));
        till.done.push(Payment {
            act,
            amount: amount.clone(),
            description: description.to_owned(),
        });
        Ok(receipt)
    }

    pub(super) fn settle(
        &mut self,
        act: PaymentAct,
        receipt: &str,
        amount: Option<&Money>,
    ) -> Result<Receipt, Error> {
        let mut state = self.0.borrow_mut();
        state.check("payments")?;
        let State { till, .. } = &mut *state;
        let mut receipts = till.receipts.iter();
        let found = receipts.find(|(kept, _)| kept.id == receipt);
        let Some((receipt, _)) = found.cloned() else {
            return Err(Error::new(ErrorCode::NotFound, "there is no such receipt"));
        };
        let amount = amount.unwrap_or(&receipt.amount).clone();
        if act != PaymentAct::Capture
            && let Some(purse) = till.purse(&amount.currency)
        {
            purse.millionths += amount.millionths;
        }
        till.done.push(Payment {
            act,
            amount,
            description: String::new(),
        });
        Ok(receipt)
    }
}
