use baton_sdk::prelude::*;

/// Hands refunds to the specialist, with the number of the order.
#[skill]
pub struct SkillName;

#[skill]
impl SkillName {
    /// Whoever wants money back gets the specialist.
    #[handoff("specialist", triggers = ["refund", "money back"])]
    fn wants_refund(&self, query: &Query) -> bool {
        query.mentions_any(["refund", "money back"])
    }

    /// Tells the specialist which order it is about.
    #[hook(before_handoff)]
    fn note_order(&self, handoff: &HandoffContext) -> Patch {
        match order_in(&handoff.original_task) {
            Some(order) => Patch::new().finding("order", order),
            None => Patch::new().instructions("Ask for the number of the order first."),
        }
    }

    /// Finds the number of an order in a text.
    #[tool(effect = "read")]
    fn find_order(
        &self,
        /// What somebody wrote.
        text: String,
    ) -> Result<u64, ToolError> {
        order_in(&text).ok_or_else(|| ToolError::invalid_arguments("no number of an order is in it"))
    }
}

/// The first number of four digits or more.
fn order_in(text: &str) -> Option<u64> {
    text.split(|c: char| !c.is_ascii_digit())
        .find(|digits| digits.len() >= 4)
        .and_then(|digits| digits.parse().ok())
}
