//! Before a handoff: what the user wants, what was said before and what is worth
//! knowing, for the agent that takes over; and no handoff to an agent that is not
//! there.

mod reading;

use baton_sdk::prelude::*;
use baton_sdk::{agents, conversation};

/// Messages that the summary is made of: what one has in mind of a talk.
const REMEMBERED: u32 = 10;

/// Tells whoever takes over what the user wants and what is known.
#[skill]
pub struct ContextEnrichment;

#[skill]
impl ContextEnrichment {
    /// Whoever asks for an expert gets one.
    #[handoff("expert", triggers = ["expert"])]
    fn needs_expert(&self, query: &Query) -> bool {
        query.mentions("expert")
    }

    /// Adds intent, summary and important facts, and sees whether the target is
    /// available. It runs on every handoff if the operator grants that.
    #[hook(before_handoff, handoffs = "all")]
    fn prepare_handoff(&self, handoff: &HandoffContext) -> Result<Patch, Refusal> {
        let target = &handoff.target;
        // Without the grant nobody can be asked; the desk checks by itself.
        if agents::available(target) == Ok(false) {
            return Err(Refusal::unavailable(format!(
                "Agent {target} not available"
            )));
        }
        // Neither does the handoff hang on what is only known with a grant.
        let said = conversation::recent(REMEMBERED).unwrap_or_default();
        let known = conversation::profile().unwrap_or_default();
        let mut patch = Patch::new()
            .finding("intent", reading::intent(&handoff.original_task))
            .finding("summary", reading::summary(&said));
        for fact in reading::facts(&handoff.original_task, &said, &known) {
            patch = patch.fact(fact);
        }
        Ok(patch)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;
    use baton_sdk::{Error, ErrorCode, RefusalCode};

    fn prepare(desk: &Desk, task: &str) -> Result<Patch, Refusal> {
        let handoff = HandoffContext::sample("expert", task);
        desk.run(|| ContextEnrichment.prepare_handoff(&handoff))
    }

    #[test]
    fn the_expert_is_told_intent_summary_and_facts() {
        let desk = Desk::new()
            .answers("expert", "Yes.")
            .profile("tier", "gold")
            .user_says("I have bought a drill.")
            .agent_says("front-desk", "How can I help?");
        let patch = prepare(&desk, "How do I return order 4321? I paid 80 EUR").unwrap();
        assert_eq!(patch.findings().text("intent").as_deref(), Some("question"));
        let summary = patch.findings().text("summary").unwrap();
        assert!(
            summary.starts_with("user: I have bought a drill."),
            "{summary}"
        );
        assert_eq!(
            patch.facts(),
            [
                "The user named: 4321, 80 EUR",
                "The user's tier: gold",
                "It was spoken of with: front-desk"
            ]
        );
    }

    #[test]
    fn an_agent_that_is_down_is_not_handed_to() {
        let down = Error::new(ErrorCode::Unavailable, "down");
        let refusal = prepare(&Desk::new().fails("expert", down), "?").unwrap_err();
        assert_eq!(refusal.message, "Agent expert not available");
        assert_eq!(refusal.code, RefusalCode::Unavailable);
    }

    #[test]
    fn without_grants_the_handoff_goes_on_with_what_the_message_says() {
        let patch = prepare(&Desk::denying(), "Cancel order 4321").unwrap();
        assert_eq!(patch.facts(), ["The user named: 4321"]);
        assert_eq!(patch.findings().text("intent").as_deref(), Some("request"));
    }
}
