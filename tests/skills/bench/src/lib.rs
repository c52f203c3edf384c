//! What the benchmark runs: a condition as short as people write them, and
//! both hooks doing the usual.

use baton_sdk::prelude::*;

/// One condition and both hooks.
#[skill]
pub struct Bench;

#[skill]
impl Bench {
    /// Investments go to the expert.
    #[handoff("finance-expert")]
    fn needs_finance_expert(&self, query: &Query) -> bool {
        query.mentions_any(["stock", "portfolio", "invest", "trading"])
    }

    /// Tells the expert what this is about.
    #[hook(before_handoff)]
    fn prepare(&mut self, handoff: &HandoffContext) -> Patch {
        Patch::new()
            .fact("the customer asks about investments")
            .metadata("user", &handoff.user)
    }

    /// Notes that the expert was asked.
    #[hook(after_handoff)]
    fn conclude(&mut self, _handoff: &HandoffContext, outcome: &Outcome) -> Patch {
        Patch::new().remember("expert_consulted", outcome.success)
    }
}
