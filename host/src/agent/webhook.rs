//! `http`: a web server that answers a plain JSON request, signed as Standard
//! Webhooks (<https://www.standardwebhooks.com>).

mod error;
mod message;
mod signature;

use std::time::Duration;

use async_trait::async_trait;
use reqwest::{
    Client, Response, StatusCode, Url,
    header::{CONTENT_TYPE, RETRY_AFTER},
};

pub use error::WebhookError;

use self::{
    message::{Said, request, webhook_id},
    signature::Secret,
};
use super::http::{self, root_cause, without_secrets};
use crate::handoff::{Agent, AgentCard, AgentFailure, Assignment, Purpose, Reply, Templates};

/// Until a connection is there.
const CONNECT: Duration = Duration::from_secs(5);

/// Tries of one request, with a pause before each but the first, which grows
/// from this: a service that is started again is back within a second.
const TRIES: u32 = 3;
const PAUSE: Duration = Duration::from_millis(200);

/// The longest pause that a server may ask for; then others are asked instead.
const LONGEST_PAUSE: Duration = Duration::from_secs(3);

/// Bytes of an answer: as many as of a model's.
const MAX_ANSWER: usize = 256 * 1024;

/// Where a web server is, and what requests to it are signed with.
#[derive(Clone, Debug)]
pub struct WebhookConfig {
    /// Where requests go.
    pub url: String,
    /// Name of the environment variable that holds the secret.
    pub secret_env: String,
}

/// A web server as an agent.
pub struct Webhook {
    card: AgentCard,
    url: Url,
    http: Client,
    secret: Secret,
    templates: std::sync::Arc<Templates>,
}

impl Webhook {
    /// Opens no connection yet.
    pub fn new(card: AgentCard, config: &WebhookConfig) -> Result<Self, WebhookError> {
        let bad = |reason: String| WebhookError::BadUrl {
            url: config.url.clone(),
            reason,
        };
        let url = Url::parse(&config.url).map_err(|error| bad(error.to_string()))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(bad("it must begin with http:// or https://".to_owned()));
        }
        Ok(Self {
            http: http::client(&url, CONNECT).map_err(WebhookError::Client)?,
            secret: Secret::read(&config.secret_env)?,
            templates: Templates::standard(),
            card,
            url,
        })
    }

    /// With what it is told of a handoff in these words.
    pub fn with_templates(mut self, templates: std::sync::Arc<Templates>) -> Self {
        self.templates = templates;
        self
    }

    /// Sends it, again if it was surely not answered: under the same id, by
    /// which the server knows work that it has done.
    async fn send(&self, id: &str, body: &[u8]) -> Result<Said, WebhookError> {
        let mut pause = PAUSE;
        for _ in 1..TRIES {
            let error = match self.exchange(id, body).await {
                Ok(said) => return Ok(said),
                Err(error) => error,
            };
            let wanted = match &error {
                WebhookError::Busy { retry_after, .. } => retry_after.unwrap_or(pause),
                WebhookError::Unreachable { .. } => pause,
                _ => return Err(error),
            };
            if wanted > LONGEST_PAUSE {
                return Err(error);
            }
            tracing::debug!("`{}` is asked again in {wanted:?}: {error}", self.card.name);
            tokio::time::sleep(wanted).await;
            pause *= 3;
        }
        self.exchange(id, body).await
    }

    async fn exchange(&self, id: &str, body: &[u8]) -> Result<Said, WebhookError> {
        let url = || without_secrets(&self.url);
        let signed = self
            .secret
            .sign(id, jiff::Timestamp::now().as_second(), body);
        let mut request = self.http.post(self.url.clone()).body(body.to_vec());
        request = request.header(CONTENT_TYPE, "application/json");
        for (name, value) in signed {
            request = request.header(name, value);
        }
        let response = request
            .headers(http::observed())
            .send()
            .await
            .map_err(|error| WebhookError::Unreachable {
                url: url(),
                reason: root_cause(&error),
            })?;
        let status = response.status();
        let retry_after = response.headers().get(RETRY_AFTER);
        let retry_after = retry_after
            .and_then(|seconds| seconds.to_str().ok()?.parse().ok())
            .map(Duration::from_secs);
        let text = self.read(response).await?;
        match status {
            status if status.is_success() => {
                serde_json::from_slice(&text).map_err(|wrong| WebhookError::Malformed {
                    url: url(),
                    detail: wrong.to_string(),
                })
            }
            StatusCode::TOO_MANY_REQUESTS
            | StatusCode::BAD_GATEWAY
            | StatusCode::SERVICE_UNAVAILABLE
            | StatusCode::GATEWAY_TIMEOUT => Err(WebhookError::Busy {
                url: url(),
                status,
                retry_after,
            }),
            status => Err(WebhookError::Refused {
                url: url(),
                status,
                detail: message::quote(&String::from_utf8_lossy(&text)),
            }),
        }
    }

    async fn read(&self, mut response: Response) -> Result<Vec<u8>, WebhookError> {
        let mut body = Vec::new();
        loop {
            let part = response
                .chunk()
                .await
                .map_err(|error| WebhookError::BrokenOff {
                    url: without_secrets(&self.url),
                    reason: root_cause(&error),
                })?;
            let Some(part) = part else {
                return Ok(body);
            };
            body.extend_from_slice(&part);
            if body.len() > MAX_ANSWER {
                return Err(WebhookError::TooLong { limit: MAX_ANSWER });
            }
        }
    }
}

#[async_trait]
impl Agent for Webhook {
    fn card(&self) -> &AgentCard {
        &self.card
    }

    fn calls(&self) -> bool {
        true
    }

    async fn answer(&self, assignment: Assignment) -> Result<Reply, AgentFailure> {
        let name = &self.card.name;
        let body = request(&assignment, name, &self.templates)?;
        let body =
            serde_json::to_vec(&body).map_err(|error| AgentFailure::Failed(error.to_string()))?;
        let id = webhook_id(&assignment, name);
        let said = self.send(&id, &body).await?;
        let reply = said.into_reply(&assignment, name)?;
        if assignment.purpose == Purpose::Answer && reply.handoff.is_none() {
            if reply.text.trim().is_empty() {
                return Err(AgentFailure::NoAnswer);
            }
            if let Some(deltas) = &assignment.deltas {
                deltas(name, &reply.text);
            }
        }
        Ok(reply)
    }
}
