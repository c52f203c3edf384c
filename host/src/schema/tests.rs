use serde_json::json;

use super::*;

/// What a type of an author's is made to.
fn schema() -> Value {
    json!({
        "type": "object",
        "required": ["url"],
        "additionalProperties": false,
        "properties": {
            "url": { "type": "string", "minLength": 1, "pattern": "^https://" },
            "limit": { "type": ["integer", "null"], "minimum": 1, "maximum": 9 },
            "mode": { "enum": ["fast", "slow"] },
            "servers": { "type": "array", "maxItems": 2, "items": { "$ref": "#/$defs/Server" } },
        },
        "$defs": { "Server": {
            "type": "object",
            "properties": { "port": { "type": "integer" } },
            "required": ["port"],
        } },
    })
}

fn wrong(value: Value) -> String {
    check(&schema(), &value).unwrap_err().to_string()
}

#[test]
fn a_value_that_is_described_fits() {
    let whole = json!({ "url": "https://x", "limit": 3, "mode": "slow", "servers": [{"port": 1}] });
    assert_eq!(check(&schema(), &whole), Ok(()));
    assert_eq!(
        check(&schema(), &json!({ "url": "https://x", "limit": null })),
        Ok(())
    );
    assert_eq!(check(&json!(true), &whole), Ok(()));
}

#[test]
fn what_does_not_fit_is_told_with_its_place_and_what_would_fit() {
    for (value, why) in [
        (json!([]), "is an array and must be an object"),
        (json!({}), "lacks `url`"),
        (json!({"url": 5}), "`url` is a number and must be a string"),
        (
            json!({"url": ""}),
            "`url` has 0 characters and must have at least 1",
        ),
        (json!({"url": "ftp://x"}), "`url` does not match ^https://"),
        (
            json!({"url": "https://x", "limit": 0}),
            "`limit` is 0 and must be at least 1",
        ),
        (
            json!({"url": "https://x", "limit": 2.5}),
            "`limit` is a number and must be an integer or null",
        ),
        (
            json!({"url": "https://x", "mode": "fats"}),
            "`mode` is \"fats\" and must be \"fast\" or \"slow\"",
        ),
        (
            json!({"url": "https://x", "servers": [{"port": 1}, {}]}),
            "`servers.1` lacks `port`",
        ),
        (
            json!({"url": "https://x", "servers": [{"port": 1}, {"port": 1}, {"port": 1}]}),
            "`servers` has 3 items and must have at most 2",
        ),
        (
            json!({"url": "https://x", "ulr": 1}),
            "`ulr` is not known; known are: limit, mode, servers, url",
        ),
    ] {
        assert_eq!(wrong(value), why);
    }
}

#[test]
fn of_several_forms_the_closest_says_what_is_wrong() {
    let schema = json!({ "anyOf": [
        { "type": "null" },
        { "type": "object", "properties": { "port": { "type": "integer" } } },
    ] });
    assert_eq!(check(&schema, &Value::Null), Ok(()));
    let mismatch = check(&schema, &json!({ "port": "x" })).unwrap_err();
    assert_eq!(
        mismatch.to_string(),
        "`port` is a string and must be an integer"
    );
    let one = json!({ "oneOf": [{ "type": "integer" }, { "minimum": 3 }] });
    assert_eq!(check(&one, &json!(1)), Ok(()));
    assert!(check(&one, &json!(5)).is_err());
}

#[test]
fn a_schema_that_refers_to_itself_or_to_nothing_ends() {
    let endless = json!({ "$ref": "#/$defs/A", "$defs": { "A": { "$ref": "#/$defs/A" } } });
    assert!(check(&endless, &json!(1)).is_err());
    let nowhere = json!({ "$ref": "#/$defs/B" });
    assert!(check(&nowhere, &json!(1)).is_err());
    let list = json!({
        "$ref": "#/$defs/List",
        "$defs": { "List": { "type": "object", "properties": { "next": { "$ref": "#/$defs/List" } } } },
    });
    assert_eq!(check(&list, &json!({ "next": { "next": {} } })), Ok(()));
}
