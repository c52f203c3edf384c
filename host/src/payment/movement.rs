//! What the books are made of: accounts, movements between two of them, and
//! money that is set aside.

use std::{fmt, str::FromStr};

use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Currency, Money, shown};
use crate::id::{
    AgentName, ConversationId, HandoffId, MovementId, PaymentKey, ReservationId, SkillName, UserId,
};

/// Where money is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Account {
    /// What a user can spend.
    User(UserId),
    /// What is set aside until its turn ends, of all users together.
    Reserved,
    /// What an agent has earned.
    Agent(AgentName),
    /// What a skill has earned by charges beyond the price of an agent.
    Skill(SkillName),
    /// Where money comes from that an operator credits; its balance is what
    /// was credited, below zero.
    Issuer,
    /// Where money comes from that somebody else than this ledger collects.
    Provider(String),
    /// Money of which nobody knows whether a provider has collected it.
    Unknown(String),
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(user) => f.pad(&format!("user:{user}")),
            Self::Reserved => f.pad("reserved"),
            Self::Agent(agent) => f.pad(&format!("agent:{agent}")),
            Self::Skill(skill) => f.pad(&format!("skill:{skill}")),
            Self::Issuer => f.pad("issuer"),
            Self::Provider(name) => f.pad(&format!("provider:{name}")),
            Self::Unknown(name) => f.pad(&format!("unknown:{name}")),
        }
    }
}

/// A text that names no account.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is no account; write user:NAME, agent:NAME, skill:NAME, reserved or issuer")]
pub struct UnknownAccount(String);

impl FromStr for Account {
    type Err = UnknownAccount;

    fn from_str(text: &str) -> Result<Self, UnknownAccount> {
        Ok(match text.split_once(':') {
            None if text == "reserved" => Self::Reserved,
            None if text == "issuer" => Self::Issuer,
            Some(("user", name)) => Self::User(name.into()),
            Some(("agent", name)) => Self::Agent(name.into()),
            Some(("skill", name)) => Self::Skill(name.into()),
            Some(("provider", name)) => Self::Provider(name.to_owned()),
            Some(("unknown", name)) => Self::Unknown(name.to_owned()),
            _ => return Err(UnknownAccount(text.to_owned())),
        })
    }
}

impl Account {
    /// Whether it may be below zero, because its money comes from outside.
    pub fn may_owe(&self) -> bool {
        matches!(self, Self::Issuer | Self::Provider(_))
    }
}

impl Serialize for Account {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Account {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?
            .parse()
            .map_err(D::Error::custom)
    }
}

/// What is in an account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Balance {
    /// Which account.
    pub account: Account,
    /// In which currency.
    pub currency: Currency,
    /// How much; an issuer's is below zero.
    pub millionths: i64,
}

impl Serialize for Balance {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeStruct;
        let mut fields = serializer.serialize_struct("Balance", 2)?;
        fields.serialize_field("account", &self.account)?;
        fields.serialize_field("balance", &shown(self.millionths, self.currency))?;
        fields.end()
    }
}

/// Why money moves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum MovementKind {
    /// An operator gives a user money to spend.
    Credit,
    /// It is set aside.
    Reserve,
    /// What was set aside is paid.
    Capture,
    /// What was set aside goes back.
    Release,
    /// What was paid goes back.
    Refund,
    /// A provider has not said whether it has collected it.
    Lost,
}

impl MovementKind {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Credit => "credit",
            Self::Reserve => "reserve",
            Self::Capture => "capture",
            Self::Release => "release",
            Self::Refund => "refund",
            Self::Lost => "lost",
        }
    }
}

/// Money that goes from one account to another: two entries that add up to zero.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Movement {
    /// Identifies it.
    pub id: MovementId,
    /// When.
    pub time: Timestamp,
    /// Why.
    pub kind: MovementKind,
    /// Two movements never have the same.
    pub key: PaymentKey,
    /// From where.
    pub from: Account,
    /// Where to.
    pub to: Account,
    /// How much.
    pub amount: Money,
    /// Whose money it is or was.
    pub user: Option<UserId>,
    /// In which conversation.
    pub conversation: Option<ConversationId>,
    /// In which turn of it.
    pub turn: Option<u64>,
    /// Of what was set aside.
    pub reservation: Option<ReservationId>,
    /// What for, in somebody's words.
    pub description: String,
}

/// What has become of money that was set aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReservationState {
    /// It is set aside.
    Open,
    /// A provider is being asked to collect it.
    Settling,
    /// It was paid.
    Captured,
    /// It went back.
    Released,
    /// Nobody knows whether the provider has collected it.
    Unknown,
}

impl ReservationState {
    /// The word for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Settling => "settling",
            Self::Captured => "captured",
            Self::Released => "released",
            Self::Unknown => "unknown",
        }
    }
}

/// Whose money is set aside: the wallet in this ledger, or what a provider
/// collects.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fund {
    /// The user's wallet.
    Wallet(UserId),
    /// The provider of this name.
    Provider(String),
}

impl Fund {
    /// Its account.
    pub fn account(&self) -> Account {
        match self {
            Self::Wallet(user) => Account::User(user.clone()),
            Self::Provider(name) => Account::Provider(name.clone()),
        }
    }
}

/// Money that is set aside for a turn.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct Reservation {
    /// Identifies it.
    pub id: ReservationId,
    /// When it was made.
    pub time: Timestamp,
    /// The same key is the same reservation.
    pub key: PaymentKey,
    /// From where, and where it goes back to.
    pub fund: Fund,
    /// Whose turn it is; none: a visitor's.
    pub user: Option<UserId>,
    /// How much.
    pub amount: Money,
    /// How much of it was paid.
    pub paid: Money,
    /// How much of that went back.
    pub refunded: Money,
    /// What has become of it.
    pub state: ReservationState,
    /// In which conversation.
    pub conversation: ConversationId,
    /// In which turn of it.
    pub turn: u64,
    /// For which handoff.
    pub handoff: Option<HandoffId>,
    /// The skill that asked for it; none: the host collects a price.
    pub skill: Option<SkillName>,
    /// To whom it was paid, and how much of it each.
    pub payees: Vec<(Account, Money)>,
    /// What for.
    pub description: String,
}
