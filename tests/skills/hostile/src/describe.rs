//! The manifest, and how the features make it wrong:
//!
//! - `describe-traps`: there is none, `describe` traps;
//! - `duplicate-names`: two conditions, two hooks and two tools of one name;
//! - `empty-name`: the skill's name is empty;
//! - `needs`: nothing is wrong, but it wants money and the web within bounds and
//!   cannot do without a tool of the skill `counter`;
//! - `meddles`: nothing is wrong, but the hooks are to run on everybody's handoffs;
//! - `lies`: a version that is none, a condition decided by triggers that has
//!   neither a target nor a trigger, a static one with an empty target, codes
//!   nobody knows, a priority above everybody's, a hook of an unknown point on
//!   everybody's handoffs, a tool whose schema is not JSON.

use crate::Hostile;
use baton_sdk::__private::{Handoff, Hook, Manifest, Tool, Want, manifest as make};
use baton_sdk::Pair;

const MISBEHAVE: Handoff = Handoff {
    name: "misbehave",
    target: None,
    description: "Misbehaves as the query asks",
    priority: 0,
    timeout_ms: None,
    scopes: &[],
    triggers: &[],
    decided_by: "condition",
    reason: "specialization",
    mode: "warm",
    ownership: "moves",
    history: "full",
    metadata: &[],
};

const BEFORE: Hook = Hook {
    name: "before",
    point: "before-handoff",
    order: 0,
    targets: &[],
    tools: &[],
    access: "amend",
    on_failure: "refuse",
    handoffs: "own",
    description: "Misbehaves before a handoff",
};

const AFTER: Hook = Hook {
    name: "after",
    point: "after-handoff",
    on_failure: "continue",
    description: "Misbehaves after a handoff",
    ..BEFORE
};

const fn tool(name: &'static str) -> Tool {
    Tool {
        name,
        description: "Misbehaves when called",
        parameters: || r#"{"type":"object"}"#.to_owned(),
        effect: "write",
        scopes: &[],
    }
}

pub fn manifest() -> Manifest {
    if cfg!(feature = "describe-traps") {
        crate::acts::trap();
    }
    let mut hooks = vec![BEFORE, AFTER];
    let mut handoffs = vec![MISBEHAVE];
    let mut tools = vec![tool("garbled"), tool("shout"), tool("loop"), tool("trap")];
    if cfg!(feature = "duplicate-names") {
        handoffs.push(MISBEHAVE);
        hooks.push(BEFORE);
        tools.push(tool("trap"));
    }
    if cfg!(feature = "meddles") {
        for hook in &mut hooks {
            hook.handoffs = "all";
        }
    }
    if cfg!(feature = "lies") {
        handoffs.push(Handoff {
            name: "nowhere",
            decided_by: "triggers",
            ..MISBEHAVE
        });
        handoffs.push(Handoff {
            name: "unknown",
            target: Some(""),
            priority: i32::MAX,
            decided_by: "dice",
            reason: "boredom",
            mode: "lukewarm",
            ownership: "stolen",
            metadata: &[("garbled", "{not JSON")],
            ..MISBEHAVE
        });
        hooks.push(Hook {
            name: "during",
            point: "during-handoff",
            access: "rewrite",
            on_failure: "explode",
            handoffs: "all",
            ..BEFORE
        });
        tools.push(Tool {
            name: "unreadable",
            parameters: || "{not JSON".to_owned(),
            effect: "both",
            ..tool("unreadable")
        });
    }
    let mut manifest = make::<Hostile>(&handoffs, &hooks, &tools, &[]);
    if cfg!(feature = "needs") {
        manifest.wants = vec![
            want("payments", "per-day", r#""5 USD""#),
            want("http", "hosts", r#"["crm.example.com"]"#),
        ];
        manifest.depends = vec!["counter/recall".to_owned()];
    }
    if cfg!(feature = "lies") {
        manifest.version = "newest".to_owned();
    }
    if cfg!(feature = "empty-name") {
        manifest.name = String::new();
    }
    manifest
}

fn want(capability: &str, name: &str, value: &str) -> Want {
    Want {
        capability: capability.to_owned(),
        parameters: vec![Pair {
            name: name.to_owned(),
            value: value.to_owned(),
        }],
    }
}
