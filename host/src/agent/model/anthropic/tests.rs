//! Against a server that plays back bytes.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpListener,
    sync::mpsc,
};

use super::*;
use crate::agent::model::{
    Protocol,
    client::{ChatCall, ChatTool, ChatTurn, ToolChoice},
    endpoint::Endpoint,
};

/// A model that plays back these events, and what it was asked.
async fn playing(events: &[Value]) -> (EndpointConfig, mpsc::UnboundedReceiver<(String, Value)>) {
    let events: String = events
        .iter()
        .map(|event| {
            format!(
                "event: {}\ndata: {event}\n\n",
                event["type"].as_str().unwrap()
            )
        })
        .collect();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\nconnection: close\r\n\r\n";
    answering(format!("{head}{events}")).await
}

async fn answering(answer: String) -> (EndpointConfig, mpsc::UnboundedReceiver<(String, Value)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/v1", listener.local_addr().unwrap());
    let (sender, requests) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        loop {
            let (mut stream, _) = listener.accept().await.unwrap();
            let mut bytes = Vec::new();
            let request = loop {
                assert_ne!(stream.read_buf(&mut bytes).await.unwrap(), 0);
                let text = String::from_utf8_lossy(&bytes);
                if let Some((head, body)) = text.split_once("\r\n\r\n")
                    && let Ok(body) = serde_json::from_str(body)
                {
                    break (head.to_owned(), body);
                }
            };
            let _ = sender.send(request);
            let _ = stream.write_all(answer.as_bytes()).await;
        }
    });
    let config = EndpointConfig {
        protocol: Protocol::Anthropic,
        timeout: Duration::from_secs(5),
        ..EndpointConfig::new(url, "claude")
    };
    (config, requests)
}

fn start() -> Value {
    let usage = json!({
        "input_tokens": 10, "cache_read_input_tokens": 5, "output_tokens": 1,
    });
    json!({ "type": "message_start", "message": { "model": "claude-1", "usage": usage } })
}

fn text(part: &str) -> Value {
    let delta = json!({ "type": "text_delta", "text": part });
    json!({ "type": "content_block_delta", "index": 0, "delta": delta })
}

fn stop(reason: &str) -> Value {
    let delta = json!({ "stop_reason": reason });
    json!({ "type": "message_delta", "delta": delta, "usage": { "output_tokens": 7 } })
}

fn says(text: &str) -> ChatRequest {
    ChatRequest {
        messages: vec![ChatTurn::User(text.to_owned())],
        ..ChatRequest::default()
    }
}

async fn ask(config: EndpointConfig, request: ChatRequest) -> Result<ChatReply, ChatError> {
    Endpoint::new(config)?.chat(request, &mut |_| {}).await
}

#[tokio::test]
async fn a_reply_arrives_in_pieces_and_as_a_whole_with_all_tokens_counted() {
    let ping = json!({ "type": "ping" });
    let thought = json!({ "type": "thinking_delta", "thinking": "Hm." });
    let thought = json!({ "type": "content_block_delta", "index": 0, "delta": thought });
    let end = json!({ "type": "message_stop" });
    let events = [
        start(),
        ping,
        thought,
        text("Hello"),
        text(" world"),
        stop("end_turn"),
        end,
    ];
    let (config, mut requests) = playing(&events).await;
    let mut pieces = Vec::new();
    let reply = Endpoint::new(config)
        .unwrap()
        .chat(says("Hi"), &mut |piece| pieces.push(piece.to_owned()))
        .await
        .unwrap();
    assert_eq!(pieces, ["Hello", " world"]);
    assert_eq!(
        (reply.text.as_str(), reply.model.as_str()),
        ("Hello world", "claude-1")
    );
    let usage = reply.usage.unwrap();
    assert_eq!((usage.prompt_tokens, usage.completion_tokens), (15, 7));
    assert!(!reply.truncated);
    let (head, body) = requests.recv().await.unwrap();
    let head = head.to_lowercase();
    assert!(head.starts_with("post /v1/messages "), "{head}");
    assert!(head.contains("anthropic-version: 2023-06-01"), "{head}");
    assert_eq!(body["max_tokens"], 4096);
    assert_eq!(body["messages"][0]["content"][0]["text"], "Hi");
    assert!(body.get("tools").is_none());
}

#[tokio::test]
async fn the_key_goes_where_this_protocol_wants_it() {
    let (mut config, mut requests) = playing(&[start(), text("Yes"), stop("end_turn")]).await;
    config.api_key_env = Some("CARGO_PKG_NAME".into());
    ask(config, says("Hi")).await.unwrap();
    let (head, _) = requests.recv().await.unwrap();
    let expected = concat!("x-api-key: ", env!("CARGO_PKG_NAME"));
    assert!(head.to_lowercase().contains(expected), "{head}");
    assert!(!head.to_lowercase().contains("authorization"), "{head}");
}

#[tokio::test]
async fn calls_are_put_together_from_their_pieces_even_without_arguments() {
    let begin = |index: u64, name: &str| {
        let block =
            json!({ "type": "tool_use", "id": format!("t{index}"), "name": name, "input": {} });
        json!({ "type": "content_block_start", "index": index, "content_block": block })
    };
    let part = |index: u64, part: &str| {
        let delta = json!({ "type": "input_json_delta", "partial_json": part });
        json!({ "type": "content_block_delta", "index": index, "delta": delta })
    };
    let events = [
        start(),
        text("Let me see."),
        begin(1, "find"),
        part(1, "{\"order\":"),
        begin(2, "hand_over"),
        part(1, " 4321}"),
        stop("tool_use"),
    ];
    let (config, _requests) = playing(&events).await;
    let mut request = says("Hi");
    request.tools = vec![tool("find")];
    let reply = ask(config, request).await.unwrap();
    let calls: Vec<_> = reply
        .calls
        .iter()
        .map(|c| (&*c.name, &*c.arguments))
        .collect();
    assert_eq!(calls, [("find", "{\"order\": 4321}"), ("hand_over", "{}")]);
}

fn tool(name: &str) -> ChatTool {
    ChatTool {
        name: name.to_owned(),
        description: "Finds it".to_owned(),
        parameters: json!({ "type": "object" }),
    }
}

#[tokio::test]
async fn results_of_one_reply_and_the_words_after_them_are_one_message_of_the_user() {
    let call = |id: &str, arguments: &str| ChatCall {
        id: id.to_owned(),
        name: "find".to_owned(),
        arguments: arguments.to_owned(),
    };
    let result = |id: &str| ChatTurn::Tool {
        answers: id.to_owned(),
        text: "found".to_owned(),
    };
    let request = ChatRequest {
        system: Some("Be kind.".to_owned()),
        messages: vec![
            ChatTurn::User("Hi".to_owned()),
            ChatTurn::Assistant {
                text: String::new(),
                calls: vec![call("c1", "{\"a\": 1}"), call("c2", "no JSON")],
            },
            result("c1"),
            result("c2"),
            ChatTurn::User("And?".to_owned()),
        ],
        tools: vec![tool("find")],
        choice: ToolChoice::Required,
        whole: false,
    };
    let (config, mut requests) = playing(&[start(), text("Yes"), stop("end_turn")]).await;
    ask(config, request).await.unwrap();
    let (_, body) = requests.recv().await.unwrap();
    assert_eq!(body["system"], "Be kind.");
    assert_eq!(body["tool_choice"], json!({ "type": "any" }));
    assert_eq!(
        body["tools"][0]["input_schema"],
        json!({ "type": "object" })
    );
    let messages = body["messages"].as_array().unwrap();
    let roles: Vec<_> = messages
        .iter()
        .map(|m| m["role"].as_str().unwrap())
        .collect();
    assert_eq!(roles, ["user", "assistant", "user"]);
    let kinds = |message: &Value| -> Vec<String> {
        let blocks = message["content"].as_array().unwrap().iter();
        blocks
            .map(|b| b["type"].as_str().unwrap().to_owned())
            .collect()
    };
    assert_eq!(kinds(&messages[1]), ["tool_use", "tool_use"]);
    assert_eq!(messages[1]["content"][1]["input"], json!({}));
    assert_eq!(kinds(&messages[2]), ["tool_result", "tool_result", "text"]);
}

#[tokio::test]
async fn a_reply_that_is_not_whole_is_an_error_that_says_so() {
    let overloaded = json!({ "type": "error", "error": { "type": "overloaded_error", "message": "Overloaded" } });
    for (events, says_so) in [
        (vec![start(), text("Hel")], "broke off"),
        (vec![start(), stop("end_turn")], "gave an empty reply"),
        (
            vec![start(), text("I "), stop("refusal")],
            "refuses to answer",
        ),
        (vec![start(), overloaded], "is overloaded: Overloaded"),
    ] {
        let (config, _requests) = playing(&events).await;
        let error = ask(config, says("Hi")).await.unwrap_err().to_string();
        assert!(error.contains(says_so), "{error}");
    }
    let (config, _requests) = playing(&[start(), text("Hel"), stop("max_tokens")]).await;
    assert!(ask(config, says("Hi")).await.unwrap().truncated);
}

#[tokio::test]
async fn a_refusal_is_told_in_the_servers_own_words() {
    let body = r#"{"type":"error","error":{"type":"invalid_request_error","message":"max_tokens: too large"}}"#;
    let length = body.len();
    let head = "HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close";
    let answer = format!("{head}\r\ncontent-length: {length}\r\n\r\n{body}");
    let (config, _requests) = answering(answer).await;
    let error = ask(config, says("Hi")).await.unwrap_err();
    assert!(
        error.to_string().contains("max_tokens: too large"),
        "{error}"
    );
    assert_eq!(error.again_after(Duration::from_millis(1)), None);
}
