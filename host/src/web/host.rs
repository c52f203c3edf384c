//! The hosts that an operator names.

use std::{fmt, net::IpAddr, str::FromStr};

use url::{Host, Url};

/// What the word of an operator begins with for a host in a private network.
const PRIVATE: &str = "private:";

/// A host that may be called, as an operator writes it: `crm.example.com`,
/// `*.example.com`, `crm.example.com:8443`, `http://old.example.com`,
/// `private:crm.corp.example`, `localhost:8080`, `10.0.0.7`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostPattern {
    name: Name,
    /// None: the port that is usual for the scheme.
    port: Option<u16>,
    plain: bool,
    private: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
enum Name {
    Exactly(String),
    Below(String),
    Address(IpAddr),
}

/// Which addresses a name may stand for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Nearness {
    /// Those that everybody reaches.
    Public,
    /// This machine's own.
    Loopback,
    /// Those of a private network, and this machine's own.
    Private,
}

/// A word that names no host.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum HostError {
    /// There is none.
    #[error("a host is missing; write it as in \"http:crm.example.com\"")]
    Missing,
    /// It would be everybody, or everybody of a country.
    #[error("`{0}` names no host; write one, or a domain with all below it as in `*.example.com`")]
    TooWide(String),
    /// A path, a user or a query belongs to a request and not to a host.
    #[error("`{0}` is more than a host; leave out user, path and query")]
    More(String),
    /// It cannot be read.
    #[error("`{word}` is no host: {why}")]
    Malformed {
        /// The word.
        word: String,
        /// What is wrong with it.
        why: String,
    },
}

impl HostPattern {
    /// The pattern for exactly the host that a URL names; none if it names none.
    pub fn of(url: &Url) -> Option<Self> {
        let name = match url.host()? {
            Host::Domain(name) => Name::Exactly(name.trim_end_matches('.').to_owned()),
            Host::Ipv4(address) => Name::Address(address.into()),
            Host::Ipv6(address) => Name::Address(address.into()),
        };
        let usual = if url.scheme() == "http" { 80 } else { 443 };
        let pattern = Self {
            name,
            port: url.port().filter(|port| *port != usual),
            plain: false,
            private: false,
        };
        Some(Self {
            plain: url.scheme() == "http" && pattern.nearness() == Nearness::Public,
            ..pattern
        })
    }

    /// Whether a request to this URL goes to such a host, by a way that is allowed.
    pub fn allows(&self, url: &Url) -> bool {
        let scheme = match url.scheme() {
            "https" => !self.plain,
            "http" => self.plain || self.nearness() != Nearness::Public,
            _ => false,
        };
        // A port that is not named is that of the scheme.
        let port = self.port == url.port();
        let usual = self.port.is_some() && self.port == url.port_or_known_default();
        scheme && (port || usual) && url.host().is_some_and(|host| self.covers(&host))
    }

    /// Whether this is one of the hosts that are meant, whatever way leads there.
    pub fn covers<S: AsRef<str>>(&self, host: &Host<S>) -> bool {
        match (&self.name, host) {
            (Name::Address(named), Host::Ipv4(address)) => *named == IpAddr::V4(*address),
            (Name::Address(named), Host::Ipv6(address)) => *named == IpAddr::V6(*address),
            (Name::Exactly(named), Host::Domain(name)) => {
                name.as_ref().trim_end_matches('.') == named
            }
            (Name::Below(domain), Host::Domain(name)) => name
                .as_ref()
                .trim_end_matches('.')
                .strip_suffix(domain.as_str())
                .and_then(|rest| rest.strip_suffix('.'))
                .is_some_and(|label| !label.is_empty()),
            _ => false,
        }
    }

    /// Which addresses its name may stand for.
    pub fn nearness(&self) -> Nearness {
        match &self.name {
            _ if self.private => Nearness::Private,
            Name::Exactly(name) if name == "localhost" || name.ends_with(".localhost") => {
                Nearness::Loopback
            }
            // An address is named as what it is.
            Name::Address(address) => {
                super::address::nearness(*address).unwrap_or(Nearness::Private)
            }
            Name::Exactly(_) | Name::Below(_) => Nearness::Public,
        }
    }
}

impl fmt::Display for HostPattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.private {
            f.write_str(PRIVATE)?;
        }
        if self.plain {
            f.write_str("http://")?;
        }
        match &self.name {
            Name::Exactly(name) => f.write_str(name)?,
            Name::Below(domain) => write!(f, "*.{domain}")?,
            Name::Address(IpAddr::V4(address)) => write!(f, "{address}")?,
            Name::Address(IpAddr::V6(address)) => write!(f, "[{address}]")?,
        }
        match self.port {
            Some(port) => write!(f, ":{port}"),
            None => Ok(()),
        }
    }
}

impl FromStr for HostPattern {
    type Err = HostError;

    fn from_str(word: &str) -> Result<Self, HostError> {
        let (private, rest) = match word.strip_prefix(PRIVATE) {
            Some(rest) => (true, rest),
            None => (false, word),
        };
        let (plain, rest) = match rest.strip_prefix("http://") {
            Some(rest) => (true, rest),
            None => (false, rest.strip_prefix("https://").unwrap_or(rest)),
        };
        if rest.is_empty() {
            return Err(HostError::Missing);
        }
        if rest.contains(['/', '\\', '?', '#', '@']) {
            return Err(HostError::More(word.to_owned()));
        }
        let (below, rest) = match rest.strip_prefix("*.") {
            Some(domain) => (true, domain),
            None => (false, rest),
        };
        if rest.contains('*') || (below && !rest.contains('.')) {
            return Err(HostError::TooWide(word.to_owned()));
        }
        let malformed = |why: String| HostError::Malformed {
            word: word.to_owned(),
            why,
        };
        let scheme = if plain { "http" } else { "https" };
        let url = Url::parse(&format!("{scheme}://{rest}"))
            .map_err(|error| malformed(error.to_string()))?;
        let name = match url.host() {
            Some(Host::Domain(name)) if below => Name::Below(trimmed(name)),
            Some(Host::Domain(name)) => Name::Exactly(trimmed(name)),
            Some(_) if below => return Err(HostError::TooWide(word.to_owned())),
            Some(Host::Ipv4(address)) => Name::Address(address.into()),
            Some(Host::Ipv6(address)) => Name::Address(address.into()),
            None => return Err(HostError::Missing),
        };
        let port = url.port();
        Ok(Self {
            name,
            port,
            plain,
            private,
        })
    }
}

/// A dot at the end says that a name is whole, which it is in any case.
fn trimmed(name: &str) -> String {
    name.trim_end_matches('.').to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(word: &str, url: &str) -> bool {
        let pattern: HostPattern = word.parse().unwrap();
        pattern.allows(&url.parse().unwrap())
    }

    #[test]
    fn a_host_is_reached_by_https_at_its_usual_port_and_by_no_other_way() {
        assert!(allows("crm.example.com", "https://crm.example.com/a?b"));
        assert!(allows("crm.example.com", "https://CRM.example.com.:443/"));
        for url in [
            "http://crm.example.com/",
            "https://crm.example.com:8443/",
            "https://example.com/",
            "https://a.crm.example.com/",
            "https://crm.example.com.evil.com/",
            "https://evilcrm.example.com/",
            "ftp://crm.example.com/",
        ] {
            assert!(!allows("crm.example.com", url), "{url}");
        }
    }

    #[test]
    fn ports_plain_http_and_all_below_a_domain_are_there_when_named() {
        assert!(allows("a.example:8443", "https://a.example:8443/"));
        assert!(!allows("a.example:8443", "https://a.example/"));
        assert!(allows("http://a.example", "http://a.example/"));
        assert!(!allows("http://a.example", "https://a.example/"));
        assert!(allows("*.example.com", "https://a.b.example.com/"));
        assert!(!allows("*.example.com", "https://example.com/"));
        assert!(!allows("*.example.com", "https://badexample.com/"));
        assert!(!allows("*.example.com", "https://10.0.0.1/"));
    }

    #[test]
    fn an_address_is_meant_however_it_is_written() {
        for url in [
            "http://127.0.0.1:80/",
            "http://2130706433/",
            "http://0x7f.1/",
            "http://0177.0.0.1/",
        ] {
            assert!(allows("127.0.0.1", url), "{url}");
            assert!(!allows("localhost", url), "{url}");
        }
        assert!(!allows("127.0.0.1", "http://[::ffff:127.0.0.1]/"));
        assert!(allows("[::1]:8080", "http://[0:0::1]:8080/"));
    }

    #[test]
    fn only_what_is_named_as_private_is() {
        let nearness = |word: &str| word.parse::<HostPattern>().unwrap().nearness();
        assert_eq!(nearness("crm.example.com"), Nearness::Public);
        assert_eq!(nearness("private:crm.example.com"), Nearness::Private);
        assert_eq!(nearness("10.0.0.7"), Nearness::Private);
        assert_eq!(nearness("169.254.169.254"), Nearness::Private);
        assert_eq!(nearness("localhost:80"), Nearness::Loopback);
        assert_eq!(nearness("notlocalhost"), Nearness::Public);
    }

    #[test]
    fn what_is_read_is_printed_again() {
        for word in [
            "crm.example.com",
            "*.example.com:8443",
            "http://old.example",
            "private:http://intranet:8080",
            "[::1]:1",
            "10.0.0.1",
        ] {
            assert_eq!(word.parse::<HostPattern>().unwrap().to_string(), word);
        }
        assert_eq!(
            "https://A.example."
                .parse::<HostPattern>()
                .unwrap()
                .to_string(),
            "a.example"
        );
    }

    #[test]
    fn what_is_no_host_says_what_to_write() {
        for (word, says) in [
            ("", "\"http:crm.example.com\""),
            ("http://", "\"http:crm.example.com\""),
            ("*", "`*.example.com`"),
            ("*.com", "`*.example.com`"),
            ("a.*.com", "`*.example.com`"),
            ("*.10.0.0.1", "`*.example.com`"),
            ("a.example/path", "leave out"),
            ("user@a.example", "leave out"),
            ("a b", "no host"),
            ("a.example:99999", "port"),
        ] {
            let error = word.parse::<HostPattern>().unwrap_err().to_string();
            assert!(error.contains(says), "{word}: {error}");
        }
    }
}
