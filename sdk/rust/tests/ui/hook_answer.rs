use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    #[hook(before_handoff)]
    fn says_no(&self, _: &HandoffContext) -> bool {
        false
    }
}

fn main() {}
