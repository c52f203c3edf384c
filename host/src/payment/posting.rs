//! What the books are told to do, and why they may refuse.

use jiff::Timestamp;

use super::{Account, Fund, Money, MoneyError, Movement, Reservation};
use crate::id::{ConversationId, HandoffId, PaymentKey, ReservationId, SkillName, UserId};

/// Whose spending is capped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CapOf {
    /// Everything this user pays.
    User(UserId),
    /// Everything this skill has users pay.
    Skill(SkillName),
}

/// The most that may be spent since a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cap {
    /// By whom.
    pub of: CapOf,
    /// How much.
    pub most: Money,
    /// Since when.
    pub since: Timestamp,
}

/// What money is set aside for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// The price of an agent's answer, which the host collects.
    Price,
    /// A charge of this skill's.
    Charge(SkillName),
}

/// Money to set aside.
#[derive(Clone, Debug)]
pub struct Reserve {
    /// The same key with the same amount is the same reservation.
    pub key: PaymentKey,
    /// What for.
    pub purpose: Purpose,
    /// From where.
    pub fund: Fund,
    /// Whose turn it is.
    pub user: Option<UserId>,
    /// How much.
    pub amount: Money,
    /// In which conversation.
    pub conversation: ConversationId,
    /// In which turn of it.
    pub turn: u64,
    /// For which handoff.
    pub handoff: Option<HandoffId>,
    /// What for, in words.
    pub description: String,
    /// What may be spent at most.
    pub caps: Vec<Cap>,
}

/// One change of the books.
#[derive(Clone, Debug)]
pub enum Posting {
    /// An operator gives a user money to spend.
    Credit {
        /// The same key with the same amount is the same credit.
        key: PaymentKey,
        /// Whom.
        user: UserId,
        /// How much.
        amount: Money,
        /// What for.
        description: String,
    },
    /// Sets money aside.
    Reserve(Box<Reserve>),
    /// Pays what was set aside, to each of these; the rest goes back.
    Capture {
        /// Which.
        reservation: ReservationId,
        /// To whom, and how much.
        payees: Vec<(Account, Money)>,
    },
    /// Gives back what was set aside.
    Release {
        /// Which.
        reservation: ReservationId,
    },
    /// A provider is about to be asked to collect what was set aside.
    Settling {
        /// Which.
        reservation: ReservationId,
    },
    /// The provider has not said whether it has collected it.
    Lost {
        /// Which.
        reservation: ReservationId,
    },
    /// Gives back what was paid.
    Refund {
        /// Which.
        reservation: ReservationId,
        /// How much; none: all that is left.
        amount: Option<Money>,
        /// The same key with the same amount is the same refund.
        key: PaymentKey,
        /// The skill that wants it, whose own charge it must be.
        skill: SkillName,
        /// Whose money it must have been.
        user: UserId,
    },
}

/// What came of a posting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Posted {
    /// A movement that stands for itself.
    Movement(Box<Movement>),
    /// Money that is, or was, set aside.
    Reservation(Box<Reservation>),
}

impl Posted {
    /// The reservation, if it is one.
    pub fn reservation(self) -> Option<Reservation> {
        match self {
            Self::Reservation(reservation) => Some(*reservation),
            Self::Movement(_) => None,
        }
    }
}

/// Why money does not move.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PaymentError {
    /// Not enough of it.
    #[error("{needed} are needed and {there} are there")]
    TooLittle {
        /// How much it costs.
        needed: Money,
        /// How much the user has.
        there: Money,
    },
    /// A visitor has no wallet.
    #[error("{needed} are needed, and a visitor without a user has no wallet")]
    NoUser {
        /// How much it costs.
        needed: Money,
    },
    /// A provider wants a proof of payment that did not come with the message.
    #[error("{needed} are needed, and the message came without a payment")]
    NoProof {
        /// How much it costs.
        needed: Money,
    },
    /// A provider does not accept it.
    #[error("the payment was refused: {0}")]
    Refused(String),
    /// Too much in one day.
    #[error("at most {most} may be spent a day{by}, and {spent} were spent")]
    Cap {
        /// The most.
        most: Money,
        /// What was spent.
        spent: Money,
        /// By whom, if it is a skill.
        by: String,
    },
    /// The skill may not spend anything in this currency.
    #[error("{0}")]
    NotAllowed(String),
    /// The key was used for something else.
    #[error("the key `{0}` was used for another amount; a new payment needs a new key")]
    KeyOfAnother(PaymentKey),
    /// There is no such reservation.
    #[error("there is no reservation `{0}`")]
    Unknown(ReservationId),
    /// It is not in a state for that.
    #[error("the reservation `{id}` is {state}, so it cannot be {wanted}")]
    Ended {
        /// Which.
        id: ReservationId,
        /// What has become of it.
        state: &'static str,
        /// What was to be done with it.
        wanted: &'static str,
    },
    /// An amount that is none.
    #[error(transparent)]
    Money(#[from] MoneyError),
    /// A provider that cannot do it, or cannot be reached.
    #[error("{0}")]
    Unavailable(String),
}

impl PaymentError {
    /// The word for it in the contract.
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLittle { .. }
            | Self::NoUser { .. }
            | Self::NoProof { .. }
            | Self::Refused(_) => "payment-required",
            Self::Cap { .. } => "limit",
            Self::NotAllowed(_) => "not-allowed",
            Self::KeyOfAnother(_) | Self::Ended { .. } | Self::Money(_) => "invalid",
            Self::Unknown(_) => "not-found",
            Self::Unavailable(_) => "unavailable",
        }
    }
}
