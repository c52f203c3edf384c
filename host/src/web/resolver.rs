//! From a name to the addresses that are meant. Connections are made to exactly
//! these, so that a name cannot stand for something else a moment later.

use std::{net::SocketAddr, sync::Arc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::Host;

use super::{HostPattern, Nearness, WebError, address::nearness};

/// Resolves the names that an operator has given.
pub(super) struct Resolver(pub(super) Arc<[HostPattern]>);

impl Resolve for Resolver {
    fn resolve(&self, name: Name) -> Resolving {
        let host = Host::Domain(name.as_str());
        let meant: Vec<Nearness> = self
            .0
            .iter()
            .filter(|pattern| pattern.covers(&host))
            .map(HostPattern::nearness)
            .collect();
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let kept: Vec<SocketAddr> = found.filter(|at| is_meant(&meant, *at)).collect();
            if kept.is_empty() {
                let host = name.as_str().to_owned();
                return Err(WebError::Address { host }.into());
            }
            Ok(Box::new(kept.into_iter()) as Addrs)
        })
    }
}

fn is_meant(meant: &[Nearness], at: SocketAddr) -> bool {
    nearness(at.ip()).is_some_and(|near| {
        meant.iter().any(|meant| match meant {
            Nearness::Private => true,
            Nearness::Public | Nearness::Loopback => *meant == near,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn resolve(grant: &str, name: &str) -> Result<Vec<SocketAddr>, String> {
        let resolver = Resolver([grant.parse().unwrap()].into());
        match resolver.resolve(name.parse().unwrap()).await {
            Ok(found) => Ok(found.collect()),
            Err(error) => Err(error.to_string()),
        }
    }

    #[tokio::test]
    async fn a_name_stands_for_this_machine_only_if_it_was_named_so() {
        assert!(!resolve("localhost", "localhost").await.unwrap().is_empty());
        assert!(
            !resolve("private:localhost", "localhost")
                .await
                .unwrap()
                .is_empty()
        );
        // Granted as any public name would be.
        let denied = resolve("*.example.com", "localhost").await.unwrap_err();
        assert!(denied.contains("\"http:private:localhost\""), "{denied}");
    }

    #[test]
    fn a_public_name_leads_to_public_addresses_only() {
        let at = |text: &str| text.parse().unwrap();
        let meant = |nearness, text: &str| is_meant(&[nearness], at(text));
        assert!(meant(Nearness::Public, "8.8.8.8:0"));
        for private in [
            "10.0.0.1:0",
            "127.0.0.1:0",
            "169.254.169.254:0",
            "[::ffff:8.8.8.8]:0",
        ] {
            assert!(!meant(Nearness::Public, private), "{private}");
        }
        assert!(!meant(Nearness::Loopback, "10.0.0.1:0"));
        assert!(!meant(Nearness::Loopback, "8.8.8.8:0"));
        assert!(meant(Nearness::Private, "10.0.0.1:0"));
        assert!(!meant(Nearness::Private, "169.254.169.254:0"));
    }
}
