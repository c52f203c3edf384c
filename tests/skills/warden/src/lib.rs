//! Hooks around everybody's tools, for the host's tests.

use baton_sdk::prelude::*;

/// Nobody pays back order 99.
#[skill]
pub struct Warden;

#[skill]
impl Warden {
    /// Looks at every refund there is.
    #[hook(before_tool, handoffs = "all")]
    fn look(&self, call: &HandoffContext) -> Result<(), Refusal> {
        let arguments: serde_json::Value = call.metadata.read("arguments").unwrap_or_default();
        match arguments["order"].as_u64() {
            Some(99) => Err(Refusal::not_allowed("order 99 is under review")),
            _ => Ok(()),
        }
    }
}
