//! A skill that keeps values and looks around, for the host's tests.
//!
//! - Condition `peek`, on the word "peek": tries to write to storage and to the
//!   conversation's metadata, and hands off to `target` with the codes of the
//!   errors as findings `set` and `note`, and a number drawn as finding `drawn`.
//! - Condition `keep`, on the word "keep": hands off to `target`.
//! - Before-hook `store`: stores the task under `hook`, and counts `hooks` at
//!   once. On the word "log" it logs five lines. After-hook `learn` stores the
//!   reply under `reply`.
//! - Tools: one for each function of storage, config, clock, random, handoffs and
//!   the conversation's metadata; `wasi` tells what WASI's clocks and chance tell.

mod wasi;

use baton_sdk::prelude::*;
use baton_sdk::{clock, config, conversation, handoffs, log, random, storage};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// What it reads from the configuration.
#[derive(Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// How many.
    #[schemars(range(min = 1, max = 9))]
    #[serde(default = "three")]
    limit: u32,
    /// To whom.
    #[serde(default)]
    names: Vec<String>,
    /// A reference.
    key: Option<String>,
}

fn three() -> u32 {
    3
}

/// Keeps values and looks around.
#[skill(config = Settings)]
pub struct Keeper;

#[skill]
impl Keeper {
    /// Tries what a condition may not do.
    #[handoff("target", triggers = ["peek"])]
    fn peek(&self, query: &Query) -> Option<Grounds> {
        let code = |tried: Result<(), Error>| match tried {
            Ok(()) => "done".to_owned(),
            Err(error) => error.code.to_string(),
        };
        query.mentions("peek").then(|| {
            Grounds::new()
                .finding("set", code(storage::set("peeked", &true)))
                .finding("note", code(conversation::set_metadata("peeked", true)))
                .finding("drawn", random::number().to_string())
        })
    }

    /// Hands off.
    #[handoff("target", ownership = "returns", triggers = ["keep"])]
    fn keep(&self, query: &Query) -> bool {
        query.mentions("keep")
    }

    /// Stores the task.
    #[hook(before_handoff)]
    fn store(&self, context: &HandoffContext) -> Result<(), Refusal> {
        if context.original_task.contains("log") {
            (0..5).for_each(|line| log::info(&format!("line {line}")));
        }
        let other = |error: Error| Refusal::other(error.to_string());
        storage::set("hook", &context.original_task).map_err(other)?;
        storage::update("hooks", |before: Option<u32>| before.unwrap_or(0) + 1)
            .map(drop)
            .map_err(other)
    }

    /// Stores the reply.
    #[hook(after_handoff)]
    fn learn(&self, _: &HandoffContext, outcome: &Outcome) -> Result<(), Refusal> {
        storage::set("reply", &outcome.reply).map_err(|error| Refusal::other(error.to_string()))
    }

    /// Stores a value, and says what is there then.
    #[tool]
    fn put(&self, key: String, value: Value) -> Result<Value, ToolError> {
        storage::set(&key, &value)?;
        entry(&key)
    }

    /// Says what is stored.
    #[tool(effect = "read")]
    fn get(&self, key: String) -> Result<Value, ToolError> {
        entry(&key)
    }

    /// Removes a value.
    #[tool]
    fn delete(&self, key: String) -> Result<Value, ToolError> {
        storage::delete(&key)?;
        entry(&key)
    }

    /// Stores many values, and fails if told to.
    #[tool]
    fn fill(&self, prefix: String, count: u32, fail: Option<bool>) -> Result<Value, ToolError> {
        for number in 0..count {
            storage::set(&format!("{prefix}{number:04}"), &number)?;
        }
        if fail == Some(true) {
            return Err(ToolError::failed("as asked"));
        }
        used()
    }

    /// Lists all keys, by the page.
    #[tool(effect = "read")]
    fn list(&self, prefix: String, page: u32) -> Result<Vec<String>, ToolError> {
        let mut keys: Vec<String> = Vec::new();
        loop {
            let next = storage::keys(&prefix, keys.last().map(String::as_str), page)?;
            if next.is_empty() {
                return Ok(keys);
            }
            keys.extend(next);
        }
    }

    /// Deletes one key, stores another and lists what is there then.
    #[tool]
    fn swap(&self, delete: String, put: String) -> Result<Vec<String>, ToolError> {
        storage::delete(&delete)?;
        storage::set(&put, &1)?;
        Ok(storage::keys("", None, 100)?)
    }

    /// Counts at once.
    #[tool]
    fn count(&self, key: String) -> Result<u32, ToolError> {
        Ok(storage::update(&key, |before: Option<u32>| {
            before.unwrap_or(0) + 1
        })?)
    }

    /// Stores a value after having read the conversation.
    #[tool]
    fn overhear(&self, key: String, value: Value) -> Result<Value, ToolError> {
        conversation::recent(10)?;
        self.put(key, value)
    }

    /// Stores what is stored elsewhere.
    #[tool]
    fn copy(&self, from: String, to: String) -> Result<Value, ToolError> {
        let value: Option<Value> = storage::get(&from)?;
        self.put(to, value.unwrap_or_default())
    }

    /// Writes if the version is this one.
    #[tool]
    fn replace(
        &self,
        key: String,
        version: Option<u64>,
        value: Value,
    ) -> Result<Option<u64>, ToolError> {
        Ok(storage::compare_and_set(&key, version, &value)?)
    }

    /// Writes with the turn first and then at once, which must not be.
    #[tool]
    fn mixed(&self, key: String) -> Result<Option<u64>, ToolError> {
        storage::set(&key, &1)?;
        Ok(storage::compare_and_set(&key, None, &2)?)
    }

    /// Says how much is stored.
    #[tool(effect = "read")]
    fn used(&self) -> Result<Value, ToolError> {
        used()
    }

    /// Says what is configured, as a type and by name.
    #[tool(effect = "read")]
    fn settings(&self) -> Result<Value, ToolError> {
        let all: Settings = config::all()?;
        let key: Option<Value> = config::get("key")?;
        Ok(json!({ "all": all, "key": key }))
    }

    /// Says what time it is, twice, with work between.
    #[tool(effect = "read")]
    fn time(&self) -> (u64, u64) {
        let before = clock::now();
        let drawn: u64 = (0..500).map(|_| random::number() & 1).sum();
        (before, clock::now() + u64::from(drawn > 500))
    }

    /// Draws numbers.
    #[tool(effect = "read")]
    fn draw(&self, count: u32) -> (Vec<String>, usize) {
        let numbers = (0..count).map(|_| random::number().to_string()).collect();
        (numbers, random::bytes(1_000_000).len())
    }

    /// Says what WASI's clocks and chance say, twice.
    #[tool(effect = "read")]
    fn wasi(&self) -> Value {
        json!([wasi::look(), wasi::look(), clock::now()])
    }

    /// Lists the conversation's handoffs.
    #[tool(effect = "read")]
    fn past(&self, page: u32) -> Result<Value, ToolError> {
        let newest = handoffs::recent(page)?;
        let older = match newest.first() {
            Some(first) => handoffs::before(&first.id, page)?,
            None => Vec::new(),
        };
        let lines = |handoffs: Vec<handoffs::Handoff>| -> Vec<String> {
            handoffs
                .into_iter()
                .map(|it| format!("{} {} {} {}", it.source, it.target, it.reason, it.state))
                .collect()
        };
        Ok(json!([
            lines(older),
            lines(newest),
            lines(handoffs::active()?)
        ]))
    }

    /// Notes metadata of the conversation, and says what is there then.
    #[tool]
    fn note(&self, name: String, value: String) -> Result<Option<Value>, ToolError> {
        conversation::set_metadata(&name, value)?;
        Ok(conversation::metadata(&name)?)
    }

    /// Says what metadata is there.
    #[tool(effect = "read")]
    fn noted(&self, name: String) -> Result<Option<Value>, ToolError> {
        Ok(conversation::metadata(&name)?)
    }

    /// Reads all messages by the page.
    #[tool(effect = "read")]
    fn read(&self) -> Result<(u32, Vec<String>), ToolError> {
        let mut pages = 0;
        let mut messages: Vec<baton_sdk::Message> = Vec::new();
        loop {
            let page = match messages.first() {
                None => conversation::recent(1000)?,
                Some(first) => conversation::before(&first.id, 1000)?,
            };
            if page.is_empty() {
                break;
            }
            pages += 1;
            messages.splice(0..0, page);
        }
        let texts = messages.into_iter().map(|message| message.content);
        Ok((pages, texts.collect()))
    }
}

fn entry(key: &str) -> Result<Value, ToolError> {
    Ok(match storage::entry(key)? {
        None => Value::Null,
        Some(entry) => json!({
            "value": entry.read::<Value>()?,
            "version": entry.version,
            "trust": entry.trust,
        }),
    })
}

fn used() -> Result<Value, ToolError> {
    let used = storage::used()?;
    Ok(json!([
        used.keys,
        used.bytes,
        used.max_keys,
        used.max_bytes
    ]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::{Conversation, Desk};

    #[test]
    fn without_the_grant_its_hook_refuses() {
        let context = HandoffContext::sample("target", "keep it");
        let refused = Desk::denying().run(|| Keeper.store(&context));
        assert!(refused.unwrap_err().message.contains("not-granted"));
    }

    #[test]
    fn what_it_stores_is_at_the_desk() {
        let desk = Desk::new();
        let conversation = Conversation::<Keeper>::at(desk.clone());
        conversation
            .call("put", r#"{"key":"a","value":[1]}"#)
            .unwrap();
        assert_eq!(conversation.call("count", r#"{"key":"n"}"#).unwrap(), "1");
        assert_eq!(
            desk.values(),
            [("a".into(), "[1]".into()), ("n".into(), "1".into())]
        );
    }
}
