use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

impl Desk {
    #[handoff("billing")]
    fn billing(&self, query: &Query) -> bool {
        query.mentions("bill")
    }
}

fn main() {}
