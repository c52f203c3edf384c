//! Whether a component may take another's place without breaking what relies
//! on it.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::Value;

use super::{Change, SkillDiff, WasmSkill, refusal::CONTRACT};

/// Something that relies on the old component and would not find it in the new
/// one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Breakage {
    /// What it is about, in a word: `name`, `contract`, `condition`, `want`, …
    pub what: &'static str,
    /// What breaks, for people.
    pub why: String,
}

/// A component that is larger than the old one by more than this share is
/// worth a look: its code is compiled anew on every machine.
const LARGER: f64 = 1.5;

/// What breaks when `new` takes the place of `old`. Whatever is only added, or
/// said otherwise, breaks nothing.
pub fn breakages(old: &WasmSkill, new: &WasmSkill, diff: &SkillDiff) -> Vec<Breakage> {
    let mut found: Vec<Breakage> = diff.changes.iter().filter_map(breakage).collect();
    found.extend(contract(old, new));
    let wants = diff.waits.iter().filter(|waits| waits.newly_wanted);
    found.extend(wants.map(|waits| Breakage {
        what: "want",
        why: format!("it wants more: it {} ({})", waits.plain, waits.grant),
    }));
    let (was, is) = (old.facts().size, new.facts().size);
    if is as f64 > was as f64 * LARGER {
        found.push(Breakage {
            what: "size",
            why: format!("it has {is} bytes, and had {was}"),
        });
    }
    found
}

fn breakage(change: &Change) -> Option<Breakage> {
    let name = change.name.as_deref().unwrap_or_default();
    let field = change.field.as_deref();
    let why = match (change.what, field) {
        ("name", _) => format!(
            "it is called {}, so it inherits no grant and no memory of {}",
            word(change.new.as_ref()),
            word(change.old.as_ref())
        ),
        ("state version", _) => {
            "it cannot read what the old one remembers: every conversation starts over".to_owned()
        }
        ("condition" | "hook" | "tool", None) if change.new.is_none() => {
            format!("the {} `{name}` is gone", change.what)
        }
        ("condition", Some("target")) => format!("the condition `{name}` has another target"),
        ("tool", Some("parameters")) => {
            let old = change.old.as_ref()?;
            let new = change.new.as_ref()?;
            let broken = broken_parameters(old, new);
            if broken.is_empty() {
                return None;
            }
            format!(
                "the tool `{name}` is called otherwise: {}",
                broken.join(", ")
            )
        }
        ("condition" | "tool", Some("scopes")) => {
            format!("the {} `{name}` asks for other scopes", change.what)
        }
        ("hook", Some("point")) => format!("the hook `{name}` runs at another point"),
        ("dependency", _) if change.old.is_none() => format!("it cannot do without `{name}`"),
        _ => return None,
    };
    Some(Breakage {
        what: change.what,
        why,
    })
}

fn word(value: Option<&Value>) -> String {
    let text = value.and_then(Value::as_str).unwrap_or_default();
    format!("`{text}`")
}

/// What calls that were right are not any more.
fn broken_parameters(old: &Value, new: &Value) -> Vec<String> {
    let properties = |schema: &Value| -> BTreeMap<String, Value> {
        let table = schema["properties"].as_object().cloned();
        table.into_iter().flatten().collect()
    };
    let required = |schema: &Value, name: &str| {
        let mut names = schema["required"].as_array().into_iter().flatten();
        names.any(|it| it == name)
    };
    let (was, is) = (properties(old), properties(new));
    let mut broken = Vec::new();
    for (name, schema) in &was {
        match is.get(name) {
            None => broken.push(format!("`{name}` is gone")),
            Some(now) if now["type"] != schema["type"] => {
                broken.push(format!("`{name}` is of another type"));
            }
            Some(_) => {}
        }
    }
    let asks = is
        .keys()
        .filter(|name| required(new, name) && !required(old, name));
    broken.extend(asks.map(|name| format!("`{name}` must be there")));
    broken
}

/// Another version of the contract.
fn contract(old: &WasmSkill, new: &WasmSkill) -> Option<Breakage> {
    let version = |skill: &WasmSkill| {
        let exports = skill.facts().exports.iter();
        let mut ours = exports.filter(|name| name.starts_with(CONTRACT));
        ours.find_map(|name| Some(name.rsplit_once('@')?.1.to_owned()))
    };
    let (was, is) = (version(old)?, version(new)?);
    (was != is).then(|| Breakage {
        what: "contract",
        why: format!("it keeps version {is} of the contract, and the old one {was}"),
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(what: &'static str, field: Option<&str>, old: Value, new: Option<Value>) -> Change {
        Change {
            what,
            name: Some("refund".to_owned()),
            field: field.map(str::to_owned),
            old: Some(old),
            new,
        }
    }

    #[test]
    fn what_is_gone_breaks_and_what_is_said_otherwise_does_not() {
        let gone = breakage(&change("tool", None, json!({}), None)).unwrap();
        assert_eq!(gone.why, "the tool `refund` is gone");
        let said = change("tool", Some("description"), json!("a"), Some(json!("b")));
        assert_eq!(breakage(&said), None);
    }

    #[test]
    fn a_tool_that_asks_for_more_than_before_breaks_its_callers() {
        let old = json!({ "properties": { "order": { "type": "integer" } } });
        let more = json!({
            "properties": { "order": { "type": "integer" }, "why": { "type": "string" } },
            "required": ["why"],
        });
        let asks = change("tool", Some("parameters"), old.clone(), Some(more));
        assert!(breakage(&asks).unwrap().why.contains("`why` must be there"));
        let optional = json!({
            "properties": { "order": { "type": "integer" }, "why": { "type": "string" } },
        });
        let offers = change("tool", Some("parameters"), old, Some(optional));
        assert_eq!(breakage(&offers), None);
    }
}
