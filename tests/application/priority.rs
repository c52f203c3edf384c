//! Of several verdicts, the same one always wins: by priority, then confidence,
//! then name.

use crate::support::{
    desk::Desk,
    shapes::Answer,
    skills::{self, bundled, counter},
};

const AGENTS: &str = r#"
[agents.finance-expert]
kind = "scripted"
[agents.first-agent]
kind = "scripted"
[agents.medical-assistant]
kind = "scripted"
"#;

/// With `finance`, which declares a high priority, and `counter`, which is
/// before it by name.
fn desk(more: &str) -> Desk {
    Desk::scripted(&format!("{AGENTS}\n{more}"))
        .skill("finance.wasm", bundled("finance"))
        .skill("counter.wasm", counter(""))
}

#[test]
fn a_high_priority_counts_for_nothing_without_the_grant() {
    let desk = desk("");
    assert_eq!(desk.say("count my stock").agent, "first-agent");
    let explained = desk.explain("count my stock");
    let finance = explained.of("finance");
    assert_eq!(
        (finance.verdict.as_str(), finance.priority),
        ("outranked", 0)
    );
    assert!(
        finance
            .why
            .contains("priority 100 needs the grant `priority`"),
        "{finance:?}"
    );
}

#[test]
fn a_high_priority_wins_with_the_grant() {
    let desk = desk("[skills.finance]\ngrants = ['priority']");
    assert_eq!(desk.say("count my stock").agent, "finance-expert");
    let explained = desk.explain("count my stock");
    assert_eq!(
        (
            explained.of("finance").priority,
            explained.of("finance").verdict.as_str()
        ),
        (100, "won")
    );
    assert_eq!(explained.of("counter").why, "priority 0 is below 100");
}

#[test]
fn of_equal_priorities_the_higher_confidence_wins_whatever_the_names() {
    let desk = Desk::scripted(AGENTS)
        .skill("hostile.wasm", skills::hostile())
        .skill("router.wasm", bundled("router"));
    assert_eq!(
        desk.say("unsure about a medical thing").agent,
        "medical-assistant"
    );
    let explained = desk.explain("unsure about a medical thing");
    assert_eq!(explained.of("hostile").confidence, Some(0.5));
    assert_eq!(explained.of("hostile").why, "confidence 0.50 is below 1.00");
}

#[test]
fn of_equal_priorities_and_confidences_the_first_name_wins_whatever_the_files_are_called() {
    let desk = Desk::scripted(AGENTS)
        .skill("a.wasm", bundled("router"))
        .skill("b.wasm", skills::hostile());
    assert_eq!(desk.say("plain medical").agent, "target");
    let explained = desk.explain("plain medical");
    let why = &explained.of("router").why;
    assert_eq!(
        why,
        "equal in priority and confidence; hostile/misbehave comes first by name"
    );
}

#[test]
fn a_low_priority_gives_way_and_needs_no_grant() {
    let desk = Desk::scripted("[agents.office]\nkind = 'scripted'")
        .skill("counter.wasm", counter(""))
        .skill("hostile.wasm", skills::hostile());
    let answer: Answer = desk.json(&["run", "--scope", "operator", "plain to the office"]);
    assert_eq!(answer.agent, "target");
}
