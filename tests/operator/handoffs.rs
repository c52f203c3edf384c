//! What an operator sees of handoffs: what a target was told, and how the
//! conversation came to whoever has it.

use std::{
    fs,
    time::{Duration, Instant},
};

use serde_json::Value;

use crate::support::{desk::Desk, program::PATIENCE};

/// A chain of three: the desk hands to triage, triage escalates to the target.
const CHAIN: &str = r#"
entry    = "desk"
fallback = "assistant"

[agents.desk]
kind    = "scripted"
script  = "hand-to"
hand-to = "triage"

[agents.triage]
kind    = "scripted"
script  = "hand-to"
hand-to = "target"
reason  = "escalation"

[agents.target]
kind  = "scripted"
reply = "{instructions}"

[agents.broken]
kind         = "scripted"
script       = "fail"
reply        = "no database"
alternatives = ["target"]

[agents.assistant]
kind = "scripted"
"#;

fn chain() -> Desk {
    Desk::new(CHAIN)
}

#[test]
fn the_context_of_a_handoff_is_shown_with_the_instructions_its_target_was_given() {
    let desk = chain();
    let told = desk.say_in("c", "Where is my money?").reply;
    let shown: Value = desk.json(&["context", "show", "--conversation", "c"]);
    assert_eq!(shown["instructions"], told);
    assert_eq!(shown["outcome"]["reply"], told);
    let context = &shown["context"];
    assert_eq!(context["version"], 1);
    assert_eq!(context["reason"], "escalation");
    assert_eq!(context["original-task"], "Where is my money?");
    assert_eq!(context["chain"], serde_json::json!(["desk", "triage"]));
    let handoff = context["id"].as_str().unwrap();
    desk.baton(&["context", "show", handoff]).ok().shows(&[
        "original-task",
        "Where is my money?",
        told.trim(),
    ]);
}

#[test]
fn a_handoff_that_is_not_there_is_an_error_that_names_it() {
    let desk = chain();
    desk.baton(&["context", "show", "nothing"])
        .with_code(1)
        .complains(&["nothing"]);
    desk.baton(&["history", "nothing"])
        .with_code(1)
        .complains(&["there is no conversation `nothing`"]);
}

#[test]
fn the_operators_template_is_what_the_target_is_told() {
    let desk = chain().file("words/escalation.md", "Escalated by {{ source }}.\n");
    desk.configure("[templates]\nescalation = 'words/escalation.md'");
    assert_eq!(desk.say("Hello").reply.trim(), "Escalated by triage.");
}

#[test]
fn a_wrong_template_stops_the_start_and_is_shown_with_file_and_line() {
    let desk = chain().file("words/all.md", "one\ntwo {{ sorce }}\n");
    desk.configure("[templates]\ndefault = 'words/all.md'");
    desk.baton(&["run", "Hello"]).with_code(3).complains(&[
        "all.md:2:8",
        "`sorce`",
        "did you mean `source`?",
    ]);
    fs::remove_file(desk.path("words/all.md")).unwrap();
    desk.baton(&["run", "Hello"])
        .with_code(3)
        .complains(&["baton.toml", "words/all.md does not exist"]);
}

#[test]
fn the_history_tells_the_chain_with_reason_confidence_and_end_of_each_handoff() {
    let desk = chain();
    desk.say_in("c", "Hello");
    desk.baton(&[
        "handoff", "c", "broken", "--task", "Refund", "--reason", "recovery",
    ]);
    let links: Vec<Value> = desk.json(&["history", "c"]);
    let told: Vec<(&str, &str, &str, &str)> = links
        .iter()
        .map(|link| {
            let word = |name: &str| link[name].as_str().unwrap();
            (word("source"), word("target"), word("reason"), word("end"))
        })
        .collect();
    assert_eq!(
        told,
        [
            ("desk", "triage", "specialization", "answered"),
            ("triage", "target", "escalation", "answered"),
            ("target", "broken", "recovery", "failed"),
            ("target", "assistant", "recovery", "answered"),
        ]
    );
    assert_eq!(links[1]["decay"], 0.0);
    desk.baton(&["history", "c"]).ok().shows(&[
        "Turn 1",
        "desk → triage  answered",
        "escalation, by agent triage, confidence 100%",
        "target → broken  failed",
        "no database",
        "4 handoffs, 3 answered, 1 failed",
    ]);
}

#[test]
fn the_history_is_drawn_as_a_picture() {
    let desk = chain();
    desk.say_in("c", "Hello");
    let picture = desk.baton(&["history", "c", "--graph"]).ok().stdout;
    assert!(picture.starts_with("<svg xmlns="), "{picture}");
    for part in [">desk<", ">triage<", ">target<", "escalation 100%"] {
        assert!(picture.contains(part), "`{part}` is not in:\n{picture}");
    }
    let file = desk.path("history.svg");
    desk.baton(&["history", "c", "--graph", "-o", file.to_str().unwrap()])
        .ok();
    assert_eq!(fs::read_to_string(file).unwrap(), picture);
}

#[test]
fn a_conversation_without_handoffs_has_an_empty_history() {
    let desk = Desk::scripted("");
    desk.say_in("c", "Hello");
    desk.baton(&["history", "c"])
        .ok()
        .shows(&["Nothing was handed over"]);
    desk.baton(&["history", "c", "--graph"])
        .ok()
        .shows(&["Nothing was handed over"]);
}

#[test]
fn the_handoffs_under_way_are_shown_while_their_targets_work() {
    let desk = Desk::scripted("[agents.slow]\nkind = 'scripted'\nscript = 'hang'");
    desk.say_in("c", "Hello");
    desk.baton(&["history", "--active"])
        .ok()
        .shows(&["No handoff is under way."]);
    let mut working = desk
        .command(&["handoff", "c", "slow", "--task", "Think"])
        .spawn()
        .unwrap();
    let began = Instant::now();
    let active = loop {
        let active: Vec<Value> = desk.json(&["history", "--active"]);
        if !active.is_empty() || began.elapsed() > PATIENCE {
            break active;
        }
        std::thread::sleep(Duration::from_millis(20));
    };
    let shown = desk.baton(&["history", "--active"]).ok();
    let links: Vec<Value> = desk.json(&["history", "c"]);
    working.kill().unwrap();
    working.wait().unwrap();
    assert_eq!(active[0]["target"], "slow");
    shown.shows(&["HANDOFF", "slow", "specialization"]);
    assert_eq!(links[0]["end"], "under-way");
}

#[test]
fn a_handoff_that_succeeded_is_replayed_beside_its_record_and_changes_nothing() {
    let config = "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.expert]\n\
        kind = 'scripted'\nreply = 'It costs 5.'\n[[rules]]\ntarget = 'expert'\nkeywords = ['cost']";
    let desk = Desk::new(config);
    let answer = desk.say_in("c", "what does it cost?");
    let handoff = answer.route[0].handoff.clone().unwrap();
    desk.say_in("c", "thank you");
    let before: Value = desk.json(&["conversation", "export", "c"]);

    let replay: Value = desk.json(&["context", "replay", &handoff]);
    assert_eq!(replay["same"], true);
    assert_eq!(replay["recorded"]["reply"], "It costs 5.");
    fs::write(
        desk.path("baton.toml"),
        config.replace("costs 5", "costs 6"),
    )
    .unwrap();
    let replay: Value = desk.json(&["context", "replay", &handoff]);
    assert_eq!(replay["same"], false);
    assert_eq!(replay["recorded"]["reply"], "It costs 5.");
    assert_eq!(replay["replayed"]["reply"], "It costs 6.");
    desk.baton(&["context", "replay", &handoff]).ok().shows(&[
        "Then",
        "It costs 5.",
        "Now",
        "It costs 6.",
        "They differ.",
    ]);
    let after: Value = desk.json(&["conversation", "export", "c"]);
    assert_eq!(after["conversations"], before["conversations"]);
}

#[test]
fn a_handoff_that_nobody_knows_or_that_has_no_outcome_cannot_be_replayed() {
    let desk = Desk::new(
        "entry = 'desk'\n[agents.desk]\nkind = 'scripted'\n[agents.expert]\nkind = 'scripted'\n\
         script = 'busy'\n[[rules]]\ntarget = 'expert'\nkeywords = ['cost']",
    );
    desk.baton(&["context", "replay", "01J"])
        .with_code(1)
        .complains(&["there is no handoff `01J`", "baton history"]);
    desk.baton(&["run", "--conversation", "c", "what does it cost?"]);
    let history: Vec<Value> = desk.json(&["history", "c"]);
    let handoff = history[0]["handoff"].as_str().unwrap();
    desk.baton(&["context", "replay", handoff])
        .with_code(1)
        .complains(&["has no outcome"]);
}
