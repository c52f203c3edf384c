//! What Prometheus reads.

use crate::support::{desk::Desk, served::Served, skills};

/// The value of the one row that begins like this.
#[track_caller]
fn value(text: &str, begins: &str) -> f64 {
    let mut rows = text.lines().filter_map(|line| line.strip_prefix(begins));
    match (rows.next(), rows.next()) {
        (Some(rest), None) => rest.trim().parse().unwrap(),
        _ => panic!("not one `{begins}` in\n{text}"),
    }
}

#[test]
fn turns_handoffs_agents_and_skills_are_counted() {
    let more = "[agents.broken]\nkind = 'scripted'\nscript = 'fail'\n[[rules]]\ntarget = 'broken'\nkeywords = ['go']";
    let served = Served::start(&Desk::scripted(more).skill("hostile.wasm", skills::hostile()));
    for text in ["plain", "plain", "go", "hello", "loop"] {
        served.says(text);
    }
    let received = served.send("GET", "/metrics", &[], "");
    let text = received.body.as_str();
    let kind = received.header("content-type").unwrap();
    assert!(kind.starts_with("application/openmetrics-text"), "{kind}");
    assert!(text.ends_with("# EOF\n"), "{text}");
    assert_eq!(value(text, "baton_turn_seconds_count{} "), 5.0);
    assert_eq!(
        value(text, "baton_turn_answered_total{stand_in=\"agent\"} "),
        1.0
    );
    let answered = "baton_handoffs_total{reason=\"specialization\",end=\"answered\"} ";
    assert_eq!(value(text, answered), 2.0);
    let failed = "baton_handoffs_total{reason=\"specialization\",end=\"failed\"} ";
    assert_eq!(value(text, failed), 1.0);
    assert_eq!(
        value(text, "baton_agent_seconds_count{agent=\"target\"} "),
        2.0
    );
    assert_eq!(
        value(text, "baton_agent_failures_total{agent=\"broken\"} "),
        1.0
    );
    assert_eq!(value(text, "baton_agent_in_flight{agent=\"target\"} "), 0.0);
    assert_eq!(
        value(text, "baton_agent_breaker_open{agent=\"broken\"} "),
        0.0
    );
    assert!(value(text, "baton_skill_seconds_count{skill=\"hostile\"} ") >= 3.0);
    assert_eq!(
        value(text, "baton_skill_kills_total{skill=\"hostile\"} "),
        1.0
    );
    assert_eq!(
        value(text, "baton_skill_quarantined{skill=\"hostile\"} "),
        0.0
    );
}

#[test]
fn a_skill_in_quarantine_is_seen_in_the_figures() {
    let served = Served::start(&Desk::scripted("").skill("hostile.wasm", skills::hostile()));
    for _ in 0..5 {
        served.says("trap");
    }
    let text = served.send("GET", "/metrics", &[], "").body;
    assert_eq!(
        value(&text, "baton_skill_quarantined{skill=\"hostile\"} "),
        1.0
    );
    assert_eq!(
        value(&text, "baton_skill_faults_total{skill=\"hostile\"} "),
        5.0
    );
    assert_eq!(
        value(&text, "baton_skill_kills_total{skill=\"hostile\"} "),
        0.0
    );
}

#[test]
fn where_tokens_are_named_the_figures_are_for_operators() {
    let tokens = "[serve.tokens.shop]\nenv = 'SHOP_TOKEN'\nmay = ['talk']";
    let served = Served::start(&Desk::scripted(tokens));
    assert_eq!(served.send("GET", "/metrics", &[], "").status, 401);
    let talker = [("authorization", "Bearer sesame")];
    assert_eq!(served.send("GET", "/metrics", &talker, "").status, 403);
    let bearer = format!("Bearer {}", served.operator());
    let operator = [("authorization", bearer.as_str())];
    assert_eq!(served.send("GET", "/metrics", &operator, "").status, 200);
}
