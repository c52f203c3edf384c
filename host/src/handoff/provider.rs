//! Others than this ledger who collect money.

use std::fmt;

use async_trait::async_trait;

use crate::{
    id::UserId,
    payment::{Money, PaymentError},
};

/// Money that somebody is to pay for an answer.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// How much.
    pub amount: Money,
    /// The proof of payment that came with the message.
    pub proof: Option<&'a str>,
    /// What for.
    pub description: &'a str,
}

/// What came of collecting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Collected {
    /// It was collected; under this reference of the provider's.
    Paid(String),
    /// It was not, and why.
    Refused(String),
    /// Nobody knows, and why: it must not be tried again.
    Unknown(String),
}

/// Somebody other than this ledger who collects money. The ledger keeps the
/// books of it all the same.
#[async_trait]
pub trait PaymentProvider: Send + Sync + fmt::Debug {
    /// What its accounts in the books are called.
    fn name(&self) -> &str;

    /// What a user can spend.
    async fn balance(&self, user: Option<&UserId>) -> Result<Vec<Money>, PaymentError>;

    /// Whether the money can be collected. Nothing is taken yet.
    async fn reserve(&self, request: Request<'_>) -> Result<(), PaymentError>;

    /// Collects it.
    async fn capture(&self, request: Request<'_>) -> Collected;

    /// It will not be collected.
    async fn release(&self, request: Request<'_>) -> Result<(), PaymentError>;

    /// Gives it back.
    async fn refund(&self, amount: Money) -> Result<(), PaymentError>;
}
