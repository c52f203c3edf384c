//! One HTTP request: where it goes, which key it carries, and what an answer other than an event
//! stream means.

use std::sync::Arc;
use std::time::Duration;

use async_openai::Client;
use async_openai::config::OpenAIConfig;
use async_openai::error::OpenAIError;
use async_openai::middleware::HttpRequestFactory;
use reqwest::header::{
    AUTHORIZATION, CONTENT_TYPE, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER,
};
use reqwest::{Response, StatusCode, Url};
use serde_json::Value;

use super::reply::{quote, reported_error};
use super::{ChatError, EndpointConfig, Protocol};
use crate::agent::http::{self, root_cause, without_secrets};

/// Enough of a refusal's body to find the message in it.
const MAX_REFUSAL_BYTES: usize = 16 * 1024;

/// Where requests go and what they carry.
#[derive(Debug)]
pub(in crate::agent::model) struct Target {
    pub(in crate::agent::model) url: Url,
    /// The URL for messages, without what may be secret in it.
    pub(in crate::agent::model) name: String,
    pub(in crate::agent::model) model: String,
    /// The key, in the header where it belongs.
    key: Option<(HeaderName, HeaderValue)>,
    http: reqwest::Client,
}

impl Target {
    /// What answers at this path below the base URL.
    pub(in crate::agent::model) fn new(
        config: &EndpointConfig,
        path: &[&str],
    ) -> Result<Self, ChatError> {
        let url = url_of(&config.base_url, path)?;
        Ok(Self {
            name: without_secrets(&url),
            model: config.model.clone(),
            key: config
                .api_key_env
                .as_deref()
                .map(|variable| key(config.protocol, variable))
                .transpose()?,
            http: http::client(&url, config.connect_timeout)
                .map_err(|reason| ChatError::Client { reason })?,
            url,
        })
    }

    /// The library's client, with `send` in the place of its own transport.
    pub(super) fn client<F>(
        self: &Arc<Self>,
        base_url: &str,
        send: impl Fn(Arc<Self>, HttpRequestFactory) -> F + Clone + Send + Sync + 'static,
    ) -> Client<OpenAIConfig>
    where
        F: Future<Output = Result<Response, OpenAIError>> + Send + 'static,
    {
        // What the library would take from `OPENAI_*` variables is meant for another endpoint.
        let settings = OpenAIConfig::new()
            .with_api_base(base_url.trim_end_matches('/'))
            .with_api_key("")
            .with_org_id("")
            .with_project_id("");
        let target = self.clone();
        let service = tower::service_fn(move |request| send(target.clone(), request));
        Client::build(self.http.clone(), settings).with_http_service(service)
    }

    /// Sends one request and turns every answer that is not an event stream into an error.
    pub(super) async fn send(&self, request: HttpRequestFactory) -> Result<Response, OpenAIError> {
        let response = self.exchange(request).await?;
        self.events(response).await.map_err(boxed)
    }

    /// Sends one request and turns every refusal into an error.
    pub(super) async fn exchange(
        &self,
        request: HttpRequestFactory,
    ) -> Result<Response, OpenAIError> {
        let mut request = request.build().await?;
        *request.url_mut() = self.url.clone();
        request.headers_mut().remove(AUTHORIZATION);
        self.execute(request).await.map_err(boxed)
    }

    /// A request that goes there, with this body.
    pub(in crate::agent::model) fn post(&self, body: &Value) -> reqwest::RequestBuilder {
        let request = self.http.post(self.url.clone());
        request
            .header(CONTENT_TYPE, "application/json")
            .body(body.to_string())
    }

    /// Sends a request with the key, and turns every refusal into an error.
    pub(in crate::agent::model) async fn execute(
        &self,
        mut request: reqwest::Request,
    ) -> Result<Response, ChatError> {
        if let Some((name, value)) = &self.key {
            request.headers_mut().insert(name, value.clone());
        }
        request.headers_mut().extend(http::observed());
        let response = self.http.execute(request).await;
        let response = response.map_err(|error| ChatError::Unreachable {
            url: self.name.clone(),
            reason: root_cause(&error),
        })?;
        if response.status() != StatusCode::OK {
            return Err(self.refusal(response).await);
        }
        Ok(response)
    }

    /// The answer, if it is an event stream or says nothing of what it is.
    pub(in crate::agent::model) async fn events(
        &self,
        response: Response,
    ) -> Result<Response, ChatError> {
        let kind = header(response.headers(), &CONTENT_TYPE)
            .unwrap_or_default()
            .to_owned();
        if kind.contains("json") || kind.contains("html") {
            let detail = format!("it sent `{kind}`: {}", refusal_text(response).await);
            return Err(ChatError::Malformed {
                url: self.name.clone(),
                detail,
            });
        }
        Ok(response)
    }

    async fn refusal(&self, response: Response) -> ChatError {
        let url = self.name.clone();
        let status = response.status();
        let retry_after = header(response.headers(), &RETRY_AFTER)
            .and_then(|seconds| seconds.parse().ok())
            .map(Duration::from_secs);
        let detail = refusal_text(response).await;
        match status {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => ChatError::Unauthorized {
                url,
                status,
                detail,
            },
            StatusCode::NOT_FOUND => ChatError::NotFound {
                url,
                model: self.model.clone(),
                detail,
            },
            StatusCode::TOO_MANY_REQUESTS => ChatError::RateLimited {
                url,
                retry_after,
                detail,
            },
            _ if status.is_server_error() => ChatError::Server {
                url,
                status,
                detail,
            },
            _ => ChatError::Rejected {
                url,
                status,
                detail,
            },
        }
    }
}

/// The message in a refusal's body: OpenAI's JSON, one of its variants, or whatever is there.
async fn refusal_text(mut response: Response) -> String {
    let mut body = Vec::new();
    while let Ok(Some(chunk)) = response.chunk().await {
        body.extend_from_slice(&chunk);
        if body.len() > MAX_REFUSAL_BYTES {
            break;
        }
    }
    serde_json::from_slice(&body)
        .ok()
        .and_then(|value| reported_error(&value))
        .unwrap_or_else(|| quote(&String::from_utf8_lossy(&body)))
}

pub(super) fn url_of(base: &str, path: &[&str]) -> Result<Url, ChatError> {
    let bad = |reason: String| ChatError::BadUrl {
        url: base.to_owned(),
        reason,
    };
    let mut url = Url::parse(base).map_err(|error| bad(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(bad("it must begin with http:// or https://".to_owned()));
    }
    // Segment by segment, so that a query such as Azure's `?api-version=` stays in place.
    url.path_segments_mut()
        .map_err(|()| bad("it has no path".to_owned()))?
        .pop_if_empty()
        .extend(path);
    Ok(url)
}

fn key(protocol: Protocol, variable: &str) -> Result<(HeaderName, HeaderValue), ChatError> {
    let key = match protocol {
        Protocol::OpenAi => http::bearer(variable).map(|key| (AUTHORIZATION, key)),
        Protocol::Anthropic => {
            http::key(variable).map(|key| (HeaderName::from_static("x-api-key"), key))
        }
    };
    key.map_err(|reason| ChatError::BadKey {
        variable: variable.to_owned(),
        reason,
    })
}

fn header<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

fn boxed(error: ChatError) -> OpenAIError {
    OpenAIError::Boxed(Box::new(error))
}
