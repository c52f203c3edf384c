use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    #[handoff("billing")]
    fn takes_text(&self, query: &str) -> bool {
        query.contains("bill")
    }

    #[handoff("billing")]
    fn changes_itself(&mut self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing")]
    fn answers_nothing(&self, query: &Query) {
        query.mentions("bill");
    }

    #[handoff("billing")]
    async fn is_async(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing")]
    fn is_generic<T>(&self, query: &Query) -> bool {
        query.mentions("bill")
    }
}

fn main() {}
