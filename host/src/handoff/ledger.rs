//! The books as stores keep them, and what the operator does in them.

use async_trait::async_trait;

use super::{Desk, StoreError};
use crate::{
    id::{ConversationId, MovementId, PaymentKey, UserId},
    payment::{Audit, Balance, Currency, Money, Movement, PaymentError, Posted, Posting},
};

/// What is looked for in the books; nothing said is everything.
#[derive(Clone, Debug, Default)]
pub struct LedgerFilter {
    /// Of this user.
    pub user: Option<UserId>,
    /// In this currency.
    pub currency: Option<Currency>,
    /// Of this conversation.
    pub conversation: Option<ConversationId>,
}

/// What came of postings: the first that is refused ends them, and those
/// before it stand.
pub type PostingResult = Result<Vec<Posted>, PaymentError>;

/// The books as stores keep them. Whatever is done in them is one commit; what
/// belongs to a turn rides on the commits of the turn.
#[async_trait]
pub trait Ledger: Send + Sync {
    /// Does these postings, for the turn of a conversation if one is named.
    async fn post(
        &self,
        turn_of: Option<&ConversationId>,
        postings: Vec<Posting>,
    ) -> Result<PostingResult, StoreError>;

    /// What is in the accounts: of the user, or of all.
    async fn balances(&self, filter: &LedgerFilter) -> Result<Vec<Balance>, StoreError>;

    /// What was moved, oldest first.
    async fn movements(&self, filter: &LedgerFilter) -> Result<Vec<Movement>, StoreError>;

    /// Looks for whatever is not as it must be.
    async fn audit(&self) -> Result<Audit, StoreError>;
}

impl LedgerFilter {
    /// Whether a movement is looked for.
    pub fn wants(&self, movement: &Movement) -> bool {
        let user = self.user.as_ref();
        let conversation = self.conversation.as_ref();
        user.is_none_or(|user| movement.user.as_ref() == Some(user))
            && conversation.is_none_or(|id| movement.conversation.as_ref() == Some(id))
            && self
                .currency
                .is_none_or(|currency| movement.amount.currency() == currency)
    }
}

/// A user was not given money.
#[derive(Debug, thiserror::Error)]
pub enum CreditError {
    /// There is nothing to give.
    #[error("a credit of nothing changes nothing; name an amount above zero")]
    Nothing,
    /// The books refuse it.
    #[error(transparent)]
    Payment(#[from] PaymentError),
    /// It cannot be kept.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// The ledger keeps silent.
    #[error("the ledger has not said what it did; see `baton ledger entries`")]
    Silent,
}

impl Desk {
    /// Gives a user money to spend. Done again with the same key, it is done
    /// once.
    pub async fn credit(
        &self,
        user: UserId,
        amount: Money,
        key: Option<PaymentKey>,
        description: String,
    ) -> Result<Movement, CreditError> {
        if amount.is_zero() {
            return Err(CreditError::Nothing);
        }
        let key = match key {
            Some(key) => format!("credit/{key}"),
            None => format!("credit/{}", MovementId::generate()),
        };
        let credit = Posting::Credit {
            key: key.into(),
            user,
            amount,
            description,
        };
        match self
            .store()
            .post(None, vec![credit])
            .await??
            .into_iter()
            .next()
        {
            Some(Posted::Movement(movement)) => Ok(*movement),
            _ => Err(CreditError::Silent),
        }
    }
}
