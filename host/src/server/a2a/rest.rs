//! The HTTP+JSON binding. Its paths are those of the protocol's 1.0, which has
//! no version in them, below `/a2a` and below `/a2a/agents/NAME`.

use std::{collections::HashMap, sync::Arc};

use a2a::{ListTasksRequest, SendMessageRequest, SendMessageResponse, TaskPushNotificationConfig};
use axum::{
    Json, Router,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
    response::{IntoResponse, Response},
    routing::{get, post},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use super::{
    JSON, check_kind, names::in_camel_case, operation::Visit, problem::Problem, push, stream,
};
use crate::server::Hall;

pub(super) fn routes() -> Router<Arc<Hall>> {
    let mut routes = Router::new();
    for base in ["/a2a", "/a2a/agents/{agent}"] {
        let at = |path: &str| format!("{base}{path}");
        routes = routes
            .route(&at("/message:send"), post(send))
            .route(&at("/message:stream"), post(stream))
            .route(&at("/tasks"), get(list))
            .route(&at("/tasks/{task}"), get(task).post(task))
            .route(
                &at("/tasks/{task}/pushNotificationConfigs"),
                get(push_configs).post(push_configs),
            )
            .route(
                &at("/tasks/{task}/pushNotificationConfigs/{config}"),
                get(push_config).delete(push_config),
            )
            .route(&at("/extendedAgentCard"), get(extended_card));
    }
    routes
}

/// What a path says: `agent`, `task`, `config`.
type Names = Path<HashMap<String, String>>;

fn visit(
    hall: &Arc<Hall>,
    names: &Names,
    headers: &HeaderMap,
    query: Option<&str>,
    sent: Option<&SendMessageRequest>,
) -> Result<Visit, Problem> {
    let agent = names.get("agent").map(String::as_str);
    Visit::new(hall, agent, headers, query, sent)
}

fn name<'a>(names: &'a Names, which: &str) -> &'a str {
    names.get(which).map(String::as_str).unwrap_or_default()
}

async fn send(
    State(hall): State<Arc<Hall>>,
    names: Names,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    visit(&hall, &names, &headers, query.as_deref(), None)?;
    let request: SendMessageRequest = read(&headers, &body)?;
    let visit = visit(&hall, &names, &headers, query.as_deref(), Some(&request))?;
    Ok(written(&SendMessageResponse::Task(
        visit.send(request).await?,
    )))
}

async fn stream(
    State(hall): State<Arc<Hall>>,
    names: Names,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    visit(&hall, &names, &headers, query.as_deref(), None)?;
    let request: SendMessageRequest = read(&headers, &body)?;
    let visit = visit(&hall, &names, &headers, query.as_deref(), Some(&request))?;
    Ok(streamed(visit.stream(request).await?))
}

fn streamed(items: tokio::sync::mpsc::Receiver<stream::Item>) -> Response {
    stream::respond(items, |item| match item {
        Ok(event) => serde_json::to_value(event),
        Err(problem) => Ok(problem.body()),
    })
}

async fn list(
    State(hall): State<Arc<Hall>>,
    names: Names,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visit = visit(&hall, &names, &headers, query.as_deref(), None)?;
    let mut fields = serde_json::Map::new();
    for (name, value) in pairs(query.as_deref()) {
        let value = match name.as_str() {
            "pageSize" | "historyLength" => json!(number(&name, &value)?),
            "includeArtifacts" => json!(value == "true"),
            "contextId" | "status" | "pageToken" | "statusTimestampAfter" => json!(value),
            _ => continue,
        };
        fields.insert(name, value);
    }
    let request: ListTasksRequest = serde_json::from_value(Value::Object(fields))
        .map_err(|wrong| Problem::params(format!("the query cannot be used: {wrong}")))?;
    Ok(written(&visit.list(request).await?))
}

/// One task: `GET /tasks/ID`, and what is done to it behind a colon.
async fn task(
    State(hall): State<Arc<Hall>>,
    names: Names,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visit = visit(&hall, &names, &headers, query.as_deref(), None)?;
    let named = name(&names, "task");
    match (method, named.rsplit_once(':')) {
        (Method::POST, Some((id, "cancel"))) => Ok(written(&visit.cancel(id).await?)),
        (_, Some((id, "subscribe"))) => Ok(streamed(visit.subscribe(id).await?)),
        (Method::GET, None) => {
            let mut pairs = pairs(query.as_deref()).into_iter();
            let history = pairs.find(|(name, _)| name == "historyLength");
            let history = history.map(|(name, value)| number(&name, &value));
            Ok(written(&visit.get(named, history.transpose()?).await?))
        }
        _ => Err(Problem::method(named)),
    }
}

async fn push_configs(
    State(hall): State<Arc<Hall>>,
    names: Names,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Problem> {
    let visit = visit(&hall, &names, &headers, query.as_deref(), None)?;
    let id = name(&names, "task");
    if method == Method::GET {
        return Ok(written(&push::list(&visit, id).await?));
    }
    let config: TaskPushNotificationConfig = read(&headers, &body)?;
    let task = visit.task(id).await?;
    Ok(written(&push::create(&visit, &task, config).await?))
}

async fn push_config(
    State(hall): State<Arc<Hall>>,
    names: Names,
    method: Method,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let visit = visit(&hall, &names, &headers, query.as_deref(), None)?;
    let (task, id) = (name(&names, "task"), name(&names, "config"));
    if method == Method::GET {
        return Ok(written(&push::get(&visit, task, id).await?));
    }
    push::delete(&visit, task, id).await?;
    Ok(written(&json!({})))
}

async fn extended_card(
    State(hall): State<Arc<Hall>>,
    names: Names,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    visit(&hall, &names, &headers, query.as_deref(), None)?;
    let message = "this desk has no other card for those it knows";
    Err(Problem::unsupported(message))
}

fn read<T: DeserializeOwned>(headers: &HeaderMap, body: &[u8]) -> Result<T, Problem> {
    check_kind(headers)?;
    let body: Value = serde_json::from_slice(body)
        .map_err(|wrong| Problem::parse(format!("the body is no JSON: {wrong}")))?;
    serde_json::from_value(in_camel_case(body))
        .map_err(|wrong| Problem::params(format!("the body cannot be used: {wrong}")))
}

fn pairs(query: Option<&str>) -> Vec<(String, String)> {
    let pairs = url::form_urlencoded::parse(query.unwrap_or_default().as_bytes());
    pairs.into_owned().collect()
}

fn number(name: &str, value: &str) -> Result<i32, Problem> {
    let read = value.parse();
    read.map_err(|_| Problem::params(format!("`{name}` is no number")))
}

fn written(value: &impl Serialize) -> Response {
    let mut response = (StatusCode::OK, Json(value)).into_response();
    let kind = HeaderValue::from_static(JSON);
    response.headers_mut().insert(header::CONTENT_TYPE, kind);
    response
}
