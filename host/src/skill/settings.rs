//! What the operator configured for a skill.

use std::sync::Arc;

use serde_json::{Map, Value};

/// What the operator configured for a skill, as it may see it.
#[derive(Clone, Debug, Default)]
pub struct SkillConfig(Arc<Map<String, Value>>);

impl SkillConfig {
    /// The table as the skill may see it: what a secret is never enters it, only
    /// how it is called.
    pub fn new(mut table: Map<String, Value>) -> Self {
        table.values_mut().for_each(conceal);
        Self(Arc::new(table))
    }

    /// One value.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.0.iter()
    }

    /// The whole, as its schema describes it.
    pub fn to_value(&self) -> Value {
        Value::Object(self.0.as_ref().clone())
    }
}

/// Puts the reference `secret:NAME` in the place of `{ secret = "NAME" }`, and of
/// a secret that is written in any other way a reference without a name, so that
/// nothing of it gets through.
fn conceal(value: &mut Value) {
    match value {
        Value::Object(table) => match table.get("secret") {
            Some(named) => {
                let name = named.as_str().filter(|_| table.len() == 1);
                *value = Value::String(format!("secret:{}", name.unwrap_or_default()));
            }
            None => table.values_mut().for_each(conceal),
        },
        Value::Array(items) => items.iter_mut().for_each(conceal),
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_secret_is_its_name_wherever_it_stands_and_never_its_content() {
        let Value::Object(table) = json!({
            "key": { "secret": "CRM_KEY" },
            "servers": [{ "token": { "secret": "TOKEN" }, "port": 80 }],
            "odd": { "secret": { "env": "SESAME" }, "note": "SESAME" },
        }) else {
            unreachable!("it is a table")
        };
        let expected = json!({
            "key": "secret:CRM_KEY",
            "servers": [{ "token": "secret:TOKEN", "port": 80 }],
            "odd": "secret:",
        });
        assert_eq!(SkillConfig::new(table).to_value(), expected);
    }
}
