//! The names of fields, in either spelling.

use serde_json::{Map, Value};

/// What is a client's own JSON: the names in it are left alone.
const FREE: [&str; 2] = ["metadata", "data"];

/// The protocol's messages are Protocol Buffers written as JSON. That is written
/// with `camelCase`, and read with the names of the definition as well
/// (<https://protobuf.dev/programming-guides/json>): `task_id` is `taskId`. If both
/// are there, the one in `camelCase` counts.
pub(super) fn in_camel_case(value: Value) -> Value {
    match value {
        Value::Array(items) => items.into_iter().map(in_camel_case).collect(),
        Value::Object(fields) => {
            let mut read = Map::with_capacity(fields.len());
            let (others, written): (Vec<_>, Vec<_>) =
                fields.into_iter().partition(|(name, _)| name.contains('_'));
            for (name, value) in written.into_iter().chain(others) {
                let value = match FREE.contains(&name.as_str()) {
                    true => value,
                    false => in_camel_case(value),
                };
                read.entry(camel(&name)).or_insert(value);
            }
            Value::Object(read)
        }
        plain => plain,
    }
}

fn camel(name: &str) -> String {
    let mut parts = name.split('_');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |mut so_far, part| {
        let mut letters = part.chars();
        so_far.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        so_far.push_str(letters.as_str());
        so_far
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::in_camel_case;

    #[test]
    fn names_of_the_definition_are_read_as_the_ones_that_are_written() {
        let sent = json!({
            "task_id": "t",
            "message": { "message_id": "m", "parts": [{ "media_type": "text/plain" }] },
        });
        let read = json!({
            "taskId": "t",
            "message": { "messageId": "m", "parts": [{ "mediaType": "text/plain" }] },
        });
        assert_eq!(in_camel_case(sent), read);
    }

    #[test]
    fn what_is_a_clients_own_is_left_alone() {
        let own = json!({ "metadata": { "a_b": 1 }, "parts": [{ "data": { "c_d": [2] } }] });
        assert_eq!(in_camel_case(own.clone()), own);
    }

    #[test]
    fn of_two_spellings_the_one_in_camel_case_counts() {
        for sent in [
            r#"{"taskId":"a","task_id":"b"}"#,
            r#"{"task_id":"b","taskId":"a"}"#,
        ] {
            let sent = serde_json::from_str(sent).unwrap();
            assert_eq!(in_camel_case(sent), json!({ "taskId": "a" }));
        }
    }
}
