//! Tokens that are guessed: an address from which too many wrong ones come is
//! not listened to for a while, not even with a right one, or guessing would
//! only be slower to fail.

use std::{
    net::{IpAddr, Ipv6Addr, SocketAddr},
    num::NonZeroU32,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, HeaderValue, StatusCode, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use dashmap::DashMap;
use governor::{DefaultKeyedRateLimiter, Quota, clock::Clock};

use super::{Hall, admin::Problem};

/// Wrong tokens in a minute: whoever has mistyped one tries a few times, and
/// nobody finds even a short one at this rate.
const PER_MINUTE: NonZeroU32 = NonZeroU32::MIN.saturating_add(9);

/// Addresses after which those that have been quiet are forgotten.
const MANY: usize = 10_000;

/// From where a request comes, as far as guesses are counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Address(IpAddr);

/// Too many wrong tokens came from there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "too many wrong tokens came from your address; tokens from there are read again in {} s",
    after.as_secs() + 1
)]
pub(super) struct Guessed {
    after: Duration,
}

impl Guessed {
    /// For how long, in a header.
    pub(super) fn retry_after(self) -> HeaderValue {
        HeaderValue::from(self.after.as_secs() + 1)
    }
}

impl IntoResponse for Guessed {
    fn into_response(self) -> Response {
        let problem = Problem {
            status: StatusCode::TOO_MANY_REQUESTS,
            detail: self.to_string(),
        };
        let mut response = problem.into_response();
        let headers = response.headers_mut();
        headers.insert(header::RETRY_AFTER, self.retry_after());
        response
    }
}

pub(super) struct Guesses {
    wrong: DefaultKeyedRateLimiter<Address>,
    /// Until when which are not listened to.
    shut_out: DashMap<Address, Instant>,
    proxies: Vec<IpAddr>,
}

impl Guesses {
    /// `proxies` are believed about who is behind them.
    pub(super) fn new(proxies: &[IpAddr]) -> Self {
        Self {
            wrong: DefaultKeyedRateLimiter::keyed(Quota::per_minute(PER_MINUTE)),
            shut_out: DashMap::new(),
            proxies: proxies.iter().map(IpAddr::to_canonical).collect(),
        }
    }

    fn address(&self, peer: IpAddr, headers: &HeaderMap) -> Address {
        let peer = peer.to_canonical();
        let is_proxy = |address: &IpAddr| self.proxies.contains(address);
        // The last ones were added by proxies, those before by anybody.
        let behind = || {
            let said = headers.get_all("x-forwarded-for").iter();
            let said: Vec<&str> = said.filter_map(|value| value.to_str().ok()).collect();
            said.iter()
                .flat_map(|value| value.split(','))
                .map(|address| address.trim().parse::<IpAddr>().ok())
                .rev()
                .map_while(|address| address.map(|address| address.to_canonical()))
                .find(|address| !is_proxy(address))
        };
        let real = is_proxy(&peer).then(behind).flatten().unwrap_or(peer);
        Address(match real {
            // Whoever has one address of such a network has all of them.
            IpAddr::V6(long) => Ipv6Addr::from(u128::from(long) >> 64 << 64).into(),
            short => short,
        })
    }

    /// Whether tokens from there are read.
    pub(super) fn listen(&self, address: Address) -> Result<(), Guessed> {
        let until = self.shut_out.get(&address).map(|until| *until);
        let Some(until) = until else {
            return Ok(());
        };
        match until.checked_duration_since(Instant::now()) {
            Some(after) => Err(Guessed { after }),
            None => {
                self.shut_out.remove(&address);
                Ok(())
            }
        }
    }

    /// A wrong one came from there.
    pub(super) fn wrong(&self, address: Address) -> Result<(), Guessed> {
        if self.wrong.len() > MANY {
            self.wrong.retain_recent();
            let now = Instant::now();
            self.shut_out.retain(|_, until| *until > now);
        }
        self.wrong.check_key(&address).map_err(|not_until| {
            let after = not_until.wait_time_from(self.wrong.clock().now());
            self.shut_out.insert(address, Instant::now() + after);
            Guessed { after }
        })
    }
}

/// Stands before all doors.
pub(super) async fn watch(
    State(hall): State<Arc<Hall>>,
    ConnectInfo(peer): ConnectInfo<SocketAddr>,
    mut request: Request,
    next: Next,
) -> Response {
    let address = hall.guesses.address(peer.ip(), request.headers());
    if request.headers().contains_key(header::AUTHORIZATION) {
        let heard = hall.guesses.listen(address).and_then(|()| {
            match hall.tokens.is_wrong(request.headers()) {
                true => hall.guesses.wrong(address),
                false => Ok(()),
            }
        });
        if let Err(guessed) = heard {
            return guessed.into_response();
        }
    }
    request.extensions_mut().insert(address);
    next.run(request).await
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(forwarded: &str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", forwarded.parse().unwrap());
        headers
    }

    #[test]
    fn an_address_that_guesses_is_shut_out_and_no_other() {
        let guesses = Guesses::new(&[]);
        let here = |ip: &str| guesses.address(ip.parse().unwrap(), &HeaderMap::new());
        for _ in 0..PER_MINUTE.get() {
            guesses.wrong(here("192.0.2.1")).unwrap();
        }
        assert_eq!(guesses.listen(here("192.0.2.1")), Ok(()));
        let guessed = guesses.wrong(here("192.0.2.1")).unwrap_err();
        assert!(guessed.after > Duration::from_secs(1), "{guessed}");
        assert!(guesses.listen(here("192.0.2.1")).is_err());
        assert_eq!(guesses.listen(here("192.0.2.2")), Ok(()));
    }

    #[test]
    fn only_a_proxy_of_the_operators_is_believed_about_who_is_behind_it() {
        let guesses = Guesses::new(&["10.0.0.1".parse().unwrap(), "10.0.0.2".parse().unwrap()]);
        let of = |peer: &str, forwarded| {
            guesses
                .address(peer.parse().unwrap(), &headers(forwarded))
                .0
                .to_string()
        };
        assert_eq!(of("192.0.2.9", "192.0.2.1"), "192.0.2.9");
        assert_eq!(of("10.0.0.1", "192.0.2.1"), "192.0.2.1");
        // What a client wrote itself stands before what the proxy has seen.
        assert_eq!(
            of("10.0.0.1", "192.0.2.7, 192.0.2.1, 10.0.0.2"),
            "192.0.2.1"
        );
        assert_eq!(of("10.0.0.1", "nonsense"), "10.0.0.1");
        assert_eq!(of("::ffff:10.0.0.1", "192.0.2.1"), "192.0.2.1");
        assert_eq!(of("10.0.0.1", "2001:db8::1:2:3:4"), "2001:db8::");
    }
}
