//! What differs between what was expected and what was done.

use serde::Serialize;
use serde_json::Value;

use super::{case::Expected, observed::Observed};

/// One thing that is not as expected.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Difference {
    /// Where, as keys within `expect`.
    pub path: Vec<String>,
    /// What was expected; none: nothing was.
    pub expected: Option<Value>,
    /// What was there; none: nothing was.
    pub found: Option<Value>,
}

/// Everything that is not as expected.
pub fn compare(expected: &Expected, observed: &Observed) -> Vec<Difference> {
    let mut differences = Vec::new();
    let wanted = serde_json::to_value(expected).unwrap_or_default();
    let there = serde_json::to_value(observed).unwrap_or_default();
    for (key, wanted) in wanted.as_object().into_iter().flatten() {
        let path = vec![key.clone()];
        match key.as_str() {
            "fault" => part(path, wanted, there.get(key), &mut differences),
            _ => within(path, wanted, there.get(key), &mut differences),
        }
    }
    // Nobody expects one, so it is not overlooked.
    let unexpected = [
        ("fault", expected.fault.is_none()),
        ("error", unforeseen(expected)),
    ];
    for (key, open) in unexpected {
        if let (true, Some(found)) = (open, there.get(key)) {
            differences.push(Difference {
                path: vec![key.to_owned()],
                expected: None,
                found: Some(found.clone()),
            });
        }
    }
    differences
}

/// A tool that fails where its result is not looked at fails unnoticed.
fn unforeseen(expected: &Expected) -> bool {
    expected.error.is_none() && expected.result.is_none()
}

/// Tables are looked at by their keys, everything else as a whole.
fn within(
    path: Vec<String>,
    wanted: &Value,
    there: Option<&Value>,
    differences: &mut Vec<Difference>,
) {
    if let (Value::Object(wanted), Some(Value::Object(table))) = (wanted, there)
        && !wanted.is_empty()
    {
        for (key, wanted) in wanted {
            let path = [path.clone(), vec![key.clone()]].concat();
            within(path, wanted, table.get(key), differences);
        }
        return;
    }
    if !there.is_some_and(|there| same(wanted, there)) {
        differences.push(Difference {
            path,
            expected: Some(wanted.clone()),
            found: there.cloned(),
        });
    }
}

/// What the host says of a fault has the numbers of a machine in it.
fn part(
    path: Vec<String>,
    wanted: &Value,
    there: Option<&Value>,
    differences: &mut Vec<Difference>,
) {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let says = match (text(wanted), there.and_then(text)) {
        (Some(wanted), Some(there)) => there.contains(&wanted),
        _ => false,
    };
    if !says {
        differences.push(Difference {
            path,
            expected: Some(wanted.clone()),
            found: there.cloned(),
        });
    }
}

/// 1 and 1.0 are the same number.
fn same(one: &Value, other: &Value) -> bool {
    match (one, other) {
        (Value::Number(a), Value::Number(b)) => a == b || a.as_f64() == b.as_f64(),
        (Value::Array(a), Value::Array(b)) => {
            a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b))
        }
        (Value::Object(a), Value::Object(b)) => {
            a.len() == b.len()
                && a.iter()
                    .all(|(key, a)| b.get(key).is_some_and(|b| same(a, b)))
        }
        _ => one == other,
    }
}
