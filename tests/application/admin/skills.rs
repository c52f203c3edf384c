//! Skills that come and go while the desk works.

use serde_json::json;

use super::*;
use crate::support::skills;

#[test]
fn a_skill_is_uploaded_granted_and_taken_back_while_the_desk_works() {
    let desk = Desk::example("customer-service");
    let bytes = std::fs::read(desk.path("skills/customer-service.wasm")).unwrap();
    std::fs::remove_file(desk.path("skills/customer-service.wasm")).unwrap();
    let served = Served::start(&desk);
    let bearer = format!("Bearer {}", served.operator());
    let put = |file: &str, bytes: &[u8]| {
        served.send_bytes(
            "PUT",
            &format!("/admin/v1/skill-files/{file}"),
            &[("authorization", &bearer)],
            bytes,
        )
    };
    let uploaded = put("customer-service.wasm", &bytes);
    assert_eq!(uploaded.status, 200, "{uploaded:?}");
    assert_eq!(uploaded.json()["manifest"]["name"], "customer-service");
    let answer = served.says("I was charged twice for order 4321");
    assert_eq!(answer.header("x-baton-agent"), Some("billing-department"));
    let double = put("another.wasm", &bytes);
    assert_eq!(double.status, 422, "{double:?}");
    assert!(!desk.path("skills/another.wasm").exists());
    let granted = post(
        &served,
        "/skills/customer-service/grant",
        &json!({ "grants": ["agents"] }),
    );
    assert!(
        granted["granted"]
            .as_array()
            .unwrap()
            .contains(&json!("agents")),
        "{granted}"
    );
    let revoked = ask(
        &served,
        "POST",
        "/skills/customer-service/revoke",
        r#"{"grants":["agents"]}"#,
    );
    assert!(matches!(revoked.status, 200 | 409), "{revoked:?}");
    let wrong = ask(
        &served,
        "POST",
        "/skills/customer-service/grant",
        r#"{"grants":["everything"]}"#,
    );
    assert_eq!(wrong.status, 400, "{wrong:?}");
}

#[test]
fn an_upload_whose_name_leads_elsewhere_or_that_is_no_skill_leaves_nothing_behind() {
    let desk = Desk::scripted("");
    let served = Served::start(&desk);
    let bearer = format!("Bearer {}", served.operator());
    let component = skills::hostile();
    for name in [
        "..%2Fevil.wasm",
        "%2Fevil.wasm",
        "..%5Cevil.wasm",
        ".evil.wasm",
        "evil.sh",
        "%2e%2e",
        "a%00.wasm",
        ".wasm",
        "skills%2F..%2F..%2Fevil.wasm",
    ] {
        let path = format!("/admin/v1/skill-files/{name}");
        let refused = served.send_bytes("PUT", &path, &[("authorization", &bearer)], &component);
        assert!(matches!(refused.status, 400 | 404), "{name}: {refused:?}");
    }
    for wrong in [&b"no wasm at all"[..], &component[..component.len() / 2]] {
        let path = "/admin/v1/skill-files/wrong.wasm";
        let refused = served.send_bytes("PUT", path, &[("authorization", &bearer)], wrong);
        assert_eq!(refused.status, 422, "{refused:?}");
    }
    let left: Vec<_> = std::fs::read_dir(desk.path("skills")).unwrap().collect();
    assert!(left.is_empty(), "{left:?}");
    assert!(!desk.path("evil.wasm").exists());
}

#[test]
fn a_quarantine_is_lifted_and_the_skill_asked_again() {
    let desk = Desk::scripted("").skill("hostile.wasm", skills::hostile());
    let served = Served::start(&desk);
    for _ in 0..5 {
        says(&served, "trap");
    }
    let lifted = post(&served, "/skills/hostile/lift-quarantine", &json!({}));
    assert_eq!(lifted["lifted"], true, "{lifted}");
    let again = post(&served, "/skills/hostile/lift-quarantine", &json!({}));
    assert_eq!(again["lifted"], false);
    assert_eq!(served.says("plain").header("x-baton-agent"), Some("target"));
}
