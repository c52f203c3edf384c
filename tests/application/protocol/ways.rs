//! What the policy forbids is forbidden on every way to an agent.

use serde_json::Value;

use crate::support::{desk::Desk, skills};

/// How somebody gets to the expert: the words, the desk's own settings, and the
/// rest of the configuration.
const WAYS: [(&str, &str, &str); 8] = [
    ("warm", "", ""),
    ("broadcast", "", ""),
    ("delegate", "", ""),
    ("supervised", "", "policy.supervisor = 'lead'"),
    (
        "by the rule",
        "",
        "[[rules]]\ntarget = 'expert'\nkeywords = ['rule']",
    ),
    ("hello", "", "policy.decider = 'lead'"),
    ("hello", "script = 'hand-to'\nhand-to = 'expert'", ""),
    (
        "it is broken",
        "",
        "[[rules]]\ntarget = 'broken'\nkeywords = ['broken']",
    ),
];

fn desk((_, own, more): (&str, &str, &str), policy: &str, expert: &str) -> Desk {
    Desk::new(&format!(
        "entry = 'desk'\nfallback = 'assistant'\n{policy}\n{more}\n\
         [agents.desk]\nkind = 'scripted'\n{own}\n\
         [agents.assistant]\nkind = 'scripted'\n\
         [agents.other]\nkind = 'scripted'\n\
         [agents.broken]\nkind = 'scripted'\nscript = 'fail'\nalternatives = ['expert']\n\
         [agents.lead]\nkind = 'scripted'\nscript = 'hand-to'\nhand-to = 'expert'\n\
         [agents.expert]\nkind = 'scripted'\n{expert}\n"
    ))
    .skill("modes.wasm", skills::modes())
}

/// What forbids the expert: the policy, its own settings, and what is said then.
const PROHIBITIONS: [(&str, &str, &str); 3] = [
    (PATHS, "", "policy.paths does not let"),
    (
        "",
        "scopes = ['vip']",
        "only for callers with the scope `vip`",
    ),
    ("", "price = '5 USD'", "expert costs 5.00 USD"),
];

const PATHS: &str = "policy.paths = { desk = ['other', 'broken'], other = ['desk'] }\n\
                     policy.escalations = { desk = ['other', 'broken'] }";

/// Whether the expert has answered in the conversation.
fn reached(desk: &Desk) -> bool {
    let shown: Value = desk.json(&["conversation", "show", "c"]);
    let mut said = shown["messages"].as_array().unwrap().iter();
    said.any(|message| message["agent"] == "expert")
}

#[test]
fn without_a_prohibition_every_way_leads_to_the_expert() {
    for way in WAYS {
        let desk = desk(way, "", "");
        desk.say_in("c", way.0);
        assert!(reached(&desk), "{way:?}");
    }
}

#[test]
fn no_way_leads_past_the_paths_the_scopes_or_the_budget() {
    for (policy, expert, _) in PROHIBITIONS {
        for way in WAYS {
            let desk = desk(way, policy, expert);
            // Nobody is told an error; somebody else answers. That it is the
            // stand-in has a code of its own.
            let ran = desk.baton(&["run", "--conversation", "c", way.0]);
            assert!(!ran.stdout.trim().is_empty(), "{way:?}");
            assert!(!reached(&desk), "{way:?} with {policy} {expert}");
        }
    }
}

#[test]
fn an_operators_order_is_held_to_paths_scopes_and_budget_too() {
    for (policy, expert, why) in PROHIBITIONS {
        let desk = desk(WAYS[0], policy, expert);
        desk.say_in("c", "hello");
        let order = ["handoff", "c", "expert", "--task", "look at it"];
        desk.baton(&order);
        assert!(!reached(&desk), "{policy} {expert}");
        // Further down a chain as well; what is not allowed is not begun.
        let chain = ["handoff", "c", "other", "expert", "--task", "look at it"];
        desk.baton(&chain);
        assert!(!reached(&desk), "{policy} {expert}");
        let told = desk.baton(&order);
        let said = format!("{}{}", told.stdout, told.stderr);
        assert!(said.contains(why), "{policy} {expert}: {said}");
    }
}

#[test]
fn a_dead_letter_is_tried_again_under_the_paths_scopes_and_budget_as_they_are_now() {
    for (policy, expert, why) in PROHIBITIONS {
        let broken = desk(WAYS[0], "", "script = 'fail'");
        broken.say_in("c", "warm");
        let letters: Vec<Value> = broken.json(&["deadletter", "list"]);
        let id = letters[0]["context"]["id"].as_str().unwrap();
        // The expert works again, but is not for everybody any more.
        let now = desk(WAYS[0], policy, expert);
        std::fs::copy(now.path("baton.toml"), broken.path("baton.toml")).unwrap();
        let ran = broken.baton(&["deadletter", "retry", id]);
        let said = format!("{}{}", ran.stdout, ran.stderr);
        assert!(said.contains(why), "{policy} {expert}: {said}");
        assert!(!reached(&broken), "{policy} {expert}");
        let left: Vec<Value> = broken.json(&["deadletter", "list"]);
        assert_eq!(left.len(), 1, "{policy} {expert}: {left:#?}");
        assert_eq!(left[0]["context"]["original-task"], "warm");
        // And when it may be done again, it is.
        let again = desk(WAYS[0], "", "");
        std::fs::copy(again.path("baton.toml"), broken.path("baton.toml")).unwrap();
        let id = left[0]["context"]["id"].as_str().unwrap();
        broken.baton(&["deadletter", "retry", id]).ok();
        assert!(reached(&broken), "{policy} {expert}");
        assert_eq!(
            broken.json::<Vec<Value>>(&["deadletter", "list"]),
            Vec::<Value>::new()
        );
    }
}

#[test]
fn a_dead_letter_that_a_limit_keeps_from_being_tried_again_is_not_settled() {
    let broken = desk(WAYS[0], "", "script = 'fail'");
    broken.say_in("c", "warm");
    let letters: Vec<Value> = broken.json(&["deadletter", "list"]);
    let id = letters[0]["context"]["id"].as_str().unwrap();
    let now = desk(WAYS[0], "policy.max-depth = 0", "");
    std::fs::copy(now.path("baton.toml"), broken.path("baton.toml")).unwrap();
    broken.baton(&["deadletter", "retry", id]).ok();
    assert!(!reached(&broken));
    assert_eq!(broken.json::<Vec<Value>>(&["deadletter", "list"]), letters);
    assert_eq!(broken.count("c", "deadletter.retried"), 0);
}

#[test]
fn no_way_leads_deeper_than_the_depth() {
    // Nobody hands over at all, whoever wants it.
    for way in WAYS {
        let desk = desk(way, "policy.max-depth = 0", "");
        desk.baton(&["run", "--conversation", "c", way.0]);
        assert!(!reached(&desk), "{way:?}");
    }
    // One step is one step: who is handed to cannot go on, not by delegating either.
    for more in ["", "reason = 'delegation'"] {
        let expert = format!("script = 'hand-to'\nhand-to = 'other'\n{more}");
        let desk = desk(WAYS[0], "policy.max-depth = 1", &expert);
        let answer = desk.say_in("c", "warm");
        assert_eq!(answer.agent, "expert");
        assert!(answer.reply.contains("at most 1 handoffs"), "{answer:#?}");
    }
}
