//! The money of a case.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use futures_util::{FutureExt, future::BoxFuture};

use super::{
    Calls,
    case::{AgentCase, WalletCase},
};
use crate::{
    conversation::{PaymentWish, Payments, Turn},
    id::{AgentName, PaymentKey, ReservationId, SkillName},
    payment::{Fund, Money, PaymentError, Reservation, ReservationState},
};

/// The money of a case: a wallet that pays while there is something in it.
pub(super) struct Till {
    pub(super) agents: BTreeMap<String, AgentCase>,
    pub(super) wallet: Mutex<WalletCase>,
    pub(super) reservations: Mutex<Vec<Reservation>>,
    pub(super) calls: Calls,
}

impl Till {
    fn do_it(
        &self,
        turn: &Turn,
        skill: SkillName,
        wish: PaymentWish,
    ) -> Result<Reservation, PaymentError> {
        match wish {
            PaymentWish::Reserve {
                amount,
                description,
                key,
                handoff,
                charge,
            } => {
                let verb = if charge { "charge" } else { "reserve" };
                self.calls.note(format!("{verb} {amount}: {description}"));
                self.take(amount)?;
                let zero = Money::zero(amount.currency());
                let mut all = self.reservations();
                let id = ReservationId::from(format!("receipt-{}", all.len() + 1));
                let kept = Reservation {
                    key: key.unwrap_or_else(|| PaymentKey::from(id.as_str())),
                    id,
                    time: turn.query.time,
                    fund: fund(turn),
                    user: turn.query.user.clone(),
                    amount,
                    paid: zero,
                    refunded: zero,
                    state: ReservationState::Open,
                    conversation: turn.query.conversation.clone(),
                    turn: turn.query.turn,
                    handoff,
                    skill: Some(skill),
                    payees: Vec::new(),
                    description,
                };
                all.push(kept.clone());
                Ok(kept)
            }
            PaymentWish::Capture {
                reservation,
                amount,
            } => {
                self.calls.note(format!("capture {reservation}"));
                self.change(&reservation, |kept| {
                    kept.paid = amount.unwrap_or(kept.amount);
                    kept.state = ReservationState::Captured;
                })
            }
            PaymentWish::Release { reservation } => {
                self.calls.note(format!("release {reservation}"));
                self.change(&reservation, |kept| kept.state = ReservationState::Released)
            }
            PaymentWish::Refund {
                reservation,
                amount,
                ..
            } => {
                self.calls.note(format!("refund {reservation}"));
                self.change(&reservation, |kept| {
                    kept.refunded = amount.unwrap_or(kept.amount);
                })
            }
        }
    }

    fn reservations(&self) -> std::sync::MutexGuard<'_, Vec<Reservation>> {
        self.reservations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, amount: Money) -> Result<(), PaymentError> {
        let mut wallet = self.wallet.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(why) = &wallet.refuses {
            return Err(PaymentError::Refused(why.clone()));
        }
        let mut balances = wallet.balance.iter_mut();
        let there = balances.find(|it| it.currency() == amount.currency());
        match there {
            Some(there) if there.millionths() >= amount.millionths() => {
                *there = there.less(amount)?;
                Ok(())
            }
            there => Err(PaymentError::TooLittle {
                needed: amount,
                there: there.map_or(Money::zero(amount.currency()), |there| *there),
            }),
        }
    }

    fn change(
        &self,
        id: &ReservationId,
        change: impl FnOnce(&mut Reservation),
    ) -> Result<Reservation, PaymentError> {
        let mut all = self.reservations();
        let kept = all.iter_mut().find(|kept| kept.id == *id);
        let kept = kept.ok_or_else(|| PaymentError::Unknown(id.clone()))?;
        change(kept);
        Ok(kept.clone())
    }
}

/// A visitor pays by a provider.
fn fund(turn: &Turn) -> Fund {
    match &turn.query.user {
        Some(user) => Fund::Wallet(user.clone()),
        None => Fund::Provider("case".to_owned()),
    }
}

impl Payments for Till {
    fn price(&self, agent: &AgentName) -> Option<Money> {
        self.agents.get(agent.as_str())?.price
    }

    fn balance(&self, _: &Arc<Turn>) -> BoxFuture<'static, Result<Vec<Money>, PaymentError>> {
        let wallet = self.wallet.lock().unwrap_or_else(PoisonError::into_inner);
        let there = wallet.balance.clone();
        async { Ok(there) }.boxed()
    }

    fn pay(
        &self,
        turn: &Arc<Turn>,
        skill: SkillName,
        wish: PaymentWish,
    ) -> BoxFuture<'static, Result<Reservation, PaymentError>> {
        let done = self.do_it(turn, skill, wish);
        async { done }.boxed()
    }
}
