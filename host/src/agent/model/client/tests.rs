//! Against a server that plays back bytes, so that every way in which endpoints fail is at hand.

use std::time::{Duration, Instant};

use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinHandle;
use tokio::time::timeout;

use super::reply::Usage;
use super::{ChatError, ChatReply, ChatRequest, ChatTool, ChatTurn, EndpointConfig};
use crate::agent::model::endpoint::Endpoint;

mod calls;

const HELLO: &str = r#"{"model":"served","choices":[{"delta":{"content":"Hello"}}]}"#;
const WORLD: &str = r#"{"choices":[{"delta":{"content":" world"},"finish_reason":null}]}"#;
const STOP: &str = r#"{"choices":[{"delta":{},"finish_reason":"stop"}]}"#;
const USAGE: &str = r#"{"choices":[],"usage":{"prompt_tokens":3,"completion_tokens":2}}"#;
const DONE: &str = "[DONE]";
const HALF_TOOL_CALL: &str = r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"id":"1","function":{"name":"refund","arguments":"{\"order\":"}}]}}]}"#;

/// Answers one request with the given bytes.
pub(super) struct Server {
    pub(super) config: EndpointConfig,
    pub(super) request: JoinHandle<Request>,
}

pub(super) struct Request {
    head: String,
    pub(super) body: Value,
    /// How long the client kept the connection after the last byte, if the server waited for that.
    kept_open: Duration,
}

/// What the server does after its last byte.
#[derive(PartialEq)]
enum Then {
    Close,
    Wait,
}

impl Server {
    async fn playing(answer: Vec<u8>, then: Then) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let base_url = format!("http://{}/v1", listener.local_addr().unwrap());
        let request = tokio::spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let (head, body) = read_request(&mut stream).await;
            stream.write_all(&answer).await.unwrap();
            let sent = Instant::now();
            if then == Then::Wait {
                let _ = stream.read(&mut [0]).await;
            }
            Request {
                head,
                body,
                kept_open: sent.elapsed(),
            }
        });
        Self {
            config: EndpointConfig::new(base_url, "llama3.3"),
            request,
        }
    }

    pub(super) async fn streaming(events: &[&str]) -> Self {
        let mut answer = stream_head();
        answer.extend(events.iter().flat_map(|event| chunk(event)));
        answer.extend(b"0\r\n\r\n");
        Self::playing(answer, Then::Close).await
    }

    pub(super) async fn answering(status: &str, kind: &str, body: &str) -> Self {
        let length = body.len();
        let answer = format!(
            "HTTP/1.1 {status}\r\ncontent-type: {kind}\r\nretry-after: 7\r\n\
             content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        Self::playing(answer.into_bytes(), Then::Close).await
    }

    async fn ask(&self) -> Result<ChatReply, ChatError> {
        ask(self.config.clone(), "Hi").await
    }
}

fn stream_head() -> Vec<u8> {
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n"
        .to_vec()
}

fn chunk(event: &str) -> Vec<u8> {
    let data = format!("data: {event}\n\n");
    format!("{:x}\r\n{data}\r\n", data.len()).into_bytes()
}

async fn read_request(stream: &mut TcpStream) -> (String, Value) {
    let mut bytes = Vec::new();
    loop {
        assert_ne!(
            stream.read_buf(&mut bytes).await.unwrap(),
            0,
            "the request is incomplete"
        );
        let text = String::from_utf8_lossy(&bytes);
        if let Some((head, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return (head.to_ascii_lowercase(), body);
        }
    }
}

fn request(text: &str) -> ChatRequest {
    ChatRequest {
        messages: vec![ChatTurn::User(text.to_owned())],
        ..ChatRequest::default()
    }
}

pub(super) async fn asks_whole(config: EndpointConfig) -> Result<ChatReply, ChatError> {
    let tool = ChatTool {
        name: "one".to_owned(),
        description: "Does one thing.".to_owned(),
        parameters: json!({ "type": "object" }),
    };
    let whole = ChatRequest {
        tools: vec![tool],
        whole: true,
        ..request("Hi")
    };
    Endpoint::new(config)?.chat(whole, &mut |_| {}).await
}

async fn ask(config: EndpointConfig, text: &str) -> Result<ChatReply, ChatError> {
    Endpoint::new(config)?
        .chat(request(text), &mut |_| {})
        .await
}

#[tokio::test]
async fn streams_a_reply_piece_by_piece_and_counts_its_tokens() {
    let server = Server::streaming(&[HELLO, WORLD, STOP, USAGE, DONE]).await;
    let mut pieces = Vec::new();
    let reply = Endpoint::new(server.config.clone())
        .unwrap()
        .chat(request("Hi"), &mut |piece| pieces.push(piece.to_owned()))
        .await
        .unwrap();
    assert_eq!(pieces, ["Hello", " world"]);
    let usage = Some(Usage {
        prompt_tokens: 3,
        completion_tokens: 2,
    });
    let expected = ChatReply {
        text: "Hello world".into(),
        calls: Vec::new(),
        usage,
        model: "served".into(),
        truncated: false,
    };
    assert_eq!(reply, expected);
}

#[tokio::test]
async fn sends_the_system_prompt_the_history_and_the_parameters_but_no_key() {
    let mut server = Server::streaming(&[HELLO, STOP, DONE]).await;
    // Names that client libraries like to interpret.
    for (name, rest) in [("qwen-max", 0), ("vendor::claude-x", 1)] {
        server.config.model = name.into();
        server
            .config
            .parameters
            .insert("temperature".into(), json!(rest));
        let request = ChatRequest {
            system: Some("Be brief.".into()),
            messages: vec![
                ChatTurn::User("Hi".into()),
                ChatTurn::Assistant {
                    text: "Hello".into(),
                    calls: Vec::new(),
                },
                ChatTurn::User("Bye".into()),
            ],
            ..ChatRequest::default()
        };
        let endpoint = Endpoint::new(server.config.clone()).unwrap();
        endpoint.chat(request, &mut |_| {}).await.unwrap();
        let seen = server.request.await.unwrap();
        assert!(
            seen.head.starts_with("post /v1/chat/completions http/1.1"),
            "{}",
            seen.head
        );
        assert!(!seen.head.contains("authorization"), "{}", seen.head);
        assert_eq!(
            seen.body,
            json!({
                "model": name,
                "stream": true,
                "stream_options": { "include_usage": true },
                "temperature": rest,
                "messages": [
                    { "role": "system", "content": "Be brief." },
                    { "role": "user", "content": "Hi" },
                    { "role": "assistant", "content": "Hello" },
                    { "role": "user", "content": "Bye" },
                ],
            })
        );
        server = Server::streaming(&[HELLO, STOP, DONE]).await;
    }
}

#[tokio::test]
async fn sends_the_key_of_the_named_variable() {
    let mut server = Server::streaming(&[HELLO, STOP, DONE]).await;
    // Cargo sets this one for every test.
    server.config.api_key_env = Some("CARGO_PKG_NAME".into());
    server.ask().await.unwrap();
    let head = server.request.await.unwrap().head;
    let expected = concat!("authorization: bearer ", env!("CARGO_PKG_NAME"), "\r\n");
    assert!(head.contains(expected), "{head}");
}

#[test]
fn a_variable_that_is_not_set_is_named() {
    let mut config = EndpointConfig::new("http://localhost/v1", "m");
    config.api_key_env = Some("NO_SUCH_KEY".into());
    let message = Endpoint::new(config).unwrap_err().to_string();
    assert_eq!(
        message,
        "the API key cannot be used: environment variable `NO_SUCH_KEY` is not set"
    );
}

#[test]
fn base_urls_keep_their_path_and_query() {
    let chat_url = |base| super::transport::url_of(base, &["chat", "completions"]);
    for (base, expected) in [
        ("http://h/v1", "http://h/v1/chat/completions"),
        ("http://h/v1/", "http://h/v1/chat/completions"),
        ("http://h", "http://h/chat/completions"),
        (
            "https://h/d/x?api-version=1",
            "https://h/d/x/chat/completions?api-version=1",
        ),
    ] {
        assert_eq!(chat_url(base).unwrap().as_str(), expected);
    }
    for bad in ["", "localhost:8080", "/v1", "ftp://h/v1"] {
        let error = chat_url(bad).unwrap_err();
        assert!(matches!(error, ChatError::BadUrl { .. }), "{bad}: {error}");
    }
}

#[tokio::test]
async fn nobody_listening_is_unreachable() {
    let error = ask(EndpointConfig::new("http://127.0.0.1:1/v1", "m"), "Hi")
        .await
        .unwrap_err();
    assert!(matches!(error, ChatError::Unreachable { .. }));
    assert!(error.to_string().contains("Connection refused"), "{error}");
}

#[tokio::test]
async fn a_host_that_does_not_answer_is_unreachable_after_the_connect_timeout() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    // Once the queue of connections that nobody accepts is full, further ones get no answer.
    let wait = Duration::from_millis(100);
    let mut queue = Vec::new();
    while let Ok(Ok(stream)) = timeout(wait, TcpStream::connect(address)).await {
        queue.push(stream);
    }
    let mut config = EndpointConfig::new(format!("http://{address}/v1"), "m");
    config.connect_timeout = wait;
    let start = Instant::now();
    let error = ask(config, "Hi").await.unwrap_err();
    assert!(matches!(error, ChatError::Unreachable { .. }), "{error}");
    assert!(start.elapsed() < Duration::from_secs(5), "{error}");
}

#[tokio::test]
async fn messages_hold_no_secrets_of_the_url() {
    let config = EndpointConfig::new("http://me:secret@127.0.0.1:1/v1?key=secret", "m");
    let error = ask(config, "Hi").await.unwrap_err();
    assert!(!error.to_string().contains("secret"), "{error}");
}

#[tokio::test]
async fn refusals_keep_their_status_and_their_message() {
    let json = "application/json";
    for (status, kind, body, expected) in [
        (
            "401 Unauthorized",
            json,
            r#"{"error":{"message":"bad key"}}"#,
            "refuses the API key (401 Unauthorized): bad key",
        ),
        (
            "403 Forbidden",
            json,
            r#"{"error":"not you"}"#,
            "refuses the API key (403 Forbidden): not you",
        ),
        (
            "404 Not Found",
            "text/plain",
            "404 page not found",
            "knows no model `llama3.3` or has no chat endpoint there: 404 page not found",
        ),
        (
            "404 Not Found",
            json,
            r#"{"detail":"no model"}"#,
            "or has no chat endpoint there: no model",
        ),
        (
            "429 Too Many Requests",
            json,
            r#"{"error":{"message":"slow down"}}"#,
            "limits the rate of requests: slow down",
        ),
        (
            "400 Bad Request",
            json,
            r#"{"object":"error","message":"too long"}"#,
            "rejects the request (400 Bad Request): too long",
        ),
        (
            "302 Found",
            "text/plain",
            "",
            "rejects the request (302 Found): no explanation",
        ),
        (
            "500 Internal Server Error",
            "text/html",
            "<h1>Oops</h1>",
            "failed (500 Internal Server Error): <h1>Oops</h1>",
        ),
    ] {
        let server = Server::answering(status, kind, body).await;
        let start = Instant::now();
        let error = server.ask().await.unwrap_err();
        assert!(error.to_string().contains(expected), "{error}");
        assert!(
            start.elapsed() < Duration::from_secs(2),
            "{status} was retried"
        );
        if let ChatError::RateLimited { retry_after, .. } = error {
            assert_eq!(retry_after, Some(Duration::from_secs(7)));
        }
    }
}

#[tokio::test]
async fn an_answer_that_is_not_a_stream_is_malformed() {
    for (kind, body) in [
        ("text/html", "<html>Welcome</html>"),
        (
            "application/json",
            r#"{"choices":[{"message":{"content":"whole"}}]}"#,
        ),
        ("text/plain", "Hello"),
        ("text/event-stream", ""),
    ] {
        let error = Server::answering("200 OK", kind, body)
            .await
            .ask()
            .await
            .unwrap_err();
        assert!(
            matches!(error, ChatError::Malformed { .. }),
            "{kind}: {error}"
        );
    }
    let error = Server::streaming(&[HELLO, "{oops"])
        .await
        .ask()
        .await
        .unwrap_err();
    assert!(matches!(error, ChatError::Malformed { .. }), "{error}");
    assert!(error.to_string().ends_with("{oops"), "{error}");
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_no_reply() {
    // Cut in the middle of an event, between events, at a clean end, and within a tool call.
    let mut cut = [stream_head(), chunk(HELLO), chunk(WORLD)].concat();
    let between = Server::playing(cut.clone(), Then::Close).await;
    cut.truncate(cut.len() - 20);
    let within = Server::playing(cut, Then::Close).await;
    let clean = Server::streaming(&[HELLO, WORLD]).await;
    let tool = Server::streaming(&[HALF_TOOL_CALL]).await;
    for server in [within, between, clean, tool] {
        let error = server.ask().await.unwrap_err();
        assert!(matches!(error, ChatError::Interrupted { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_finished_reply_needs_no_closing_mark() {
    let reply = Server::streaming(&[HELLO, STOP]).await.ask().await.unwrap();
    assert_eq!((reply.text.as_str(), reply.usage), ("Hello", None));
}

#[tokio::test]
async fn a_reply_without_text_is_an_error() {
    let error = Server::streaming(&[r#"{"choices":[]}"#, STOP, DONE])
        .await
        .ask()
        .await
        .unwrap_err();
    assert!(matches!(error, ChatError::EmptyReply { .. }), "{error}");
    let called = r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#;
    let error = Server::streaming(&[HALF_TOOL_CALL, called, DONE])
        .await
        .ask()
        .await
        .unwrap_err();
    assert!(error.to_string().contains("tool `refund`"), "{error}");
}

#[tokio::test]
async fn an_error_within_the_stream_is_passed_on() {
    for event in [
        r#"{"error":{"message":"out of memory","code":500}}"#,
        r#"{"object":"error","message":"out of memory"}"#,
        r#"{"error":{"reason":"out of memory"}}"#,
    ] {
        let error = Server::streaming(&[HELLO, event, DONE])
            .await
            .ask()
            .await
            .unwrap_err();
        assert!(matches!(error, ChatError::Reported { .. }), "{error}");
        assert!(error.to_string().contains("out of memory"), "{error}");
    }
}

#[tokio::test]
async fn text_in_parts_counts_and_thoughts_do_not() {
    let parts = r#"{"choices":[{"delta":{"content":[{"type":"thinking","thinking":[{"text":"Hm"}]},{"type":"text","text":"Yes"}]}}]}"#;
    let thought = r#"{"choices":[{"delta":{"content":null,"reasoning_content":"Hm"}}]}"#;
    let cut = r#"{"choices":[{"delta":{},"finish_reason":"length"}]}"#;
    let reply = Server::streaming(&[thought, parts, cut, DONE])
        .await
        .ask()
        .await
        .unwrap();
    assert_eq!((reply.text.as_str(), reply.truncated), ("Yes", true));
}

#[tokio::test]
async fn an_endless_reply_is_cut_off() {
    let mut server = Server::streaming(&[HELLO; 100]).await;
    server.config.max_reply_bytes = 50;
    let error = server.ask().await.unwrap_err();
    assert!(matches!(error, ChatError::TooLong { limit: 50 }), "{error}");
}

#[tokio::test]
async fn a_reply_that_stalls_times_out() {
    let answer = [stream_head(), chunk(HELLO)].concat();
    for answer in [Vec::new(), answer] {
        let mut server = Server::playing(answer, Then::Wait).await;
        server.config.timeout = Duration::from_millis(100);
        let error = server.ask().await.unwrap_err();
        assert!(matches!(error, ChatError::Timeout { .. }), "{error}");
    }
}

#[tokio::test]
async fn dropping_the_reply_closes_the_connection() {
    let answer = [stream_head(), chunk(HELLO)].concat();
    let server = Server::playing(answer, Then::Wait).await;
    let config = server.config.clone();
    let (first, seen) = tokio::sync::oneshot::channel();
    let asking = tokio::spawn(async move {
        let mut first = Some(first);
        let endpoint = Endpoint::new(config)?;
        let mut on_delta = |_: &str| {
            first.take().map(|first| first.send(()));
        };
        endpoint.chat(request("Hi"), &mut on_delta).await
    });
    seen.await.unwrap();
    asking.abort();
    let request = timeout(Duration::from_secs(2), server.request).await;
    assert!(request.unwrap().unwrap().kept_open < Duration::from_secs(2));
}
