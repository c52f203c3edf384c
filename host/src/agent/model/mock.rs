//! An endpoint that plays back what a test says, one stream per request.

use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

/// Answers requests in order and keeps them.
pub(super) struct Mock {
    pub(super) url: String,
    requests: Arc<Mutex<Vec<Value>>>,
}

/// One event that calls a tool.
pub(super) fn calls(index: usize, name: &str, arguments: &str) -> Value {
    let function = json!({ "name": name, "arguments": arguments });
    let call = json!({ "index": index, "id": format!("id{index}"), "function": function });
    json!({ "choices": [{ "delta": { "tool_calls": [call] } }] })
}

/// One event with text.
pub(super) fn says(text: &str) -> Value {
    json!({ "choices": [{ "delta": { "content": text } }] })
}

impl Mock {
    /// Each reply is its events; an end and a count of tokens are added. When
    /// the replies are used up, the last one comes again.
    pub(super) async fn replying(replies: Vec<Vec<Value>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/v1", listener.local_addr().unwrap());
        let requests: Arc<Mutex<Vec<Value>>> = Arc::default();
        let kept = requests.clone();
        tokio::spawn(async move {
            for number in 0.. {
                let (mut stream, _) = listener.accept().await.unwrap();
                let request = read(&mut stream).await;
                kept.lock().unwrap().push(request);
                let events = &replies[number.min(replies.len() - 1)];
                stream.write_all(body(events).as_bytes()).await.unwrap();
            }
        });
        Self { url, requests }
    }

    pub(super) fn requests(&self) -> Vec<Value> {
        self.requests.lock().unwrap().clone()
    }
}

/// A refusal instead of a reply.
pub(super) fn refuses(message: &str) -> Value {
    json!({ "refused": message })
}

fn body(events: &[Value]) -> String {
    if let Some(message) = events.first().and_then(|event| event["refused"].as_str()) {
        let body = json!({ "error": { "message": message } }).to_string();
        let length = body.len();
        return format!(
            "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n\
             content-length: {length}\r\n\r\n{body}"
        );
    }
    let end = json!({ "choices": [{ "delta": {}, "finish_reason": "stop" }] });
    let usage = json!({ "choices": [], "usage": { "prompt_tokens": 10, "completion_tokens": 1 } });
    let events = events.iter().chain([&end, &usage]);
    let events: String = events.map(|event| format!("data: {event}\n\n")).collect();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n\
         {events}data: [DONE]\n\n"
    )
}

async fn read(stream: &mut TcpStream) -> Value {
    let mut bytes = Vec::new();
    loop {
        assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
        let text = String::from_utf8_lossy(&bytes);
        if let Some((_, body)) = text.split_once("\r\n\r\n")
            && let Ok(body) = serde_json::from_str(body)
        {
            return body;
        }
    }
}
