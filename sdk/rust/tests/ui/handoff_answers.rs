use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    #[handoff("billing")]
    fn names_an_agent(&self, _: &Query) -> String {
        "billing".to_owned()
    }

    #[handoff]
    fn names_none(&self, query: &Query) -> bool {
        query.mentions("bill")
    }
}

fn main() {}
