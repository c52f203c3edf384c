//! Why there is no response.

use std::{error::Error, time::Duration};

use super::{HostPattern, SecretName};

/// Why there is no response. Nothing of a request but its host is in it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebError {
    /// The request makes no sense, or may not be made by anybody.
    #[error("{0}")]
    Invalid(String),
    /// The operator has not named the host.
    #[error("the host `{0}` is not granted")]
    NotGranted(HostPattern),
    /// A host pointed to one that the operator has not named.
    #[error("`{from}` redirects to `{to}`, which is not granted")]
    Redirected {
        /// Where the redirect came from.
        from: HostPattern,
        /// Where it leads.
        to: HostPattern,
    },
    /// The host's name stands for addresses that are not meant.
    #[error(
        "`{host}` is at an address of a private network or of this machine, which its grant does not name; if that is meant, the grant is \"http:private:{host}\""
    )]
    Address {
        /// The name.
        host: String,
    },
    /// It goes round in circles.
    #[error("it was redirected more than {0} times")]
    Redirects(u32),
    /// It took too long.
    #[error("`{host}` has not answered in full within {limit:?}")]
    Timeout {
        /// Who was asked.
        host: String,
        /// How long it had.
        limit: Duration,
    },
    /// The response is too long.
    #[error("the {what} of `{host}` is longer than {limit} bytes")]
    TooLong {
        /// Body or head.
        what: &'static str,
        /// Who sent it.
        host: String,
        /// What is taken.
        limit: usize,
    },
    /// The skill's configuration does not refer to that secret.
    #[error("the skill has no secret `{0}`; its configuration must refer to it")]
    NoSecret(SecretName),
    /// The secret is for others, or the way is open.
    #[error(
        "the secret `{secret}` is not sent to `{host}`; it goes to the hosts that its `hosts` names, by https or on this machine"
    )]
    SecretNotFor {
        /// Which secret.
        secret: SecretName,
        /// Where it would have gone.
        host: String,
    },
    /// No connection, or it broke.
    #[error("`{host}` cannot be reached: {why}")]
    Unreachable {
        /// Who was asked.
        host: String,
        /// What the system says.
        why: String,
    },
}

impl WebError {
    /// What kind of error it is, in the word of the contract.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Invalid(_) => "invalid",
            Self::NotGranted(_) | Self::NoSecret(_) => "not-granted",
            Self::Redirected { .. } | Self::Address { .. } | Self::SecretNotFor { .. } => {
                "not-allowed"
            }
            Self::Redirects(_) | Self::TooLong { .. } => "limit",
            Self::Timeout { .. } => "timeout",
            Self::Unreachable { .. } => "unavailable",
        }
    }

    /// The grant without which it could not be, as an operator would write it.
    pub fn denied(&self) -> Option<String> {
        match self {
            Self::NotGranted(host) | Self::Redirected { to: host, .. } => {
                Some(format!("http:{host}"))
            }
            Self::Address { host } => Some(format!("http:private:{host}")),
            _ => None,
        }
    }

    /// What an error of the library means.
    pub(super) fn of(error: &reqwest::Error, host: &str) -> Self {
        let mut cause: &dyn Error = error;
        loop {
            // What the resolver says comes through the library's own errors.
            if let Some(ours) = cause.downcast_ref::<Self>() {
                return ours.clone();
            }
            match cause.source() {
                Some(source) => cause = source,
                None => {
                    return Self::Unreachable {
                        host: host.to_owned(),
                        why: cause.to_string(),
                    };
                }
            }
        }
    }
}
