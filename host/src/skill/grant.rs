//! What an operator allows a skill.

use std::{collections::BTreeSet, fmt, str::FromStr};

/// Something a skill may do only if the operator says so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Grant {
    /// Read the conversation, its metadata and the user's profile.
    Conversation,
    /// Ask other agents.
    Agents,
    /// Open tickets and read the user's open ones.
    Tickets,
    /// Find agents by what they are good at.
    Discovery,
    /// See prices and balances, and charge the turn's user.
    Payments,
    /// Keep values beyond a conversation.
    Storage,
    /// Look back on the conversation's handoffs.
    Handoffs,
    /// Call web servers.
    Http,
    /// Have a priority above normal.
    Priority,
    /// Run its hooks on everybody's handoffs.
    HooksOnAll,
}

/// All grants there are.
pub const ALL_GRANTS: [Grant; 10] = [
    Grant::Conversation,
    Grant::Agents,
    Grant::Tickets,
    Grant::Discovery,
    Grant::Payments,
    Grant::Storage,
    Grant::Handoffs,
    Grant::Http,
    Grant::Priority,
    Grant::HooksOnAll,
];

impl Grant {
    /// The word for it in the configuration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Conversation => "conversation",
            Self::Agents => "agents",
            Self::Tickets => "tickets",
            Self::Discovery => "discovery",
            Self::Payments => "payments",
            Self::Storage => "storage",
            Self::Handoffs => "handoffs",
            Self::Http => "http",
            Self::Priority => "priority",
            Self::HooksOnAll => "hooks-on-all",
        }
    }

    /// What it means, for whoever is to give it.
    pub fn in_plain_words(self) -> &'static str {
        match self {
            Self::Conversation => "may read the conversation and what is known of the user",
            Self::Agents => "may ask other agents",
            Self::Tickets => "may open tickets and see the user's open ones",
            Self::Discovery => "may look for agents by what they are good at",
            Self::Payments => "may see prices and charge the user",
            Self::Storage => "may keep values beyond a conversation",
            Self::Handoffs => "may look back on the conversation's handoffs",
            Self::Http => "may call web servers",
            Self::Priority => "may go before other skills",
            Self::HooksOnAll => {
                "may watch and refuse everybody's handoffs, the fallback's included"
            }
        }
    }

    /// The grant behind an interface of the contract; none: it needs none.
    pub fn for_interface(interface: &str) -> Option<Self> {
        match interface {
            "conversation" => Some(Self::Conversation),
            "agents" => Some(Self::Agents),
            "tickets" => Some(Self::Tickets),
            "discovery" => Some(Self::Discovery),
            "payments" => Some(Self::Payments),
            "storage" => Some(Self::Storage),
            "handoffs" => Some(Self::Handoffs),
            "http" => Some(Self::Http),
            _ => None,
        }
    }
}

impl fmt::Display for Grant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// A word that is no grant.
#[derive(Debug, thiserror::Error)]
#[error("there is no grant `{0}`")]
pub struct UnknownGrant(String);

impl FromStr for Grant {
    type Err = UnknownGrant;

    fn from_str(word: &str) -> Result<Self, UnknownGrant> {
        ALL_GRANTS
            .into_iter()
            .find(|grant| grant.as_str() == word)
            .ok_or_else(|| UnknownGrant(word.to_owned()))
    }
}

/// What an operator allows one skill.
pub type Grants = BTreeSet<Grant>;
