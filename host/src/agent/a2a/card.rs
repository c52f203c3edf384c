//! The card of a remote agent: fetched when it is needed, kept as long as it
//! says it may be.

use std::{
    sync::{Arc, PoisonError},
    time::{Duration, Instant},
};

use reqwest::{
    Method, StatusCode,
    header::{CACHE_CONTROL, ETAG, HeaderMap, IF_NONE_MATCH},
};
use tokio::sync::Mutex;
use url::Url;

use super::{
    A2aError,
    endpoint::{Binding, Endpoint},
    wire::{Wire, accepting, header, json, refusal, send},
};
use crate::{
    agent::http::without_secrets,
    discovery::OfferedSkill,
    handoff::AgentCard,
    trust::{Reading, first_hit, visible},
};

/// How long a card is kept that says nothing of it: cards change with releases.
const KEPT: Duration = Duration::from_secs(300);

/// The longest time, whatever it says: a day after a move, callers find it.
const KEPT_AT_MOST: Duration = Duration::from_secs(86_400);

/// How long to leave a card alone that could not be fetched. Whoever waits for
/// an answer should not wait for a dead server again and again.
const PAUSE: Duration = Duration::from_secs(5);

/// How long fetching may take: it stands before the answer.
const FETCH: Duration = Duration::from_secs(5);

/// Skills of a card that are looked at, and examples of each. Cards with more
/// are catalogs, which would only blur what their agent is good at.
const SKILLS: usize = 100;
const EXAMPLES: usize = 20;

/// Characters of one text of a card.
const TEXT: usize = 500;

/// A remote agent as its card says it is.
pub(super) struct Remote {
    pub(super) card: a2a::AgentCard,
    pub(super) endpoint: Endpoint,
}

impl Remote {
    pub(super) fn streams(&self) -> bool {
        self.card.capabilities.streaming == Some(true)
    }

    pub(super) fn extends(&self, uri: &str) -> bool {
        let extensions = self.card.capabilities.extensions.iter().flatten();
        extensions.into_iter().any(|known| known.uri == uri)
    }

    pub(super) fn reads_data(&self) -> bool {
        let modes = &self.card.default_input_modes;
        modes
            .iter()
            .any(|mode| mode == "application/json" || mode == "*/*")
    }
}

/// Where the card is, and what is known of it.
pub(super) struct Cards {
    url: Url,
    name: String,
    wire: Wire,
    /// Where the agent is called, if the operator says so.
    called_at: Option<Url>,
    kept: Mutex<Kept>,
    /// When it could not be fetched last; apart from `kept`, which is held for
    /// as long as somebody fetches.
    failed_at: std::sync::Mutex<Option<Instant>>,
}

#[derive(Default)]
struct Kept {
    remote: Option<Arc<Remote>>,
    etag: Option<String>,
    fresh_until: Option<Instant>,
    failed: Option<(Instant, A2aError)>,
}

impl Cards {
    pub(super) fn new(url: Url, wire: Wire, called_at: Option<Url>) -> Self {
        Self {
            name: without_secrets(&url),
            url,
            wire,
            called_at,
            kept: Mutex::default(),
            failed_at: std::sync::Mutex::default(),
        }
    }

    /// The agent as it is now.
    pub(super) async fn remote(&self) -> Result<Arc<Remote>, A2aError> {
        let mut kept = self.kept.lock().await;
        let now = Instant::now();
        if let (Some(remote), Some(until)) = (&kept.remote, kept.fresh_until)
            && now < until
        {
            return Ok(remote.clone());
        }
        if let Some((at, error)) = &kept.failed
            && at.elapsed() < PAUSE
        {
            return Err(error.clone());
        }
        let fetched = match tokio::time::timeout(FETCH, self.fetch(&kept)).await {
            Ok(fetched) => fetched,
            Err(_) => Err(A2aError::Unreachable {
                url: self.name.clone(),
                reason: format!("no card within {FETCH:?}"),
            }),
        };
        self.note_failure(fetched.is_err().then(Instant::now));
        match fetched {
            Ok(fetched) => {
                *kept = fetched;
                kept.remote.clone().ok_or_else(|| self.bad("it is empty"))
            }
            Err(error) => {
                kept.failed = Some((Instant::now(), error.clone()));
                Err(error)
            }
        }
    }

    fn note_failure(&self, at: Option<Instant>) {
        *self
            .failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = at;
    }

    /// Whether the last look at the card, a moment ago, failed.
    pub(super) fn is_down(&self) -> bool {
        let at = *self
            .failed_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        // After that it is worth another look.
        at.is_some_and(|at| at.elapsed() < PAUSE)
    }

    async fn fetch(&self, kept: &Kept) -> Result<Kept, A2aError> {
        let mut request = self.wire.request(Method::GET, &self.url);
        if let (Some(_), Some(etag)) = (&kept.remote, &kept.etag) {
            request = request.header(IF_NONE_MATCH, etag);
        }
        let response = send(accepting(request, "application/json"), &self.name).await?;
        let headers = response.headers().clone();
        let etag = header(&headers, ETAG).map(str::to_owned);
        let fresh_until = Some(Instant::now() + freshness(&headers));
        if response.status() == StatusCode::NOT_MODIFIED {
            return Ok(Kept {
                remote: kept.remote.clone(),
                etag: etag.or_else(|| kept.etag.clone()),
                fresh_until,
                failed: None,
            });
        }
        if !response.status().is_success() {
            return Err(refusal(response, &self.name).await);
        }
        let card = json(response, &self.name).await?;
        let card: a2a::AgentCard =
            serde_json::from_value(card).map_err(|error| self.bad(&error.to_string()))?;
        Ok(Kept {
            remote: Some(Arc::new(Remote {
                endpoint: self.endpoint(&card)?,
                card,
            })),
            etag,
            fresh_until,
            failed: None,
        })
    }

    /// The first interface that is spoken here, as cards name the preferred
    /// one first.
    fn endpoint(&self, card: &a2a::AgentCard) -> Result<Endpoint, A2aError> {
        let spoken = card.supported_interfaces.iter().find_map(|interface| {
            let binding = match interface.protocol_binding.as_str() {
                a2a::TRANSPORT_PROTOCOL_JSONRPC => Binding::JsonRpc,
                a2a::TRANSPORT_PROTOCOL_HTTP_JSON => Binding::HttpJson,
                _ => return None,
            };
            let version = interface.protocol_version.as_str();
            (version == "1" || version == "1.0" || version.starts_with("1.0."))
                .then_some((binding, interface))
        });
        let Some((binding, interface)) = spoken else {
            return Err(self.bad("it offers no JSONRPC or HTTP+JSON interface of A2A 1.0"));
        };
        let url = match &self.called_at {
            Some(url) => url.clone(),
            None => self.same_host(&interface.url)?,
        };
        Ok(Endpoint {
            wire: self.wire.clone(),
            url,
            binding,
            tenant: interface.tenant.clone(),
        })
    }

    /// A card must not send what the user says, and the token, elsewhere.
    fn same_host(&self, place: &str) -> Result<Url, A2aError> {
        let url = self
            .url
            .join(place)
            .map_err(|error| self.bad(&format!("`{place}` is no URL: {error}")))?;
        let as_safe = url.scheme() == self.url.scheme() || url.scheme() == "https";
        if url.host() == self.url.host() && as_safe {
            return Ok(url);
        }
        Err(A2aError::Elsewhere {
            url: self.name.clone(),
            place: without_secrets(&url),
        })
    }

    fn bad(&self, reason: &str) -> A2aError {
        A2aError::BadCard {
            url: self.name.clone(),
            reason: reason.to_owned(),
        }
    }
}

/// How long a response may be kept.
fn freshness(headers: &HeaderMap) -> Duration {
    let control = header(headers, CACHE_CONTROL).unwrap_or_default();
    let mut words = control.split(',').map(str::trim);
    let mut age = None;
    for word in &mut words {
        match word.split_once('=') {
            _ if word.eq_ignore_ascii_case("no-store") || word.eq_ignore_ascii_case("no-cache") => {
                return Duration::ZERO;
            }
            Some((name, seconds)) if name.eq_ignore_ascii_case("max-age") => {
                age = seconds.trim_matches('"').parse().ok();
            }
            _ => {}
        }
    }
    age.map_or(KEPT, |seconds| {
        Duration::from_secs(seconds).min(KEPT_AT_MOST)
    })
}

/// What the operator says of the agent, and what its card says where the
/// operator says nothing.
pub(super) fn introduced(ours: &AgentCard, theirs: &a2a::AgentCard) -> AgentCard {
    let mut card = ours.clone();
    if card.description.is_empty() {
        let name = plain(&theirs.name);
        let said = plain(&theirs.description);
        card.description = match (name, said) {
            (Some(name), Some(said)) => format!("{name}: {said}"),
            (name, said) => name.or(said).unwrap_or_default(),
        };
    }
    if card.skills.is_empty() {
        card.skills = theirs
            .skills
            .iter()
            .take(SKILLS)
            .filter_map(|skill| {
                let examples = skill.examples.iter().flatten().chain(&skill.tags);
                let described = [plain(&skill.name), plain(&skill.description)];
                Some(OfferedSkill {
                    name: plain(&skill.id)?,
                    description: described
                        .into_iter()
                        .flatten()
                        .collect::<Vec<_>>()
                        .join(": "),
                    examples: examples
                        .take(EXAMPLES)
                        .filter_map(|text| plain(text))
                        .collect(),
                })
            })
            .collect();
    }
    card
}

/// A text of somebody else, which will stand in tables and before models: one
/// line, nothing hidden, and none that looks like an instruction to a model.
fn plain(text: &str) -> Option<String> {
    let text: String = text.chars().take(TEXT).collect();
    let text = visible(&text);
    let words: Vec<&str> = text
        .split(|c: char| c.is_whitespace() || c.is_control())
        .filter(|word| !word.is_empty())
        .collect();
    let line = words.join(" ");
    (!line.is_empty() && first_hit(&line, Reading::Data).is_none()).then_some(line)
}
