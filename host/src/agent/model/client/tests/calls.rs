use super::*;
use crate::agent::model::client::ChatTool;

const CALLED: &str = r#"{"choices":[{"delta":{},"finish_reason":"tool_calls"}]}"#;

/// What a model calls when it is offered `refund` and streams these parts of calls.
async fn called(parts: &[&str]) -> (ChatReply, Value) {
    let events: Vec<String> = parts
        .iter()
        .map(|part| format!(r#"{{"choices":[{{"delta":{{"tool_calls":[{part}]}}}}]}}"#))
        .collect();
    let events: Vec<&str> = events
        .iter()
        .map(String::as_str)
        .chain([CALLED, USAGE, DONE])
        .collect();
    let server = Server::streaming(&events).await;
    let offering = ChatRequest {
        tools: vec![ChatTool {
            name: "refund".into(),
            description: "Pays back.".into(),
            parameters: json!({ "type": "object" }),
        }],
        ..request("Hi")
    };
    let endpoint = Endpoint::new(server.config.clone()).unwrap();
    let reply = endpoint.chat(offering, &mut |_| {}).await.unwrap();
    (reply, server.request.await.unwrap().body)
}

fn made(reply: &ChatReply) -> Vec<(&str, &str)> {
    reply
        .calls
        .iter()
        .map(|call| (call.name.as_str(), call.arguments.as_str()))
        .collect()
}

#[tokio::test]
async fn parts_of_calls_are_put_together_by_their_index() {
    let (reply, body) = called(&[
        r#"{"index":0,"id":"a","type":"function","function":{"name":"refund","arguments":""}}"#,
        r#"{"index":1,"id":"b","type":"function","function":{"name":"look","arguments":"{"}}"#,
        r#"{"index":0,"function":{"arguments":"{\"order\":"}}"#,
        r#"{"index":1,"function":{"arguments":"}"}}"#,
        r#"{"index":0,"function":{"arguments":"7}"}}"#,
    ])
    .await;
    assert_eq!(made(&reply), [("refund", r#"{"order":7}"#), ("look", "{}")]);
    assert_eq!((reply.text.as_str(), reply.calls[0].id.as_str()), ("", "a"));
    assert_eq!(body["tools"][0]["type"], "function");
    assert_eq!(body["tools"][0]["function"]["name"], "refund");
    assert_eq!(body["tool_choice"], "auto");
}

#[tokio::test]
async fn calls_are_told_apart_where_a_server_is_careless_with_indexes_ids_and_names() {
    for parts in [
        // Every call with the index 0.
        [
            r#"{"index":0,"id":"a","function":{"name":"refund","arguments":"{}"}}"#,
            r#"{"index":0,"id":"b","function":{"name":"look","arguments":"{}"}}"#,
        ],
        // No index.
        [
            r#"{"id":"a","function":{"name":"refund","arguments":"{}"}}"#,
            r#"{"id":"b","function":{"name":"look","arguments":"{}"}}"#,
        ],
        // Neither index nor id, and arguments that are no text.
        [
            r#"{"function":{"name":"refund","arguments":{}}}"#,
            r#"{"function":{"name":"look","arguments":{}}}"#,
        ],
    ] {
        let (reply, _) = called(&parts).await;
        assert_eq!(made(&reply), [("refund", "{}"), ("look", "{}")]);
    }
    // Id and name again with every part.
    let (reply, _) = called(&[
        r#"{"index":0,"id":"a","function":{"name":"refund","arguments":"{"}}"#,
        r#"{"index":0,"id":"a","function":{"name":"refund","arguments":"}"}}"#,
    ])
    .await;
    assert_eq!(made(&reply), [("refund", "{}")]);
}

#[tokio::test]
async fn an_endless_call_is_cut_off() {
    let part = r#"{"choices":[{"delta":{"tool_calls":[{"index":0,"function":{"arguments":"xxxxxxxx"}}]}}]}"#;
    let mut server = Server::streaming(&[part; 100]).await;
    server.config.max_reply_bytes = 50;
    let error = server.ask().await.unwrap_err();
    assert!(matches!(error, ChatError::TooLong { limit: 50 }), "{error}");
}
