//! Hands over to an expert, and finds somebody else when the expert fails.

use baton_sdk::agents;
use baton_sdk::prelude::*;

const STAND_IN: &str = "general-assistant";
const LAST_RESORT: &str = "I'll do my best to help directly...";

/// Sends questions to the expert, and falls back when the expert fails.
#[skill]
pub struct Resilient;

#[skill]
impl Resilient {
    /// Whoever asks for an expert gets one.
    #[handoff("primary-expert", triggers = ["expert"])]
    fn needs_expert(&self, query: &Query) -> bool {
        query.mentions("expert")
    }

    /// When the expert failed, the general assistant answers, and when that
    /// fails, too, this skill does.
    #[hook(after_handoff, targets = ["primary-expert"])]
    fn handle_handoff_failure(&self, handoff: &HandoffContext, outcome: &Outcome) -> Patch {
        if outcome.success {
            return Patch::new();
        }
        match agents::query(STAND_IN, &handoff.original_task) {
            Ok(answer) => Patch::new().fallback_reply_of(&answer.agent, answer.reply),
            Err(_) => Patch::new().fallback_reply(LAST_RESORT),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;
    use baton_sdk::{Error, ErrorCode};

    fn after(desk: &Desk, outcome: Outcome) -> Patch {
        let handoff = HandoffContext::sample("primary-expert", "Ask the expert why");
        desk.run(|| Resilient.handle_handoff_failure(&handoff, &outcome))
    }

    #[test]
    fn only_who_asks_for_an_expert_gets_one() {
        assert!(Resilient.needs_expert(&Query::new("I want an Expert")));
        assert!(!Resilient.needs_expert(&Query::new("Where is my parcel?")));
    }

    #[test]
    fn an_answer_of_the_expert_stands() {
        let desk = Desk::new().answers(STAND_IN, "Because.");
        let patch = after(&desk, Outcome::success("primary-expert", "So it is."));
        assert!(patch.replacement().is_none());
        assert!(desk.queries().is_empty());
    }

    #[test]
    fn when_the_expert_fails_the_general_assistant_answers_the_same_question() {
        let desk = Desk::new().answers(STAND_IN, "Because.");
        let patch = after(&desk, Outcome::failure("primary-expert", "unreachable"));
        let reply = patch.replacement().unwrap();
        assert_eq!(
            (reply.reply.as_str(), reply.agent.as_deref()),
            ("Because.", Some(STAND_IN))
        );
        assert!(reply.fallback);
        assert_eq!(
            desk.queries(),
            [(STAND_IN.to_owned(), "Ask the expert why".to_owned())]
        );
    }

    #[test]
    fn when_nobody_answers_the_skill_does_and_says_that_it_is_a_stopgap() {
        let down = Error::new(ErrorCode::Unavailable, "down");
        for desk in [
            Desk::new().fails(STAND_IN, down),
            Desk::new(),
            Desk::denying(),
        ] {
            let patch = after(&desk, Outcome::failure("primary-expert", "unreachable"));
            let reply = patch.replacement().unwrap();
            assert_eq!((reply.reply.as_str(), &reply.agent), (LAST_RESORT, &None));
            assert!(reply.fallback);
        }
    }
}
