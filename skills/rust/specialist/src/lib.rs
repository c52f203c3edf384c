//! Sends complex questions to the specialist, before other skills decide.

use baton_sdk::prelude::*;

/// Words of a question that needs the specialist whatever its length.
const TERMS: [&str; 3] = ["complex", "complicated", "in depth"];

/// A question of more words than this is about several things at once.
const MANY_WORDS: usize = 60;

/// Sends complex questions to the specialist.
#[skill]
pub struct Specialist;

#[skill]
impl Specialist {
    /// Complex questions go to the specialist, who has half a minute.
    #[handoff(
        "specialist",
        priority = "high",
        timeout = "30s",
        metadata(priority = "high", timeout = 30)
    )]
    fn needs_specialist(&self, query: &Query) -> bool {
        query.mentions_any(TERMS) || query.text.split_whitespace().count() > MANY_WORDS
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::describe;

    #[test]
    fn what_is_called_complex_or_is_long_goes_to_the_specialist() {
        let long = "and then it stopped ".repeat(16);
        for text in ["A COMPLEX matter", "Explain in depth", &long] {
            assert!(Specialist.needs_specialist(&Query::new(text)), "{text}");
        }
        for text in ["", "Where is my parcel?"] {
            assert!(!Specialist.needs_specialist(&Query::new(text)), "{text}");
        }
    }

    #[test]
    fn the_handoff_says_that_it_is_urgent_and_how_long_it_may_take() {
        let handoff = &describe::<Specialist>().handoffs[0];
        assert_eq!((handoff.priority, handoff.timeout_ms), (100, Some(30_000)));
        assert_eq!(handoff.metadata.text("priority").as_deref(), Some("high"));
        assert_eq!(handoff.metadata.read::<u32>("timeout"), Some(30));
    }
}
