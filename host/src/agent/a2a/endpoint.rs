//! The operations of the protocol, in the two bindings that run over HTTP.

use a2a::{
    CancelTaskRequest, GetTaskRequest, SendMessageRequest, SendMessageResponse, StreamResponse,
    Task, TaskId, methods,
};
use reqwest::{Method, Response, header::CONTENT_TYPE};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use url::Url;

use super::{
    A2aError,
    events::Events,
    wire::{Wire, accepting, below, content_type, json, quote, refusal, send},
};
use crate::agent::http::without_secrets;

/// How the operations are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Binding {
    JsonRpc,
    HttpJson,
}

/// Where an agent is called.
#[derive(Clone, Debug)]
pub(super) struct Endpoint {
    pub(super) wire: Wire,
    pub(super) url: Url,
    pub(super) binding: Binding,
    /// Sent along if the card asks for one.
    pub(super) tenant: Option<String>,
}

impl Endpoint {
    /// Sends a message, and has what comes of it at once.
    pub(super) async fn send(
        &self,
        mut request: SendMessageRequest,
    ) -> Result<SendMessageResponse, A2aError> {
        request.tenant.clone_from(&self.tenant);
        match self.binding {
            Binding::JsonRpc => self.call(methods::SEND_MESSAGE, &request).await,
            Binding::HttpJson => self.post("/message:send", &request).await,
        }
    }

    /// Sends a message, and has what comes of it as it comes.
    pub(super) async fn stream(&self, mut request: SendMessageRequest) -> Result<Events, A2aError> {
        request.tenant.clone_from(&self.tenant);
        let (name, sent) = match self.binding {
            Binding::JsonRpc => {
                let body = envelope(methods::SEND_STREAMING_MESSAGE, &request);
                self.sent("", &body, "text/event-stream").await?
            }
            Binding::HttpJson => {
                self.sent("/message:stream", &request, "text/event-stream")
                    .await?
            }
        };
        if content_type(&sent).contains("text/event-stream") {
            return Ok(Events::new(sent, name, self.binding));
        }
        // Some answer at once when there is nothing to wait for, and some with
        // their refusal.
        let only: StreamResponse = self.read(json(sent, &name).await?, &name)?;
        Ok(Events::only(only, name))
    }

    /// How far a task has come.
    pub(super) async fn task(&self, id: &TaskId) -> Result<Task, A2aError> {
        let request = GetTaskRequest {
            id: id.clone(),
            history_length: Some(1),
            tenant: self.tenant.clone(),
        };
        match self.binding {
            Binding::JsonRpc => self.call(methods::GET_TASK, &request).await,
            Binding::HttpJson => {
                let (mut url, name) = below(&self.url, &format!("/tasks/{}", segment(id)));
                url.query_pairs_mut().append_pair("historyLength", "1");
                let request = self.wire.request(Method::GET, &url);
                let response = send(accepting(request, JSON), &name).await?;
                if !response.status().is_success() {
                    return Err(refusal(response, &name).await);
                }
                self.read(json(response, &name).await?, &name)
            }
        }
    }

    /// Asks for a task to be called off.
    pub(super) async fn cancel(&self, id: &TaskId) -> Result<(), A2aError> {
        let request = CancelTaskRequest {
            id: id.clone(),
            metadata: None,
            tenant: self.tenant.clone(),
        };
        let _: Value = match self.binding {
            Binding::JsonRpc => self.call(methods::CANCEL_TASK, &request).await?,
            Binding::HttpJson => {
                let path = format!("/tasks/{}:cancel", segment(id));
                self.post(&path, &json!({})).await?
            }
        };
        Ok(())
    }

    async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        params: &impl Serialize,
    ) -> Result<T, A2aError> {
        let (name, response) = self.sent("", &envelope(method, params), JSON).await?;
        self.read(json(response, &name).await?, &name)
    }

    async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, A2aError> {
        let (name, response) = self.sent(path, body, JSON).await?;
        self.read(json(response, &name).await?, &name)
    }

    /// Posts, and turns every status other than success into an error.
    async fn sent(
        &self,
        path: &str,
        body: &impl Serialize,
        accept: &'static str,
    ) -> Result<(String, Response), A2aError> {
        let (url, name) = match path {
            "" => (self.url.clone(), without_secrets(&self.url)),
            path => below(&self.url, path),
        };
        let body = serde_json::to_vec(body).map_err(|error| A2aError::Malformed {
            url: name.clone(),
            detail: error.to_string(),
        })?;
        let request = self
            .wire
            .request(Method::POST, &url)
            .header(CONTENT_TYPE, "application/json")
            .body(body);
        let response = send(accepting(request, accept), &name).await?;
        if !response.status().is_success() {
            return Err(refusal(response, &name).await);
        }
        Ok((name, response))
    }

    fn read<T: DeserializeOwned>(&self, value: Value, name: &str) -> Result<T, A2aError> {
        opened(value, self.binding, name)
    }
}

/// What both bindings call JSON.
const JSON: &str = "application/json, application/a2a+json";

fn envelope(method: &str, params: &impl Serialize) -> Value {
    json!({ "jsonrpc": "2.0", "id": "1", "method": method, "params": params })
}

/// An id in a path, whatever is in it.
fn segment(id: &str) -> String {
    url::form_urlencoded::byte_serialize(id.as_bytes())
        .collect::<String>()
        // What forms write for a blank is a plus in a path.
        .replace('+', "%20")
}

/// The result in a response, or the error.
pub(super) fn opened<T: DeserializeOwned>(
    mut value: Value,
    binding: Binding,
    name: &str,
) -> Result<T, A2aError> {
    let malformed = |detail: String| A2aError::Malformed {
        url: name.to_owned(),
        detail,
    };
    if let Some(error) = value.get("error").filter(|error| error.is_object()) {
        let code = error["code"].as_i64().and_then(|c| i32::try_from(c).ok());
        let message = error["message"].as_str().map(quote);
        return Err(A2aError::Reported {
            url: name.to_owned(),
            code: code.unwrap_or(a2a::error_code::INTERNAL_ERROR),
            message: message.unwrap_or_else(|| quote(&error.to_string())),
        });
    }
    let result = match binding {
        Binding::HttpJson => value,
        Binding::JsonRpc => match value.get_mut("result") {
            Some(result) => result.take(),
            None => {
                let text = quote(&value.to_string());
                return Err(malformed(format!("neither `result` nor `error`: {text}")));
            }
        },
    };
    serde_json::from_value(result).map_err(|error| malformed(error.to_string()))
}
