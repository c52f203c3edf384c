//! Sends questions about prices to whoever works them out.

use baton_sdk::prelude::*;

/// Sends questions about prices to whoever works them out.
#[skill]
pub struct Rental;

#[skill]
impl Rental {
    /// Who asks what bicycles cost wants a quote.
    #[handoff("quotes", triggers = ["cost", "price", "how much"])]
    fn wants_a_quote(&self, query: &Query) -> bool {
        query.mentions_any(["bike", "bicycle", "rent"])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_prices_of_bicycles_are_for_quotes() {
        assert!(Rental.wants_a_quote(&Query::new("How much are 2 bikes?")));
        assert!(!Rental.wants_a_quote(&Query::new("How much is the coffee?")));
    }
}
