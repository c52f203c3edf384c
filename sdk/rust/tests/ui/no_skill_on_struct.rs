use baton_sdk::prelude::*;

pub struct Desk;

#[skill]
impl Desk {
    #[handoff("billing")]
    fn billing(&self, query: &Query) -> bool {
        query.mentions("bill")
    }
}

fn main() {}
