//! What comes with a request, checked.

use std::{collections::BTreeMap, str::FromStr, sync::Arc};

use axum::{
    body::Bytes,
    extract::{FromRequest, FromRequestParts, Path, Request, rejection::BytesRejection},
    http::request::Parts,
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;

use super::Problem;
use crate::{
    config::Right,
    id::outside,
    server::{
        Hall,
        client::{Client, from_own_pages},
    },
};

/// Whoever may operate the desk.
pub(super) struct Operator(pub(super) Client);

impl FromRequestParts<Arc<Hall>> for Operator {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Problem> {
        from_own_pages(&parts.headers)?;
        Ok(Self(hall.tokens.admit(&parts.headers, Right::Operate)?))
    }
}

/// The name in the path.
pub(super) struct Named<T>(pub(super) T);

impl<T: From<String>> FromRequestParts<Arc<Hall>> for Named<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, hall: &Arc<Hall>) -> Result<Self, Problem> {
        let Path(name) = Path::<String>::from_request_parts(parts, hall)
            .await
            .map_err(|error| Problem::invalid(error.body_text()))?;
        let name = outside(&name).map_err(|why| Problem::invalid(wrong("the name", &why)))?;
        Ok(Self(name))
    }
}

fn wrong(what: &str, why: &str) -> String {
    format!("{what} cannot be used: {why}")
}

/// The parameters of the query, of which none is unknown.
pub(super) struct Parameters(BTreeMap<String, Vec<String>>);

impl Parameters {
    pub(super) fn read(query: Option<&str>, known: &[&str]) -> Result<Self, Problem> {
        let mut found: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (name, value) in url::form_urlencoded::parse(query.unwrap_or_default().as_bytes()) {
            if !known.contains(&name.as_ref()) {
                let known = known.join(", ");
                return Err(Problem::invalid(format!(
                    "there is no parameter `{name}` here; there are: {known}"
                )));
            }
            let values = found.entry(name.into_owned()).or_default();
            values.push(value.into_owned());
        }
        Ok(Self(found))
    }

    /// All of that name.
    pub(super) fn all<T: From<String>>(&self, name: &str) -> Result<Vec<T>, Problem> {
        let values = self.0.get(name).into_iter().flatten();
        values
            .map(|value| outside(value).map_err(|why| Problem::invalid(wrong(name, &why))))
            .collect()
    }

    /// The identifier of that name.
    pub(super) fn id<T: From<String>>(&self, name: &str) -> Result<Option<T>, Problem> {
        Ok(self.all(name)?.pop())
    }

    /// The text of that name.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.last().map(String::as_str)
    }

    /// The value of that name.
    pub(super) fn value<T: FromStr<Err: ToString>>(
        &self,
        name: &str,
    ) -> Result<Option<T>, Problem> {
        let parse = |text: &str| {
            let parsed = text.parse::<T>();
            parsed.map_err(|why| Problem::invalid(wrong(name, &why.to_string())))
        };
        self.text(name).map(parse).transpose()
    }
}

/// The JSON object that comes with it; without any, an empty one.
pub(super) struct Sent<T>(pub(super) T);

impl<T: DeserializeOwned> FromRequest<Arc<Hall>> for Sent<T> {
    type Rejection = Response;

    async fn from_request(request: Request, hall: &Arc<Hall>) -> Result<Self, Response> {
        let bytes = Bytes::from_request(request, hall).await.map_err(unread)?;
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        serde_json::from_slice(text).map(Self).map_err(|why| {
            Problem::invalid(format!("the body cannot be read: {why}")).into_response()
        })
    }
}

/// A body that is too large, or broke off.
pub(super) fn unread(rejection: BytesRejection) -> Response {
    Problem {
        status: rejection.status(),
        detail: rejection.body_text(),
    }
    .into_response()
}
