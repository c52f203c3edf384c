//! What may be asked.

use std::time::Duration;

use reqwest::{
    Method,
    header::{self, HeaderMap, HeaderName, HeaderValue},
};
use url::Url;

use super::{HostPattern, WebError, WebLimits};

/// What servers are asked for. `CONNECT` would make a tunnel, and `TRACE` sends
/// back what it was sent, secrets included.
const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

/// Headers that say where a request goes and where it ends. Whoever sets them
/// could speak to another host on the way, or begin a second request.
const OURS: [&str; 12] = [
    "host",
    "connection",
    "content-length",
    "expect",
    "http2-settings",
    "keep-alive",
    "proxy-authorization",
    "proxy-connection",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
];

/// A request whose parts are fit to be sent. Whether it may be sent is said by
/// [`Web`](super::Web).
#[derive(Clone, Debug)]
pub struct Request {
    pub(super) method: Method,
    pub(super) url: Url,
    pub(super) headers: HeaderMap,
    pub(super) body: Vec<u8>,
    pub(super) timeout: Option<Duration>,
}

impl Request {
    /// Checks the parts of a request.
    pub fn new(
        method: &str,
        url: &str,
        headers: impl IntoIterator<Item = (String, Vec<u8>)>,
        body: Vec<u8>,
        timeout: Option<Duration>,
    ) -> Result<Self, WebError> {
        let method = METHODS
            .into_iter()
            .find(|known| known.as_str() == method)
            .ok_or_else(|| {
                invalid("the method is none of GET, HEAD, POST, PUT, PATCH, DELETE and OPTIONS")
            })?;
        let url = Url::parse(url).map_err(|error| invalid(format!("the URL is wrong: {error}")))?;
        fit(&url)?;
        let mut checked = HeaderMap::new();
        for (name, value) in headers {
            let name = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| invalid("a header's name has characters that none can have"))?;
            if OURS.contains(&name.as_str()) {
                return Err(invalid(format!("the header `{name}` is set by the host")));
            }
            let value = HeaderValue::from_bytes(&value).map_err(|_| {
                invalid(format!(
                    "the header `{name}` has a line break or another control character"
                ))
            })?;
            checked.append(name, value);
        }
        let most = WebLimits::default().headers;
        if size(&checked) > most {
            return Err(invalid(format!("its headers are longer than {most} bytes")));
        }
        Ok(Self {
            method,
            url,
            headers: checked,
            body,
            timeout,
        })
    }

    /// With this body.
    pub fn with_body(self, body: Vec<u8>) -> Self {
        Self { body, ..self }
    }

    /// Whether it changes nothing where it goes.
    pub fn only_reads(&self) -> bool {
        self.method == Method::GET || self.method == Method::HEAD
    }

    /// The method.
    pub fn method(&self) -> &str {
        self.method.as_str()
    }

    /// Where it goes.
    pub fn host(&self) -> String {
        name(&self.url)
    }

    /// The request that a redirect asks for.
    pub(super) fn redirected(mut self, status: u16, to: Url) -> Self {
        let turns_to_get = match status {
            303 => self.method != Method::HEAD,
            301 | 302 => self.method == Method::POST,
            _ => false,
        };
        if turns_to_get {
            self.method = Method::GET;
            self.body = Vec::new();
            self.headers.remove(header::CONTENT_TYPE);
        }
        if self.url.origin() != to.origin() {
            // Any header may be a credential, so only those go along that are none.
            let kept = [
                header::ACCEPT,
                header::ACCEPT_LANGUAGE,
                header::CONTENT_TYPE,
                header::USER_AGENT,
            ];
            self.headers = kept
                .into_iter()
                .filter_map(|name| Some((name.clone(), self.headers.remove(name)?)))
                .collect();
        }
        self.url = to;
        self
    }
}

/// Whether a URL is one that is called, from a skill or from a redirect.
pub(super) fn fit(url: &Url) -> Result<(), WebError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(invalid("the URL must begin with https:// or http://"));
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(invalid(
            "the URL has a user or password in it; credentials belong in a header",
        ));
    }
    Ok(())
}

/// A URL's host with its port, for messages.
pub(super) fn name(url: &Url) -> String {
    HostPattern::of(url).map_or_else(String::new, |host| host.to_string())
}

/// Bytes that headers take.
pub(super) fn size(headers: &HeaderMap) -> usize {
    headers
        .iter()
        .map(|(name, value)| name.as_str().len() + value.len() + ": \r\n".len())
        .sum()
}

fn invalid(why: impl Into<String>) -> WebError {
    WebError::Invalid(why.into())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(method: &str, url: &str, header: (&str, &str)) -> Result<Request, WebError> {
        let headers = [(header.0.to_owned(), header.1.as_bytes().to_vec())];
        Request::new(method, url, headers, b"body".to_vec(), None)
    }

    #[test]
    fn what_could_be_read_as_another_request_is_refused() {
        for (method, url, header, says) in [
            ("CONNECT", "https://a.example", ("a", "b"), "method"),
            (
                "GET / HTTP/1.1\r\n",
                "https://a.example",
                ("a", "b"),
                "method",
            ),
            ("GET", "file:///etc/passwd", ("a", "b"), "https://"),
            ("GET", "https://user:pass@a.example", ("a", "b"), "password"),
            ("GET", "https://", ("a", "b"), "URL"),
            (
                "GET",
                "https://a.example",
                ("a", "b\r\nhost: evil"),
                "line break",
            ),
            ("GET", "https://a.example", ("a\r\nb", "c"), "name"),
            (
                "GET",
                "https://a.example",
                ("Host", "evil"),
                "set by the host",
            ),
            (
                "GET",
                "https://a.example",
                ("Transfer-Encoding", "chunked"),
                "set by the host",
            ),
            (
                "GET",
                "https://a.example",
                ("Content-Length", "1"),
                "set by the host",
            ),
        ] {
            let error = request(method, url, header).unwrap_err().to_string();
            assert!(error.contains(says), "{method} {url}: {error}");
        }
        let long = "a".repeat(20_000);
        assert!(request("GET", "https://a.example", ("a", &long)).is_err());
    }

    #[test]
    fn credentials_do_not_follow_a_redirect_to_another_host() {
        let there = |to: &str| {
            request(
                "POST",
                "https://a.example/x",
                ("authorization", "secret:crm"),
            )
            .unwrap()
            .redirected(307, to.parse().unwrap())
        };
        assert!(
            there("https://a.example/y")
                .headers
                .contains_key("authorization")
        );
        for other in [
            "https://b.example/",
            "http://a.example/",
            "https://a.example:444/",
        ] {
            assert!(there(other).headers.is_empty(), "{other}");
        }
    }

    #[test]
    fn a_redirect_to_look_elsewhere_takes_no_body_along() {
        let post = request("POST", "https://a.example/x", ("accept", "*/*")).unwrap();
        let next = post.clone().redirected(303, post.url.clone());
        assert_eq!((next.method(), next.body.len()), ("GET", 0));
        let next = post.clone().redirected(308, post.url.clone());
        assert_eq!((next.method(), next.body.len()), ("POST", 4));
    }
}
