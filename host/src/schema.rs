//! JSON Schema (2020-12), as far as types are described with it: what a skill's
//! configuration and the arguments of its tools must look like. References go within the schema only; `format` and annotations demand nothing.

use regex::Regex;
use serde_json::{Map, Value};

/// How deep schemas refer to schemas. Types that people write nest a few deep;
/// the bound ends a schema that refers to itself.
const MAX_DEPTH: usize = 64;

/// What does not fit, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mismatch {
    /// The way from the value as a whole to the part that does not fit: names of
    /// fields and positions in lists.
    pub path: Vec<String>,
    /// What is wrong with it.
    pub why: String,
}

impl std::fmt::Display for Mismatch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.path.is_empty() {
            f.write_str(&self.why)
        } else {
            write!(f, "`{}` {}", self.path.join("."), self.why)
        }
    }
}

type Checked = Result<(), Mismatch>;

/// Whether the value is what the schema describes.
pub fn check(schema: &Value, value: &Value) -> Result<(), Mismatch> {
    Checker {
        root: schema,
        path: Vec::new(),
        depth: 0,
    }
    .check(schema, value)
}

struct Checker<'a> {
    root: &'a Value,
    path: Vec<String>,
    depth: usize,
}

impl<'a> Checker<'a> {
    fn wrong<T>(&self, why: impl Into<String>) -> Result<T, Mismatch> {
        Err(Mismatch {
            path: self.path.clone(),
            why: why.into(),
        })
    }

    fn at(&mut self, step: &str, schema: &'a Value, value: &Value) -> Checked {
        self.path.push(step.to_owned());
        let checked = self.check(schema, value);
        self.path.pop();
        checked
    }

    fn check(&mut self, schema: &'a Value, value: &Value) -> Checked {
        if self.depth >= MAX_DEPTH {
            return self.wrong("is described by a schema that refers to itself without end");
        }
        self.depth += 1;
        let checked = match schema {
            Value::Bool(false) => self.wrong("is not expected here"),
            Value::Object(schema) => self.keywords(schema, value),
            _ => Ok(()),
        };
        self.depth -= 1;
        checked
    }

    fn keywords(&mut self, schema: &'a Map<String, Value>, value: &Value) -> Checked {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = reference
                .strip_prefix('#')
                .and_then(|pointer| self.root.pointer(pointer));
            match target {
                Some(target) => self.check(target, value)?,
                None => return self.wrong(format!("refers to {reference}, which is not there")),
            }
        }
        self.kind(schema, value)?;
        self.choice(schema, value)?;
        self.combinations(schema, value)?;
        match value {
            Value::Object(fields) => self.object(schema, fields),
            Value::Array(items) => self.array(schema, items),
            Value::String(text) => self.text(schema, text),
            Value::Number(number) => self.number(schema, number.as_f64().unwrap_or(f64::NAN)),
            Value::Null | Value::Bool(_) => Ok(()),
        }
    }

    fn kind(&self, schema: &Map<String, Value>, value: &Value) -> Checked {
        let allowed: Vec<&str> = match schema.get("type") {
            Some(Value::String(kind)) => vec![kind],
            Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
            _ => return Ok(()),
        };
        if allowed.iter().any(|kind| is(kind, value)) {
            return Ok(());
        }
        self.wrong(format!(
            "is {} and must be {}",
            article(kind_of(value)),
            allowed
                .iter()
                .map(|kind| article(kind))
                .collect::<Vec<_>>()
                .join(" or ")
        ))
    }

    fn choice(&self, schema: &Map<String, Value>, value: &Value) -> Checked {
        let allowed = match (schema.get("enum"), schema.get("const")) {
            (Some(Value::Array(allowed)), _) => allowed.as_slice(),
            (_, Some(only)) => std::slice::from_ref(only),
            _ => return Ok(()),
        };
        if allowed.iter().any(|allowed| same(allowed, value)) {
            return Ok(());
        }
        let words: Vec<String> = allowed.iter().map(ToString::to_string).collect();
        self.wrong(format!("is {value} and must be {}", words.join(" or ")))
    }

    fn combinations(&mut self, schema: &'a Map<String, Value>, value: &Value) -> Checked {
        for part in list(schema, "allOf") {
            self.check(part, value)?;
        }
        for (keyword, most) in [("anyOf", usize::MAX), ("oneOf", 1)] {
            let parts = list(schema, keyword);
            if parts.is_empty() {
                continue;
            }
            let checked: Vec<Checked> = parts.iter().map(|part| self.check(part, value)).collect();
            let fitting = checked.iter().filter(|checked| checked.is_ok()).count();
            if fitting > most {
                return self.wrong(format!("fits {fitting} of the forms, and must fit one"));
            }
            if fitting == 0 {
                // The form that it came closest to says most.
                let closest = checked.into_iter().filter_map(Result::err);
                return closest
                    .max_by_key(|mismatch| mismatch.path.len())
                    .map_or(Ok(()), Err);
            }
        }
        if let Some(not) = schema.get("not")
            && self.check(not, value).is_ok()
        {
            return self.wrong("is what it must not be");
        }
        Ok(())
    }

    fn object(&mut self, schema: &'a Map<String, Value>, fields: &Map<String, Value>) -> Checked {
        let missing = list(schema, "required")
            .iter()
            .filter_map(Value::as_str)
            .find(|name| !fields.contains_key(*name));
        if let Some(name) = missing {
            return self.wrong(format!("lacks `{name}`"));
        }
        let known = schema.get("properties").and_then(Value::as_object);
        let others = schema.get("additionalProperties");
        for (name, value) in fields {
            match (known.and_then(|known| known.get(name)), others) {
                (Some(described), _) => self.at(name, described, value)?,
                (None, Some(Value::Bool(false))) => {
                    self.path.push(name.clone());
                    let names = known.into_iter().flatten().map(|(name, _)| name.as_str());
                    let names: Vec<&str> = names.collect();
                    let why = format!("is not known; known are: {}", names.join(", "));
                    return self.wrong(why);
                }
                (None, Some(others)) => self.at(name, others, value)?,
                (None, None) => {}
            }
        }
        self.within(schema, "Properties", fields.len(), "entries")
    }

    fn array(&mut self, schema: &'a Map<String, Value>, items: &[Value]) -> Checked {
        let first = list(schema, "prefixItems");
        for (position, item) in items.iter().enumerate() {
            let described = first.get(position).or_else(|| schema.get("items"));
            if let Some(described) = described {
                self.at(&position.to_string(), described, item)?;
            }
        }
        let unique = schema.get("uniqueItems") == Some(&Value::Bool(true));
        if unique
            && items
                .iter()
                .enumerate()
                .any(|(position, item)| items[..position].contains(item))
        {
            return self.wrong("names something twice");
        }
        self.within(schema, "Items", items.len(), "items")
    }

    fn text(&self, schema: &Map<String, Value>, text: &str) -> Checked {
        self.within(schema, "Length", text.chars().count(), "characters")?;
        match schema.get("pattern").and_then(Value::as_str) {
            None => Ok(()),
            Some(pattern) => match Regex::new(pattern) {
                Ok(regex) if regex.is_match(text) => Ok(()),
                Ok(_) => self.wrong(format!("does not match {pattern}")),
                Err(_) => self.wrong(format!("is described by {pattern}, which is no pattern")),
            },
        }
    }

    fn number(&self, schema: &Map<String, Value>, number: f64) -> Checked {
        type Within = fn(f64, f64) -> bool;
        let bounds: [(&str, Within, &str); 4] = [
            ("minimum", |n, bound| n >= bound, "at least"),
            ("maximum", |n, bound| n <= bound, "at most"),
            ("exclusiveMinimum", |n, bound| n > bound, "more than"),
            ("exclusiveMaximum", |n, bound| n < bound, "less than"),
        ];
        for (keyword, within, words) in bounds {
            if let Some(bound) = schema.get(keyword).and_then(Value::as_f64)
                && !within(number, bound)
            {
                return self.wrong(format!("is {number} and must be {words} {bound}"));
            }
        }
        match schema.get("multipleOf").and_then(Value::as_f64) {
            Some(step) if step > 0.0 && (number / step).fract() != 0.0 => {
                self.wrong(format!("is {number} and must be a multiple of {step}"))
            }
            _ => Ok(()),
        }
    }

    fn within(&self, schema: &Map<String, Value>, of: &str, count: usize, what: &str) -> Checked {
        let bound = |side: &str| schema.get(&format!("{side}{of}")).and_then(Value::as_u64);
        let count = count as u64;
        match (bound("min"), bound("max")) {
            (Some(least), _) if count < least => {
                self.wrong(format!("has {count} {what} and must have at least {least}"))
            }
            (_, Some(most)) if count > most => {
                self.wrong(format!("has {count} {what} and must have at most {most}"))
            }
            _ => Ok(()),
        }
    }
}

fn list<'a>(schema: &'a Map<String, Value>, keyword: &str) -> &'a [Value] {
    schema
        .get(keyword)
        .and_then(Value::as_array)
        .map_or(&[], Vec::as_slice)
}

fn is(kind: &str, value: &Value) -> bool {
    match kind {
        "integer" => value.as_f64().is_some_and(|number| number.fract() == 0.0),
        "number" => value.is_number(),
        kind => kind == kind_of(value),
    }
}

fn kind_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "number",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

fn article(kind: &str) -> String {
    match kind {
        "null" => kind.to_owned(),
        "integer" | "array" | "object" => format!("an {kind}"),
        kind => format!("a {kind}"),
    }
}

/// 1 and 1.0 are the same number.
fn same(one: &Value, other: &Value) -> bool {
    match (one.as_f64(), other.as_f64()) {
        (Some(one), Some(other)) => one == other,
        _ => one == other,
    }
}

#[cfg(test)]
mod tests;
