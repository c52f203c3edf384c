//! What comes with a form, and whether it is ours.

use std::{collections::BTreeMap, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Request},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
};

use super::{page::Wrong, session::Session};
use crate::server::{Hall, admin::Problem, client::from_own_pages};

/// The header in which a script brings what forms have as a field.
pub(super) const CSRF: &str = "x-csrf-token";

/// The fields of a form.
pub(super) struct Fields(BTreeMap<String, String>);

impl Fields {
    /// One of them; nothing if it is not there.
    pub(super) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// One of them, if something is in it.
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name).trim()).filter(|text| !text.is_empty())
    }
}

impl FromRequest<Arc<Hall>> for Fields {
    type Rejection = Response;

    async fn from_request(request: Request, hall: &Arc<Hall>) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, hall).await;
        let bytes = bytes.map_err(|rejection| {
            let problem = Problem {
                status: rejection.status(),
                detail: rejection.body_text(),
            };
            Wrong(problem).into_response()
        })?;
        let fields = url::form_urlencoded::parse(&bytes);
        Ok(Self(fields.into_owned().collect()))
    }
}

/// A form that one of our pages has sent, for whoever is signed in.
pub(super) struct Posted {
    pub(super) session: Session,
    pub(super) fields: Fields,
}

/// Whether whoever is signed in wants this, and no page of another site.
pub(super) fn is_wanted(
    session: &Session,
    headers: &HeaderMap,
    brought: &str,
) -> Result<(), Problem> {
    from_own_pages(headers)?;
    if brought == session.csrf.as_ref() {
        return Ok(());
    }
    Err(Problem {
        status: StatusCode::FORBIDDEN,
        detail: "this page is from before you signed in; load it again".to_owned(),
    })
}

impl FromRequest<Arc<Hall>> for Posted {
    type Rejection = Response;

    async fn from_request(request: Request, hall: &Arc<Hall>) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let session = Session::from_request_parts(&mut parts, hall).await?;
        let headers = parts.headers.clone();
        let fields = Fields::from_request(Request::from_parts(parts, body), hall).await?;
        is_wanted(&session, &headers, fields.text("csrf"))
            .map_err(|problem| Wrong(problem).into_response())?;
        Ok(Self { session, fields })
    }
}
