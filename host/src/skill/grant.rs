//! What an operator allows a skill.

use std::{collections::BTreeSet, fmt, str::FromStr};

use crate::web::{HostError, HostPattern};

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

    /// The grant of that name.
    pub fn named(name: &str) -> Option<Self> {
        ALL_GRANTS.into_iter().find(|grant| grant.as_str() == name)
    }

    /// How to write it in the configuration; what is to be filled in stands in
    /// capitals.
    pub fn example(self) -> &'static str {
        match self {
            Self::Http => "http:HOST",
            grant => grant.as_str(),
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

    /// Whether it is approved again for every new version of a skill: what it
    /// allows costs money, leaves the host, or touches what other skills do.
    pub fn waits_for_each_version(self) -> bool {
        match self {
            Self::Payments | Self::Storage | Self::Http | Self::Priority | Self::HooksOnAll => true,
            Self::Conversation
            | Self::Agents
            | Self::Tickets
            | Self::Discovery
            | Self::Handoffs => false,
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
pub enum UnknownGrant {
    /// Nothing is called so.
    #[error("there is no grant `{0}`")]
    NoSuch(String),
    /// The web is granted by the host.
    #[error("`{word}` does not say which host: {why}")]
    Host {
        /// What was written.
        word: String,
        /// What is wrong with it.
        why: HostError,
    },
    /// Only `http` has something behind a colon.
    #[error("the grant `{grant}` takes nothing behind it; write \"{grant}\"")]
    Parameter {
        /// The grant.
        grant: Grant,
    },
}

/// One entry of what an operator grants, as it is written: `agents`, or
/// `http:crm.example.com`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GrantWord {
    /// A grant that says everything by its name.
    Whole(Grant),
    /// The web, as far as this host.
    Http(HostPattern),
}

impl GrantWord {
    /// The kind of grant.
    pub fn grant(&self) -> Grant {
        match self {
            Self::Whole(grant) => *grant,
            Self::Http(_) => Grant::Http,
        }
    }
}

impl fmt::Display for GrantWord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole(grant) => grant.fmt(f),
            Self::Http(host) => write!(f, "{}:{host}", Grant::Http),
        }
    }
}

impl FromStr for GrantWord {
    type Err = UnknownGrant;

    fn from_str(word: &str) -> Result<Self, UnknownGrant> {
        let (name, parameter) = match word.split_once(':') {
            Some((name, parameter)) => (name, Some(parameter)),
            None => (word, None),
        };
        let grant = Grant::named(name).ok_or_else(|| UnknownGrant::NoSuch(name.to_owned()))?;
        match (grant, parameter) {
            (Grant::Http, host) => match host.unwrap_or_default().parse() {
                Ok(host) => Ok(Self::Http(host)),
                Err(why) => Err(UnknownGrant::Host {
                    word: word.to_owned(),
                    why,
                }),
            },
            (grant, None) => Ok(Self::Whole(grant)),
            (grant, Some(_)) => Err(UnknownGrant::Parameter { grant }),
        }
    }
}

/// What an operator allows one skill.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Grants(BTreeSet<GrantWord>);

impl Grants {
    /// Nothing.
    pub fn none() -> Self {
        Self::default()
    }

    /// Whether there is a grant of this kind, if only for one host.
    pub fn allows(&self, grant: Grant) -> bool {
        self.0.iter().any(|word| word.grant() == grant)
    }

    /// The hosts that may be called.
    pub fn hosts(&self) -> impl Iterator<Item = &HostPattern> {
        self.0.iter().filter_map(|word| match word {
            GrantWord::Http(host) => Some(host),
            GrantWord::Whole(_) => None,
        })
    }

    /// All that is granted, in the order of its words.
    pub fn words(&self) -> impl Iterator<Item = &GrantWord> {
        self.0.iter()
    }

    /// The kinds of all that is granted.
    pub fn kinds(&self) -> BTreeSet<Grant> {
        self.0.iter().map(GrantWord::grant).collect()
    }
}

impl FromIterator<GrantWord> for Grants {
    fn from_iter<I: IntoIterator<Item = GrantWord>>(words: I) -> Self {
        Self(words.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn word(word: &str) -> Result<GrantWord, String> {
        word.parse()
            .map_err(|error: UnknownGrant| error.to_string())
    }

    #[test]
    fn every_word_is_printed_as_it_was_written() {
        let http = "http:*.example.com:8443";
        for text in ALL_GRANTS.iter().map(|grant| grant.as_str()).chain([http]) {
            match word(text) {
                Ok(read) => assert_eq!(read.to_string(), text),
                Err(_) => assert_eq!(text, "http"),
            }
        }
    }

    #[test]
    fn the_web_without_a_host_is_no_grant_and_says_how() {
        let error = word("http").unwrap_err();
        assert!(error.contains("\"http:crm.example.com\""), "{error}");
        let error = word("agents:all").unwrap_err();
        assert!(error.contains("write \"agents\""), "{error}");
        assert!(word("ticket:x").unwrap_err().contains("no grant `ticket`"));
    }

    #[test]
    fn a_grant_for_one_host_is_of_the_kind_http() {
        let grants: Grants = ["agents", "http:a.example"]
            .map(|text| word(text).unwrap())
            .into_iter()
            .collect();
        assert!(grants.allows(Grant::Http) && !grants.allows(Grant::Tickets));
        assert_eq!(grants.hosts().count(), 1);
        assert_eq!(grants.kinds(), [Grant::Agents, Grant::Http].into());
    }
}
