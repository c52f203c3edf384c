//! The JSON-RPC binding.

use std::sync::Arc;

use a2a::{
    CancelTaskRequest, DeleteTaskPushNotificationConfigRequest,
    GetTaskPushNotificationConfigRequest, GetTaskRequest, JsonRpcId, JsonRpcResponse,
    ListTaskPushNotificationConfigsRequest, SendMessageRequest, SendMessageResponse,
    SubscribeToTaskRequest, methods,
};
use axum::{
    Json,
    body::Bytes,
    extract::{Path, RawQuery, State},
    http::HeaderMap,
    response::{IntoResponse, Response},
};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;

use super::{check_kind, names::in_camel_case, operation::Visit, problem::Problem, push, stream};
use crate::server::Hall;

pub(super) async fn desk(
    State(hall): State<Arc<Hall>>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    respond(&hall, None, query.as_deref(), &headers, &body).await
}

pub(super) async fn agent(
    State(hall): State<Arc<Hall>>,
    Path(name): Path<String>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    respond(&hall, Some(&name), query.as_deref(), &headers, &body).await
}

/// What comes of a call.
enum Outcome {
    Result(Value),
    Stream(tokio::sync::mpsc::Receiver<stream::Item>),
}

async fn respond(
    hall: &Arc<Hall>,
    agent: Option<&str>,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
) -> Response {
    let mut id = JsonRpcId::Null;
    match call(hall, agent, query, headers, body, &mut id).await {
        Ok(Outcome::Result(result)) => Json(JsonRpcResponse::success(id, result)).into_response(),
        Ok(Outcome::Stream(items)) => stream::respond(items, move |item| {
            serde_json::to_value(match item {
                Ok(event) => JsonRpcResponse::success(id.clone(), serde_json::to_value(event)?),
                Err(problem) => problem.rpc(id.clone()),
            })
        }),
        Err(problem) if problem.is_about_the_client() => problem.into_response(),
        Err(problem) => Json(problem.rpc(id)).into_response(),
    }
}

async fn call(
    hall: &Arc<Hall>,
    agent: Option<&str>,
    query: Option<&str>,
    headers: &HeaderMap,
    body: &[u8],
    id: &mut JsonRpcId,
) -> Result<Outcome, Problem> {
    // Who may not come in is not read.
    hall.tokens.admit(headers, crate::config::Right::Talk)?;
    check_kind(headers)?;
    let body: Value = serde_json::from_slice(body)
        .map_err(|wrong| Problem::parse(format!("the body is no JSON: {wrong}")))?;
    if let Some(given) = body.get("id") {
        *id = serde_json::from_value(given.clone())
            .map_err(|wrong| Problem::request(format!("`id` cannot be used: {wrong}")))?;
    }
    if body.get("jsonrpc") != Some(&Value::from("2.0")) {
        return Err(Problem::request("`jsonrpc` must be \"2.0\""));
    }
    if body.get("id").is_none() {
        return Err(Problem::request(
            "`id` is missing; every operation has a response",
        ));
    }
    let Some(method) = body.get("method").and_then(Value::as_str) else {
        return Err(Problem::request("`method` is missing"));
    };
    let params = body.get("params").cloned();
    let params = params.unwrap_or_else(|| Value::Object(serde_json::Map::new()));
    let params = in_camel_case(params);
    let sent: Option<SendMessageRequest> = match method {
        methods::SEND_MESSAGE | methods::SEND_STREAMING_MESSAGE => Some(read(&params)?),
        _ => None,
    };
    let visit = Visit::new(hall, agent, headers, query, sent.as_ref())?;
    let value = match (method, sent) {
        (methods::SEND_MESSAGE, Some(request)) => {
            write(&SendMessageResponse::Task(visit.send(request).await?))
        }
        (methods::SEND_STREAMING_MESSAGE, Some(request)) => {
            return Ok(Outcome::Stream(visit.stream(request).await?));
        }
        (methods::GET_TASK, _) => {
            let request: GetTaskRequest = read(&params)?;
            write(&visit.get(&request.id, request.history_length).await?)
        }
        (methods::LIST_TASKS, _) => write(&visit.list(read(&params)?).await?),
        (methods::CANCEL_TASK, _) => {
            let request: CancelTaskRequest = read(&params)?;
            write(&visit.cancel(&request.id).await?)
        }
        (methods::SUBSCRIBE_TO_TASK, _) => {
            let request: SubscribeToTaskRequest = read(&params)?;
            return Ok(Outcome::Stream(visit.subscribe(&request.id).await?));
        }
        (methods::CREATE_PUSH_CONFIG, _) => {
            let config: a2a::TaskPushNotificationConfig = read(&params)?;
            let task = visit.task(&config.task_id).await?;
            write(&push::create(&visit, &task, config).await?)
        }
        (methods::GET_PUSH_CONFIG, _) => {
            let request: GetTaskPushNotificationConfigRequest = read(&params)?;
            write(&push::get(&visit, &request.task_id, &request.id).await?)
        }
        (methods::LIST_PUSH_CONFIGS, _) => {
            let request: ListTaskPushNotificationConfigsRequest = read(&params)?;
            write(&push::list(&visit, &request.task_id).await?)
        }
        (methods::DELETE_PUSH_CONFIG, _) => {
            let request: DeleteTaskPushNotificationConfigRequest = read(&params)?;
            push::delete(&visit, &request.task_id, &request.id).await?;
            Ok(Value::Null)
        }
        (methods::GET_EXTENDED_AGENT_CARD, _) => {
            let message = "this desk has no other card for those it knows";
            return Err(Problem::unsupported(message));
        }
        (other, _) => return Err(Problem::method(other)),
    };
    value.map(Outcome::Result)
}

fn read<T: DeserializeOwned>(params: &Value) -> Result<T, Problem> {
    serde_json::from_value(params.clone())
        .map_err(|wrong| Problem::params(format!("`params` cannot be used: {wrong}")))
}

fn write(value: &impl Serialize) -> Result<Value, Problem> {
    serde_json::to_value(value).map_err(|wrong| Problem::params(wrong.to_string()))
}
