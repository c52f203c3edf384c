//! Money, as skills may move it.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::Turn;
use crate::{
    id::{AgentName, HandoffId, PaymentKey, ReservationId, SkillName},
    payment::{Money, PaymentError, Reservation},
};

/// What a skill wants done with the money of the turn's user.
#[derive(Clone, Debug)]
pub enum PaymentWish {
    /// Money is set aside.
    Reserve {
        /// How much.
        amount: Money,
        /// What for.
        description: String,
        /// What the skill calls it; none: it is another than all others.
        key: Option<PaymentKey>,
        /// The handoff whose hook the skill runs, if it does.
        handoff: Option<HandoffId>,
        /// It is paid without a further word if all ends well.
        charge: bool,
    },
    /// What was set aside is to be paid.
    Capture {
        /// Which reservation.
        reservation: ReservationId,
        /// How much of it; none: all.
        amount: Option<Money>,
    },
    /// What was set aside goes back.
    Release {
        /// Which reservation.
        reservation: ReservationId,
    },
    /// What was paid goes back.
    Refund {
        /// Which reservation.
        reservation: ReservationId,
        /// How much of it; none: all that is left.
        amount: Option<Money>,
        /// What the skill calls it.
        key: Option<PaymentKey>,
    },
}

/// Money, as skills may move it. The payer is always the turn's user.
pub trait Payments: Send + Sync {
    /// What an answer of the agent costs; none: nothing.
    fn price(&self, agent: &AgentName) -> Option<Money>;

    /// What the turn's user can spend, in each currency.
    fn balance(&self, turn: &Arc<Turn>) -> BoxFuture<'static, Result<Vec<Money>, PaymentError>>;

    /// Does what a skill wants.
    fn pay(
        &self,
        turn: &Arc<Turn>,
        skill: SkillName,
        wish: PaymentWish,
    ) -> BoxFuture<'static, Result<Reservation, PaymentError>>;
}
