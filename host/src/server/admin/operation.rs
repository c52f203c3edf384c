//! One row of the table of operations.

use std::sync::Arc;

use axum::{
    handler::Handler,
    http::Method,
    routing::{MethodRouter, delete, get, post, put},
};
use serde_json::{Value, json};

use crate::server::Hall;

/// Something that can be asked for.
pub(super) struct Operation {
    pub(super) method: Method,
    /// Behind the root.
    pub(super) path: &'static str,
    pub(super) summary: &'static str,
    /// Parameters of the query, each with what it means.
    pub(super) query: &'static [(&'static str, &'static str)],
    /// What is sent along; none: nothing.
    pub(super) body: Option<Body>,
    pub(super) handler: MethodRouter<Arc<Hall>>,
}

/// What is sent along.
pub(super) enum Body {
    /// Fields of a JSON object: name, JSON type, what it means. A name that
    /// ends in `?` may be left out.
    Fields(&'static [(&'static str, &'static str, &'static str)]),
    /// The bytes of a file.
    File,
}

impl Operation {
    pub(super) fn get<H, T>(path: &'static str, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Hall>>,
        T: 'static,
    {
        Self::new(Method::GET, path, summary, get(handler))
    }

    pub(super) fn post<H, T>(path: &'static str, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Hall>>,
        T: 'static,
    {
        Self::new(Method::POST, path, summary, post(handler))
    }

    pub(super) fn put<H, T>(path: &'static str, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Hall>>,
        T: 'static,
    {
        Self::new(Method::PUT, path, summary, put(handler))
    }

    pub(super) fn delete<H, T>(path: &'static str, summary: &'static str, handler: H) -> Self
    where
        H: Handler<T, Arc<Hall>>,
        T: 'static,
    {
        Self::new(Method::DELETE, path, summary, delete(handler))
    }

    fn new(
        method: Method,
        path: &'static str,
        summary: &'static str,
        handler: MethodRouter<Arc<Hall>>,
    ) -> Self {
        Self {
            method,
            path,
            summary,
            query: &[],
            body: None,
            handler,
        }
    }

    /// With these parameters.
    pub(super) fn query(self, query: &'static [(&'static str, &'static str)]) -> Self {
        Self { query, ..self }
    }

    /// With an object of these fields.
    pub(super) fn fields(
        self,
        fields: &'static [(&'static str, &'static str, &'static str)],
    ) -> Self {
        let body = Some(Body::Fields(fields));
        Self { body, ..self }
    }

    /// With a file.
    pub(super) fn file(self) -> Self {
        let body = Some(Body::File);
        Self { body, ..self }
    }
}

impl Body {
    /// As the description has it.
    pub(super) fn describe(&self) -> Value {
        match self {
            Self::File => json!({
                "required": true,
                "content": { "application/wasm": { "schema": { "type": "string", "format": "binary" } } },
            }),
            Self::Fields(fields) => {
                let bare = |name: &str| name.trim_end_matches('?').to_owned();
                let properties: serde_json::Map<String, Value> = fields
                    .iter()
                    .map(|(name, kind, meaning)| {
                        let schema = match kind.strip_prefix("array of ") {
                            Some(of) => json!({ "type": "array", "items": { "type": of }, "description": meaning }),
                            None => json!({ "type": kind, "description": meaning }),
                        };
                        (bare(name), schema)
                    })
                    .collect();
                let required: Vec<&str> = fields
                    .iter()
                    .map(|(name, _, _)| *name)
                    .filter(|name| !name.ends_with('?'))
                    .collect();
                json!({
                    "required": !required.is_empty(),
                    "content": { "application/json": { "schema": {
                        "type": "object",
                        "additionalProperties": false,
                        "properties": properties,
                        "required": required,
                    } } },
                })
            }
        }
    }
}
