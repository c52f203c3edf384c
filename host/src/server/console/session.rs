//! Who is signed in. A token is shown once, and a cookie that scripts cannot
//! read stands for it until the desk stops or the day is over.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use axum::{
    Extension, Router,
    extract::{FromRequestParts, State},
    http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header, request::Parts},
    response::{Html, IntoResponse, Redirect, Response},
    routing::{get, post},
};
use minijinja::context;
use rand::RngExt;
use sha2::{Digest, Sha256};

use super::{
    form::{Fields, Posted},
    page::{Wrong, piece},
};
use crate::{
    config::Right,
    server::{
        Hall,
        admin::Problem,
        client::{Refused, from_own_pages},
        guess::{Address, Guessed},
    },
};

const COOKIE: &str = "baton-console";

/// A working day.
const LASTS: Duration = Duration::from_secs(12 * 60 * 60);

/// People signed in at the same time, beyond which the first has to again.
/// Only whoever has a token can make one.
const MOST: usize = 1000;

/// Where people sign in.
pub(super) const SIGN_IN: &str = "/console/sign-in";

/// Somebody who is signed in.
#[derive(Clone, Debug)]
pub(super) struct Session {
    /// As colleagues know them.
    pub(super) person: Arc<str>,
    /// What their forms must bring.
    pub(super) csrf: Arc<str>,
    /// When they came in.
    began: Instant,
}

/// Everybody who is signed in, by what their cookie hashes to.
#[derive(Default)]
pub(in crate::server) struct Sessions(Mutex<HashMap<[u8; 32], Session>>);

fn chance() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}

fn digest(cookie: &str) -> [u8; 32] {
    Sha256::digest(cookie).into()
}

impl Sessions {
    fn with<R>(&self, work: impl FnOnce(&mut HashMap<[u8; 32], Session>) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Somebody comes in; their cookie.
    fn begin(&self, person: Arc<str>) -> String {
        let cookie = chance();
        let session = Session {
            person,
            csrf: chance().into(),
            began: Instant::now(),
        };
        self.with(|sessions| {
            sessions.retain(|_, session| session.began.elapsed() < LASTS);
            let oldest = sessions.iter().min_by_key(|(_, session)| session.began);
            if let Some(oldest) = oldest
                .map(|(key, _)| *key)
                .filter(|_| sessions.len() >= MOST)
            {
                sessions.remove(&oldest);
            }
            sessions.insert(digest(&cookie), session);
        });
        cookie
    }

    fn of(&self, headers: &HeaderMap) -> Option<Session> {
        let cookie = cookie(headers)?;
        let found = self.with(|sessions| sessions.get(&digest(cookie)).cloned());
        found.filter(|session| session.began.elapsed() < LASTS)
    }

    fn end(&self, headers: &HeaderMap) {
        if let Some(cookie) = cookie(headers) {
            self.with(|sessions| sessions.remove(&digest(cookie)));
        }
    }
}

fn cookie(headers: &HeaderMap) -> Option<&str> {
    let all = headers.get_all(header::COOKIE).iter();
    all.filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('='))
}

/// What a browser is to keep; `lasts` nothing: to forget.
fn set_cookie(hall: &Hall, value: &str, lasts: Duration) -> Result<HeaderValue, Problem> {
    let secure = if hall.folder.serve.tls.is_some() {
        "; Secure"
    } else {
        ""
    };
    let seconds = lasts.as_secs();
    let text = format!(
        "{COOKIE}={value}; Path=/console; HttpOnly; SameSite=Strict; Max-Age={seconds}{secure}"
    );
    HeaderValue::try_from(text).map_err(Problem::invalid)
}

impl FromRequestParts<Arc<Hall>> for Session {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Response> {
        hall.sessions
            .of(&parts.headers)
            .ok_or_else(|| sign_in_first(&parts.headers))
    }
}

/// A page leads to where people sign in; so does a piece of one.
fn sign_in_first(headers: &HeaderMap) -> Response {
    if headers.contains_key("hx-request") {
        let there = HeaderName::from_static("hx-redirect");
        return (StatusCode::UNAUTHORIZED, [(there, SIGN_IN)]).into_response();
    }
    Redirect::to(SIGN_IN).into_response()
}

pub(super) fn routes() -> Router<Arc<Hall>> {
    Router::new()
        .route(SIGN_IN, get(ask).post(sign_in))
        .route("/console/sign-out", post(sign_out))
}

fn form(why: Option<&str>) -> Result<Html<String>, Problem> {
    Ok(Html(piece(
        "sign-in.html",
        context! { title => "Sign in", why },
    )?))
}

async fn ask() -> Result<Html<String>, Wrong> {
    Ok(form(None)?)
}

async fn sign_in(
    State(hall): State<Arc<Hall>>,
    Extension(address): Extension<Address>,
    headers: HeaderMap,
    fields: Fields,
) -> Result<Response, Wrong> {
    from_own_pages(&headers)?;
    let token = fields.text("token").trim();
    if let Err(guessed) = hall.guesses.listen(address) {
        return later(guessed);
    }
    let client = match hall.tokens.bearer(token, Right::Operate) {
        Ok(client) => client,
        Err(refused) => {
            if refused == Refused::UnknownToken
                && let Err(guessed) = hall.guesses.wrong(address)
            {
                return later(guessed);
            }
            let page = form(Some(&refused.to_string()))?;
            return Ok((StatusCode::FORBIDDEN, page).into_response());
        }
    };
    let name = fields.text("name").trim();
    let person = match name {
        "" => client.name,
        name => crate::id::outside::<String>(name)
            .map_err(|why| Problem::invalid(format!("the name cannot be used: {why}")))?
            .into(),
    };
    let cookie = hall.sessions.begin(person);
    let kept = set_cookie(&hall, &cookie, LASTS)?;
    Ok(([(header::SET_COOKIE, kept)], Redirect::to("/console")).into_response())
}

/// Too many have been tried.
fn later(guessed: Guessed) -> Result<Response, Wrong> {
    let page = form(Some(&guessed.to_string()))?;
    let wait = [(header::RETRY_AFTER, guessed.retry_after())];
    Ok((StatusCode::TOO_MANY_REQUESTS, wait, page).into_response())
}

async fn sign_out(
    State(hall): State<Arc<Hall>>,
    headers: HeaderMap,
    _: Posted,
) -> Result<Response, Wrong> {
    hall.sessions.end(&headers);
    let forgotten = set_cookie(&hall, "", Duration::ZERO)?;
    Ok(([(header::SET_COOKIE, forgotten)], Redirect::to(SIGN_IN)).into_response())
}
