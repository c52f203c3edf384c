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
