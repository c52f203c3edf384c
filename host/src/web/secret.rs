//! Secrets: who names one has not seen it. The host puts it into a header on its
//! way to the hosts it is for, and takes it out of what comes back.

use std::{collections::BTreeMap, fmt, sync::Arc};

use aho_corasick::{AhoCorasick, MatchKind};
use reqwest::header::{HeaderMap, HeaderValue};
use url::Url;

use super::{HostPattern, Nearness, WebError, request::name};

/// What stands in the place of a secret begins so.
const REFERENCE: &str = "secret:";

/// A shorter one would be found in ordinary text, and could be guessed.
const SHORTEST: usize = 8;

/// The name of a secret.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SecretName(String);

impl SecretName {
    /// A name of letters, digits, `-` and `_`; none: it is no such name.
    pub fn new(name: &str) -> Option<Self> {
        (!name.is_empty() && name.bytes().all(is_named)).then(|| Self(name.to_owned()))
    }

    /// What a skill sees of the secret.
    pub fn reference(&self) -> String {
        format!("{REFERENCE}{}", self.0)
    }
}

impl fmt::Display for SecretName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

fn is_named(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// A secret that cannot be one. Nothing of it is said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SecretError {
    /// It is too short.
    #[error("it has fewer than {SHORTEST} characters")]
    Short,
    /// It cannot be sent.
    #[error("it has characters that a header cannot have")]
    Unsendable,
}

/// A secret and the hosts it is for.
#[derive(Clone)]
pub struct Secret {
    value: String,
    hosts: Vec<HostPattern>,
}

impl Secret {
    /// Takes the secret, without white space around it.
    pub fn new(value: &str, hosts: Vec<HostPattern>) -> Result<Self, SecretError> {
        let value = value.trim();
        if value.len() < SHORTEST {
            return Err(SecretError::Short);
        }
        if !value.bytes().all(|byte| (b' '..=b'~').contains(&byte)) {
            return Err(SecretError::Unsendable);
        }
        Ok(Self {
            value: value.to_owned(),
            hosts,
        })
    }

    fn is_for(&self, url: &Url) -> bool {
        self.hosts.iter().any(|host| {
            let closed = url.scheme() == "https" || host.nearness() == Nearness::Loopback;
            closed && host.allows(url)
        })
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Secret")
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}

/// The secrets of one skill.
#[derive(Clone, Debug, Default)]
pub struct Secrets(Arc<BTreeMap<SecretName, Secret>>);

impl FromIterator<(SecretName, Secret)> for Secrets {
    fn from_iter<I: IntoIterator<Item = (SecretName, Secret)>>(secrets: I) -> Self {
        Self(Arc::new(secrets.into_iter().collect()))
    }
}

impl Secrets {
    /// The headers with the secrets that they refer to.
    pub(super) fn put_into(&self, headers: &HeaderMap, url: &Url) -> Result<HeaderMap, WebError> {
        let mut filled = headers.clone();
        for value in filled.values_mut() {
            // A reference is plain text, so what is not cannot hold one.
            let Ok(text) = value.to_str() else { continue };
            if !text.contains(REFERENCE) {
                continue;
            }
            let text = self.fill(text, url)?;
            let mut secret = HeaderValue::from_str(&text).map_err(|_| {
                WebError::Invalid("a header with a secret cannot be sent".to_owned())
            })?;
            secret.set_sensitive(true);
            *value = secret;
        }
        Ok(filled)
    }

    fn fill(&self, text: &str, url: &Url) -> Result<String, WebError> {
        let mut pieces = text.split(REFERENCE);
        let mut filled = pieces.next().unwrap_or_default().to_owned();
        for piece in pieces {
            let end = piece
                .bytes()
                .position(|byte| !is_named(byte))
                .unwrap_or(piece.len());
            let (named, rest) = piece.split_at(end);
            let named = SecretName::new(named).ok_or_else(|| {
                WebError::Invalid(format!("`{REFERENCE}` is followed by no name"))
            })?;
            let Some(secret) = self.0.get(&named) else {
                return Err(WebError::NoSecret(named));
            };
            if !secret.is_for(url) {
                return Err(WebError::SecretNotFor {
                    secret: named,
                    host: name(url),
                });
            }
            filled.push_str(&secret.value);
            filled.push_str(rest);
        }
        Ok(filled)
    }

    /// The same with references in the place of secrets.
    pub(super) fn take_out_of(&self, bytes: Vec<u8>) -> Vec<u8> {
        if self.0.is_empty() {
            return bytes;
        }
        let values = self.0.values().map(|secret| secret.value.as_bytes());
        // Of two secrets of which one begins like the other, the longer is taken out.
        let search = AhoCorasick::builder()
            .match_kind(MatchKind::LeftmostLongest)
            .build(values);
        let references: Vec<String> = self.0.keys().map(SecretName::reference).collect();
        match search {
            Ok(search) => search.replace_all_bytes(&bytes, &references),
            // Rather nothing than a secret.
            Err(_) => Vec::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn secrets() -> Secrets {
        let hosts = ["crm.example.com", "127.0.0.1:8080", "http://open.example"];
        let hosts = hosts.map(|host| host.parse().unwrap()).to_vec();
        let secret = Secret::new(" top-secret-1 \n", hosts).unwrap();
        [(SecretName::new("crm").unwrap(), secret)]
            .into_iter()
            .collect()
    }

    fn fill(text: &str, url: &str) -> Result<String, String> {
        let filled = secrets().fill(text, &url.parse().unwrap());
        filled.map_err(|error| error.to_string())
    }

    #[test]
    fn a_secret_goes_to_its_hosts_and_to_no_other() {
        let sent = Ok("Bearer top-secret-1;x".to_owned());
        for url in ["https://crm.example.com/a", "http://127.0.0.1:8080/"] {
            assert_eq!(fill("Bearer secret:crm;x", url), sent);
        }
        for url in [
            "http://crm.example.com/",
            "https://evil.example/",
            "https://crm.example.com:444/",
            "http://127.0.0.1:8081/",
            // Named by the operator, and yet for everybody on the way to read.
            "http://open.example/",
        ] {
            assert!(
                fill("secret:crm", url).unwrap_err().contains("is not sent"),
                "{url}"
            );
        }
        let url = "https://crm.example.com/";
        assert!(
            fill("secret:other", url)
                .unwrap_err()
                .contains("no secret `other`")
        );
        assert!(fill("secret: crm", url).unwrap_err().contains("no name"));
    }

    #[test]
    fn nothing_that_is_shown_holds_the_secret() {
        assert!(!format!("{:?}", secrets()).contains("top-secret"));
        let echoed = b"{\"you sent\":\"top-secret-1\"} top-secret-".to_vec();
        assert_eq!(
            secrets().take_out_of(echoed),
            b"{\"you sent\":\"secret:crm\"} top-secret-"
        );
    }

    #[test]
    fn what_is_too_short_or_cannot_be_sent_is_no_secret() {
        assert_eq!(
            Secret::new(" 1234567 ", Vec::new()).err(),
            Some(SecretError::Short)
        );
        assert_eq!(
            Secret::new("12345\n67890", Vec::new()).err(),
            Some(SecretError::Unsendable)
        );
    }
}
