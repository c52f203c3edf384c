use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    #[handoff("billing")]
    fn billing(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing", name = "billing")]
    fn invoices(&self, query: &Query) -> bool {
        query.mentions("invoice")
    }
}

fn main() {}
