//! A skill with a memory, for the host's tests.
//!
//! - Condition `count`, on the word "count": names `first-agent` until a
//!   handoff was counted in this conversation, `later-agent` from then on, with
//!   the number so far as finding `handoffs`.
//! - Condition `office`, on the word "office": hands off to `office` with every
//!   setting that a static condition can have.
//! - Before-hook `count-handoff`: counts, and puts the number into metadata
//!   `handoffs`.
//! - Tools `count` (counts calls, returns the number) and `recall` (returns it).
//!
//! Features: `v2` is version 2.0.0 with its state version raised; `unreadable`
//! is version 1.1.0 with the same state version and another shape of state.

use baton_sdk::prelude::*;
use number::Number;

/// Counts its handoffs and its calls in each conversation.
#[cfg_attr(feature = "v2", skill(version = "2.0.0", state_version = 2))]
#[cfg_attr(
    all(feature = "unreadable", not(feature = "v2")),
    skill(version = "1.1.0")
)]
#[cfg_attr(
    not(any(feature = "v2", feature = "unreadable")),
    skill(version = "1.0.0")
)]
pub struct Counter {
    handoffs: Number,
    calls: Number,
}

#[skill]
impl Counter {
    /// Names another agent once something was counted.
    #[handoff(triggers = ["count"], targets = ["first-agent", "later-agent"])]
    fn count(&self, query: &Query) -> Option<Proposal> {
        let target = if self.handoffs.get() == 0 {
            "first-agent"
        } else {
            "later-agent"
        };
        query
            .mentions("count")
            .then(|| Proposal::to(target).finding("handoffs", self.handoffs.get()))
    }

    /// Only operators are let into the office, and for this turn only.
    #[handoff(
        "office",
        triggers = ["office"],
        priority = "low",
        timeout = "300ms",
        scopes = ["operator"],
        reason = "escalation",
        ownership = "returns",
        metadata(room = 7)
    )]
    fn office(&self, query: &Query) -> bool {
        query.mentions("office")
    }

    /// Counts this handoff.
    #[hook(before_handoff)]
    fn count_handoff(&mut self, _: &HandoffContext) -> Patch {
        Patch::new().metadata("handoffs", self.handoffs.raise())
    }

    /// Counts this call.
    #[tool(name = "count")]
    fn count_call(&mut self) -> u32 {
        self.calls.raise()
    }

    /// Says how many calls were counted.
    #[tool(effect = "read")]
    fn recall(&self) -> u32 {
        self.calls.get()
    }
}

#[cfg(not(feature = "unreadable"))]
mod number {
    use serde::{Deserialize, Serialize};

    /// Kept as a number.
    #[derive(Default, Serialize, Deserialize)]
    pub struct Number(u32);

    impl Number {
        pub fn get(&self) -> u32 {
            self.0
        }

        pub fn raise(&mut self) -> u32 {
            self.0 += 1;
            self.0
        }
    }
}

#[cfg(feature = "unreadable")]
mod number {
    use serde::{Deserialize, Serialize};

    /// Kept as an object.
    #[derive(Default, Serialize, Deserialize)]
    pub struct Number {
        value: u32,
    }

    impl Number {
        pub fn get(&self) -> u32 {
            self.value
        }

        pub fn raise(&mut self) -> u32 {
            self.value += 1;
            self.value
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::{Conversation, Desk};

    #[test]
    fn what_was_counted_is_there_in_the_next_call_and_nowhere_else() {
        let conversation = Conversation::<Counter>::at(Desk::new());
        assert_eq!(conversation.call("count", "{}").unwrap(), "1");
        assert_eq!(conversation.call("count", "{}").unwrap(), "2");
        assert_eq!(conversation.call("recall", "{}").unwrap(), "2");
        assert_eq!(
            Conversation::<Counter>::at(Desk::new())
                .call("recall", "{}")
                .unwrap(),
            "0"
        );
    }

    #[test]
    fn what_has_not_changed_is_not_saved() {
        let desk = Desk::new();
        Conversation::<Counter>::at(desk.clone())
            .call("recall", "{}")
            .unwrap();
        assert_eq!(desk.memory(), None);
    }

    #[test]
    fn what_cannot_be_read_starts_over_and_is_reported() {
        let desk = Desk::new().remembering(b"not JSON");
        let conversation = Conversation::<Counter>::at(desk.clone());
        assert_eq!(conversation.call("count", "{}").unwrap(), "1");
        assert_eq!(desk.unreadable().len(), 1);
        assert_eq!(conversation.call("count", "{}").unwrap(), "2");
        assert_eq!(desk.unreadable().len(), 1);
    }
}
