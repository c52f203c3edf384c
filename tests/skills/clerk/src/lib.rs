//! A tool with hooks around its calls, for the host's tests.

use baton_sdk::prelude::*;

/// Pays back, within bounds.
#[skill]
pub struct Clerk;

#[skill]
impl Clerk {
    /// Pays back.
    #[tool(effect = "write")]
    fn refund(&self, order: u32, euros: i64) -> String {
        format!("{euros} euros for order {order}, IBAN DE02")
    }

    /// Nothing above a thousand, and at most a hundred at once; an order of its
    /// own for each way to go wrong.
    #[hook(before_tool, tools = ["clerk/refund"])]
    fn within_bounds(&mut self, call: &HandoffContext) -> Result<Patch, Refusal> {
        let arguments: serde_json::Value = call.metadata.read("arguments").unwrap_or_default();
        let (order, euros) = (arguments["order"].as_u64(), arguments["euros"].as_i64());
        match (order, euros) {
            (Some(13), _) => panic!("order 13"),
            (Some(14), _) => Ok(Patch::new().arguments("nothing")),
            (_, Some(1000..)) => Err(Refusal::not_allowed("a person must pay that back")),
            (Some(order), Some(101..)) => {
                let fewer = serde_json::json!({ "order": order, "euros": 100 });
                Ok(Patch::new().arguments(fewer))
            }
            _ => Ok(Patch::new()),
        }
    }

    /// Nobody needs the account.
    #[hook(after_tool)]
    fn without_account(&mut self, _call: &HandoffContext, outcome: &Outcome) -> Patch {
        match outcome.reply.split_once(", IBAN") {
            Some((told, _)) => Patch::new().result(told),
            None => Patch::new(),
        }
    }
}
