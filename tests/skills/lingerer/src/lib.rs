//! A skill that counts in the memory of its instance, for the host's tests of
//! instances that are kept.
//!
//! Condition `turn`, on the word "turn", names `guest-N`, where N says how many
//! messages this instance has judged. Words that make it do something besides:
//!
//! | word | what it does |
//! |---|---|
//! | `trap` | panics |
//! | `hold` | asks an agent and never lets go of the handle |
//! | `pile` | keeps 40 MiB of memory that it does not need |
//! | `chance` | draws a number, which is the finding `drawn` |
//! | `note` | writes a line to the log |
//!
//! Tool `judged` says how many messages this instance has judged.

use std::sync::atomic::{AtomicU32, Ordering};

use baton_sdk::{agents, log, prelude::*, random};

static JUDGED: AtomicU32 = AtomicU32::new(0);

/// As much that an instance with the usual 64 MiB has less than half of them left.
const PILE: usize = 40 << 20;

/// Knows how long its instance has lived.
#[skill]
pub struct Lingerer;

#[skill]
impl Lingerer {
    /// Names a guest by the age of the instance.
    #[handoff(triggers = ["turn"])]
    fn turn(&self, query: &Query) -> Option<Proposal> {
        let judged = JUDGED.fetch_add(1, Ordering::Relaxed) + 1;
        assert!(!query.mentions("trap"), "it was told to");
        if query.mentions("hold") {
            std::mem::forget(agents::start_query("desk", "Are you there?"));
        }
        if query.mentions("pile") {
            std::mem::forget(Vec::<u8>::with_capacity(PILE));
        }
        if query.mentions("note") {
            log::info("it was asked");
        }
        let drawn = query.mentions("chance").then(random::number);
        Some(Proposal::to(format!("guest-{judged}")).finding("drawn", drawn))
    }

    /// Says how many messages this instance has judged.
    #[tool(effect = "read")]
    fn judged(&self) -> u32 {
        JUDGED.load(Ordering::Relaxed)
    }
}
