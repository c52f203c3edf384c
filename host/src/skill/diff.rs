//! What changes from one component to another.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use super::{Grant, UpgradeRule, WasmSkill};
use crate::contract::Skill;

/// Something of the skill that is different now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Change {
    /// What: `version`, `condition`, `tool`, …
    pub what: &'static str,
    /// Its name; none: there is only one.
    pub name: Option<String>,
    /// Which field of it; none: all of it.
    pub field: Option<String>,
    /// As it was; none: it was not there.
    pub old: Option<Value>,
    /// As it is; none: it is not there any more.
    pub new: Option<Value>,
}

/// A grant that the new version would have to wait for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct Waits {
    /// The grant's name.
    pub grant: &'static str,
    /// What it means.
    pub plain: String,
    /// Whether the old version did not want it, or less of it.
    pub newly_wanted: bool,
    /// How to grant it.
    pub words: Vec<String>,
}

/// What changes from one component to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub struct SkillDiff {
    /// The bytes are the same.
    pub same: bool,
    /// What changes.
    pub changes: Vec<Change>,
    /// What waits for approval when the new one takes the old one's place.
    pub waits: Vec<Waits>,
}

impl SkillDiff {
    /// Compares two components.
    pub fn new(old: &WasmSkill, new: &WasmSkill, upgrade: UpgradeRule) -> Self {
        let same = old.digest() == new.digest();
        let (was, is) = (facts(old), facts(new));
        let mut changes = Vec::new();
        for (what, old) in &was {
            let new = is.get(what).cloned().unwrap_or_default();
            compare(what, old, &new, &mut changes);
        }
        Self {
            same,
            changes,
            waits: if same {
                Vec::new()
            } else {
                waits(old, new, upgrade)
            },
        }
    }
}

/// What there is to compare, by what it is and its name.
fn facts(skill: &WasmSkill) -> BTreeMap<&'static str, BTreeMap<String, Value>> {
    let manifest = skill.manifest();
    let one = |value: Value| BTreeMap::from([(String::new(), value)]);
    let set = |names: &[String]| {
        let names = names.iter().map(|name| (name.clone(), Value::Null));
        names.collect::<BTreeMap<_, _>>()
    };
    let targets: Vec<String> = manifest.targets.iter().map(ToString::to_string).collect();
    let wants = skill.wants_in_words().into_iter();
    let wants = wants.map(|want| (want.grant.to_string(), Value::String(want.plain)));
    BTreeMap::from([
        ("name", one(manifest.name.as_str().into())),
        ("version", one(manifest.version.to_string().into())),
        ("description", one(manifest.description.as_str().into())),
        ("state version", one(manifest.state_version.into())),
        (
            "config",
            one(manifest.config_schema.clone().unwrap_or_default()),
        ),
        ("export", set(&skill.facts().exports)),
        ("import", set(&skill.facts().imports)),
        ("dependency", set(&manifest.depends)),
        ("target", set(&targets)),
        ("condition", named(&manifest.handoffs)),
        ("hook", named(&manifest.hooks)),
        ("tool", named(&manifest.tools)),
        ("want", wants.collect()),
    ])
}

/// Declarations by name, each as an object of its other fields.
fn named<T: Serialize>(declared: &[T]) -> BTreeMap<String, Value> {
    let objects = declared
        .iter()
        .filter_map(|one| match serde_json::to_value(one) {
            Ok(Value::Object(mut fields)) => match fields.remove("name") {
                Some(Value::String(name)) => Some((name, Value::Object(fields))),
                _ => None,
            },
            _ => None,
        });
    objects.collect()
}

fn compare(
    what: &'static str,
    old: &BTreeMap<String, Value>,
    new: &BTreeMap<String, Value>,
    changes: &mut Vec<Change>,
) {
    let names = old
        .keys()
        .chain(new.keys().filter(|n| !old.contains_key(*n)));
    for name in names {
        let change = |field: Option<&String>, old: Option<&Value>, new: Option<&Value>| Change {
            what,
            name: (!name.is_empty()).then(|| name.clone()),
            field: field.cloned(),
            old: old.cloned(),
            new: new.cloned(),
        };
        match (old.get(name), new.get(name)) {
            (Some(Value::Object(was)), Some(Value::Object(is))) => {
                let fields = was
                    .keys()
                    .chain(is.keys().filter(|f| !was.contains_key(*f)));
                let differ = |field: &&String| was.get(*field) != is.get(*field);
                changes.extend(fields.filter(differ).map(|field| {
                    let of = |fields: &Map<String, Value>| fields.get(field).cloned();
                    change(Some(field), of(was).as_ref(), of(is).as_ref())
                }));
            }
            (was, is) if was != is => changes.push(change(None, was, is)),
            _ => (),
        }
    }
}

fn waits(old: &WasmSkill, new: &WasmSkill, upgrade: UpgradeRule) -> Vec<Waits> {
    let (had, wants) = (old.wants_within(), new.wants_within());
    let newly = |grant: &Grant| had.get(grant) != wants.get(grant);
    new.wants_in_words()
        .into_iter()
        .filter(|want| {
            let asks = upgrade == UpgradeRule::Ask && want.grant.waits_for_each_version();
            asks || newly(&want.grant)
        })
        .map(|want| Waits {
            newly_wanted: newly(&want.grant),
            grant: want.grant.as_str(),
            plain: want.plain,
            words: want.words,
        })
        .collect()
}
