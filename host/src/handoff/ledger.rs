//! The books as stores keep them.

use async_trait::async_trait;

use super::StoreError;
use crate::{
    id::{ConversationId, UserId},
    payment::{Audit, Balance, Currency, Movement, PaymentError, Posted, Posting},
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
