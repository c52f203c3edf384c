//! Names the agent for a legal, a medical or a technical question.

use baton_sdk::prelude::*;

/// Routes legal, medical and technical questions.
#[skill]
pub struct Router;

#[skill]
impl Router {
    /// The field that is mentioned names the agent; legal before medical before
    /// technical where several are.
    #[handoff(
        triggers = ["legal", "medical", "technical"],
        targets = ["legal-advisor", "medical-assistant", "tech-support"]
    )]
    fn route_dynamically(&self, query: &Query) -> Option<&'static str> {
        if query.word_starting(["legal"]).is_some() {
            Some("legal-advisor")
        } else if query.word_starting(["medical"]).is_some() {
            Some("medical-assistant")
        } else if query.word_starting(["technical"]).is_some() {
            Some("tech-support")
        } else {
            None
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn route(text: &str) -> Option<&'static str> {
        Router.route_dynamically(&Query::new(text))
    }

    #[test]
    fn each_field_has_its_agent() {
        assert_eq!(route("I need LEGAL advice"), Some("legal-advisor"));
        assert_eq!(route("a medical question"), Some("medical-assistant"));
        assert_eq!(
            route("Technically speaking, a technical problem"),
            Some("tech-support")
        );
    }

    #[test]
    fn the_first_field_in_order_wins() {
        assert_eq!(
            route("a technical question about legal texts"),
            Some("legal-advisor")
        );
    }

    #[test]
    fn a_question_of_no_field_stays() {
        assert_eq!(route("Where is my parcel?"), None);
        assert_eq!(route("paralegals and illegal things"), None);
    }
}
