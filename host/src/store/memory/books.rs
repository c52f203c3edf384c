//! The books in memory.

use std::{collections::BTreeMap, convert::Infallible};

use async_trait::async_trait;
use jiff::Timestamp;

use super::MemoryStore;
use crate::{
    handoff::{Ledger, LedgerFilter, PostingResult, StoreError},
    id::{ConversationId, PaymentKey, ReservationId},
    payment::{
        Account, Audit, Balance, Books, CapOf, Currency, Failure, Movement, Posting, Reservation,
        ReservationState, Snapshot, post,
    },
};

/// The books in memory.
#[derive(Debug, Default)]
pub(super) struct Book {
    movements: Vec<Movement>,
    by_key: BTreeMap<PaymentKey, usize>,
    balances: BTreeMap<(Account, Currency), i64>,
    reservations: BTreeMap<ReservationId, Reservation>,
    standing: BTreeMap<PaymentKey, ReservationId>,
}

impl Book {
    /// Does them in order, until one is refused; of that one nothing is left.
    pub(super) fn post(&mut self, postings: &[Posting]) -> PostingResult {
        let mut done = Vec::with_capacity(postings.len());
        for posting in postings {
            let before = self.movements.len();
            match post(self, posting) {
                Ok(posted) => done.push(posted),
                Err(Failure::Refused(refused)) => {
                    self.take_back(before);
                    return Err(refused);
                }
                Err(Failure::Broken(never)) => match never {},
            }
        }
        Ok(done)
    }

    /// A posting that is refused in the middle has kept no reservation yet.
    fn take_back(&mut self, to: usize) {
        for movement in self.movements.split_off(to) {
            self.by_key.remove(&movement.key);
            self.book(&movement, -1);
        }
    }

    fn book(&mut self, movement: &Movement, sign: i64) {
        for entry in movement.entries() {
            *self
                .balances
                .entry((entry.account, entry.currency))
                .or_default() += sign * entry.millionths;
        }
    }

    /// The turn has its answer.
    pub(super) fn conclude(&mut self, conversation: &ConversationId, postings: &[Posting]) {
        if let Err(refused) = self.post(postings) {
            tracing::error!("money of {conversation} goes back unpaid: {refused}");
        }
        self.end_turn(conversation);
    }

    /// The turn of the conversation is over, however it ended.
    pub(super) fn end_turn(&mut self, conversation: &ConversationId) {
        let left: Vec<Posting> = self
            .reservations
            .values()
            .filter(|kept| kept.conversation == *conversation && kept.is_open())
            .map(|kept| {
                let reservation = kept.id.clone();
                match kept.state {
                    ReservationState::Settling => Posting::Lost { reservation },
                    _ => Posting::Release { reservation },
                }
            })
            .collect();
        if let Err(refused) = self.post(&left) {
            tracing::error!("money of {conversation} stays set aside: {refused}");
        }
    }

    /// Leaves nobody's words in it.
    pub(super) fn erase(&mut self, conversation: &ConversationId) {
        let of = |id: &Option<ConversationId>| id.as_ref() == Some(conversation);
        for movement in self.movements.iter_mut().filter(|m| of(&m.conversation)) {
            movement.description.clear();
        }
        let kept = self.reservations.values_mut();
        for kept in kept.filter(|kept| kept.conversation == *conversation) {
            kept.description.clear();
        }
    }
}

impl Books for Book {
    type Error = Infallible;

    fn balance(&self, account: &Account, currency: Currency) -> Result<i64, Infallible> {
        let at = (account.clone(), currency);
        Ok(self.balances.get(&at).copied().unwrap_or(0))
    }

    fn movement(&self, key: &PaymentKey) -> Result<Option<Movement>, Infallible> {
        let at = self.by_key.get(key);
        Ok(at.and_then(|at| self.movements.get(*at)).cloned())
    }

    fn reservation(&self, id: &ReservationId) -> Result<Option<Reservation>, Infallible> {
        Ok(self.reservations.get(id).cloned())
    }

    fn standing(&self, key: &PaymentKey) -> Result<Option<Reservation>, Infallible> {
        let id = self.standing.get(key);
        Ok(id.and_then(|id| self.reservations.get(id)).cloned())
    }

    fn spent(&self, by: &CapOf, currency: Currency, since: Timestamp) -> Result<i64, Infallible> {
        let of = |kept: &&Reservation| {
            kept.time >= since
                && kept.amount.currency() == currency
                && match by {
                    CapOf::User(user) => kept.user.as_ref() == Some(user),
                    CapOf::Skill(skill) => kept.skill.as_ref() == Some(skill),
                }
        };
        let kept = self.reservations.values();
        Ok(kept.filter(of).map(Reservation::spent).sum())
    }

    fn add(&mut self, movement: &Movement) -> Result<(), Infallible> {
        self.book(movement, 1);
        self.by_key
            .insert(movement.key.clone(), self.movements.len());
        self.movements.push(movement.clone());
        Ok(())
    }

    fn put(&mut self, reservation: &Reservation) -> Result<(), Infallible> {
        let (key, id) = (reservation.key.clone(), reservation.id.clone());
        if reservation.state == ReservationState::Released {
            self.standing.remove(&key);
        } else {
            self.standing.insert(key, id.clone());
        }
        self.reservations.insert(id, reservation.clone());
        Ok(())
    }
}

#[async_trait]
impl Ledger for MemoryStore {
    async fn post(
        &self,
        turn_of: Option<&ConversationId>,
        postings: Vec<Posting>,
    ) -> Result<PostingResult, StoreError> {
        // Held while the books are written, so that the turn cannot end meanwhile.
        let turn = match turn_of {
            None => None,
            Some(id) => {
                let kept = self.conversations.get(id);
                let kept = kept.filter(|kept| kept.in_turn.is_some());
                Some(kept.ok_or_else(|| StoreError::TakenOver(id.clone()))?)
            }
        };
        let posted = self.book(|book| book.post(&postings));
        drop(turn);
        Ok(posted)
    }

    async fn balances(&self, filter: &LedgerFilter) -> Result<Vec<Balance>, StoreError> {
        let of = filter.user.clone().map(Account::User);
        Ok(self.book(|book| {
            book.balances
                .iter()
                .filter(|((account, currency), _)| {
                    of.as_ref().is_none_or(|of| of == account)
                        && filter.currency.is_none_or(|wanted| wanted == *currency)
                })
                .map(|((account, currency), millionths)| Balance {
                    account: account.clone(),
                    currency: *currency,
                    millionths: *millionths,
                })
                .collect()
        }))
    }

    async fn movements(&self, filter: &LedgerFilter) -> Result<Vec<Movement>, StoreError> {
        Ok(self.book(|book| {
            let movements = book.movements.iter();
            movements.filter(|m| filter.wants(m)).cloned().collect()
        }))
    }

    async fn audit(&self) -> Result<Audit, StoreError> {
        let balances = self.balances(&LedgerFilter::default()).await?;
        let open_turns = self
            .conversations
            .iter()
            .filter_map(|kept| Some((kept.key().clone(), kept.in_turn?)))
            .collect();
        Ok(self.book(|book| {
            let snapshot = Snapshot {
                movements: book.movements.clone(),
                entries: book.movements.iter().flat_map(Movement::entries).collect(),
                balances,
                reservations: book.reservations.values().cloned().collect(),
                open_turns,
            };
            snapshot.audit()
        }))
    }
}
