//! A tool that asks several experts about a topic at the same time.

use baton_sdk::agents;
use baton_sdk::prelude::*;
use serde::Serialize;
use std::collections::BTreeMap;

const EXPERTS: [&str; 3] = ["science-expert", "history-expert", "culture-expert"];

/// What the experts say of a topic.
#[derive(Debug, Serialize)]
pub struct Report {
    topic: String,
    /// By expert; nothing from one who has not answered.
    perspectives: BTreeMap<&'static str, Option<String>>,
}

/// Researches topics with several experts.
#[skill]
pub struct Research;

#[skill]
impl Research {
    /// Research a topic using several expert agents.
    #[tool(effect = "read")]
    fn research_topic(
        &self,
        /// What is to be researched.
        topic: String,
    ) -> Report {
        let question = format!("Tell me about {topic}");
        let answers = agents::query_all(EXPERTS.map(|expert| (expert, question.as_str())));
        let replies = answers
            .into_iter()
            .map(|answer| answer.ok().map(|a| a.reply));
        Report {
            topic,
            perspectives: EXPERTS.into_iter().zip(replies).collect(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use baton_sdk::testing::Desk;
    use baton_sdk::{Error, ErrorCode};

    fn research(desk: &Desk) -> Report {
        desk.run(|| Research.research_topic("tea".to_owned()))
    }

    #[test]
    fn every_expert_is_asked_the_same_and_its_perspective_joined() {
        let mut desk = Desk::new();
        for expert in EXPERTS {
            desk = desk.answers(expert, &format!("{expert} on tea"));
        }
        let research = research(&desk);
        assert_eq!(research.topic, "tea");
        for expert in EXPERTS {
            let expected = format!("{expert} on tea");
            assert_eq!(research.perspectives[expert], Some(expected));
        }
        let asked = EXPERTS.map(|e| (e.to_owned(), "Tell me about tea".to_owned()));
        assert_eq!(desk.queries(), asked);
    }

    #[test]
    fn an_expert_who_fails_leaves_a_gap_and_the_others_stand() {
        let down = Error::new(ErrorCode::Unavailable, "down");
        let desk = Desk::new()
            .answers(EXPERTS[0], "Leaves.")
            .fails(EXPERTS[1], down);
        let research = research(&desk);
        assert_eq!(
            research.perspectives[EXPERTS[0]],
            Some("Leaves.".to_owned())
        );
        assert_eq!(research.perspectives[EXPERTS[1]], None);
        assert_eq!(research.perspectives[EXPERTS[2]], None);
    }
}
