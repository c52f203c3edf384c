//! What is told of the desk, and how.

use serde_json::{Value, json};

use super::*;

#[test]
fn each_operation_answers_what_the_command_of_the_same_name_prints() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let id = says(&served, "I was charged twice for order 4321");
    says(&served, "I want to talk to a person");
    let pairs: [(String, &[&str]); 9] = [
        ("/conversations".to_owned(), &["conversation", "list"]),
        (
            format!("/conversations/{id}"),
            &["conversation", "show", &id],
        ),
        (format!("/conversations/{id}/handoffs"), &["history", &id]),
        (
            format!("/events?conversation={id}&type=handoff."),
            &["events", &id, "--type", "handoff."],
        ),
        ("/tickets".to_owned(), &["ticket", "list"]),
        ("/handoffs/active".to_owned(), &["history", "--active"]),
        ("/ledger/balance".to_owned(), &["ledger", "balance"]),
        ("/ledger/check".to_owned(), &["ledger", "check"]),
        ("/dead-letters".to_owned(), &["deadletter", "list"]),
    ];
    for (path, command) in pairs {
        let printed: Value = desk.json(command);
        assert_eq!(get(&served, &path), printed, "{path}");
    }
    let mut printed: Value = desk.json(&["skill", "list"]);
    let mut answered = get(&served, "/skills");
    for list in [&mut printed, &mut answered] {
        // How long it took to load is nobody's to repeat.
        list[0]["skill"]["microseconds"] = Value::Null;
    }
    assert_eq!(answered, printed);
    let inspected: Value = desk.json(&["skill", "inspect", "customer-service"]);
    assert_eq!(
        get(&served, "/skills/customer-service")["manifest"],
        inspected["manifest"]
    );
    let agents = get(&served, "/agents");
    let billing = agents.as_array().unwrap().iter();
    let mut billing = billing.filter(|agent| agent["name"] == "billing-department");
    let billing = billing.next().unwrap();
    assert_eq!(
        (&billing["state"], &billing["breaker"], &billing["load"]),
        (&json!("ready"), &json!("closed"), &json!(0))
    );
}

#[test]
fn the_description_names_every_operation_and_each_of_them_is_there() {
    let served = Served::start(&Desk::scripted(""));
    let described = served.send("GET", "/admin/v1/openapi.json", &[], "").json();
    assert_eq!(described["openapi"], "3.1.0");
    let paths = described["paths"].as_object().unwrap();
    assert!(paths.len() >= 25, "{}", paths.len());
    for (path, methods) in paths {
        let path = path.replace(['{', '}'], "");
        for method in methods.as_object().unwrap().keys() {
            let refused = served.send(&method.to_uppercase(), &path, &[], "");
            assert_eq!(refused.status, 401, "{method} {path}: {refused:?}");
        }
    }
}

#[test]
fn handoffs_of_a_period_and_money_are_told() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    says(&served, "I was charged twice for order 4321");
    let flow = get(&served, "/handoffs/flow");
    let stream = &flow["streams"][0];
    assert_eq!(
        (&stream["target"], &stream["handoffs"]),
        (&json!("billing-department"), &json!(1))
    );
    let before = get(
        &served,
        "/handoffs/flow?since=2020-01-01T00:00:00Z&until=2020-01-02T00:00:00Z",
    );
    assert_eq!(before["streams"], json!([]));
    let credit = json!({ "user": "c-1001", "amount": "5 USD", "key": "k" });
    post(&served, "/ledger/credit", &credit);
    post(&served, "/ledger/credit", &credit);
    let printed: Value = desk.json(&["ledger", "balance", "--user", "c-1001"]);
    assert_eq!(get(&served, "/ledger/balance?user=c-1001"), printed);
    assert_eq!(
        get(&served, "/ledger/entries?user=c-1001")
            .as_array()
            .unwrap()
            .len(),
        1
    );
    let nothing = ask(
        &served,
        "POST",
        "/ledger/credit",
        r#"{"user":"a","amount":"0 USD"}"#,
    );
    assert_eq!(nothing.status, 400);
}

#[test]
fn what_was_said_is_exported_and_deleted() {
    let desk = Desk::example("customer-service");
    let served = Served::start(&desk);
    let id = says(&served, "I was charged twice for order 4321");
    let exported = get(&served, &format!("/conversations/{id}/export"));
    assert_eq!(
        exported["conversations"][0]["messages"][0]["content"],
        "I was charged twice for order 4321"
    );
    assert_eq!(
        ask(&served, "DELETE", &format!("/conversations/{id}"), "").json(),
        json!({ "deleted": [id] })
    );
    assert_eq!(get(&served, "/conversations"), json!([]));
    assert_eq!(
        ask(&served, "GET", &format!("/conversations/{id}/export"), "").status,
        404
    );
}
