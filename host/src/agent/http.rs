//! What every agent that is called over HTTP needs: a client, a key, and a
//! reason that can be read.

use std::{error::Error as StdError, net::IpAddr, time::Duration};

use reqwest::{
    Client, Url,
    header::{HeaderMap, HeaderName, HeaderValue},
    redirect,
};

use crate::trace::passed_on;

/// The key in this variable, as the header `authorization` carries it; or what
/// is wrong with it.
pub(super) fn bearer(variable: &str) -> Result<HeaderValue, &'static str> {
    secret(variable, "Bearer ")
}

/// The same for a header of its own.
pub(super) fn key(variable: &str) -> Result<HeaderValue, &'static str> {
    secret(variable, "")
}

fn secret(variable: &str, prefix: &str) -> Result<HeaderValue, &'static str> {
    let key = std::env::var(variable).map_err(|_| "is not set")?;
    let key = key.trim();
    if key.is_empty() {
        return Err("is empty");
    }
    let mut value = HeaderValue::from_str(&format!("{prefix}{key}"))
        .map_err(|_| "holds characters that a key cannot have")?;
    value.set_sensitive(true);
    Ok(value)
}

/// The headers by which whoever is called takes part in the trace of a turn.
pub(super) fn observed() -> HeaderMap {
    let header = |(name, value): (&'static str, String)| {
        let value = HeaderValue::try_from(value).ok()?;
        Some((HeaderName::from_static(name), value))
    };
    passed_on().into_iter().filter_map(header).collect()
}

/// A client for this place.
pub(crate) fn client(url: &Url, connect_timeout: Duration) -> Result<Client, String> {
    crate::tls::prepare();
    let mut builder = Client::builder()
        .connect_timeout(connect_timeout)
        // A redirected POST would arrive as a GET without its body.
        .redirect(redirect::Policy::none());
    if url.scheme() == "http" {
        // Without TLS a machine that has no certificates can still ask its local model.
        builder = builder.tls_certs_only([]);
    }
    if is_loopback(url) {
        builder = builder.no_proxy();
    }
    builder.build().map_err(|error| root_cause(&error))
}

/// What is on this machine is not behind the proxy that the environment may name.
fn is_loopback(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// A user name, a password or a key in the query is nothing for a log.
pub(crate) fn without_secrets(url: &Url) -> String {
    let mut url = url.clone();
    url.set_query(None);
    // Both fail only for URLs without a host, and http URLs have one.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.into()
}

/// `Connection refused` instead of `error sending request`.
pub(crate) fn root_cause(error: &reqwest::Error) -> String {
    let mut cause: &dyn StdError = error;
    while let Some(source) = cause.source() {
        cause = source;
    }
    cause.to_string()
}
