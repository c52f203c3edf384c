//! `payments`: money of the turn's user.

use wasmtime::component::Resource;

use super::{
    error, not_granted,
    waiting::{Answered, Pending},
    wrong_handle,
};
use crate::{
    conversation::PaymentWish,
    id::{AgentName, PaymentKey, ReservationId},
    payment::{Money as Amount, PaymentError, Reservation, ReservationState},
    skill::{
        bindings::baton::skill::{
            payments::{Host, Money, Receipt},
            types::Error,
        },
        convert::line,
        grant::Grant,
        guest::Guest,
    },
};

/// Bytes of a key or a description; both stand in lists that people read.
const LONGEST: usize = 200;

type Started = wasmtime::Result<Result<Resource<Pending>, Error>>;

impl Host for Guest {
    fn price(&mut self, agent: String) -> wasmtime::Result<Result<Option<Money>, Error>> {
        let Some(turn) = self.enter_granted(Grant::Payments)? else {
            return Ok(Err(not_granted(self, Grant::Payments)));
        };
        let name = AgentName::from(agent);
        if turn.colleagues.describe(&name).is_none() {
            return Ok(Err(error(
                "not-found",
                format!("there is no agent `{name}`"),
            )));
        }
        Ok(Ok(turn.payments.price(&name).map(lower)))
    }

    fn start_balance(&mut self) -> Started {
        let Some(turn) = self.enter_granted(Grant::Payments)? else {
            return Ok(Err(not_granted(self, Grant::Payments)));
        };
        let work = turn.payments.balance(&turn);
        Ok(self.start(async { Answered::Balance(work.await) }))
    }

    async fn finish_balance(
        &mut self,
        handle: Resource<Pending>,
    ) -> wasmtime::Result<Result<Vec<Money>, Error>> {
        self.enter()?;
        let pending = self.handles.delete(handle)?;
        let result = pending.result().await;
        self.waited();
        Ok(match result {
            None => Err(error("failed", "the look was broken off")),
            Some(Answered::Balance(Ok(amounts))) => Ok(amounts.into_iter().map(lower).collect()),
            Some(Answered::Balance(Err(why))) => Err(refusal(&why)),
            Some(_) => Err(wrong_handle("a balance")),
        })
    }

    fn start_charge(&mut self, amount: Money, description: String, key: Option<String>) -> Started {
        self.set_aside(amount, &description, key, true)
    }

    fn start_reserve(
        &mut self,
        amount: Money,
        description: String,
        key: Option<String>,
    ) -> Started {
        self.set_aside(amount, &description, key, false)
    }

    fn start_capture(&mut self, receipt: String, amount: Option<Money>) -> Started {
        let amount = match amount.map(lift).transpose() {
            Ok(amount) => amount,
            Err(wrong) => return Ok(Err(wrong)),
        };
        self.pay(PaymentWish::Capture {
            reservation: ReservationId::from(receipt),
            amount,
        })
    }

    fn start_release(&mut self, receipt: String) -> Started {
        self.pay(PaymentWish::Release {
            reservation: ReservationId::from(receipt),
        })
    }

    fn start_refund(
        &mut self,
        receipt: String,
        amount: Option<Money>,
        key: Option<String>,
    ) -> Started {
        let read = amount
            .map(lift)
            .transpose()
            .and_then(|amount| Ok((amount, key.map(checked).transpose()?)));
        let (amount, key) = match read {
            Ok(read) => read,
            Err(wrong) => return Ok(Err(wrong)),
        };
        self.pay(PaymentWish::Refund {
            reservation: ReservationId::from(receipt),
            amount,
            key,
        })
    }

    async fn finish(
        &mut self,
        handle: Resource<Pending>,
    ) -> wasmtime::Result<Result<Receipt, Error>> {
        self.enter()?;
        let pending = self.handles.delete(handle)?;
        let result = pending.result().await;
        self.waited();
        Ok(match result {
            None => Err(error("failed", "the payment was broken off")),
            Some(Answered::Payment(Ok(kept))) => Ok(receipt(&kept)),
            Some(Answered::Payment(Err(why))) => Err(refusal(&why)),
            Some(_) => Err(wrong_handle("a payment")),
        })
    }
}

impl Guest {
    fn set_aside(
        &mut self,
        amount: Money,
        description: &str,
        key: Option<String>,
        charge: bool,
    ) -> Started {
        let read = lift(amount).and_then(|amount| Ok((amount, key.map(checked).transpose()?)));
        let (amount, key) = match read {
            Ok(read) => read,
            Err(wrong) => return Ok(Err(wrong)),
        };
        if amount.is_zero() {
            return Ok(Err(error("invalid", "nothing cannot be set aside")));
        }
        let description = line(description);
        let wish = PaymentWish::Reserve {
            amount,
            description: description.chars().take(LONGEST).collect(),
            key,
            handoff: self.handoff.clone(),
            charge,
        };
        self.pay(wish)
    }

    fn pay(&mut self, wish: PaymentWish) -> Started {
        let Some(turn) = self.enter_granted(Grant::Payments)? else {
            return Ok(Err(not_granted(self, Grant::Payments)));
        };
        if !self.may_write() {
            let why = "a condition may read prices and balances, hooks and tools may move money";
            return Ok(Err(error("not-allowed", why)));
        }
        let skill = self.permit.skill.clone();
        let work = turn.payments.pay(&turn, skill, wish);
        Ok(self.start(async { Answered::Payment(work.await) }))
    }
}

fn lower(amount: Amount) -> Money {
    Money {
        millionths: amount.millionths().unsigned_abs(),
        currency: amount.currency().to_string(),
    }
}

fn lift(money: Money) -> Result<Amount, Error> {
    let currency = money.currency.parse();
    let millionths = i64::try_from(money.millionths).unwrap_or(i64::MAX);
    currency
        .and_then(|currency| Amount::new(millionths, currency))
        .map_err(|wrong| error("invalid", wrong.to_string()))
}

fn checked(key: String) -> Result<PaymentKey, Error> {
    if key.is_empty() || key.len() > LONGEST || key.chars().any(char::is_control) {
        return Err(error(
            "invalid",
            format!("a key has 1 to {LONGEST} bytes and no control characters"),
        ));
    }
    Ok(PaymentKey::from(key))
}

fn receipt(kept: &Reservation) -> Receipt {
    Receipt {
        id: kept.id.to_string(),
        amount: lower(kept.amount),
        state: match kept.state {
            ReservationState::Settling => "open",
            other => other.as_str(),
        }
        .to_owned(),
        extra: Vec::new(),
    }
}

fn refusal(why: &PaymentError) -> Error {
    error(why.code(), why.to_string())
}
