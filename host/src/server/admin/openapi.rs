//! The description of the Admin API, made of the table that is routed.

use serde_json::{Map, Value, json};

use super::{ROOT, operation::Operation};

/// As OpenAPI 3.1 has it.
pub(super) fn describe(operations: &[Operation]) -> Value {
    let mut paths: Map<String, Value> = Map::new();
    for operation in operations {
        let path = paths
            .entry(format!("{ROOT}{}", operation.path))
            .or_insert_with(|| json!({}));
        if let Value::Object(path) = path {
            let method = operation.method.as_str().to_lowercase();
            path.insert(method, one(operation));
        }
    }
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Baton Admin API",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "What operators see and do. Each operation answers what the command \
                of the same name prints with --json.",
        },
        "paths": paths,
        "security": [{ "operator": [] }],
        "components": {
            "securitySchemes": { "operator": {
                "type": "http",
                "scheme": "bearer",
                "description": "A token whose `may` has \"operate\".",
            } },
            "schemas": { "Problem": {
                "type": "object",
                "properties": {
                    "type": { "type": "string" },
                    "title": { "type": "string" },
                    "status": { "type": "integer" },
                    "detail": { "type": "string" },
                },
                "required": ["type", "title", "status", "detail"],
            } },
        },
    })
}

fn one(operation: &Operation) -> Value {
    let in_path = operation
        .path
        .split('/')
        .filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let text = json!({ "type": "string" });
    let mut parameters: Vec<Value> = in_path
        .map(|name| json!({ "name": name, "in": "path", "required": true, "schema": text }))
        .collect();
    parameters.extend(operation.query.iter().map(|(name, meaning)| {
        json!({ "name": name, "in": "query", "description": meaning, "schema": text })
    }));
    let answer = if operation.path == "/events" {
        json!({ "application/json": {}, "text/event-stream": {} })
    } else {
        json!({ "application/json": {} })
    };
    let mut described = json!({
        "summary": operation.summary,
        "parameters": parameters,
        "responses": {
            "200": { "description": "What the command prints.", "content": answer },
            "default": {
                "description": "Why not.",
                "content": { "application/problem+json": {
                    "schema": { "$ref": "#/components/schemas/Problem" },
                } },
            },
        },
    });
    if let Some(body) = &operation.body {
        described["requestBody"] = body.describe();
    }
    described
}
