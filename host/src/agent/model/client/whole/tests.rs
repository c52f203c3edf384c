use serde_json::json;

use super::super::tests::{Server, asks_whole};
use crate::agent::model::client::{ChatCall, ChatError};

const REPLY: &str = r#"{"model":"served","choices":[{"message":{"role":"assistant","content":"Hello world"},"finish_reason":"stop"}],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#;

#[tokio::test]
async fn a_reply_that_nobody_reads_along_comes_as_one_response() {
    let server = Server::answering("200 OK", "application/json", REPLY).await;
    let reply = asks_whole(server.config.clone()).await.unwrap();
    assert_eq!(
        (reply.text.as_str(), reply.model.as_str()),
        ("Hello world", "served")
    );
    assert_eq!(reply.usage.unwrap().prompt_tokens, 3);
    let request = server.request.await.unwrap();
    assert_eq!(request.body["stream"], json!(false));
    assert_eq!(request.body.get("stream_options"), None);
}

#[tokio::test]
async fn calls_are_read_from_one_response() {
    let body = r#"{"choices":[{"message":{"content":null,"tool_calls":[{"id":"a","function":{"name":"one","arguments":"{}"}},{"id":"b","function":{"name":"two","arguments":"{\"x\":1}"}}]},"finish_reason":"tool_calls"}]}"#;
    let server = Server::answering("200 OK", "application/json", body).await;
    let reply = asks_whole(server.config.clone()).await.unwrap();
    let call = |id: &str, name: &str, arguments: &str| ChatCall {
        id: id.to_owned(),
        name: name.to_owned(),
        arguments: arguments.to_owned(),
    };
    assert_eq!(
        reply.calls,
        [call("a", "one", "{}"), call("b", "two", r#"{"x":1}"#)]
    );
}

#[tokio::test]
async fn a_server_that_streams_whatever_it_is_asked_is_understood() {
    let hello = r#"{"choices":[{"delta":{"content":"Hello"}}]}"#;
    let stop = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
    let server = Server::streaming(&[hello, stop, "[DONE]"]).await;
    let reply = asks_whole(server.config.clone()).await.unwrap();
    assert_eq!(reply.text, "Hello");
}

#[tokio::test]
async fn a_response_that_is_no_reply_is_an_error_that_says_what_came() {
    for body in [
        "[]",
        "{\"choices\":{}}",
        "not JSON",
        "{\"choices\":[{\"message\":7}]}",
    ] {
        let server = Server::answering("200 OK", "application/json", body).await;
        let error = asks_whole(server.config.clone()).await.unwrap_err();
        assert!(
            matches!(error, ChatError::Malformed { .. }),
            "{body}: {error}"
        );
    }
    let body = r#"{"error":{"message":"no such thing"}}"#;
    let server = Server::answering("200 OK", "application/json", body).await;
    let error = asks_whole(server.config.clone()).await.unwrap_err();
    assert!(error.to_string().contains("no such thing"), "{error}");
}

#[tokio::test]
async fn a_response_that_is_far_too_long_is_not_read_to_its_end() {
    let body = format!("{{\"choices\":\"{}\"}}", "x".repeat(200_000));
    let server = Server::answering("200 OK", "application/json", &body).await;
    let mut config = server.config.clone();
    config.max_reply_bytes = 1000;
    let error = asks_whole(config).await.unwrap_err();
    assert!(
        matches!(error, ChatError::TooLong { limit: 1000 }),
        "{error}"
    );
}
