//! What skills want with money.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::{Cashier, decide, today};
use crate::{
    conversation::{EventKind, Fate, PaymentWish, Payments, Turn},
    handoff::LedgerFilter,
    id::{AgentName, PaymentKey, ReservationId, SkillName},
    payment::{Account, Cap, CapOf, Money, PaymentError, Posting, Purpose, Reservation, Reserve},
};

impl Cashier {
    /// What the skill may have users spend.
    fn caps_of(&self, skill: &SkillName, turn: &Turn, amount: Money) -> Result<Cap, PaymentError> {
        let allowed = self.policy.spending.get(skill).into_iter().flatten();
        let most = allowed
            .into_iter()
            .find(|most| most.currency() == amount.currency())
            .ok_or_else(|| {
                PaymentError::NotAllowed(format!(
                    "`{skill}` may spend no {}; to let it, write spending = \"{amount}\" or more \
                     into [skills.{skill}] of baton.toml",
                    amount.currency()
                ))
            })?;
        Ok(Cap {
            of: CapOf::Skill(skill.clone()),
            most: *most,
            since: today(turn.query.time),
        })
    }

    async fn do_wish(
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
                let cap = self.caps_of(&skill, turn, amount)?;
                let user = turn.query.user.as_ref().map_or("", |user| user.as_str());
                let key = match key {
                    Some(key) => format!("skill/{skill}/{user}/{key}"),
                    None => format!("skill/{skill}/{}", ReservationId::generate()),
                };
                let mut reserve = Reserve {
                    purpose: Purpose::Charge(skill),
                    handoff,
                    ..self.reserve(turn, amount, key.into(), description)?
                };
                reserve.caps.push(cap);
                self.verify(turn, &reserve).await?;
                turn.with_tab(|tab| tab.touch());
                let kept = self.post(turn, Posting::Reserve(Box::new(reserve))).await?;
                let fate = if charge { Fate::Charge } else { Fate::Open };
                let new = turn.with_tab(|tab| match tab.find(&kept.id) {
                    Some(entry) if entry.fate == Fate::Return => {
                        entry.fate = fate;
                        false
                    }
                    Some(_) => false,
                    // The same key in a later turn is what was paid then.
                    None if !kept.is_open() => false,
                    None => {
                        tab.add(kept.clone(), fate);
                        true
                    }
                });
                if new {
                    turn.record(EventKind::PaymentReserved {
                        reservation: kept.id.clone(),
                        amount: kept.amount,
                        to: account_of(&kept),
                    });
                }
                Ok(kept)
            }
            PaymentWish::Capture {
                reservation,
                amount,
            } => {
                let (kept, _) = own(turn, &skill, &reservation)?;
                let amount = amount.unwrap_or(kept.amount);
                if kept.amount.at_most(amount)? != amount {
                    return Err(PaymentError::TooLittle {
                        needed: amount,
                        there: kept.amount,
                    });
                }
                let fate = if amount == kept.amount {
                    Fate::Charge
                } else {
                    Fate::Pay(vec![(Account::Skill(skill), amount)])
                };
                decide(turn, &reservation, fate);
                Ok(kept)
            }
            PaymentWish::Release { reservation } => {
                let (kept, _) = own(turn, &skill, &reservation)?;
                decide(turn, &reservation, Fate::Return);
                Ok(kept)
            }
            PaymentWish::Refund {
                reservation,
                amount,
                key,
            } => {
                // What has not been paid yet need not be given back.
                if let (Ok((kept, _)), None) = (own(turn, &skill, &reservation), amount) {
                    decide(turn, &reservation, Fate::Return);
                    return Ok(kept);
                }
                let user = turn.query.user.clone();
                let user = user.ok_or_else(|| PaymentError::Unknown(reservation.clone()))?;
                if let (Some(provider), Some(amount)) = (&self.policy.provider, amount) {
                    provider.refund(amount).await?;
                } else if self.policy.provider.is_some() {
                    return Err(PaymentError::Unavailable(
                        "the provider gives nothing back".to_owned(),
                    ));
                }
                let posting = Posting::Refund {
                    reservation,
                    amount,
                    key: key.unwrap_or_else(|| PaymentKey::from("whole")),
                    skill,
                    user,
                };
                let kept = self.post(turn, posting).await?;
                turn.record(EventKind::PaymentRefunded {
                    reservation: kept.id.clone(),
                    amount: kept.refunded,
                });
                Ok(kept)
            }
        }
    }
}

impl Payments for Cashier {
    fn price(&self, agent: &AgentName) -> Option<Money> {
        self.policy.prices.get(agent).copied()
    }

    fn balance(&self, turn: &Arc<Turn>) -> BoxFuture<'static, Result<Vec<Money>, PaymentError>> {
        let (cashier, user) = (self.clone(), turn.query.user.clone());
        Box::pin(async move {
            if let Some(provider) = &cashier.policy.provider {
                return provider.balance(user.as_ref()).await;
            }
            let Some(user) = user else {
                return Ok(Vec::new());
            };
            let filter = LedgerFilter {
                user: Some(user),
                ..LedgerFilter::default()
            };
            let balances = cashier.store.balances(&filter).await;
            let balances =
                balances.map_err(|error| PaymentError::Unavailable(error.to_string()))?;
            let amounts = balances
                .into_iter()
                .map(|balance| Money::new(balance.millionths, balance.currency));
            Ok(amounts.collect::<Result<_, _>>()?)
        })
    }

    fn pay(
        &self,
        turn: &Arc<Turn>,
        skill: SkillName,
        wish: PaymentWish,
    ) -> BoxFuture<'static, Result<Reservation, PaymentError>> {
        let (cashier, turn) = (self.clone(), turn.clone());
        Box::pin(async move {
            let wanted = match &wish {
                PaymentWish::Reserve { amount, .. } => Some(*amount),
                _ => None,
            };
            let done = cashier.do_wish(&turn, skill.clone(), wish).await;
            if let (Err(why), Some(amount)) = (&done, wanted) {
                turn.record(EventKind::PaymentRefused {
                    to: Account::Skill(skill),
                    amount,
                    code: why.code().to_owned(),
                });
            }
            done
        })
    }
}

/// A reservation of this turn, which must be the skill's own and not yet on its
/// way back.
fn own(
    turn: &Turn,
    skill: &SkillName,
    id: &ReservationId,
) -> Result<(Reservation, Fate), PaymentError> {
    turn.with_tab(|tab| {
        let entry = tab.find(id);
        entry
            .filter(|entry| entry.reservation.skill.as_ref() == Some(skill))
            .filter(|entry| entry.fate != Fate::Return)
            .map(|entry| (entry.reservation.clone(), entry.fate.clone()))
            .ok_or_else(|| PaymentError::Unknown(id.clone()))
    })
}

fn account_of(kept: &Reservation) -> Account {
    match &kept.skill {
        Some(skill) => Account::Skill(skill.clone()),
        None => Account::Reserved,
    }
}
