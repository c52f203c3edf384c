//! Does what a skill must not do, for the host's tests.
//!
//! Its one condition, `misbehave` (dynamic, without triggers), acts on the first
//! of these words in the query's text:
//!
//! | word | what `evaluate` does |
//! |---|---|
//! | `loop` | never returns |
//! | `trap` | executes `unreachable` |
//! | `panic` | panics |
//! | `recurse`, `descend` | calls itself without end, with frames in memory or none |
//! | `allocate` | fills memory until there is no more, then traps |
//! | `flood` | writes 100,000 lines of 1 kB to the log, then hands off to `target` |
//! | `ask` | asks for the conversation's messages without end |
//! | `nobody` | names `no-such-agent` |
//! | `nameless` | names the agent "" |
//! | `many` | returns three verdicts more than asked for |
//! | `few` | returns no verdict |
//! | `nan`, `seven` | hands off to `target` with confidence NaN or 7.0 |
//! | `unsure` | hands off to `target` with confidence 0.5, which is no misdeed |
//! | `verbose` | hands off to `target` with 100 MB of instructions |
//! | `garbled` | hands off to `target` with a finding that is not JSON |
//! | `hidden` | hands off to `target`, with control characters in reason and instructions |
//!
//! With the words below it hands off to `target` like a good skill, and a hook
//! acts (`before` is hook 0, `after` hook 1):
//!
//! | word | what the hook does |
//! |---|---|
//! | `refuse` | `before` refuses with `unavailable` |
//! | `before-trap`, `before-loop`, `before-panic` | `before` does that |
//! | `before-garbled` | `before` adds a finding that is not JSON |
//! | `before-reply` | `before` replaces the reply, which is for after-hooks |
//! | `after-trap`, `after-loop` | `after` does that |
//! | `shout` | `after` replaces the reply by one of 100 MB |
//! | `plain` | neither does anything |
//!
//! Tools: `garbled` returns what is not JSON, `shout` returns 100 MB, `loop` and
//! `trap` do that. Manifests that are wrong: see the features in `describe`.

mod acts;
mod describe;

use acts::huge;
use baton_sdk::__private::{
    Caller, HandoffContext, Manifest, Outcome, Patch, Query, Refusal, Skill, ToolError, Verdict,
};
use baton_sdk::{Pair, Replacement};

/// Misbehaves as its reader wishes.
#[baton_sdk::skill]
pub struct Hostile;

// What `#[skill]` would write; by hand, as it cannot be made to lie.
impl Skill for Hostile {
    fn describe() -> Manifest {
        describe::manifest()
    }

    fn evaluate(query: &Query, handoffs: &[u32]) -> Vec<Verdict> {
        let asked = handoffs.len();
        match acts::find(&query.text) {
            Some("many") => vec![acts::hand_off(); asked + 3],
            Some("few") => Vec::new(),
            Some(word) => vec![acts::verdict(word); asked],
            None => vec![Verdict::Pass; asked],
        }
    }

    fn before_handoff(_: u32, context: &HandoffContext) -> Result<Patch, Refusal> {
        let mut patch = nothing();
        match acts::find(&context.original_task) {
            Some("refuse") => return Err(baton_sdk::Refusal::unavailable("not today").into()),
            Some("before-trap") => acts::trap(),
            Some("before-loop") => acts::spin(),
            Some("before-panic") => panic!("as asked, before the handoff"),
            Some("before-garbled") => patch.findings.push(acts::garbled()),
            Some("before-reply") => patch.replace = Some(reply("too early".to_owned())),
            _ => {}
        }
        Ok(patch)
    }

    fn after_handoff(_: u32, context: &HandoffContext, _: &Outcome) -> Result<Patch, Refusal> {
        let mut patch = nothing();
        match acts::find(&context.original_task) {
            Some("after-trap") => acts::trap(),
            Some("after-loop") => acts::spin(),
            Some("shout") => patch.replace = Some(reply(huge())),
            _ => {}
        }
        Ok(patch)
    }

    fn call(name: &str, _: &str, _: &Caller) -> Result<String, ToolError> {
        match name {
            "garbled" => Ok("{not JSON".to_owned()),
            "shout" => Ok(acts::huge_json()),
            "loop" => acts::spin(),
            _ => acts::trap(),
        }
    }
}

fn nothing() -> Patch {
    baton_sdk::Patch::new().into()
}

fn reply(reply: String) -> Replacement {
    Replacement {
        reply,
        agent: None,
        fallback: false,
        extra: Vec::<Pair>::new(),
    }
}

#[cfg(target_arch = "wasm32")]
mod exports {
    use super::Hostile;
    use baton_sdk::__private::{concludes, describes, prepares, routes, serves_tools};

    describes::export_manifest!(Hostile);
    routes::export_router!(Hostile);
    prepares::export_before_handoff!(Hostile);
    concludes::export_after_handoff!(Hostile);
    serves_tools::export_tools!(Hostile);
}
