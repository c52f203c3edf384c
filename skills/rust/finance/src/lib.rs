//! Sends investment questions to the finance expert.

use baton_sdk::prelude::*;

const TERMS: [&str; 4] = ["stock", "investment", "portfolio", "trading"];

/// Sends investment questions to the finance expert.
#[skill]
pub struct Finance;

#[skill]
impl Finance {
    /// Stocks, investments, portfolios and trading go to the finance expert.
    #[handoff(
        "finance-expert",
        priority = "high",
        timeout = "30s",
        triggers = ["stock", "investment", "portfolio", "trading"]
    )]
    fn needs_finance_expert(&self, query: &Query) -> bool {
        query.mentions_any(TERMS)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::describe;

    #[test]
    fn a_question_about_investments_goes_to_the_expert() {
        for text in [
            "I need help with my stock portfolio",
            "Is day TRADING risky?",
            "An investment",
        ] {
            assert!(Finance.needs_finance_expert(&Query::new(text)), "{text}");
        }
    }

    #[test]
    fn any_other_question_stays() {
        for text in ["Where is my parcel?", "", "I was charged twice"] {
            assert!(!Finance.needs_finance_expert(&Query::new(text)), "{text}");
        }
    }

    #[test]
    fn the_handoff_is_urgent_and_gives_the_expert_half_a_minute() {
        let manifest = describe::<Finance>();
        let handoff = &manifest.handoffs[0];
        assert_eq!(manifest.name, "finance");
        assert_eq!(handoff.name, "needs-finance-expert");
        assert_eq!((handoff.priority, handoff.timeout_ms), (100, Some(30_000)));
        assert_eq!(
            handoff.triggers, TERMS,
            "what is asked for is also what triggers"
        );
    }
}
