//! The way to the collector: the client that agents are called with.

use std::{
    sync::atomic::{AtomicBool, Ordering},
    time::Duration,
};

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use tokio::runtime::Handle;
use url::Url;

use crate::agent::http;

/// Until a connection is there, and until the collector has taken what it was
/// sent. It answers at once, or has too much to do.
const CONNECT: Duration = Duration::from_secs(5);
const ANSWER: Duration = Duration::from_secs(10);

/// Bytes of the collector's answer that are read: it says little.
const MAX_ANSWER: usize = 64 * 1024;

/// Sends requests from a thread that is not of the runtime.
#[derive(Debug)]
pub(super) struct Client {
    http: reqwest::Client,
    runtime: Handle,
    /// For people.
    place: String,
    /// It was told that nobody takes them, which is told once.
    lost: AtomicBool,
}

impl Client {
    pub(super) fn new(url: &Url) -> Result<Self, String> {
        Ok(Self {
            http: http::client(url, CONNECT)?,
            runtime: Handle::try_current().map_err(|error| error.to_string())?,
            place: http::without_secrets(url),
            lost: AtomicBool::new(false),
        })
    }

    fn note(&self, why: Option<String>) {
        let lost = self.lost.swap(why.is_some(), Ordering::Relaxed);
        match why {
            Some(why) if !lost => tracing::warn!(
                "{} takes no traces: {why}; until it does, those of the last turns are kept, \
                 and others forgotten",
                self.place
            ),
            None if lost => tracing::info!("{} takes traces again", self.place),
            _ => {}
        }
    }
}

#[async_trait]
impl HttpClient for Client {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let http = self.http.clone();
        let sent = self.runtime.spawn(async move {
            let request = reqwest::Request::try_from(request)?;
            tokio::time::timeout(ANSWER, exchange(&http, request)).await?
        });
        let sent = match sent.await {
            Ok(sent) => sent,
            // The runtime ends, and nothing more is sent.
            Err(error) => return Err(error.into()),
        };
        self.note(match &sent {
            Ok(response) if response.status().is_success() => None,
            Ok(response) => Some(format!("it says {}", response.status())),
            Err(error) => Some(error.to_string()),
        });
        sent
    }
}

async fn exchange(
    http: &reqwest::Client,
    request: reqwest::Request,
) -> Result<Response<Bytes>, HttpError> {
    let readable = |error: reqwest::Error| http::root_cause(&error);
    let mut response = http.execute(request).await.map_err(readable)?;
    let mut answer = Response::builder().status(response.status());
    if let Some(headers) = answer.headers_mut() {
        headers.clone_from(response.headers());
    }
    let mut body = Vec::new();
    while let Some(part) = response.chunk().await.map_err(readable)? {
        body.extend_from_slice(&part);
        if body.len() > MAX_ANSWER {
            return Err("its answer is too long".into());
        }
    }
    Ok(answer.body(body.into())?)
}
