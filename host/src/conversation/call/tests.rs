use std::sync::Arc;

use serde_json::json;

use super::{Execution, ToolCall, execution};
use crate::{
    conversation::{History, HistoryError, Message, Speaker},
    id::{AgentName, MessageId},
};

#[derive(Debug)]
struct Said(Vec<Arc<Message>>);

impl History for Said {
    fn page(
        &self,
        before: Option<&MessageId>,
        limit: usize,
    ) -> Result<Vec<Arc<Message>>, HistoryError> {
        let end = before.and_then(|id| self.0.iter().position(|m| m.id == *id));
        let end = end.unwrap_or(self.0.len());
        Ok(self.0[end.saturating_sub(limit)..end].to_vec())
    }
}

fn refund(id: &str, key: &str) -> Arc<Message> {
    let call = ToolCall {
        id: id.to_owned(),
        name: "refund".to_owned(),
        arguments: json!({ "order": 7 }).as_object().unwrap().clone(),
        key: key.to_owned(),
    };
    Arc::new(Message::from_agent(AgentName::from("billing"), "").calling(vec![call]))
}

fn result(id: &str, text: &str) -> Arc<Message> {
    Arc::new(Message::from_tool("refund", id, text))
}

fn chat(messages: usize) -> Vec<Arc<Message>> {
    (0..messages)
        .map(|n| Arc::new(Message::from_user(format!("message {n}"))))
        .collect()
}

#[test]
fn a_write_with_a_key_that_was_executed_long_ago_is_found_with_its_result() {
    let mut said = vec![refund("1", "k1"), result("1", "refunded")];
    said.extend(chat(250));
    match execution(&Said(said), "k1").unwrap() {
        Execution::Done(message) => assert_eq!(&*message.content, "refunded"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_write_whose_result_was_never_recorded_is_unknown_and_another_was_never_made() {
    let said = Said(vec![refund("1", "k1"), chat(1).remove(0)]);
    assert_eq!(execution(&said, "k1").unwrap(), Execution::Unknown);
    assert_eq!(execution(&said, "k2").unwrap(), Execution::Never);
    assert_eq!(execution(&said, "").unwrap(), Execution::Never);
}

#[test]
fn an_id_that_a_model_uses_again_does_not_lend_its_result_to_another_call() {
    let said = Said(vec![
        refund("call_0", "k1"),
        result("call_0", "first"),
        refund("call_0", "k2"),
    ]);
    assert_eq!(execution(&said, "k2").unwrap(), Execution::Unknown);
    let Execution::Done(first) = execution(&said, "k1").unwrap() else {
        panic!()
    };
    assert_eq!(&*first.content, "first");
}

#[test]
fn a_message_with_calls_is_read_as_it_was_written_and_so_is_one_of_an_older_program() {
    for message in [refund("1", "k1"), result("1", "refunded")] {
        let text = serde_json::to_string(&message).unwrap();
        let read: Message = serde_json::from_str(&text).unwrap();
        assert_eq!(read, *message);
    }
    let old = r#"{"id":"m1","time":"2026-01-01T00:00:00Z","role":"agent","agent":"a","content":"Hi","trust":70}"#;
    let read: Message = serde_json::from_str(old).unwrap();
    assert!(read.calls.is_empty());
    assert!(matches!(read.speaker, Speaker::Agent { .. }));
}
