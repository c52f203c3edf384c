//! Requests on somebody's behalf, who may reach these hosts and no others.

use std::{
    fmt::Debug,
    sync::{Arc, OnceLock},
};

use async_trait::async_trait;
use reqwest::{Client, StatusCode, header, redirect, retry};
use url::Url;

use super::{
    HostPattern, Request, Response, Secrets, WebError, WebLimits,
    request::{fit, name, size},
    resolver::Resolver,
};

/// A request on its way.
#[derive(Clone, Copy, Debug)]
pub struct Sent<'a> {
    /// The method.
    pub method: &'a str,
    /// Where it goes.
    pub url: &'a Url,
    /// What it says, with references in the place of secrets.
    pub body: &'a [u8],
}

/// Somebody who answers in the place of the web.
#[async_trait]
pub trait StandIn: Send + Sync + Debug {
    /// Answers a request that was allowed.
    async fn answer(&self, sent: Sent<'_>) -> Result<http::Response<Vec<u8>>, WebError>;
}

/// The web as one skill may reach it.
#[derive(Debug)]
pub struct Web {
    hosts: Arc<[HostPattern]>,
    secrets: Secrets,
    limits: WebLimits,
    /// Made when first needed; most skills never call anybody.
    plain: OnceLock<Client>,
    secure: OnceLock<Client>,
    stand_in: Option<Arc<dyn StandIn>>,
}

impl Web {
    /// These hosts, with these secrets.
    pub fn new<'a>(
        hosts: impl Iterator<Item = &'a HostPattern>,
        secrets: Secrets,
        limits: WebLimits,
    ) -> Self {
        Self {
            hosts: hosts.cloned().collect(),
            secrets,
            limits,
            plain: OnceLock::new(),
            secure: OnceLock::new(),
            stand_in: None,
        }
    }

    /// The same with somebody who answers in its place.
    pub fn answered_by(self, stand_in: Arc<dyn StandIn>) -> Self {
        Self {
            stand_in: Some(stand_in),
            ..self
        }
    }

    /// The same secrets and limits with other hosts.
    pub fn reaching<'a>(&self, hosts: impl Iterator<Item = &'a HostPattern>) -> Self {
        Self::new(hosts, self.secrets.clone(), self.limits)
    }

    /// Whether a request may be sent, as far as that is known before its host
    /// is resolved.
    pub fn check(&self, request: &Request) -> Result<(), WebError> {
        self.granted(&request.url)?;
        self.secrets.put_into(&request.headers, &request.url)?;
        Ok(())
    }

    /// Sends a request and reads the response. Dropping the future ends both.
    pub async fn send(&self, request: Request) -> Result<Response, WebError> {
        let limit = request
            .timeout
            .map_or(self.limits.time, |wanted| wanted.min(self.limits.time));
        let host = request.host();
        match tokio::time::timeout(limit, self.follow(request)).await {
            Ok(result) => result,
            Err(_) => Err(WebError::Timeout { host, limit }),
        }
    }

    async fn follow(&self, request: Request) -> Result<Response, WebError> {
        self.granted(&request.url)?;
        let mut request = request;
        for _ in 0..=self.limits.redirects {
            let answer = self.hop(&request).await?;
            let Some(to) = target(&request.url, &answer)? else {
                return self.read(&request, answer).await;
            };
            if let Err(WebError::NotGranted(to)) = self.granted(&to) {
                return Err(match HostPattern::of(&request.url) {
                    Some(from) => WebError::Redirected { from, to },
                    None => WebError::NotGranted(to),
                });
            }
            request = request.redirected(answer.status().as_u16(), to);
        }
        Err(WebError::Redirects(self.limits.redirects))
    }

    /// One request to one host that is granted.
    async fn hop(&self, request: &Request) -> Result<reqwest::Response, WebError> {
        let headers = self.secrets.put_into(&request.headers, &request.url)?;
        if let Some(stand_in) = &self.stand_in {
            let sent = Sent {
                method: request.method.as_str(),
                url: &request.url,
                body: &request.body,
            };
            return Ok(stand_in.answer(sent).await?.into());
        }
        let client = self.client(&request.url)?;
        let mut sent = client
            .request(request.method.clone(), request.url.clone())
            .headers(headers);
        if !request.body.is_empty() {
            sent = sent.body(request.body.clone());
        }
        let host = request.host();
        let answer = sent
            .send()
            .await
            .map_err(|error| WebError::of(&error, &host))?;
        if size(answer.headers()) > self.limits.headers {
            return Err(WebError::TooLong {
                what: "head",
                host,
                limit: self.limits.headers,
            });
        }
        Ok(answer)
    }

    /// Reads the response, up to its limit and no further.
    async fn read(
        &self,
        request: &Request,
        mut answer: reqwest::Response,
    ) -> Result<Response, WebError> {
        let host = request.host();
        let mut body = Vec::new();
        while let Some(chunk) = answer
            .chunk()
            .await
            .map_err(|error| WebError::of(&error, &host))?
        {
            if body.len() + chunk.len() > self.limits.response {
                return Err(WebError::TooLong {
                    what: "response",
                    host,
                    limit: self.limits.response,
                });
            }
            body.extend_from_slice(&chunk);
        }
        let mut headers = std::mem::take(answer.headers_mut());
        for value in headers.values_mut() {
            let clean = self.secrets.take_out_of(value.as_bytes().to_vec());
            if clean != value.as_bytes() {
                *value = header::HeaderValue::from_bytes(&clean)
                    .unwrap_or(header::HeaderValue::from_static(""));
            }
        }
        // A server may point to a place that tells what it was sent.
        let url = self
            .secrets
            .take_out_of(request.url.to_string().into_bytes());
        let url = String::from_utf8_lossy(&url).into_owned();
        Ok(Response {
            status: answer.status().as_u16(),
            headers,
            body: self.secrets.take_out_of(body),
            url,
        })
    }

    fn granted(&self, url: &Url) -> Result<(), WebError> {
        if self.hosts.iter().any(|host| host.allows(url)) {
            return Ok(());
        }
        Err(match HostPattern::of(url) {
            Some(host) => WebError::NotGranted(host),
            None => WebError::Invalid("the URL names no host".to_owned()),
        })
    }

    fn client(&self, url: &Url) -> Result<Client, WebError> {
        let plain = url.scheme() == "http";
        let place = if plain { &self.plain } else { &self.secure };
        if let Some(client) = place.get() {
            return Ok(client.clone());
        }
        crate::tls::prepare();
        let mut builder = Client::builder()
            .dns_resolver(Resolver(self.hosts.clone()))
            // A proxy would connect to addresses that nobody has checked.
            .no_proxy()
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .referer(false);
        if plain {
            // Without TLS a machine that has no certificates can still call its own services.
            builder = builder.tls_certs_only([]);
        }
        let client = builder
            .build()
            .map_err(|error| WebError::of(&error, &name(url)))?;
        Ok(place.get_or_init(|| client).clone())
    }
}

/// Where a response points to; none: it is the response.
fn target(from: &Url, answer: &reqwest::Response) -> Result<Option<Url>, WebError> {
    let points = [
        StatusCode::MOVED_PERMANENTLY,
        StatusCode::FOUND,
        StatusCode::SEE_OTHER,
        StatusCode::TEMPORARY_REDIRECT,
        StatusCode::PERMANENT_REDIRECT,
    ];
    let place = answer.headers().get(header::LOCATION);
    let Some(place) = place.filter(|_| points.contains(&answer.status())) else {
        return Ok(None);
    };
    let wrong = || WebError::Invalid(format!("`{}` redirects to what is no URL", name(from)));
    let to = place
        .to_str()
        .ok()
        .and_then(|place| from.join(place).ok())
        .ok_or_else(wrong)?;
    fit(&to)?;
    Ok(Some(to))
}
