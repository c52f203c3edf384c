//! What a skill wants, in words for whoever is to grant it.

use std::collections::BTreeSet;

use serde_json::Value;

use super::{Grant, GrantWord, WasmAgent, WasmSkill};
use crate::contract::{Findings, Skill, Want};

/// Something a skill wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wanted {
    /// The kind of grant.
    pub grant: Grant,
    /// What it means, within the bounds that the skill says.
    pub plain: String,
    /// How to grant it; what is to be filled in stands in capitals.
    pub words: Vec<String>,
}

impl WasmSkill {
    /// What it wants, each in plain words.
    pub fn wants_in_words(&self) -> Vec<Wanted> {
        in_words(self.wants(), &self.manifest().wants)
    }
}

impl WasmAgent {
    /// What it wants, each in plain words.
    pub fn wants_in_words(&self) -> Vec<Wanted> {
        in_words(self.wants(), &self.manifest().wants)
    }
}

fn in_words(grants: BTreeSet<Grant>, wants: &[Want]) -> Vec<Wanted> {
    let each = grants.into_iter().map(|grant| {
        let said = wants
            .iter()
            .filter(|want| Grant::named(&want.capability) == Some(grant))
            .flat_map(|want| &want.parameters);
        let bounds: Findings = said
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect();
        wanted(grant, &bounds)
    });
    each.collect()
}

fn wanted(grant: Grant, bounds: &Findings) -> Wanted {
    let mut plain = grant.in_plain_words().to_owned();
    let mut words = vec![grant.example().to_owned()];
    let mut rest: Vec<(&String, &Value)> = Vec::new();
    for (name, value) in bounds {
        match (grant, name.as_str()) {
            (Grant::Http, "hosts" | "host") => {
                plain = format!("may call {}", said(value));
                let hosts = texts(value).map(|host| format!("http:{host}"));
                // What is no grant would be no command either.
                let valid: Vec<String> = hosts
                    .filter_map(|word| Some(word.parse::<GrantWord>().ok()?.to_string()))
                    .collect();
                if !valid.is_empty() {
                    words = valid;
                }
            }
            (Grant::Payments, "per-day" | "per_day" | "per-turn" | "per_turn") => {
                let span = if name.ends_with("day") {
                    "day"
                } else {
                    "message"
                };
                plain = format!(
                    "may see prices, and may spend up to {} per {span}",
                    said(value)
                );
            }
            (Grant::Storage, "quota") => plain = format!("{plain}, up to {}", said(value)),
            _ => rest.push((name, value)),
        }
    }
    if !rest.is_empty() {
        let rest = rest
            .iter()
            .map(|(name, value)| format!("{name}: {}", said(value)));
        plain = format!("{plain} ({})", rest.collect::<Vec<_>>().join(", "));
    }
    Wanted {
        grant,
        plain,
        words,
    }
}

fn texts(value: &Value) -> impl Iterator<Item = &str> {
    let one = value.as_str();
    let several = value.as_array().into_iter().flatten();
    one.into_iter().chain(several.filter_map(Value::as_str))
}

/// A value as people write it.
fn said(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => items.iter().map(said).collect::<Vec<_>>().join(" and "),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(grant: Grant, bounds: Value) -> Wanted {
        let Value::Object(bounds) = bounds else {
            panic!("bounds are an object");
        };
        wanted(grant, &bounds)
    }

    #[test]
    fn bounds_are_told_in_plain_words() {
        let spends = of(Grant::Payments, json!({"per-day": "5 USD"}));
        assert!(spends.plain.ends_with("may spend up to 5 USD per day"));
        let calls = of(
            Grant::Http,
            json!({"hosts": ["crm.example.com", "*.a.example"]}),
        );
        assert_eq!(calls.plain, "may call crm.example.com and *.a.example");
        assert_eq!(calls.words, ["http:crm.example.com", "http:*.a.example"]);
        let other = of(Grant::Agents, json!({"at-once": 3}));
        assert_eq!(other.plain, "may ask other agents (at-once: 3)");
    }

    #[test]
    fn a_host_that_is_none_does_not_get_into_a_command() {
        let calls = of(Grant::Http, json!({"hosts": ["x; rm -rf /", 7]}));
        assert_eq!(calls.words, ["http:HOST"]);
    }
}
