//! `http`: web servers that the operator has named.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use serde_json::json;
use wasmtime::component::Resource;
use wasmtime_wasi_http::WasiHttpCtx;

use super::{
    error, not_granted,
    waiting::{Answered, Pending},
    wrong_handle,
};
use crate::{
    conversation::{EventKind, Trust, Turn},
    skill::{
        bindings::baton::skill::{
            http::{Header, Host, Request as WitRequest, Response as WitResponse},
            types::{Error, PairResult},
        },
        grant::Grant,
        guest::{Guest, Permit},
    },
    web::{Request, Response, WebError},
};

/// The web as one skill reaches it in one turn, through `http` or `wasi:http`.
pub struct WebAccess {
    pub(in crate::skill) gate: WebGate,
    /// What `wasi:http` needs besides.
    wasi: WasiHttpCtx,
}

/// Lets through what the skill may send.
pub struct WebGate {
    permit: Arc<Permit>,
    turn: Option<Arc<Turn>>,
    requests_left: u32,
    /// Whether a request may change something where it goes.
    pub(in crate::skill) may_change: bool,
}

/// A request that was counted and checked.
pub(in crate::skill) struct Begun {
    permit: Arc<Permit>,
    turn: Arc<Turn>,
    request: Request,
}

/// Why a request was not begun.
#[derive(Debug)]
pub(in crate::skill) enum NotBegun {
    /// There is no turn.
    NoTurn,
    /// It has made as many as it may.
    TooMany(u32),
    /// It would change something, on behalf of a condition.
    OnlyReads(String),
    /// It may not be sent.
    Refused(WebError),
}

impl WebAccess {
    pub(in crate::skill) fn new(permit: Arc<Permit>, turn: Option<Arc<Turn>>) -> Self {
        let requests_left = permit.limits.http_requests;
        Self {
            gate: WebGate {
                permit,
                turn,
                requests_left,
                may_change: false,
            },
            wasi: WasiHttpCtx::new(),
        }
    }

    /// The same in the parts that `wasi:http` takes.
    pub(in crate::skill) fn for_wasi(&mut self) -> (&mut WebGate, &mut WasiHttpCtx) {
        (&mut self.gate, &mut self.wasi)
    }
}

impl WebGate {
    /// Bytes of a request's body that are taken.
    pub(in crate::skill) fn longest_body(&self) -> usize {
        self.permit.limits.data
    }

    /// Counts and checks a request.
    pub(in crate::skill) fn begin(
        &mut self,
        request: Result<Request, WebError>,
    ) -> Result<Begun, NotBegun> {
        let Some(turn) = self.turn.clone() else {
            return Err(NotBegun::NoTurn);
        };
        let Some(left) = self.requests_left.checked_sub(1) else {
            return Err(NotBegun::TooMany(self.permit.limits.http_requests));
        };
        self.requests_left = left;
        let permit = self.permit.clone();
        let checked = request.and_then(|request| permit.web.check(&request).map(|()| request));
        let request = match checked {
            Ok(request) => request,
            Err(refused) => {
                note_denied(&permit, &turn, &refused);
                return Err(NotBegun::Refused(refused));
            }
        };
        if !self.may_change && !request.only_reads() {
            return Err(NotBegun::OnlyReads(request.method().to_owned()));
        }
        Ok(Begun {
            permit,
            turn,
            request,
        })
    }
}

impl Begun {
    /// With this body.
    pub(in crate::skill) fn with_body(mut self, body: Vec<u8>) -> Self {
        self.request = self.request.with_body(body);
        self
    }

    /// Sends it and leaves a record.
    pub(in crate::skill) async fn send(self) -> Result<Response, WebError> {
        let Self {
            permit,
            turn,
            request,
        } = self;
        let (host, method) = (request.host(), request.method().to_owned());
        let began = Instant::now();
        let result = permit.web.send(request).await;
        if let Err(failed) = &result {
            note_denied(&permit, &turn, failed);
        }
        let response = result.as_ref().ok();
        turn.record(EventKind::SkillHttp {
            skill: permit.skill.clone(),
            host,
            method,
            status: response.map(|response| response.status),
            bytes: response.map_or(0, |response| response.body.len() as u64),
            milliseconds: u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX),
            why: result.as_ref().err().map(ToString::to_string),
        });
        turn.tell(&permit.skill, Trust::TOOL);
        result
    }
}

/// What a grant would have allowed is on record, with the word of that grant.
fn note_denied(permit: &Permit, turn: &Turn, refused: &WebError) {
    if let Some(capability) = refused.denied() {
        turn.record(EventKind::SkillDenied {
            skill: permit.skill.clone(),
            capability,
        });
    }
}

impl Host for Guest {
    fn start_request(
        &mut self,
        request: WitRequest,
    ) -> wasmtime::Result<Result<Resource<Pending>, Error>> {
        self.enter()?;
        let headers = request
            .headers
            .into_iter()
            .map(|header| (header.name, header.value.into_bytes()));
        let timeout = request
            .timeout_ms
            .map(|ms| Duration::from_millis(ms.into()));
        let request = Request::new(
            &request.method,
            &request.url,
            headers,
            request.body,
            timeout,
        );
        let (web, _) = self.web();
        let work = match web.gate.begin(request) {
            Ok(work) => work,
            Err(why) => return Ok(Err(self.not_begun(&why))),
        };
        Ok(self.start(async { Answered::Web(work.send().await) }))
    }

    async fn finish_request(
        &mut self,
        handle: Resource<Pending>,
    ) -> wasmtime::Result<Result<WitResponse, Error>> {
        self.enter()?;
        let pending = self.handles.delete(handle)?;
        let result = pending.result().await;
        self.waited();
        Ok(match result {
            None => Err(error("failed", "the request was broken off")),
            Some(Answered::Web(Ok(response))) => Ok(convert(response)),
            Some(Answered::Web(Err(failed))) => Err(error(failed.code(), failed.to_string())),
            Some(_) => Err(wrong_handle("a request")),
        })
    }
}

impl Guest {
    fn not_begun(&self, why: &NotBegun) -> Error {
        match why {
            NotBegun::NoTurn => not_granted(self, Grant::Http.example()),
            NotBegun::TooMany(limit) => error(
                "limit",
                format!("{limit} requests to the web in one turn are all"),
            ),
            NotBegun::OnlyReads(method) => error(
                "not-allowed",
                format!("a condition may send GET and HEAD, not {method}: it only judges"),
            ),
            NotBegun::Refused(WebError::NotGranted(host)) => {
                not_granted(self, format!("{}:{host}", Grant::Http))
            }
            NotBegun::Refused(refused) => error(refused.code(), refused.to_string()),
        }
    }
}

fn convert(response: Response) -> WitResponse {
    WitResponse {
        status: response.status,
        headers: response
            .headers
            .iter()
            .map(|(name, value)| Header {
                name: name.to_string(),
                value: String::from_utf8_lossy(value.as_bytes()).into_owned(),
            })
            .collect(),
        body: response.body,
        extra: vec![PairResult {
            name: "url".to_owned(),
            value: json!(response.url).to_string(),
        }],
    }
}
