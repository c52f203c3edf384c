//! A tool that asks the expert for a topic. The conversation does not move.

use baton_sdk::agents;
use baton_sdk::prelude::*;

const EXPERTS: [(&str, &str); 3] = [
    ("finance", "finance-expert"),
    ("legal", "legal-advisor"),
    ("health", "medical-assistant"),
];

/// Asks experts on behalf of whoever calls.
#[skill]
pub struct Collaboration;

#[skill]
impl Collaboration {
    /// Consult an expert agent and get its answer.
    #[tool(effect = "read")]
    fn consult_expert(
        &self,
        /// What it is about: finance, legal or health.
        topic: String,
        /// What the expert is asked.
        question: String,
    ) -> String {
        let expert = EXPERTS.iter().find(|(known, _)| *known == topic.trim());
        let Some((_, expert)) = expert else {
            return "No expert available for this topic".to_owned();
        };
        match agents::query(expert, &question) {
            Ok(answer) => answer.reply,
            Err(_) => "Expert unavailable".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;
    use baton_sdk::{Error, ErrorCode};

    fn consult(desk: &Desk, topic: &str) -> String {
        desk.run(|| Collaboration.consult_expert(topic.to_owned(), "May I?".to_owned()))
    }

    #[test]
    fn each_topic_has_its_expert_who_is_asked_the_question() {
        for (topic, expert) in EXPERTS {
            let desk = Desk::new().answers(expert, "You may.");
            assert_eq!(consult(&desk, topic), "You may.");
            assert_eq!(desk.queries(), [(expert.to_owned(), "May I?".to_owned())]);
        }
    }

    #[test]
    fn a_topic_without_an_expert_is_answered_without_asking_anybody() {
        let desk = Desk::new().answers("finance-expert", "You may.");
        for topic in ["astrology", "", "finance-expert"] {
            assert_eq!(consult(&desk, topic), "No expert available for this topic");
        }
        assert!(desk.queries().is_empty());
    }

    #[test]
    fn an_expert_who_fails_is_not_there_or_may_not_be_asked_is_unavailable() {
        let down = Error::new(ErrorCode::Unavailable, "down");
        for desk in [
            Desk::new().fails("legal-advisor", down),
            Desk::new(),
            Desk::new()
                .answers("legal-advisor", "Yes.")
                .without("agents"),
        ] {
            assert_eq!(consult(&desk, "legal"), "Expert unavailable");
        }
    }
}
