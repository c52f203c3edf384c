use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    #[handoff("billing", trigger = ["bill"])]
    fn unknown_setting(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing", priority = "hihg")]
    fn unknown_priority(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing", triggers = [])]
    fn no_triggers(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("")]
    fn no_target(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing", timeout = 30)]
    fn no_unit(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff(billing)]
    fn no_quotes(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing", mode = "wram")]
    fn unknown_mode(&self, query: &Query) -> bool {
        query.mentions("bill")
    }

    #[handoff("billing", targets = ["shipping"])]
    fn target_and_targets(&self, query: &Query) -> bool {
        query.mentions("bill")
    }
}

fn main() {}
