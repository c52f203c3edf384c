//! What `#[skill]` implements, and how it becomes the exports of a component.

use crate::bindings::{
    concludes::exports::baton::skill::after_handoff,
    describes::exports::baton::skill::manifest,
    prepares::exports::baton::skill::before_handoff,
    routes::exports::baton::skill::router,
    serves_tools::exports::baton::skill::tools,
    types::{HandoffContext, Outcome, Patch, Query, Refusal, Verdict},
};
use crate::error::ToolError;
use crate::tool::Caller;

/// What `#[skill]` on the struct says.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a skill",
    label = "write `#[skill]` above `struct {Self}`, too"
)]
pub trait Identity {
    const NAME: &'static str;
    const VERSION: &'static str;
    const DESCRIPTION: &'static str;
    const STATE_VERSION: u32;
    const DEPENDS: &'static [&'static str];
    const WANTS: &'static [Wants];

    /// JSON Schema of the configuration that it reads.
    fn config_schema() -> Option<String> {
        None
    }
}

/// A capability that the skill would use, and a bound of that.
pub struct Wants {
    pub capability: &'static str,
    pub parameter: &'static str,
    /// As JSON.
    pub value: &'static str,
}

/// How the struct's fields come out of the conversation and go back.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a skill",
    label = "write `#[skill]` above `struct {Self}`, too"
)]
pub trait Memory: Sized {
    /// What `keep` needs to see whether anything has changed.
    type Kept;

    /// Whether there is anything to recall and keep.
    const REMEMBERS: bool;

    fn recall() -> (Self, Self::Kept);
    fn keep(&self, kept: Self::Kept);
}

/// What `#[skill]` on the `impl` block makes of its functions.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no conditions, hooks or tools",
    label = "write `#[skill]` above its `impl` block, too"
)]
pub trait Skill: Sized {
    /// Whether a panic is reported before it traps, for which the component
    /// has to import `log`.
    const REPORTS_PANICS: bool = true;

    fn describe() -> manifest::Skill;

    fn evaluate(_query: &Query, _handoffs: &[u32]) -> Vec<Verdict> {
        Vec::new()
    }

    fn before_handoff(hook: u32, _context: &HandoffContext) -> Result<Patch, Refusal> {
        Err(no_such_hook(hook))
    }

    fn after_handoff(
        hook: u32,
        _context: &HandoffContext,
        _outcome: &Outcome,
    ) -> Result<Patch, Refusal> {
        Err(no_such_hook(hook))
    }

    fn call(name: &str, _arguments: &str, _caller: &Caller) -> Result<String, ToolError> {
        Err(no_such_tool(name))
    }
}

pub fn no_such_hook(hook: u32) -> Refusal {
    crate::patch::Refusal::other(format!("this skill has no hook {hook} of this kind")).into()
}

pub fn no_such_tool(name: &str) -> ToolError {
    ToolError::unknown_tool(name)
}

/// One verdict for each position asked for, in that order.
pub fn verdicts(handoffs: &[u32], mut verdict: impl FnMut(u32) -> Verdict) -> Vec<Verdict> {
    let mut verdicts = Vec::with_capacity(handoffs.len());
    for &handoff in handoffs {
        verdicts.push(verdict(handoff));
    }
    verdicts
}

/// A condition on its own needs no import, and a component without any starts
/// in half the time; so a skill of nothing else panics in silence, and where
/// there is a hook, a tool or a memory, nothing does. It costs 4 to 5 kB.
fn report_panics<S: Skill>() {
    if S::REPORTS_PANICS {
        crate::panic::report();
    }
}

impl<S: Skill> manifest::Guest for S {
    fn describe() -> manifest::Skill {
        S::describe()
    }
}

impl<S: Skill> router::Guest for S {
    fn evaluate(query: Query, handoffs: Vec<u32>) -> Vec<Verdict> {
        report_panics::<S>();
        S::evaluate(&query, &handoffs)
    }
}

impl<S: Skill> before_handoff::Guest for S {
    fn run(hook: u32, context: HandoffContext) -> Result<Patch, Refusal> {
        report_panics::<S>();
        S::before_handoff(hook, &context)
    }
}

impl<S: Skill> after_handoff::Guest for S {
    fn run(hook: u32, context: HandoffContext, outcome: Outcome) -> Result<Patch, Refusal> {
        report_panics::<S>();
        S::after_handoff(hook, &context, &outcome)
    }
}

impl<S: Skill> tools::Guest for S {
    fn call(name: String, arguments: String, caller: Caller) -> Result<String, tools::ToolError> {
        report_panics::<S>();
        S::call(&name, &arguments, &caller).map_err(Into::into)
    }
}
