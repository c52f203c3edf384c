//! A condition for each way to hand over, for the host's tests: the word says
//! which. All hand over to `expert`, except `both`, which does so beside
//! `expert` to `other`.

use baton_sdk::prelude::*;

/// Hands over in the way that the message names.
#[skill]
pub struct Modes;

#[skill]
impl Modes {
    #[handoff("expert", mode = "cold", keywords = ["cold"])]
    fn cold(&self, query: &Query);

    #[handoff("expert", mode = "supervised", keywords = ["supervised"])]
    fn supervised(&self, query: &Query);

    #[handoff("expert", mode = "broadcast", keywords = ["broadcast"])]
    fn broadcast(&self, query: &Query);

    #[handoff("expert", mode = "delegation", keywords = ["delegate"])]
    fn delegation(&self, query: &Query);

    #[handoff("expert", ownership = "returns", keywords = ["briefly"])]
    fn returns(&self, query: &Query);

    #[handoff("expert", history = "last:1", keywords = ["lately"])]
    fn last(&self, query: &Query);

    #[handoff("expert", history = "summary", keywords = ["in short"])]
    fn summary(&self, query: &Query);

    #[handoff("expert", reason = "escalation", keywords = ["escalate"])]
    fn escalation(&self, query: &Query);

    /// Brings findings, instructions, and a confidence along.
    #[handoff("expert", triggers = ["warm"], metadata(needs = "refunds"))]
    fn warm(&self, query: &Query) -> Option<Grounds> {
        query.mentions("warm").then(|| {
            Grounds::new()
                .confidence(0.6)
                .instructions("Look at the order first.")
                .finding("order", "4321")
        })
    }

    #[handoff("expert", keywords = ["both"])]
    fn first_of_both(&self, query: &Query);

    #[handoff("other", keywords = ["both"])]
    fn second_of_both(&self, query: &Query);
}
