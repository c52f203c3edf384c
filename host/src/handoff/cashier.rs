//! Collects what answers cost, and does what skills want with money.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{Collected, LedgerFilter, PaymentPolicy, PaymentProvider, Request, Store, StoreError};
use crate::{
    conversation::{EventKind, Fate, PaymentWish, Payments, Turn},
    id::{AgentName, HandoffId, PaymentKey, ReservationId, SkillName},
    payment::{
        Account, Cap, CapOf, Fund, Money, PaymentError, Posting, Purpose, Reservation, Reserve,
    },
};

/// What an answer costs, as far as it is known before it is given.
#[derive(Clone, Debug)]
pub(super) struct Bill {
    agent: AgentName,
    price: Money,
    handoff: Option<HandoffId>,
    /// What is set aside by the host, once it is.
    own: Option<Reservation>,
}

impl Bill {
    /// For the record and the user.
    pub(super) fn rejection(&self, why: &PaymentError) -> String {
        format!(
            "payment required: {} costs {}, and {why}",
            self.agent, self.price
        )
    }
}

/// Collects what answers cost.
#[derive(Clone)]
pub(super) struct Cashier {
    pub(super) store: Arc<dyn Store>,
    pub(super) policy: PaymentPolicy,
}

impl Cashier {
    /// The bill of an agent that costs something.
    pub(super) fn bill(&self, agent: &AgentName, handoff: Option<&HandoffId>) -> Option<Bill> {
        let price = self.policy.prices.get(agent)?;
        Some(Bill {
            agent: agent.clone(),
            price: *price,
            handoff: handoff.cloned(),
            own: None,
        })
    }

    /// What must still be set aside, after the charges that skills have made
    /// for the same handoff. Asks the provider, if there is one.
    pub(super) async fn demand(
        &self,
        turn: &Turn,
        bill: &Bill,
    ) -> Result<Option<Posting>, PaymentError> {
        let mut rest = bill.price;
        for charge in charges(turn, bill) {
            rest = rest.less(charge.amount)?;
        }
        if rest.is_zero() {
            return Ok(None);
        }
        let agent = &bill.agent;
        let key = match &bill.handoff {
            Some(handoff) => format!("price/{handoff}"),
            // Several queries to one agent are several answers.
            None => format!("price/{agent}/{}", ReservationId::generate()),
        };
        let reserve = Reserve {
            purpose: Purpose::Price,
            handoff: bill.handoff.clone(),
            ..self.reserve(turn, rest, key.into(), format!("answer of {agent}"))?
        };
        self.verify(turn, &reserve).await?;
        turn.with_tab(|tab| tab.touch());
        Ok(Some(Posting::Reserve(Box::new(reserve))))
    }

    /// Notes what was set aside.
    pub(super) fn opened(&self, turn: &Turn, bill: &mut Bill, own: Reservation) {
        turn.record(EventKind::PaymentReserved {
            reservation: own.id.clone(),
            amount: own.amount,
            to: Account::Agent(bill.agent.clone()),
        });
        turn.with_tab(|tab| tab.add(own.clone(), Fate::Open));
        bill.own = Some(own);
    }

    /// Notes that nothing was.
    pub(super) fn refused(&self, turn: &Turn, bill: &Bill, why: &PaymentError) -> String {
        turn.record(EventKind::PaymentRefused {
            to: Account::Agent(bill.agent.clone()),
            amount: bill.price,
            code: why.code().to_owned(),
        });
        let words = bill.rejection(why);
        turn.with_tab(|tab| tab.refuse(words.clone()));
        words
    }

    /// Sets the whole price aside in a commit of its own.
    pub(super) async fn open(
        &self,
        turn: &Turn,
        bill: &mut Bill,
    ) -> Result<Result<(), PaymentError>, StoreError> {
        let posting = match self.demand(turn, bill).await {
            Ok(None) => return Ok(Ok(())),
            Ok(Some(posting)) => posting,
            Err(refused) => return Ok(Err(refused)),
        };
        let returned = self.returns(turn).await;
        let postings = returned.into_iter().chain([posting]).collect();
        let conversation = &turn.query.conversation;
        let posted = self.store.post(Some(conversation), postings).await?;
        Ok(posted.map(|posted| {
            if let Some(own) = posted.into_iter().next_back().and_then(|p| p.reservation()) {
                self.opened(turn, bill, own);
            }
        }))
    }

    /// The agent has answered: it is paid, by charges first, and what they
    /// leave over is the skills'. A provider collects now.
    pub(super) async fn pay(&self, turn: &Turn, bill: &Bill) -> Result<(), PaymentError> {
        let agent = Account::Agent(bill.agent.clone());
        let charges = charges(turn, bill);
        for reservation in charges.iter().chain(&bill.own) {
            self.collect(turn, reservation).await?;
        }
        let mut left = bill.price;
        for charge in charges {
            let share = charge.amount.at_most(left)?;
            left = left.less(share)?;
            let mut payees = vec![(agent.clone(), share)];
            let over = charge.amount.less(share)?;
            if let Some(skill) = &charge.skill {
                payees.push((Account::Skill(skill.clone()), over));
            }
            payees.retain(|(_, amount)| !amount.is_zero());
            decide(turn, &charge.id, Fate::Pay(payees));
        }
        if let Some(own) = &bill.own {
            decide(turn, &own.id, Fate::Pay(vec![(agent, own.amount)]));
        }
        Ok(())
    }

    /// It has not: what was set aside for its answer goes back.
    pub(super) fn forgive(&self, turn: &Turn, bill: &Bill) {
        if let Some(handoff) = &bill.handoff {
            turn.with_tab(|tab| tab.forgive(handoff));
        } else if let Some(own) = &bill.own {
            decide(turn, &own.id, Fate::Return);
        }
    }

    /// What goes back with the next commit.
    pub(super) async fn returns(&self, turn: &Turn) -> Vec<Posting> {
        let returned = turn.with_tab(|tab| tab.take_returns());
        for kept in &returned {
            self.let_go(turn, kept).await;
        }
        let posting = |kept: Reservation| {
            turn.record(EventKind::PaymentReleased {
                reservation: kept.id.clone(),
                amount: kept.amount,
            });
            Posting::Release {
                reservation: kept.id,
            }
        };
        returned.into_iter().map(posting).collect()
    }

    /// The end of the turn: everything is paid or goes back.
    pub(super) async fn settle(&self, turn: &Turn, ended_well: bool) {
        let Some(settled) = turn.with_tab(|tab| tab.settle(ended_well)) else {
            return;
        };
        for settled in &settled {
            let reservation = settled.reservation.id.clone();
            if settled.payees.is_empty() {
                self.let_go(turn, &settled.reservation).await;
                let amount = settled.reservation.amount;
                turn.record(EventKind::PaymentReleased {
                    reservation: reservation.clone(),
                    amount,
                });
            }
            for (to, amount) in &settled.payees {
                turn.record(EventKind::PaymentCaptured {
                    reservation: reservation.clone(),
                    amount: *amount,
                    to: to.clone(),
                });
            }
        }
        let postings = settled.iter().map(|settled| settled.posting()).collect();
        turn.with_effects(|effects| effects.settlement = Some(postings));
    }

    fn reserve(
        &self,
        turn: &Turn,
        amount: Money,
        key: PaymentKey,
        description: String,
    ) -> Result<Reserve, PaymentError> {
        let query = &turn.query;
        let fund = match (&self.policy.provider, &query.user) {
            (Some(provider), _) => Fund::Provider(provider.name().to_owned()),
            (None, Some(user)) => Fund::Wallet(user.clone()),
            (None, None) => return Err(PaymentError::NoUser { needed: amount }),
        };
        let caps = query.user.iter().flat_map(|user| {
            self.policy.user_per_day.iter().map(|most| Cap {
                of: CapOf::User(user.clone()),
                most: *most,
                since: today(query.time),
            })
        });
        Ok(Reserve {
            key,
            purpose: Purpose::Price,
            fund,
            user: query.user.clone(),
            amount,
            conversation: query.conversation.clone(),
            turn: query.turn,
            handoff: None,
            description,
            caps: caps.collect(),
        })
    }

    /// Asks the provider, if there is one, whether the money can be collected.
    async fn verify(&self, turn: &Turn, reserve: &Reserve) -> Result<(), PaymentError> {
        let Some(provider) = &self.policy.provider else {
            return Ok(());
        };
        // One proof pays once.
        let used = turn.with_tab(|tab| {
            let mut entries = tab.entries().iter();
            entries.any(|entry| entry.fate != Fate::Return)
        });
        if used {
            return Err(PaymentError::NoProof {
                needed: reserve.amount,
            });
        }
        let request = Request {
            amount: reserve.amount,
            proof: turn.proof.as_deref(),
            description: &reserve.description,
        };
        provider.reserve(request).await
    }

    /// Has the provider collect what is set aside, if there is one. That it is
    /// about to is kept first: what was begun must never be begun again.
    async fn collect(&self, turn: &Turn, kept: &Reservation) -> Result<(), PaymentError> {
        let Some(provider) = &self.policy.provider else {
            return Ok(());
        };
        let id = kept.id.clone();
        let settling = Posting::Settling {
            reservation: id.clone(),
        };
        self.post(turn, settling).await?;
        let request = Request {
            amount: kept.amount,
            proof: turn.proof.as_deref(),
            description: &kept.description,
        };
        match provider.capture(request).await {
            Collected::Paid(reference) => {
                tracing::debug!(
                    "{} has collected {}: {reference}",
                    provider.name(),
                    kept.amount
                );
                Ok(())
            }
            Collected::Refused(why) => Err(PaymentError::Refused(why)),
            Collected::Unknown(why) => {
                tracing::warn!(
                    "nobody knows whether {} has collected {} ({id}): {why}",
                    provider.name(),
                    kept.amount
                );
                self.lost(turn, provider, kept).await
            }
        }
    }

    /// Tells the provider, if there is one, that it need not collect.
    async fn let_go(&self, turn: &Turn, kept: &Reservation) {
        let Some(provider) = &self.policy.provider else {
            return;
        };
        let request = Request {
            amount: kept.amount,
            proof: turn.proof.as_deref(),
            description: &kept.description,
        };
        if let Err(why) = provider.release(request).await {
            tracing::warn!("{} keeps {} set aside: {why}", provider.name(), kept.amount);
        }
    }

    async fn lost(
        &self,
        turn: &Turn,
        provider: &Arc<dyn PaymentProvider>,
        kept: &Reservation,
    ) -> Result<(), PaymentError> {
        let reservation = kept.id.clone();
        turn.record(EventKind::PaymentUnknown {
            reservation: reservation.clone(),
            amount: kept.amount,
            provider: provider.name().to_owned(),
        });
        turn.with_tab(|tab| tab.remove(&reservation));
        self.post(turn, Posting::Lost { reservation })
            .await
            .map(drop)
    }

    async fn post(&self, turn: &Turn, posting: Posting) -> Result<Reservation, PaymentError> {
        let conversation = &turn.query.conversation;
        let posted = self.store.post(Some(conversation), vec![posting]).await;
        let posted = posted.map_err(|error| match error {
            StoreError::TakenOver(_) => PaymentError::NotAllowed(
                "money moves only in a turn, and this is none or one that has ended".to_owned(),
            ),
            other => PaymentError::Unavailable(other.to_string()),
        })?;
        posted?
            .into_iter()
            .next()
            .and_then(|posted| posted.reservation())
            .ok_or_else(|| PaymentError::Unavailable("the ledger has not answered".to_owned()))
    }

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

/// The skills' charges that count towards a bill.
fn charges(turn: &Turn, bill: &Bill) -> Vec<Reservation> {
    let Some(handoff) = &bill.handoff else {
        return Vec::new();
    };
    let mut charges = turn.with_tab(|tab| tab.charges_for(handoff));
    charges.retain(|charge| charge.amount.currency() == bill.price.currency());
    charges
}

fn decide(turn: &Turn, id: &ReservationId, fate: Fate) {
    turn.with_tab(|tab| {
        if let Some(entry) = tab.find(id) {
            entry.fate = fate;
        }
    });
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

/// When the day began, by the clock of the world; users live in all zones.
fn today(now: Timestamp) -> Timestamp {
    let now = now.to_zoned(TimeZone::UTC);
    now.start_of_day()
        .map_or_else(|_| (now - 24.hours()).timestamp(), |day| day.timestamp())
}

#[cfg(test)]
mod tests;
