//! Why a message goes where it goes, without anything being done about it.

use crate::support::{
    desk::Desk,
    skills::{bundled, counter, hostile},
};

const AGENTS: &str = r#"
[agents.finance-expert]
kind = "scripted"
[agents.first-agent]
kind = "scripted"
[agents.legal-advisor]
kind = "scripted"
"#;

fn desk() -> Desk {
    Desk::scripted(AGENTS)
        .skill("counter.wasm", counter(""))
        .skill("finance.wasm", bundled("finance"))
        .skill("hostile.wasm", hostile())
        .skill("router.wasm", bundled("router"))
}

#[test]
fn every_skills_verdict_is_shown_with_its_time_and_why_it_won_lost_or_was_not_asked() {
    let explained = desk().explain("count my stock");
    assert_eq!(
        (explained.decision.as_str(), explained.target.as_str()),
        ("hand-off", "first-agent")
    );
    let row = |skill: &str| {
        let row = explained.of(skill);
        (
            row.verdict.as_str(),
            row.target.as_deref(),
            row.microseconds.is_some(),
        )
    };
    assert_eq!(row("counter"), ("won", Some("first-agent"), true));
    assert_eq!(row("finance"), ("outranked", Some("finance-expert"), true));
    assert_eq!(row("hostile"), ("pass", None, true));
    assert_eq!(row("router"), ("not-triggered", None, false));
    assert_eq!(
        explained.of("counter").why,
        "first by priority, confidence and name"
    );
    assert!(explained.of("finance").why.contains("comes first by name"));
    assert_eq!(
        explained.of("router").why,
        r#"none of "legal", "medical", "technical" occurs"#
    );
    assert_eq!(
        explained.conditions[0].skill, "counter",
        "the winner comes first"
    );
}

#[test]
fn the_same_is_shown_to_people() {
    desk().baton(&["explain", "count my stock"]).ok().shows(&[
        "counter/count",
        "won → first-agent",
        "outranked → finance-expert",
        "not triggered",
        "desk would hand over to first-agent",
    ]);
}

#[test]
fn a_message_that_no_skill_wants_stays_and_it_says_so() {
    let desk = desk();
    let explained = desk.explain("good morning");
    assert_eq!(
        (explained.decision.as_str(), explained.target.as_str()),
        ("stay", "desk")
    );
    desk.baton(&["explain", "good morning"])
        .ok()
        .shows(&["desk would answer: no condition holds that may be followed"]);
}

#[test]
fn a_skill_that_fails_and_one_that_says_nonsense_are_shown_with_what_was_wrong() {
    let desk = desk();
    let faulted = desk.explain("trap");
    assert_eq!(faulted.of("hostile").verdict, "faulted");
    assert!(
        faulted.of("hostile").why.contains("unreachable"),
        "{faulted:#?}"
    );
    let invalid = desk.explain("nan");
    assert_eq!(invalid.of("hostile").verdict, "invalid");
    let rejected = desk.explain("nobody");
    assert_eq!(rejected.of("hostile").verdict, "rejected");
    assert_eq!(
        rejected.of("hostile").why,
        "there is no agent `no-such-agent`"
    );
}

#[test]
fn nothing_is_stored_and_nobody_is_asked_to_answer() {
    let desk = Desk::scripted("[agents.first-agent]\nkind = 'human'").skill("c.wasm", counter(""));
    let _: serde_json::Value = desk.json(&["explain", "--conversation", "c", "count"]);
    desk.baton(&["events", "c"])
        .with_code(1)
        .complains(&["there is no conversation `c`"]);
    desk.baton(&["ticket", "list"])
        .ok()
        .shows(&["No ticket is open."]);
    assert_eq!(desk.say_in("c", "count").turn, 1);
}

#[test]
fn of_many_skills_that_were_not_asked_the_number_is_shown_and_all_of_them_if_wished() {
    let mut desk = desk();
    let finance = bundled("finance");
    for number in 100..120 {
        let name = format!("fin-{number}");
        let other = crate::support::skills::renamed(&finance, "finance", &name);
        desk = desk.skill(&format!("{name}.wasm"), other);
    }
    let short = desk.baton(&["explain", "count"]).ok();
    assert!(!short.stdout.contains("fin-110"), "{}", short.stdout);
    short.shows(&["conditions not asked", "--all lists them"]);
    desk.baton(&["explain", "--all", "count"])
        .ok()
        .shows(&["fin-110", "fin-119"]);
}

/// What is on record of one condition.
#[derive(serde::Deserialize)]
struct Condition {
    skill: String,
    verdict: String,
    target: Option<String>,
    microseconds: Option<u64>,
    why: String,
}

/// What is on record of a turn.
#[derive(serde::Deserialize)]
#[serde(rename_all = "kebab-case")]
struct Recalled {
    decision: String,
    target: Option<String>,
    why: String,
    conditions: Vec<Condition>,
    steps: Vec<serde_json::Value>,
}

fn recall(desk: &Desk, turn: &str) -> Recalled {
    desk.json(&["explain", "--conversation", "c", "--turn", turn])
}

/// What came of each condition, without the times.
fn came(recalled: &Recalled) -> Vec<(&str, &str, Option<&str>)> {
    let conditions = recalled.conditions.iter();
    conditions
        .map(|c| (c.skill.as_str(), c.verdict.as_str(), c.target.as_deref()))
        .collect()
}

#[test]
fn a_past_turn_tells_from_the_record_who_lost_who_passed_and_how_long_each_took() {
    let desk = desk();
    desk.say_in("c", "count my stock");
    // The skills are gone; the record is not.
    for file in ["counter.wasm", "finance.wasm", "hostile.wasm"] {
        std::fs::remove_file(desk.path(format!("skills/{file}"))).unwrap();
    }
    let recalled = recall(&desk, "1");
    assert_eq!(
        came(&recalled),
        [
            ("counter", "won", Some("first-agent")),
            ("finance", "outranked", Some("finance-expert")),
            ("hostile", "pass", None),
        ]
    );
    assert!(recalled.conditions.iter().all(|c| c.microseconds.is_some()));
    assert!(recalled.conditions[1].why.contains("comes first by name"));
    assert_eq!(recalled.decision, "hand-off");
    assert_eq!(recalled.target.as_deref(), Some("first-agent"));
    let micros: Vec<u64> = recalled
        .steps
        .iter()
        .map(|step| step["microseconds"].as_u64().unwrap())
        .collect();
    assert!(micros.is_sorted() && micros.len() > 4, "{micros:?}");
    desk.baton(&["explain", "--conversation", "c", "--turn", "1"])
        .ok()
        .shows(&[
            "outranked → finance-expert",
            "turn.answered",
            "first-agent answered",
        ]);
    desk.baton(&["history", "c"])
        .ok()
        .shows(&["not finance/", "→ finance-expert: outranked"]);
}

#[test]
fn a_turn_whose_only_condition_was_followed_records_nothing_more_and_is_still_explained() {
    let desk = Desk::scripted(AGENTS).skill("finance.wasm", bundled("finance"));
    desk.say_in("c", "what of my stock?");
    let events = desk.baton(&["events", "c"]).ok();
    assert!(
        !events.stdout.contains("verdicts.weighed"),
        "{}",
        events.stdout
    );
    let recalled = recall(&desk, "1");
    assert_eq!(
        came(&recalled),
        [("finance", "won", Some("finance-expert"))]
    );
    assert!(recalled.conditions[0].microseconds.is_some());
}

#[test]
fn a_condition_that_may_not_be_followed_failed_or_passed_says_so_on_record() {
    let desk = desk();
    desk.say_in("c", "nobody");
    desk.say_in("c", "trap");
    desk.say_in("c", "good morning");
    let rejected = recall(&desk, "1");
    assert_eq!(
        came(&rejected),
        [("hostile", "rejected", Some("no-such-agent"))]
    );
    assert_eq!(
        rejected.conditions[0].why,
        "there is no agent `no-such-agent`"
    );
    assert_eq!(rejected.decision, "stay");
    assert_eq!(recall(&desk, "2").conditions[0].verdict, "faulted");
    let passed = recall(&desk, "3");
    assert_eq!(came(&passed), [("hostile", "pass", None)]);
    assert_eq!(passed.why, "no condition held that may be followed");
}

#[test]
fn a_rule_that_came_first_is_why_no_skill_was_asked() {
    let rule = "[[rules]]\nname = 'stocks'\ntarget = 'finance-expert'\nkeywords = ['stock']";
    let desk = Desk::scripted(&format!("{AGENTS}{rule}")).skill("c.wasm", counter(""));
    desk.say_in("c", "count my stock");
    let recalled = recall(&desk, "1");
    assert!(recalled.conditions.is_empty());
    assert!(
        recalled.why.contains("rule stocks came first"),
        "{}",
        recalled.why
    );
}

#[test]
fn a_turn_that_never_was_has_no_record() {
    let desk = desk();
    desk.say_in("c", "good morning");
    desk.baton(&["explain", "--conversation", "c", "--turn", "7"])
        .with_code(1)
        .complains(&["nothing is on record of turn 7"]);
    desk.baton(&["explain", "--turn", "1"])
        .with_code(2)
        .complains(&["--conversation"]);
}
