//! Collects what answers cost.

mod collecting;
mod wish;

use std::sync::Arc;

use jiff::{Timestamp, ToSpan, tz::TimeZone};

use super::{PaymentPolicy, Store, StoreError};
use crate::{
    conversation::{EventKind, Fate, Turn},
    id::{AgentName, HandoffId, PaymentKey, ReservationId},
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

/// When the day began, by the clock of the world; users live in all zones.
fn today(now: Timestamp) -> Timestamp {
    let now = now.to_zoned(TimeZone::UTC);
    now.start_of_day()
        .map_or_else(|_| (now - 24.hours()).timestamp(), |day| day.timestamp())
}

#[cfg(test)]
mod tests;
