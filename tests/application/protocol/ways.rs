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

const PATHS: &str = "policy.paths = { desk = ['other', 'broken'] }\n\
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
    for (policy, expert) in [
        (PATHS, ""),
        ("", "scopes = ['vip']"),
        ("", "price = '5 USD'"),
    ] {
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
    for (policy, expert) in [
        (PATHS, ""),
        ("", "scopes = ['vip']"),
        ("", "price = '5 USD'"),
    ] {
        let desk = desk(WAYS[0], policy, expert);
        desk.say_in("c", "hello");
        let order = ["handoff", "c", "expert", "--task", "look at it"];
        desk.baton(&order);
        assert!(!reached(&desk), "{policy} {expert}");
    }
}
