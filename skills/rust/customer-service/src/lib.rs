//! A customer-service desk: routes a message to its department, tells the
//! department who is asking, and calls a person when asked to.

mod context;
mod departments;

use baton_sdk::prelude::*;
use baton_sdk::tickets;

/// Routes customers to billing, technical support or shipping.
#[skill]
pub struct CustomerService;

#[skill]
impl CustomerService {
    /// Bills and payments go to billing, broken things to technical support,
    /// parcels to shipping; in this order where a message is about several.
    #[handoff(
        triggers = [
            "bill", "payment", "charge", "invoice", "refund",
            "tech", "broken", "error", "not working",
            "ship", "deliver", "track", "parcel",
        ],
        targets = ["billing-department", "technical-support", "shipping-department"]
    )]
    fn route_to_department(&self, query: &Query) -> Option<Proposal> {
        let (department, word) = departments::find(query)?;
        let proposal = Proposal::to(department).finding("word", word);
        Some(match departments::order_number(query) {
            Some(order) => proposal.finding("order", order),
            None => proposal,
        })
    }

    /// Tells the department the customer's tier, open tickets and what was said
    /// before.
    #[hook(before_handoff, on_failure = "continue")]
    fn add_customer_context(&self, handoff: &HandoffContext) -> Patch {
        context::of_customer(handoff)
    }

    /// Escalate to human support.
    #[tool]
    fn escalate_to_human(
        &self,
        /// Why a person is needed, in the customer's words.
        reason: String,
    ) -> Result<String, ToolError> {
        if reason.trim().is_empty() {
            return Err(ToolError::invalid_arguments(
                "argument `reason` must say something",
            ));
        }
        let details: Vec<_> = context::history(None)
            .map(|said| Pair::new("history", said))
            .into_iter()
            .collect();
        let ticket = tickets::open(&reason, &details)?;
        Ok(format!(
            "I've created support ticket #{}. A human agent will contact you within 24 hours.",
            ticket.id
        ))
    }
}

#[cfg(test)]
mod tests;
