use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    #[handoff("shipping", keywords = ["ship"])]
    fn with_a_body(&self, query: &Query) -> bool {
        query.mentions("ship")
    }

    #[handoff("shipping", triggers = ["ship"])]
    fn without_a_body(&self, query: &Query);

    #[handoff(keywords = ["ship"])]
    fn without_a_target(&self, query: &Query);
}

fn main() {}
