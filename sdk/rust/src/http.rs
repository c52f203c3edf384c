//! Web servers that the operator has named.
//!
//! ```no_run
//! use baton_sdk::http;
//! # fn f() -> Result<(), baton_sdk::Error> {
//! let rates = http::get("https://rates.example.com/eur")?.text();
//! // The operator's secret `crm` is put in by the host, and never seen here.
//! let answer = http::Request::post("https://crm.example.com/tickets")
//!     .header("authorization", "Bearer secret:crm")
//!     .json(&vec!["late parcel"])
//!     .send()?;
//! # Ok(()) }
//! ```

use crate::backend::{self, Handle, Host as _};
use crate::bindings::baton::skill::http as wit;
use crate::codes::ErrorCode;
use crate::error::Error;
use crate::json::ToJson;
use crate::waiting::milliseconds;
use serde::de::DeserializeOwned;
use std::time::Duration;

/// Gets what is there.
pub fn get(url: &str) -> Result<Response, Error> {
    Request::get(url).send()
}

/// Posts a JSON value.
pub fn post(url: &str, value: &impl ToJson) -> Result<Response, Error> {
    Request::post(url).json(value).send()
}

/// Sends all requests at the same time. The responses stand in their order, and
/// take as long as the slowest.
pub fn send_all(requests: impl IntoIterator<Item = Request>) -> Vec<Result<Response, Error>> {
    // All are under way before the first is waited for.
    let started: Vec<_> = requests.into_iter().map(Request::start).collect();
    started
        .into_iter()
        .map(|pending| pending?.finish())
        .collect()
}

/// A request that can be sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Request(pub(crate) wit::Request);

impl Request {
    /// Where it goes.
    pub fn url(&self) -> &str {
        &self.0.url
    }

    /// What it brings.
    pub fn content(&self) -> &[u8] {
        &self.0.body
    }

    /// With this method.
    pub fn new(method: &str, url: &str) -> Self {
        Self(wit::Request {
            method: method.to_owned(),
            url: url.to_owned(),
            headers: Vec::new(),
            body: Vec::new(),
            timeout_ms: None,
            extra: Vec::new(),
        })
    }

    /// Gets what is there.
    pub fn get(url: &str) -> Self {
        Self::new("GET", url)
    }

    /// Posts a body.
    pub fn post(url: &str) -> Self {
        Self::new("POST", url)
    }

    /// With this header. A value may hold `secret:NAME`.
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.0.headers.push(wit::Header {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        self
    }

    /// With this body.
    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.0.body = body.into();
        self
    }

    /// With this JSON value as its body.
    pub fn json(self, value: &(impl ToJson + ?Sized)) -> Self {
        self.header("content-type", "application/json")
            .body(value.to_json())
    }

    /// Gives up after `limit`; the host has a limit of its own.
    pub fn within(mut self, limit: Duration) -> Self {
        self.0.timeout_ms = Some(milliseconds(limit));
        self
    }

    /// Sends it and waits for the response.
    pub fn send(self) -> Result<Response, Error> {
        self.start()?.finish()
    }

    /// Sends it and leaves the skill free to do something else.
    pub fn start(self) -> Result<Pending, Error> {
        backend::with(|host| host.start_request(&self.0)).map(Pending)
    }
}

/// A request under way. Dropping it cancels the request.
#[derive(Debug)]
pub struct Pending(Handle);

impl Pending {
    /// Whether `finish` would return at once.
    pub fn ready(&self) -> bool {
        backend::with(|host| host.ready(&self.0))
    }

    /// The response; waits for it if need be.
    pub fn finish(self) -> Result<Response, Error> {
        backend::with(|host| host.finish_request(self.0)).map(Response::from)
    }
}

/// What a server has answered, whatever its status.
#[derive(Clone, Debug, PartialEq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The body.
    pub body: Vec<u8>,
    headers: Vec<wit::Header>,
}

impl Response {
    /// Whether the status is one of success.
    pub fn is_success(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// The first header of this name, in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let header = self
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))?;
        Some(&header.value)
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body read as JSON.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Error> {
        serde_json::from_slice(&self.body).map_err(|error| {
            Error::new(
                ErrorCode::Failed,
                format!("the response cannot be read: {error}"),
            )
        })
    }
}

impl From<wit::Response> for Response {
    fn from(response: wit::Response) -> Self {
        Self {
            status: response.status,
            body: response.body,
            headers: response.headers,
        }
    }
}
