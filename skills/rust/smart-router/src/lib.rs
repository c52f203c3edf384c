//! Finds the best agent for each message, and hands over if that is sure enough.

use baton_sdk::discovery;
use baton_sdk::prelude::*;

/// Agents that are looked at.
const CANDIDATES: u32 = 5;

/// How sure it must be. Scores are calibrated, so that seven of ten handoffs at
/// the threshold go right, and more above it.
const SURE: f64 = 0.7;

/// Finds the best agent for each message.
#[skill]
pub struct SmartRouter;

#[skill]
impl SmartRouter {
    /// Whoever is best at what the message wants gets it, if that is sure enough.
    #[handoff]
    fn find_best_agent(&self, query: &Query) -> Option<Proposal> {
        // Without the grant there is nothing to say; the host tells the operator.
        let found = discovery::find_agents(&query.text, CANDIDATES).ok()?;
        let best = found
            .into_iter()
            .max_by(|one, other| one.score.total_cmp(&other.score))?;
        (best.score > SURE).then(|| Proposal::to(best.agent).confidence(best.score))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;

    fn target(desk: &Desk, text: &str) -> Option<String> {
        let proposal = desk.run(|| SmartRouter.find_best_agent(&Query::new(text)));
        proposal.map(|proposal| proposal.target().to_owned())
    }

    #[test]
    fn the_best_of_five_gets_what_it_is_sure_enough_for() {
        let desk = Desk::new().finds("billing", 0.05).finds("shipping", 0.9);
        assert_eq!(target(&desk, "Where is it?").as_deref(), Some("shipping"));
        assert_eq!(desk.searches(), [("Where is it?".to_owned(), 5)]);
    }

    #[test]
    fn at_the_threshold_and_below_nobody_gets_it() {
        for score in [0.7, 0.1] {
            let desk = Desk::new().finds("shipping", score);
            assert_eq!(target(&desk, "Where is it?"), None);
        }
        assert_eq!(target(&Desk::new(), "Where is it?"), None, "nobody found");
    }

    #[test]
    fn an_empty_message_is_for_nobody() {
        let desk = Desk::new().finds("shipping", 0.9);
        assert_eq!(target(&desk, "  "), None);
    }

    #[test]
    fn without_the_grant_nobody_gets_it() {
        let desk = Desk::new().finds("shipping", 0.9).without("discovery");
        assert_eq!(target(&desk, "Where is it?"), None);
        assert_eq!(desk.searches(), []);
    }
}
