use baton_sdk::prelude::*;

/// A skill.
#[skill]
pub struct Desk;

#[skill]
impl Desk {
    #[hook(before_handof)]
    fn unknown_point(&self, _: &HandoffContext) -> Patch {
        Patch::new()
    }

    #[hook]
    fn no_point(&self, _: &HandoffContext) -> Patch {
        Patch::new()
    }

    #[hook(after_handoff)]
    fn no_outcome(&self, _: &HandoffContext) -> Patch {
        Patch::new()
    }

    #[hook(before_handoff, access = "observe")]
    fn observes_and_amends(&self, _: &HandoffContext) -> Patch {
        Patch::new()
    }
}

fn main() {}
